"""How the applications of the demo's stories are filed, each kind by its own command."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from models.accounts import ConsentPurpose, consents
from models.cases.tables import Case
from models.kit import clock
from models.kit.actor import Actor
from models.kit.identity import Sex
from models.members import age_on
from models.programmes.tables import Programme
from models.rooms.rules import Equipment
from models.rooms.tables import SiteType
from models.seed.demo import numbers, read
from models.seed.demo.people import Person
from models.seed.demo.rooms import equipment
from models.seed.demo.unions import Unions
from resolvers.accounts.own import give_consent
from resolvers.aid import apply_for_aid, file_for_hardship
from resolvers.joining import join_union, transfer_membership
from resolvers.room_setup import apply_for_mothers_room

Row = dict[str, Any]
FEN = 100
# ID numbers of people who are in no register begin here.
_FIRST_SEQUENCE = 800
_DRAFT = "draft"


@dataclass(frozen=True)
class Applicant:
    """Who files, and what they file."""

    actor: Actor
    person: Person
    story: Row
    unions: Unions

    @property
    def submits(self) -> bool:
        """False for what stays a draft."""
        return self.story.get("until") != _DRAFT


async def file(applicant: Applicant) -> tuple[UUID, Actor]:
    """File an application; the case, and the applicant as the member they are since."""
    made = await _FILING.get(applicant.story["programme"], _for_aid)(applicant)
    case_id: UUID = made["case_id"]
    member_id = (await Case.get(id=case_id).only("id", "applicant_id")).applicant_id
    return case_id, replace(applicant.actor, member_id=member_id, name=applicant.person.name)


async def _for_aid(applicant: Applicant) -> Row:
    story, actor = applicant.story, applicant.actor
    programme = await Programme.get(code=story["programme"])
    if applicant.submits:
        await consent(actor, ConsentPurpose.BANK_ACCOUNT, ConsentPurpose.HEALTH)
    return await apply_for_aid(
        actor,
        programme_id=programme.id,
        amount_requested=story["amount"] * FEN,
        answers=answers(story, clock.today()),
        payee={"name": actor.name, "account": _bank_card(applicant.person)},
        student_name=story.get("student"),
        submit=applicant.submits,
    )


async def _for_hardship(applicant: Applicant) -> Row:
    home = read("households")[applicant.person.key]
    persons = [_person(number, row) for number, row in enumerate(home["members"])]
    minors = any(age_on(date.fromisoformat(row["born"]), clock.today()) < 14 for row in home["members"])
    purposes = ("INCOME_CHECK", "HEALTH", "PUBLICITY", "BANK_ACCOUNT", *["MINORS"] * minors)
    since = home["household"].get("labour_relation_since")
    return await file_for_hardship(
        applicant.actor,
        household={**home["household"], "labour_relation_since": since and date.fromisoformat(since)},
        members=persons,
        incomes=_in_fen(home["incomes"]),
        spending=_in_fen(home["spending"]),
        causes=[{"cause": cause, "primary": number == 0} for number, cause in enumerate(home["causes"])],
        account=_bank_card(applicant.person),
        consent=[ConsentPurpose(purpose) for purpose in purposes],
        submit=applicant.submits,
    )


async def _for_room(applicant: Applicant) -> Row:
    site = dict(applicant.story["site"])
    if "budget" in site:
        site["budget"] *= FEN
    return await apply_for_mothers_room(
        applicant.actor,
        **{**site, "site_type": SiteType(site["site_type"])},
        equipment=[item for item in equipment(applicant.story["stars"]) if item is not Equipment.PLAQUE],
        manager_phone=applicant.person.phone,
        submit=applicant.submits,
    )


async def _to_join(applicant: Applicant) -> Row:
    person = applicant.person
    return await join_union(
        applicant.actor,
        organisation_id=applicant.unions[applicant.story["union"]].id,
        name=person.name,
        id_number=person.id_number,
        **{**person.details, **applicant.story.get("details", {})},
        submit=applicant.submits,
    )


async def _to_move(applicant: Applicant) -> Row:
    union = applicant.unions[applicant.story["union"]]
    return await transfer_membership(
        applicant.actor,
        organisation_id=union.id,
        employer_uscc=union.employer_uscc,
        **applicant.story.get("details", {}),
        submit=applicant.submits,
    )


_FILING: dict[str, Callable[[Applicant], Awaitable[Row]]] = {
    "hardship": _for_hardship,
    "mothers-room": _for_room,
    "join-union": _to_join,
    "transfer-membership": _to_move,
}


def answers(story: Row, day: date) -> Row:
    """A story's answers: `@-12` is twelve days before, `=name` the ID number of a child."""
    return {name: _answer(value, story, day) for name, value in story["answers"].items()}


def _answer(value: Any, story: Row, day: date) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return (day + timedelta(days=int(value[1:]))).isoformat()
    if isinstance(value, str) and value.startswith("="):
        return _child(value[1:], story)["id_number"]
    return value


def _child(name: str, story: Row) -> Row:
    """A student, as in the file of the household where there is one."""
    home = read("households").get(story["who"], {"members": []})
    listed = (_person(number, row) for number, row in enumerate(home["members"]) if row["name"] == name)
    return next(listed, None) or _person(0, {"name": name, "born": story["born"], "sex": story.get("sex")})


def _person(number: int, row: Row) -> Row:
    """A person of a household, with an ID number; men and boys unless it says otherwise."""
    sequence = _FIRST_SEQUENCE + 2 * number + (row.get("sex") != Sex.FEMALE)
    id_number = numbers.resident_number(date.fromisoformat(row["born"]), sequence)
    return {**row, "id_number": id_number, "income": row.get("income", 0) * FEN}


def _bank_card(person: Person) -> str:
    return numbers.bank_card(int(person.id_number[6:16]))


def _in_fen(yuan: Row) -> Row:
    return {name: amount * FEN for name, amount in yuan.items()}


async def consent(actor: Actor, *purposes: ConsentPurpose) -> None:
    """Agree to what has not been agreed to yet."""
    assert actor.account_id
    given = {row["purpose"] for row in await consents.given_by(actor.account_id)}
    for purpose in purposes:
        if purpose not in given:
            await give_consent(actor, purpose=purpose, version=consents.notices()[purpose]["version"])
