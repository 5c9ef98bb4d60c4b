"""Filling the city: a member's whole life with the unions, and everybody who might look at it."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

from models.accounts import Account, RoleAssignment, Session, consents
from models.cases.status import CaseStatus, ServiceScore, StepOutcome
from models.cases.tables import Case, CaseDocument, Objection, PublicNotice
from models.events.tables import EventRegistration, EventStatus
from models.kit import clock
from models.kit.actor import Actor, Role, RoleGrant
from models.kit.ids import global_id, uuid7
from models.kit.sensitive import SensitiveField
from models.members import Level, Member, Membership, card
from models.notifications import Notification
from models.rooms.bookings import check_in_code
from models.rooms.rules import Equipment
from models.rooms.tables import SiteType
from resolvers import aid, joining, record, room_setup, rooms
from resolvers.accounts import own
from resolvers.cases import documents, filing, publicity, working
from resolvers.events import joining as tickets
from resolvers.files import receiving
from resolvers.kit import jobs
from tests.access.world import Viewer, World
from tests.factories import aid as money
from tests.factories import events, files, people
from tests.factories.cases import ANSWERS
from tests.factories.rooms import moment, room

Row = dict[str, Any]
NOW = moment("2026-03-02 10:00")
EVERY_ROLE = tuple(Role)
EQUIPMENT = [item for item in Equipment if item.name not in ("PLAQUE", "FRIDGE", "TWO_CHAIRS", "PRIVACY")]
FORM = {"type": "object", "properties": {"wish": {"type": "string"}}, "required": ["wish"]}
EXPORT = ("account", "Viewer.dataExport")
ACCOUNT_NUMBER = money.ACCOUNT


async def build() -> World:
    """Build it at NOW, where the clock is to be held."""
    unions = await people.tree()
    unions["group"] = await people.organisation(unions["unit"], Level.GROUP)
    world = World(unions, await money.catalogue(unions["county"], unions["city"]))
    await _people(world)
    await _staff(world)
    await _hardship(world)
    await _aid(world)
    await _other_cases(world)
    await _booking_and_event(world)
    await _traces(world)
    await _viewers(world)
    return world


async def _people(world: World) -> None:
    """The member, a neighbour in the same union, somebody in another county, and somebody who only wants to join."""
    for name, union, called in (
        ("member", "unit", "秦观澜"), ("neighbour", "unit", "邹近山"), ("stranger", "other_unit", "燕北飞"),
    ):  # fmt: skip
        person = await people.member(world.unions[union], name=called)
        await _known_as(world, name, await people.account(person), person)
    joiner = await people.account()
    await Account.filter(id=joiner.id).update(name="")
    await _known_as(world, "joiner", joiner, None)
    member = await Member.get(id=world.actors["member"].member_id)
    held = await Membership.get(member_id=member.id)
    world.hide(member.name, ("member", "Member.name"), EXPORT)
    world.hide(member.id_number.open(member.id), EXPORT)
    world.hide(member.phone.open(member.id), EXPORT)
    world.hide(held.card_number, ("member", "Member.membership Membership.cardNumber"), EXPORT)
    world.hide(card.qr_text(held.card_number), ("member", "Member.membership Membership.qrCard"))


async def _known_as(world: World, name: str, account: Account, person: Member | None) -> None:
    world.actors[name] = Actor(account.id, person.id if person else None, name=account.name)
    path = (world.path("other_unit" if name == "stranger" else "unit"),)
    if person:
        world.thing(name, "Member", person.id, person.id, path)
    world.thing("account" if name == "member" else f"{name}'s account", "Account", account.id, account.id)


async def _staff(world: World) -> None:
    """One official for each role of the unit, of the county and of the city, to work the cases."""
    for union in ("unit", "county", "city", "other_unit"):
        for role in EVERY_ROLE:
            account = await people.account(**{role.lower(): world.unions[union]})
            await Account.filter(id=account.id).update(name=f"{union} {role}")
            where = world.unions[union]
            world.actors[f"{union} {role}"] = Actor(
                account.id, None, name=f"{union} {role}", roles=(RoleGrant(role, where.id, where.path),)
            )


async def _consent(world: World, who: str) -> None:
    for purpose, notice in consents.notices().items():
        await own.give_consent(world.actors[who], purpose=purpose, version=notice["version"])


Command = Callable[..., Awaitable[Row]]


async def _work(world: World, who: str, command: Command, case_id: UUID, **values: Any) -> None:
    """Do something with a case as it is now."""
    version = (await Case.get(id=case_id)).version
    await command(world.actors[who], id=case_id, version=version, **values)


async def _sign(world: World, who: str, case_id: UUID, **values: Any) -> None:
    step = (await Case.get(id=case_id)).step
    await _work(world, who, working.sign_step, case_id, **{"step": step, "outcome": StepOutcome.AGREE, **values})


async def _case(world: World, name: str, made: Row, *unions: str, who: str = "member") -> UUID:
    """Note a case of the member, in the unions that have to do with it."""
    id: UUID = made["case_id"]
    world.thing(name, "Case", id, world.actors[who].member_id, tuple(world.path(union) for union in unions))
    return id


async def _hardship(world: World) -> None:
    """A household on public notice, visited, signed, noted, objected to; its health and bank account are secret."""
    await _consent(world, "member")
    member = world.actors["member"]
    spouse = money.relative(name="秦晓月", health="SEVERELY_DISABLED", income="7313.57", workplace="翠微织造厂")
    given = _snake(money.household(members=[spouse], account=ACCOUNT_NUMBER))
    given["household"]["address"] = "松台山下隐名巷七号"
    id = await _case(world, "hardship", await aid.file_for_hardship(member, **given), "unit", "county")
    person = "HardshipFiling.household Household.members HouseholdMember"
    world.hide("秦晓月", ("hardship", f"{person}.name"), EXPORT)
    world.hide('"SEVERELY_DISABLED"', ("hardship", f"{person}.health"), EXPORT)
    world.hide("7313.57", ("hardship", f"{person}.income"))
    world.hide("翠微织造厂", EXPORT)
    world.hide("松台山下隐名巷七号", EXPORT)
    world.hide(spouse["idNumber"])
    world.hide(ACCOUNT_NUMBER, EXPORT)
    await _work(world, "unit CLERK", working.take_case, id)
    await _work(world, "unit CLERK", working.change_case_status, id, to=CaseStatus.ACCEPTED)
    opinion, findings = "评议意见甲零一", "家徒四壁无所有"
    await _sign(world, "unit CLERK", id, opinion=opinion)
    visit = {"visited_on": clock.today(), "visitors": ["周红", "林芳"], "findings": findings}
    await _sign(world, "unit REVIEWER", id, visit=visit)
    await _sign(world, "county REVIEWER", id)
    await _sign(world, "county REVIEWER", id)
    await working.add_note(world.actors["unit CLERK"], id=id, text="内部备注乙零二")
    notice = await PublicNotice.get(case_id=id)
    world.thing("notice", "PublicNotice", notice.id)
    grounds = "其名下另有铺面丙零三"
    await publicity.object_to_publicity(world.actors["neighbour"], notice_id=notice.id, grounds=grounds)
    objection = await Objection.get(notice_id=notice.id)
    world.thing("objection", "Objection", objection.id, member.member_id, (world.path("unit"), world.path("county")))
    world.hide(opinion, ("hardship", "Case.signatures Signature.opinion"))
    world.hide(findings)
    world.hide("内部备注乙零二", ("hardship", "Case.notes CaseNote.text"))
    objector = ("neighbour's account", "Viewer.dataExport")
    world.hide(grounds, ("hardship", "Case.objections Objection.grounds"), objector)


async def _aid(world: World) -> None:
    """Temporary aid in every stage: rejected and rated, withdrawn, paid, and a draft that nobody else sees."""
    rejected = await _apply(world, "rejected", "病历丁零四")
    await _to_decision(world, rejected)
    why = "材料不实戊零五"
    await _work(world, "county APPROVER", working.change_case_status, rejected, to=CaseStatus.REJECTED, reason=why)
    comment = "态度欠佳己零六"
    await filing.rate_service(
        world.actors["member"], id=global_id("Case", rejected), score=ServiceScore.DISSATISFIED, comment=comment
    )
    withdrawn = await _apply(world, "withdrawn", "病历庚零七")
    await _work(world, "member", filing.withdraw_case, withdrawn, reason="已得亲友相助辛零八")
    paid = await _apply(world, "paid", "病历壬零九", amount=48_213)
    await _to_decision(world, paid)
    await _work(world, "county APPROVER", working.change_case_status, paid, to=CaseStatus.APPROVED, amount=48_213)
    await _work(
        world, "county FINANCE", working.change_case_status, paid, to=CaseStatus.FULFILLED, internal_note="出纳癸一零"
    )
    await _apply(world, "draft", "病历子一一", submit=False)
    world.hide(why, ("rejected", "Case.decision Decision.reason"), ("rejected", "Case.timeline TimelineEntry.remark"))
    world.hide(comment, ("rejected", "Case.rating Rating.comment"))
    world.hide("已得亲友相助辛零八", ("withdrawn", "Case.timeline TimelineEntry.remark"))
    world.hide("482.13", ("paid", "Case.money CaseMoney.approved"))
    world.hide("出纳癸一零", ("paid", "Case.notes CaseNote.text"))


async def _apply(world: World, name: str, reason: str, amount: int = 100_000, submit: bool = True) -> UUID:
    made = await aid.apply_for_aid(
        world.actors["member"],
        programme_id=world.programme("temporary-aid"),
        amount_requested=amount,
        answers={**ANSWERS["temporary-aid"], "reason": reason},
        payee={"name": "秦观澜", "account": ACCOUNT_NUMBER},
        submit=submit,
    )
    id = await _case(world, name, made, *(("unit", "county") if submit else ()))
    world.hide(reason, (name, "Case.answers"))
    return id


async def _to_decision(world: World, id: UUID) -> None:
    await _work(world, "unit CLERK", working.change_case_status, id, to=CaseStatus.ACCEPTED)
    await _sign(world, "unit CLERK", id)


async def _other_cases(world: World) -> None:
    """A room to set up, to be corrected; a move to another county; and somebody who joins."""
    made = await room_setup.apply_for_mothers_room(
        world.actors["member"], site_name="澄心阁", site_type=SiteType.ENTERPRISE, address="墨池坊九号", area=12.0,
        equipment=EQUIPMENT, partitions=1, female_staff=80, manager_name="郑若兰", manager_phone="13817263544",
    )  # fmt: skip
    id = await _case(world, "room case", made, "unit")
    world.hide("郑若兰", ("room case", "MothersRoomApplication.managerName"), EXPORT)
    world.hide("13817263544", EXPORT)
    item = {"field": "area", "problem": "INCORRECT", "message": "面积与实地不符丑一二"}
    await _work(world, "unit CLERK", working.request_correction, id, items=[item])
    world.hide(item["message"], ("room case", "Case.correction Correction.items CorrectionItem.message"))
    move = await joining.transfer_membership(
        world.actors["member"], organisation_id=world.unions["other_unit"].id, post="巡线工寅一三"
    )
    await _case(world, "move", move, "unit", "other_unit")
    held = await Membership.get(member_id=world.actors["member"].member_id)
    world.thing("move on record", "AuditEntry", uuid7(), paths=(world.path("other_unit"),))
    world.hide("秦观澜", ("move on record", "AuditEntry.by RecordedActor.name"))
    world.hide("秦观澜", ("move", "Case.applicant Member.name"))
    world.hide(held.card_number, ("move", "Case.applicant Member.membership Membership.cardNumber"))
    world.hide("巡线工寅一三", ("member", "Member.post"), ("move", "Case.applicant Member.post"), EXPORT)
    number = people.id_number()
    joined = await joining.join_union(
        world.actors["joiner"], organisation_id=world.unions["unit"].id, name="卢望舒", id_number=number
    )
    joiner = world.actors["joiner"]
    world.actors["joiner"] = Actor(joiner.account_id, joined["member_id"], name="卢望舒")
    await _case(world, "joining", joined, "unit", who="joiner")
    world.hide(number, ("joiner's account", "Viewer.dataExport"))
    await _file(world)


async def _file(world: World) -> None:
    """A photo that the member gives for a document of the room's case."""

    async def receive(spool: BinaryIO) -> str:
        spool.write(files.photo())
        return "CASE_DOCUMENT"

    actor, case_id = world.actors["member"], world.row_id("room case")
    given = await receiving.upload(actor, receive)
    document = await CaseDocument.filter(case_id=case_id).order_by("id").first()
    assert document
    wanted = {"id": case_id, "upload_id": given["upload_id"], "kind": document.kind}
    await documents.attach_document(actor, **wanted)
    world.thing("document", "CaseDocument", document.id, actor.member_id, (world.path("unit"),))


