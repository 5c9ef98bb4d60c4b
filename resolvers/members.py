"""Members reading and correcting what the federation holds about them; finding unions and members."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from models import members
from models.accounts import holders, throttle
from models.kit import identity, outbox
from models.kit.actor import Actor
from models.kit.errors import Checks, checked
from models.kit.fields import matching
from models.kit.paging import Page, page
from models.members import card
from resolvers.kit import action
from resolvers.kit.action import command, query
from resolvers.kit.export import exports
from resolvers.kit.guard import ANYONE, MEMBER, STAFF

Row = dict[str, Any]


@query("members.read", ANYONE)
async def members_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Members the actor may see, by id."""
    return await members.rows(members.members_visible_to(actor), ids)


@query("members.find", STAFF)
async def find_members(actor: Actor, first: int, after: str | None, *, text: str) -> Page:
    """Members of the actor's subtrees by name, mobile, card or ID number, in the order of their names. Each look-up by
    a number counts."""
    if members.is_number(text):
        await throttle.count(throttle.LOOK_UPS, str(actor.account_id))
    return await page(
        members.members_matching(actor, text),
        members.MEMBER_COLUMNS,
        first=first,
        after=after,
        order=("name", "id"),
        renamed=members.MASKED,
    )


@query("members.memberships", ANYONE)
async def memberships_of(actor: Actor, member_ids: Iterable[UUID]) -> dict[UUID, Row]:
    """The present or last membership of members that the actor was shown; the card's QR text only to its owner."""
    found = await members.memberships_of(member_ids)
    own = found.get(actor.member_id) if actor.member_id else None
    if own and own["ended_on"] is None:
        own["qr_card"] = card.qr_text(own["card_number"])
    return found


@query("members.history", ANYONE)
async def history_of(actor: Actor, member_ids: Iterable[UUID]) -> list[Row]:
    """What happened to the memberships of members that the actor was shown."""
    return await members.history_of(member_ids)


@query("members.find_organisations", ANYONE)
async def find_organisations(
    actor: Actor,
    first: int,
    after: str | None,
    *,
    text: str | None = None,
    division_code: str | None = None,
    accepts_members: bool | None = None,
) -> Page:
    """Unions of today by name or social credit code, in the order of their names."""
    found = members.organisations_matching(text or "")
    if division_code is not None:
        found = found.filter(matching(members.Organisation, "division_code", division_code))
    if accepts_members is not None:
        found = found.filter(accepts_members=accepts_members)
    return await page(found, members.ORGANISATION_COLUMNS, first=first, after=after, order=("name", "id"))


@query("members.organisations", ANYONE)
async def organisations_by_id(actor: Actor, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Unions by id, former ones too: public."""
    found = await members.Organisation.filter(id__in=set(ids)).values(*members.ORGANISATION_COLUMNS)
    return {row["id"]: row for row in found}


@query("members.chains", ANYONE)
async def chains_of(actor: Actor, paths: Sequence[str]) -> list[list[Row]]:
    """For each path the unions from the city down to it: public."""
    chains = [members.ancestor_paths(path) for path in paths]
    found = await members.organisations_by_path(step for chain in chains for step in chain)
    return [[found[step] for step in chain if step in found] for chain in chains]


@query("members.places", ANYONE)
async def places_of(actor: Actor, organisation_ids: Iterable[UUID]) -> list[Row]:
    """Where unions stood in the tree: public."""
    return await members.places_of(organisation_ids)


@query("members.divisions", ANYONE)
async def divisions(actor: Actor) -> list[Row]:
    """The divisions of today: public."""
    return await members.divisions_open().values(*members.DIVISION_COLUMNS)


@query("members.divisions_by_code", ANYONE)
async def divisions_by_code(actor: Actor, codes: Iterable[str]) -> dict[str, Row]:
    """Divisions by code, former ones too: public."""
    found = await members.Division.filter(code__in=set(codes)).values(*members.DIVISION_COLUMNS)
    return {row["code"]: row for row in found}


@command("members.correct", MEMBER, tries=throttle.CLAIMS)
async def correct_my_details(actor: Actor, *, phone: str | None = None, **given: Any) -> Row:
    """Correct what a member may correct of their own record. The account follows the mobile; one of somebody else
    is PHONE_TAKEN."""
    assert actor.member_id
    checks = Checks()
    number = checks.attempt(checked, identity.mobile, phone, "phone") if phone is not None else None
    details = members.checked_details(checks, given)
    checks.done()
    changed = await members.correct(actor.member_id, details, number)
    if "phone" in changed and number:
        await holders.follow(actor.member_id, number)
        await outbox.send("notify", member_id=actor.member_id, kind="PHONE_CHANGED", params={})
    own = (await members.memberships_of([actor.member_id])).get(actor.member_id)
    action.about(
        "Member",
        actor.member_id,
        subject_id=actor.member_id,
        organisation_path=own["organisation_path"] if own else None,
        what=", ".join(changed) or None,
    )
    return {"member_id": actor.member_id}


@exports("member")
async def held_about(member_id: UUID | None, account_id: UUID) -> Row | None:
    """A person's record, memberships and their history."""
    if member_id is None:
        return None
    return {**await members.whole_record(member_id), **await members.whole_history(member_id)}
