"""Joining a union, through the frontends' documents."""

import asyncio

from models import members
from models.accounts import Account
from models.joining import MembershipApplication
from models.kit import clock
from models.kit.ids import global_id
from models.members import Member, Organisation
from resolvers.accounts import sending
from resolvers.kit import export
from tests.api import Api
from tests.factories import people
from tests.factories.codes import Inbox
from tests.factories.desk import Case, queue
from tests.schema.joining.scene import CARD, Scene, a_member, applied, form, linked, membership, newcomer, refused

VALID = "330399199003071230"


async def test_from_signing_in_to_the_membership_card(api: Api, scene: Scene) -> None:
    inbox = Inbox()
    sending.use(inbox)
    signed_in = await inbox.sign_in(api, people.phone())
    newcomer = api.as_(signed_in["session"]["accessToken"])
    assert await membership(newcomer) is None

    answer = await newcomer("JoinUnion", input=form(scene, employerUscc="91330302MA00000154", post="焊工"))
    case = Case(answer["case"])
    assert (answer["case"]["kind"], case.status, case.step) == ("MEMBERSHIP", "SUBMITTED", "acceptance")
    assert (await newcomer(CARD))["member"] == {"name": "李建国", "membership": None}
    mine = await newcomer("MyCase", id=case.id)
    assert (mine["target"]["id"], mine["movesFrom"]) == (scene.id("unit"), None)
    assert [entry["by"]["name"] for entry in mine["timeline"]] == ["李建国", "李建国"]

    assert case.id in await queue(scene.clerk, scene.id("unit"))
    assert await case.move(scene.clerk, "ACCEPTED") == []
    assert await case.move(scene.approver, "APPROVED", reason="符合条件") == []
    assert case.status == "APPROVED"
    card = await membership(newcomer)
    assert (card["status"], card["organisation"]["id"]) == ("ACTIVE", scene.id("unit"))
    assert card["memberSince"] == clock.today().isoformat()
    assert card["cardNumber"].startswith("3303")
    assert [event["kind"] for event in card["history"]] == ["JOINED"]
    assert await case.actions(newcomer) == set()
    assert await newcomer.codes("WithdrawCase", id=case.id, version=case.version) == ["MOVE_NOT_ALLOWED"]
    assert await case.move(scene.clerk, "FULFILLED") == []