async def _booking_and_event(world: World) -> None:
    """A booked room with a code, a seat at an event with a ticket, and an event that is not announced yet."""
    unit, actor = world.unions["unit"], world.actors["member"]
    room_id = await room(unit)
    world.thing("room", "MothersRoom", room_id, paths=(unit.path,))
    booked = await rooms.book_room(actor, room_id=room_id, starts_at=NOW + timedelta(hours=1))
    world.thing("booking", "RoomBooking", booked["booking_id"], actor.member_id, (unit.path,))
    world.hide(f'"{check_in_code(booked["booking_id"])}"', ("booking", "RoomBooking.checkInCode"))
    event = await events.event(unit, form=FORM)
    world.thing("event", "Event", event.id, paths=(unit.path,))
    planned = await events.event(unit, status=EventStatus.DRAFT, title="未定之约卯一四")
    world.thing("planned event", "Event", planned.id, paths=(unit.path,), published=False)
    world.hide("未定之约卯一四", ("planned event", "Event.title"))
    wish = "愿坐窗边辰一五"
    made = await tickets.register_for_event(actor, event_id=event.id, answers={"wish": wish})
    ticket = (await EventRegistration.get(id=made["registration_id"])).ticket_code
    world.thing("registration", "EventRegistration", made["registration_id"], actor.member_id, (unit.path,))
    world.hide(ticket, ("registration", "EventRegistration.ticketCode"), EXPORT)
    world.hide(wish, ("registration", "EventRegistration.answers"), EXPORT)


