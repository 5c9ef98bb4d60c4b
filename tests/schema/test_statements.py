"""Every list is read by a fixed number of statements, however many rows it has."""

from dataclasses import dataclass
from typing import Any

from models import notifications
from models.accounts import Account
from models.cases.life import File
from models.cases.tables import Case, CaseDocument, CaseSignature, PublicNotice
from models.events.tables import Event
from models.kit import audit, clock, db
from models.kit.actor import Actor
from models.kit.ids import global_id, uuid7
from models.members import Member, Organisation
from models.programmes.tables import OpeningWindow, Programme, ProgrammeVersion, Standing
from resolvers.cases.working import add_note
from tests.api import Api
from tests.factories import cases, events, people, rooms
from tests.statements import counted

FEW, MANY = 3, 30
# What each operation takes at most, with looking up who asks. Whoever has to raise one knows why.
STATEMENTS = {
    "Home": 14,
    "MyBenefits": 16,
    "MyCases": 6,
    "MyCase": 17,
    "MyRegistrations": 4,
    "Notifications": 4,
    "Events": 7,
    "MothersRooms": 4,
    "FindOrganisation": 2,
    "PublicNotices": 2,
    "Desk": 6,
    "StaffQueue": 14,
    "CaseForStaff": 26,
    "AssignableHandlers": 4,
    "FindMember": 4,
    "EventRoll": 5,
    "AuditLog": 5,
}
SHORT = {"Home", "FindOrganisation", "Desk"}  # they list so many and no more