async def test_everything_that_is_wrong_is_said_at_once(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    closed = await people.organisation(scene.unions["town"])
    await Organisation.filter(id=closed.id).update(accepts_members=False)
    given = form(
        scene,
        organisationId=global_id("Organisation", closed.id),
        name="李\u200b建国",
        idNumber="330399199003071231",
        phone="12345",
        employerUscc="91350100M000100Y4Z",
        post="工" * 51,
    )
    assert await refused(person, "JoinUnion", given) == [
        ("NAME_INVALID", "name"),
        ("RESIDENT_ID_INVALID", "idNumber"),
        ("MOBILE_INVALID", "phone"),
        ("USCC_INVALID", "employerUscc"),
        ("TOO_LONG", "post"),
        ("ORGANISATION_CLOSED", "organisationId"),
    ]
    assert not await Member.filter(name="李建国").exists()


async def test_a_member_does_not_join_again(api: Api, scene: Scene) -> None:
    member, person = await a_member(api, scene.unions["unit"])
    number = person.id_number.open()
    given = form(scene, name=person.name, idNumber=number)
    assert await refused(member, "JoinUnion", given) == [("ALREADY_MEMBER", "idNumber")]
    stranger, _ = await newcomer(api)
    assert await refused(stranger, "JoinUnion", given) == [("ALREADY_MEMBER", "idNumber")]


async def test_knowing_somebodys_numbers_does_not_open_their_record(api: Api, scene: Scene) -> None:
    person = await people.member()
    stranger, account = await newcomer(api)
    number, phone = person.id_number.open(), person.phone.open()
    for given in (
        form(scene, name=person.name, idNumber=number),
        form(scene, name=person.name, idNumber=number, phone=phone),
        form(scene, name="别人", idNumber=number, phone=phone),
    ):
        assert await refused(stranger, "JoinUnion", given) == [("PERSON_MISMATCH", "idNumber")]
    assert await linked(account) is None


async def test_a_person_on_record_is_found_by_the_mobile_they_signed_in_with(api: Api, scene: Scene) -> None:
    person = await people.member()
    account = await people.account()
    await Account.filter(id=account.id).update(phone_index=None)
    held = await Account.get(id=account.id)
    held.phone = members.phone_columns(person.phone.open())["phone"]
    await held.save(update_fields=["phone"])
    known = api.as_(await people.token(account))
    await applied(known, scene, name=person.name, idNumber=person.id_number.open())
    assert await linked(account) == person.id


async def test_a_person_of_another_account_cannot_be_claimed(api: Api, scene: Scene) -> None:
    first, _ = await newcomer(api)
    number = people.id_number()
    await applied(first, scene, idNumber=number)
    second, account = await newcomer(api)
    assert await refused(second, "JoinUnion", form(scene, idNumber=number)) == [("PERSON_MISMATCH", "idNumber")]
    assert await linked(account) is None


async def test_a_mobile_of_somebody_else_is_refused(api: Api, scene: Scene) -> None:
    other = await people.member(scene.unions["unit"])
    person, _ = await newcomer(api)
    given = form(scene, phone=other.phone.open())
    assert await refused(person, "JoinUnion", given) == [("PHONE_TAKEN", "phone")]


async def test_a_second_application_waits_for_the_first(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    given = form(scene)
    case = Case((await person("JoinUnion", input=given))["case"])
    again = {**given, "organisationId": scene.id("unit2")}
    assert await person.codes("JoinUnion", input=again) == ["ALREADY_CLAIMED"]
    assert await person.codes("JoinUnion", input={**again, "submit": False}) == ["ALREADY_CLAIMED"]
    assert await case.move(scene.clerk, "NOT_ACCEPTED", reason="不在本单位工作") == []
    second = Case((await person("JoinUnion", input=again))["case"])
    assert await person.codes("WithdrawCase", id=second.id, version=second.version) == []
    third = await person("JoinUnion", input={**given, "name": "李建果"})
    assert third["userErrors"] == []
    assert (await person(CARD))["member"]["name"] == "李建果"


async def test_of_two_applications_at_once_one_is_taken(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    given = form(scene)
    answers = await asyncio.gather(*(person("JoinUnion", input=given) for _ in range(5)))
    codes = [[error["code"] for error in answer["userErrors"]] for answer in answers]
    assert sorted(codes) == [[], *[["ALREADY_CLAIMED"]] * 4]
    assert await MembershipApplication.all().count() == 1


async def test_of_two_drafts_handed_in_at_once_one_is_taken(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    given = form(scene, submit=False)
    drafts = [Case((await person("JoinUnion", input=given))["case"]) for _ in range(3)]
    answers = await asyncio.gather(*(person("SubmitCase", id=case.id, version=case.version) for case in drafts))
    codes = [[error["code"] for error in answer["userErrors"]] for answer in answers]
    assert sorted(codes) == [[], *[["ALREADY_CLAIMED"]] * 2]


async def test_the_same_key_joins_once(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    given = form(scene, idempotencyKey="once")
    first, second = [await person("JoinUnion", input=given) for _ in range(2)]
    assert first["case"]["id"] == second["case"]["id"]
    assert second["userErrors"] == []


async def test_the_territorial_union_takes_who_has_none_at_work(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    case = await applied(person, scene, organisationId=scene.id("town"))
    clerk = api.as_(await people.signed_in(clerk=scene.unions["town"], approver=scene.unions["town"]))
    assert await case.move(scene.clerk, "ACCEPTED") == ["NOT_FOUND"]
    assert await case.move(clerk, "ACCEPTED") == []
    assert await case.move(clerk, "APPROVED") == []
    assert (await membership(person))["organisation"]["id"] == scene.id("town")


async def test_staff_do_not_decide_their_own_application(api: Api, scene: Scene) -> None:
    account = await people.account(clerk=scene.unions["unit"], approver=scene.unions["unit"])
    staff = api.as_(await people.token(account))
    case = await applied(staff, scene)
    assert await case.move(staff, "ACCEPTED") == ["OWN_CASE"]
    assert await case.move(scene.clerk, "ACCEPTED") == []
    assert await case.move(staff, "APPROVED") == ["OWN_CASE"]
    assert await staff.codes("TakeCase", id=case.id, version=case.version) == ["OWN_CASE"]
    assert await scene.clerk.codes("AddNote", id=case.id, text="待核实劳动关系") == []
    seen = await case.look(staff)
    assert (seen["notes"], seen["signatures"]) == ([], [])
    assert {entry["by"]["role"] for entry in seen["timeline"]} == {"APPLICANT", "CLERK"}


async def test_what_a_correction_asks_for_can_be_corrected(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    case = await applied(person, scene)
    asked = {"id": case.id, "version": case.version, "items": [{"field": "name", "problem": "INCORRECT"}]}
    assert await scene.clerk.codes("RequestCorrection", input=asked) == []
    await case.look(person)
    change = {"id": case.id, "version": case.version}
    for membership_, expected in (
        ({"idNumber": "330399199003071231"}, ["RESIDENT_ID_INVALID"]),
        ({"organisationId": scene.id("unit2")}, ["MOVE_NOT_ALLOWED"]),
    ):
        assert await person.codes("UpdateCase", input={**change, "membership": membership_}) == expected
    answer = {**change, "membership": {"name": "李建果", "idNumber": VALID, "post": "电工"}}
    assert await person.codes("AnswerCorrection", input=answer) == []
    member = await Member.get(name="李建果")
    assert (member.id_number.open(member.id), member.sex, member.post) == (VALID, "MALE", "电工")
    await case.look(scene.clerk)
    assert (case.status, case.step) == ("SUBMITTED", "acceptance")


async def test_a_draft_may_still_be_aimed_at_another_union(api: Api, scene: Scene) -> None:
    person, _ = await newcomer(api)
    case = await applied(person, scene, submit=False)
    given = {"id": case.id, "version": case.version, "membership": {"organisationId": scene.id("other_unit")}}
    assert await person.codes("UpdateCase", input=given) == []
    assert await person.codes("SubmitCase", id=case.id, version=case.version + 1) == []
    assert case.id in await queue(scene.new_clerk, scene.id("other_unit"))
    assert case.id not in await queue(scene.clerk, scene.id("unit"))


async def test_another_mobile_goes_to_the_account_too(api: Api, scene: Scene) -> None:
    person, account = await newcomer(api)
    phone = people.phone()
    await applied(person, scene, phone=phone)
    held = await Account.get(id=account.id).select_related("member")
    assert held.phone_index == held.member.phone_index == members.phone_index(phone)


async def test_a_copy_of_everything_held_has_the_application(api: Api, scene: Scene) -> None:
    person, account = await newcomer(api)
    await applied(person, scene)
    (row,) = (await export.everything(await linked(account), account.id))["membershipApplications"]
    assert (row["target"], row["movesFrom"]) == (scene.unions["unit"].name, None)


async def test_who_left_joins_again_under_the_name_on_record(api: Api, scene: Scene) -> None:
    former, person = await a_member(api, scene.unions["unit"])
    await members.end(person.id, clock.today())
    number = person.id_number.open()
    assert await refused(former, "JoinUnion", form(scene, name="别人", idNumber=number)) == [
        ("PERSON_MISMATCH", "idNumber")
    ]
    await applied(former, scene, name=person.name, idNumber=number)