async def _traces(world: World) -> None:
    """What is left on record: a reason for looking, notifications, and devices."""
    actor, why = world.actors["member"], "核对联系方式巳一六"
    await record.reveal(world.actors["unit CLERK"], member_id=actor.member_id, field=SensitiveField.PHONE, reason=why)
    world.thing("look", "AuditEntry", uuid7(), actor.member_id, (world.path("unit"),))
    world.hide(why, ("look", "AuditEntry.reason"), ("account", "Viewer.fileViews"), EXPORT)
    for _ in range(4):
        await jobs.work_once(500)
    told = await Notification.filter(account_id=actor.account_id).order_by("id").values_list("id", flat=True)
    world.thing("notification", "Notification", UUID(str(told[0])), actor.account_id)


async def _viewers(world: World) -> None:
    """Everybody who might look, each with a token that is good at NOW."""
    world.viewers["anonymous"] = Viewer("anonymous")
    for name, actor in world.actors.items():
        if name.startswith(("city", "other_unit")) and not name.endswith(("AUDITOR", "ADMINISTRATOR")):
            continue
        account = await Account.get(id=actor.account_id)
        grants = tuple((grant.role, grant.path) for grant in actor.roles)
        world.viewers[name] = Viewer(name, await people.token(account), account.id, actor.member_id, grants)
    for union in ("group", "unit2", "other_county"):
        account = await people.account(**{role.lower(): world.unions[union] for role in EVERY_ROLE})
        grants = tuple((role, world.path(union)) for role in EVERY_ROLE)
        world.viewers[f"all of {union}"] = Viewer(
            f"all of {union}", await people.token(account), account.id, None, grants
        )
    former = await people.account(**{role.lower(): world.unions["city"] for role in EVERY_ROLE})
    world.viewers["former"] = Viewer("former", await people.token(former), former.id)
    await RoleAssignment.filter(account_id=former.id).update(revoked_at=clock.now())
    gone = await people.token(await Account.get(id=world.actors["member"].account_id))
    world.viewers["signed out"] = Viewer("signed out", gone)
    newest = await Session.filter(account_id=world.actors["member"].account_id).order_by("-id").first()
    assert newest
    await Session.filter(id=newest.id).update(ended_at=clock.now())
    device, own_session = (
        "掌中机午一七",
        await Session.filter(account_id=world.actors["member"].account_id).order_by("id").first(),
    )
    assert own_session
    await Session.filter(id=own_session.id).update(device=device)
    world.thing("session", "Session", own_session.id, world.actors["member"].account_id)
    world.hide(device, ("session", "Session.device"), EXPORT)


def _snake(value: Any) -> Any:
    """A frontend's input as the commands take it: by their names, money in fen."""
    if isinstance(value, str) and re.fullmatch(r"\d+\.\d\d", value):
        return int(value.replace(".", ""))
    if isinstance(value, dict):
        return {"".join(f"_{c.lower()}" if c.isupper() else c for c in name): _snake(v) for name, v in value.items()}
    return [_snake(item) for item in value] if isinstance(value, list) else value
