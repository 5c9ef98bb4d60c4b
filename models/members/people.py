"""People: identity columns, registering, correcting, finding, and who may see whom."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.kit import clock, crypto, db, identity, masking
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import Checks, checked, refuse, valid
from models.kit.fields import Secret, matching
from models.kit.identity import ResidentId
from models.kit.sensitive import Sensitive, SensitiveField, sensitive
from models.kit.words import line
from models.members import card
from models.members.tables import Member, Membership
from models.members.tree import within

Row = dict[str, Any]
DETAILS = (
    "ethnicity", "education", "political_status", "employer_uscc", "post", "employment", "new_form_group",
    "skill_level", "household_type",
)  # fmt: skip
MEMBER_COLUMNS = ("id", "name", "sex", "born_on", *DETAILS)
# What lists show of the encrypted columns.
MASKED = {"id_number": "id_number_masked", "phone": "phone_masked"}


def phone_index(phone: str) -> str:
    """The blind index of a mobile number."""
    return crypto.blind_index(phone, "phone")


def id_number_index(number: str) -> str:
    """The blind index of a resident ID number."""
    return crypto.blind_index(number, "id_number")


def identity_columns(number: str, phone: str | None) -> dict[str, Any]:
    """The columns that hold a checked ID number and mobile."""
    return {**_number_columns(number), **phone_columns(phone)}


def _number_columns(number: str) -> dict[str, Any]:
    return {
        "id_number": Secret(number),
        "id_number_index": id_number_index(number),
        "id_number_masked": masking.mask_resident_id(number),
    }


def phone_columns(phone: str | None) -> dict[str, Any]:
    """The columns that hold a checked mobile, or none."""
    return {
        "phone": Secret(phone) if phone else None,
        "phone_index": phone_index(phone) if phone else None,
        "phone_masked": masking.mask_mobile(phone) if phone else None,
    }


async def register_person(
    name: str, person: ResidentId, phone: str | None, *, held: bool = True, **details: Any
) -> Member:
    """A person of a checked name, ID and mobile; the one already known when name and mobile agree with it.

    Refuses a mobile of somebody else (PHONE_TAKEN), a current member (ALREADY_MEMBER), and an ID number known
    under another name or mobile (PERSON_MISMATCH): knowing somebody's numbers must not open their file, so a
    mobile that the caller has not shown to hold (`held`) agrees with none.
    """
    try:
        async with db.transaction():
            return await Member.create(
                name=name,
                **identity_columns(person.number, phone),
                sex=person.sex,
                born_on=person.birth_date,
                text_salt=secrets.token_hex(16),
                created_at=clock.now(),
                **details,
            )
    except IntegrityError:
        return await _known(name, person, phone if held else None)


async def _known(name: str, person: ResidentId, phone: str | None) -> Member:
    known = await Member.get_or_none(id_number_index=id_number_index(person.number))
    if known is None:
        refuse(ErrorCode.PHONE_TAKEN, "phone")
    if phone and known.name == name and known.phone_index == phone_index(phone):
        return known
    joined = await Membership.exists(member_id=known.id, ended_on=None)
    return refuse(ErrorCode.ALREADY_MEMBER if joined else ErrorCode.PERSON_MISMATCH, "idNumber")


async def identify(member_id: UUID, name: str, person: ResidentId, field: str = "idNumber") -> None:
    """Make a checked name and ID those of a known person. Only who never was a member may still change them:
    PERSON_MISMATCH for everybody else, and for an ID number that is another person's."""
    member = await Member.get(id=member_id)
    if (member.name, member.id_number_index) == (name, id_number_index(person.number)):
        return
    if await Membership.exists(member_id=member_id):
        refuse(ErrorCode.PERSON_MISMATCH, field)
    columns = {
        "name": name,
        **_number_columns(person.number),
        "sex": person.sex,
        "born_on": person.birth_date,
    }
    try:
        async with db.transaction():
            await member.update_from_dict(columns).save(update_fields=list(columns))
    except IntegrityError:
        refuse(ErrorCode.PERSON_MISMATCH, field)


