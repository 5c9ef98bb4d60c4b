"""What applicants do with their cases."""

from typing import Any
from uuid import UUID

from models.accounts import throttle
from models.cases import filing
from models.cases.life import File
from models.cases.status import ServiceScore
from models.kit import words
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import refuse
from models.kit.identity import InvalidValue
from models.kit.ids import parse_global_id
from models.rooms.ratings import rate_booking
from resolvers.cases.common import on_record, open_case, tell_staff
from resolvers.kit.action import about, command
from resolvers.kit.export import camel
from resolvers.kit.guard import MEMBER

Row = dict[str, Any]
MAX_TEXT = 2000
# A room shows the average of its ratings as one to five.
STARS = {score: 5 - number for number, score in enumerate(ServiceScore)}


async def hand_in(file: File, actor: Actor, answers: Row) -> None:
    """Submit a case and let its union know."""
    await filing.submit(file, actor, answers)
    await tell_staff(file)


@command("cases.update", MEMBER)
async def update_case(
    actor: Actor,
    *,
    id: UUID,
    version: int,
    answers: Row | None = None,
    amount_requested: int | None = None,
    **details: Any,
) -> Row:
    """Change a draft, or what a correction asks about. `details` are the typed parts of the case's kind."""
    file = await open_case(actor, id, version, own=True)
    await _amend(file, actor, answers, amount_requested, details)
    return on_record(file)


async def _amend(file: File, actor: Actor, answers: Row | None, requested: int | None, details: Row) -> None:
    await filing.edit(file, actor, answers=answers, requested=requested)
    given = {name: value for name, value in details.items() if value is not None}
    for name in given.keys() - {file.type.part}:
        refuse(ErrorCode.INVALID, camel(name), payload=file.payload)
    if given:
        await file.type.amend(file.case, given)


@command("cases.submit", MEMBER, tries=throttle.CLAIMS)
async def submit_case(actor: Actor, *, id: UUID, version: int) -> Row:
    """Hand a draft in."""
    file = await open_case(actor, id, version, own=True)
    await hand_in(file, actor, file.answers())
    return on_record(file)


@command("cases.answer_correction", MEMBER)
async def answer_correction(
    actor: Actor,
    *,
    id: UUID,
    version: int,
    answers: Row | None = None,
    amount_requested: int | None = None,
    reply: str | None = None,
    **details: Any,
) -> Row:
    """Answer a correction notice, with what was changed for it."""
    file = await open_case(actor, id, version, own=True)
    if answers is not None or amount_requested is not None or any(details.values()):
        await _amend(file, actor, answers, amount_requested, details)
    await filing.answer_correction(file, actor, reply and words.line(reply, "reply", most=MAX_TEXT))
    await tell_staff(file)
    return on_record(file)


@command("cases.withdraw", MEMBER)
async def withdraw_case(actor: Actor, *, id: UUID, version: int, reason: str | None = None) -> Row:
    """Take an application back."""
    file = await open_case(actor, id, version, own=True)
    await filing.withdraw(file, actor, reason and words.line(reason, "reason", most=MAX_TEXT))
    return on_record(file)


@command("cases.rate", MEMBER)
async def rate_service(actor: Actor, *, id: str, score: ServiceScore, comment: str | None = None) -> Row:
    """Rate a finished case or a room that was used."""
    comment = comment and words.line(comment, "comment", most=500)
    type_name, row_id = _parsed(id)
    if type_name == "RoomBooking":
        assert actor.member_id
        await rate_booking(row_id, actor.member_id, STARS[score], comment)
        about("RoomBooking", row_id, subject_id=actor.member_id)
        return {}
    if type_name != "Case":
        refuse(ErrorCode.NOT_FOUND, "id")
    file = await open_case(actor, row_id, own=True)
    await filing.rate(file, actor, score, comment)
    return on_record(file)


def _parsed(id: str) -> tuple[str, UUID]:
    try:
        return parse_global_id(id)
    except InvalidValue:
        refuse(ErrorCode.NOT_FOUND, "id")