@dataclass
class City:
    """A member who has some of everything, and staff who see it."""

    unions: dict[str, Organisation]
    person: Member
    account: Account
    member: Actor
    clerk: Actor
    file: File
    event: Event
    tokens: dict[str, str]
    size: int = 0

    async def grow(self, size: int) -> None:
        """Have `size` rows of everything."""
        while self.size < size:
            async with db.transaction():
                await self._add_case()
                await self._add_to_file()
                await self._add_pastimes()
                await self._add_programme()
            await add_note(self.clerk, id=self.file.case.id, text="已电话联系")
            self.size += 1

    async def _add_case(self) -> None:
        """A case of somebody in a new union, with a handler of its own: new, waiting for its decision or put back."""
        unit = await people.organisation(self.unions["town"])
        member = await people.member(unit)
        actor = cases.actor_of(await people.account(member), member)
        handler = await people.account(None, clerk=unit, reviewer=self.unions["county"])
        clerk = cases.actor_of(handler, clerk=unit)
        file = await (cases.submitted(actor, unit) if self.size % 2 else cases.at_decision(actor, unit, clerk))
        await Case.filter(id=file.case.id).update(handler_id=handler.id)
        await PublicNotice.create(
            case_id=file.case.id, round=1, masked_name="王*明", unit=unit.name, category="",
            programme_id=file.case.programme_id, division_code=unit.division_code,
            opens_on=clock.today(), closes_on=clock.today(),
        )  # fmt: skip
        await audit.record(clerk, "cases.take", target=("Case", file.case.id), organisation_path=unit.path)
        await audit.record(clerk, "members.look", target=("Member", member.id), organisation_path=unit.path)
        await events.register(actor, self.event)

    async def _add_to_file(self) -> None:
        """More in the member's one file, and a draft beside it."""
        case_id = self.file.case.id
        signed = (await CaseSignature.filter(case_id=case_id).order_by("id").values())[0]
        fresh = {"id": uuid7(), "account_id": uuid7(), "opinion": None}
        await CaseSignature.create(**{**signed, **fresh})
        await CaseDocument.create(
            case_id=case_id,
            kind=f"PAPER_{self.size}",
            name={"zh": "证明", "en": "Paper"},
            deferrable=True,
            status="MISSING",
        )
        await cases.draft(self.member, self.unions["unit"])
        async with db.transaction():
            for target in (("Case", case_id), ("Event", self.event.id)):
                await notifications.tell(self.account.id, uuid7(), "CASE_ACCEPTED", {}, *target)

    async def _add_pastimes(self) -> None:
        room = await rooms.room(self.unions["unit"])
        await rooms.close(room, "2030-01-01 10:00", "2030-01-01 11:00")
        await events.register(self.member, await events.event(self.unions["county"], whom={"membership_days": 9}))

    async def _add_programme(self) -> None:
        """A programme like another, and one more standing that rules may ask for."""
        model = (await Programme.filter(code="temporary-aid").values())[0]
        programme = await Programme.create(**{**model, "id": uuid7(), "code": f"aid-{self.size}"})
        version = (await ProgrammeVersion.filter(programme_id=model["id"]).order_by("-number").values())[0]
        await ProgrammeVersion.create(**{**version, "id": uuid7(), "programme_id": programme.id})
        await OpeningWindow.create(
            programme=programme, opens_at=clock.now() - events.DAY, closes_at=clock.now() + events.DAY
        )
        await Standing.create(
            member_id=self.person.id, code=f"STANDING_{self.size}", value="X", valid_from=clock.today()
        )

    def operations(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """For each operation: whose it is, and its variables."""
        page, file = {"first": 100}, {"id": global_id("Case", self.file.case.id)}
        county = {"organisationId": global_id("Organisation", self.unions["county"].id)}
        return {
            "Home": ("member", {}),
            "MyBenefits": ("member", {}),
            "MyCases": ("member", page),
            "MyCase": ("member", file),
            "MyRegistrations": ("member", page),
            "Notifications": ("member", page),
            "Events": ("member", page),
            "MothersRooms": ("member", {**page, "date": str(clock.today() + events.DAY)}),
            "FindOrganisation": ("member", {"text": "工会"}),
            "PublicNotices": ("member", page),
            "Desk": ("clerk", {}),
            "StaffQueue": ("clerk", {**page, **county}),
            "CaseForStaff": ("clerk", file),
            "AssignableHandlers": ("clerk", {"caseId": file["id"]}),
            "FindMember": ("clerk", {**page, "text": "王小明"}),
            "EventRoll": ("clerk", {**page, "id": global_id("Event", self.event.id)}),
            "AuditLog": ("auditor", {**page, "filter": {}}),
        }

    async def measure(self, api: Api) -> dict[str, tuple[int, int]]:
        """For each operation: how long its longest list is, and how many statements it makes."""
        found = {}
        for name, (who, variables) in self.operations().items():
            with counted() as meter:
                answer = await api.as_(self.tokens[who])(name, **variables)
            found[name] = (longest(answer), meter.statements)
        return found


def longest(answer: Any) -> int:
    """The length of the longest list in an answer."""
    inner = answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else []
    return max((len(answer) if isinstance(answer, list) else 0, *map(longest, inner)))


async def city() -> City:
    """Its people, and the file that will grow."""
    unions = await people.tree()
    await cases.funded(unions["county"])
    person = await people.member(unions["unit"])
    account = await people.account(person)
    staff = await people.account(None, clerk=unions["county"])
    member, clerk = cases.actor_of(account, person), cases.actor_of(staff, clerk=unions["county"])
    return City(
        unions, person, account, member, clerk,
        await cases.at_decision(member, unions["unit"], clerk),
        await events.event(unions["county"], capacity=100),
        {
            "member": await people.token(account),
            "clerk": await people.token(staff),
            "auditor": await people.signed_in(None, auditor=unions["city"]),
        },
    )  # fmt: skip


async def test_thirty_of_everything_take_as_many_statements_as_three(api: Api) -> None:
    place = await city()
    await place.grow(FEW)
    few = await place.measure(api)
    await place.grow(MANY)
    many = await place.measure(api)
    assert {name for name in many if many[name][0] >= MANY} == many.keys() - SHORT
    statements = {name: count for name, (_, count) in many.items()}
    assert statements == {name: count for name, (_, count) in few.items()}
    assert {name: count for name, count in statements.items() if count > STATEMENTS[name]} == {}