def checked_details(checks: Checks, given: Row, at: str = "") -> Row:
    """Those DETAILS that are given, checked; `at` is the input path before them."""
    details = {name: given[name] for name in DETAILS if given.get(name) is not None}
    if "employer_uscc" in details:
        details["employer_uscc"] = checks.attempt(checked, identity.uscc, details["employer_uscc"], f"{at}employerUscc")
    for name, most in (("ethnicity", 20), ("post", 50)):
        if name in details:
            details[name] = checks.attempt(line, details[name], f"{at}{name}", most=most)
    return details


async def correct(member_id: UUID, details: dict[str, Any], phone: str | None = None) -> list[str]:
    """Write corrected details and, when given, a checked mobile; one of somebody else is PHONE_TAKEN. Answers what
    was written; a mobile that stays the same is not."""
    if details:
        await Member.filter(id=member_id).update(**details)
    if phone is None or await Member.exists(id=member_id, phone_index=phone_index(phone)):
        return [*details]
    columns = phone_columns(phone)
    member = await Member.get(id=member_id)
    try:
        await member.update_from_dict(columns).save(update_fields=list(columns))
    except IntegrityError:
        refuse(ErrorCode.PHONE_TAKEN, "phone")
    return [*details, "phone"]


def members_visible_to(actor: Actor) -> QuerySet[Member]:
    """Members an actor may see: themself, and for staff those of the unions in their subtrees."""
    own = Q(id=actor.member_id) if actor.member_id else Q(id__isnull=True)
    grants = actor.scope()
    if not grants:
        return Member.filter(own)
    inside = Membership.filter(within("organisation__path", grants), ended_on=None).values("member_id")
    return Member.filter(own | Q(id__in=Subquery(inside)))


def members_matching(actor: Actor, text: str) -> QuerySet[Member]:
    """Members of an actor's subtrees whom a text means: a whole ID number, mobile, card number or QR text, or
    a part of a name."""
    inside = Membership.filter(within("organisation__path", actor.scope()), ended_on=None).values("member_id")
    return Member.filter(_meant_by(text), id__in=Subquery(inside))


def is_number(text: str) -> bool:
    """True for what may mean a person by a number: guessing those tells something."""
    return any(character.isdigit() for character in text)


def _meant_by(text: str) -> Q:
    number = card.number_shown(text) or "".join(text.split())
    if person := valid(identity.resident_id, text):
        return Q(id_number_index=id_number_index(person.number))
    if phone := valid(identity.mobile, text):
        return Q(phone_index=phone_index(phone))
    if number.isdecimal():
        held = Membership.filter(matching(Membership, "card_number", number), ended_on=None)
        return Q(id__in=Subquery(held.values("member_id")))
    if name := valid(identity.person_name, text):
        return Q(name__icontains=name)
    return Q(id__isnull=True)


async def rows(found: QuerySet[Member], ids: Iterable[UUID]) -> dict[UUID, Row]:
    """Rows of those of `found` that have one of these ids, sensitive columns masked."""
    read = await found.filter(id__in=set(ids)).values(*MEMBER_COLUMNS, **MASKED)
    return {row["id"]: row for row in read}


async def whole_record(member_id: UUID) -> Row:
    """A person's own columns with the sensitive ones opened."""
    row = (await Member.filter(id=member_id).values(*MEMBER_COLUMNS, "id_number", "phone", "created_at"))[0]
    opened = {name: row[name].open(member_id) if row[name] else None for name in MASKED}
    del row["id"]
    return {**row, **opened}


@sensitive("Member", SensitiveField.ID_NUMBER)
async def read_id_number(member_id: UUID) -> Sensitive | None:
    """A member's resident ID number."""
    return await _read_sensitive(member_id, "id_number")


@sensitive("Member", SensitiveField.PHONE)
async def read_phone(member_id: UUID) -> Sensitive | None:
    """A member's mobile."""
    return await _read_sensitive(member_id, "phone")


async def _read_sensitive(member_id: UUID, column: str) -> Sensitive | None:
    found = await Membership.filter(member_id=member_id, ended_on=None).values(
        path="organisation__path", sealed=f"member__{column}"
    )
    if not found or found[0]["sealed"] is None:
        return None
    return Sensitive(found[0]["sealed"].open(member_id), member_id, found[0]["path"])


def age_on(born_on: date, day: date) -> int:
    """Full years of life on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
