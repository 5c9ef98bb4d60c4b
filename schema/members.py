"""People, unions and membership as clients see them."""

from collections import defaultdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from models.kit.identity import Sex
from models.kit.texts import localised
from models.members import (
    Education,
    Employment,
    HouseholdType,
    Level,
    MembershipEventKind,
    MembershipStatus,
    NewFormGroup,
    PoliticalStatus,
    SkillLevel,
)
from resolvers import members
from schema.kit.build import batch, change, column, computed, described, enum, input_type, output
from schema.kit.context import BatchFunction, Info, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import given, values
from schema.kit.nodes import Node, behind, node_id, reads
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import Price

enum(
    Level,
    CITY="The city's federation.",
    COUNTY="A county's or district's federation.",
    INDUSTRY="An industry's union.",
    TOWN="A town's or street's union.",
    UNIT="The union of an employer, or a joint union of several.",
    GROUP="A group within a union.",
)
enum(
    MembershipStatus,
    ACTIVE="A member with all rights.",
    RETAINED="Retired or unemployed: stays with the union, pays no dues, cannot vote or stand.",
    ENDED="No longer a member.",
)
enum(
    MembershipEventKind,
    JOINED="Became a member.",
    MOVED_OUT="Left a union for another one.",
    MOVED_IN="Came to a union from another one.",
    RETAINED="Stayed with the union without dues, vote or office.",
    ENDED="Ceased to be a member.",
)
enum(Sex, MALE="Male.", FEMALE="Female.")
enum(
    Education,
    PRIMARY="Primary school.",
    JUNIOR_SECONDARY="Junior secondary school.",
    SENIOR_SECONDARY="Senior secondary school.",
    VOCATIONAL_SECONDARY="Secondary vocational school.",
    COLLEGE="Junior college.",
    BACHELOR="Bachelor.",
    MASTER="Master.",
    DOCTOR="Doctor.",
)
enum(
    PoliticalStatus,
    PARTY_MEMBER="Member of the Communist Party of China.",
    PROBATIONARY_PARTY_MEMBER="Probationary member of the Communist Party of China.",
    YOUTH_LEAGUE_MEMBER="Member of the Communist Youth League.",
    DEMOCRATIC_PARTY_MEMBER="Member of one of the democratic parties.",
    NO_PARTY="No party.",
)
enum(
    Employment,
    CONTRACT="Employed under a labour contract.",
    DISPATCHED="Dispatched by a labour agency.",
    PUBLIC_INSTITUTION="Employed by a public body.",
    FLEXIBLE="In flexible employment.",
    NEW_FORM="In a new form of employment, such as platform work.",
    UNEMPLOYED="Without employment.",
    RETIRED="Retired.",
)
enum(
    NewFormGroup,
    TRUCK_DRIVER="Lorry drivers.",
    RIDE_HAILING_DRIVER="Ride-hailing drivers.",
    COURIER="Couriers.",
    DELIVERY_RIDER="Delivery riders.",
)
enum(
    SkillLevel,
    JUNIOR="Junior worker, grade five.",
    INTERMEDIATE="Intermediate worker, grade four.",
    SENIOR="Senior worker, grade three.",
    TECHNICIAN="Technician, grade two.",
    SENIOR_TECHNICIAN="Senior technician, grade one.",
)
enum(HouseholdType, URBAN="Registered in a town.", RURAL="Registered in the countryside.")


def organisation_by(name: str) -> BatchFunction:
    """For each row the union whose id is in a column."""
    return behind(name, members.organisations_by_id)


def member_by(name: str) -> BatchFunction:
    """For each row the member whose id is in a column, where the viewer may see them."""
    return behind(name, members.members_by_id)


def division_by(name: str) -> BatchFunction:
    """For each row the division whose code is in a column."""

    async def divisions(rows: Rows, info: Info) -> list[Any]:
        codes = {row[name] for row in rows if row[name]}
        found = await members.divisions_by_code(info.context.actor, codes) if codes else {}
        return [found.get(row[name]) for row in rows]

    return divisions


def _chain_by(name: str) -> BatchFunction:
    async def chains(rows: Rows, info: Info) -> list[Any]:
        return list(await members.chains_of(info.context.actor, [row[name] for row in rows]))

    return chains


def _grouped(found: Rows, name: str, ids: list[UUID]) -> list[Any]:
    groups: dict[UUID, Rows] = defaultdict(list)
    for row in found:
        groups[row[name]].append(row)
    return [groups[id] for id in ids]


@output
class Division:
    """An administrative division of the city: a county, a district or a county-level city."""

    code: str = column("Its code (GB/T 2260).")
    name: str = computed(
        lambda row, info: localised(row["name"], info.context.locale), "Its name, in the reader's language."
    )
    valid_from: date | None = column("The first day it existed; null when it always has.")
    valid_to: date | None = column("The last day it existed; null while it does.")
    split_from: Annotated["Division", strawberry.lazy("schema.members")] | None = batch(
        division_by("split_from"), "The division it was cut out of, if any."
    )


async def _places(rows: Rows, info: Info) -> list[Any]:
    ids = [row["id"] for row in rows]
    return _grouped(await members.places_of(info.context.actor, ids), "organisation_id", ids)


@output
class OrganisationPlace:
    """Where in the tree a union stood, from when to when."""

    level: Level = column("Its level then.")
    parent: Annotated["Organisation", strawberry.lazy("schema.members")] | None = batch(
        organisation_by("parent_id"), "The union above it then; null for the city's."
    )
    valid_from: date = column("The first day.")
    valid_to: date | None = column("The last day; null while it lasts.")


@output
class Organisation(Node):
    """A union."""

    id: strawberry.ID = node_id("Organisation")
    name: str = column("Its name.")
    level: Level = column("Where in the union tree it stands.")
    uscc: str | None = column("Its unified social credit code, if it has one.")
    accepts_members: bool = column("True when people can join it.")
    chain: list[Annotated["Organisation", strawberry.lazy("schema.members")]] = batch(
        _chain_by("path"), "The unions from the city's down to this one.", price=Price(points=1, size=5)
    )
    division: Division | None = batch(division_by("division_code"), "Where on the map it is.")
    places: list[OrganisationPlace] = batch(_places, "Where in the tree it stood, the first place first.")


@output
class MembershipEvent:
    """Something that happened to a membership."""

    on: date = column("The day.")
    kind: MembershipEventKind = column("What happened.")
    organisation: Organisation | None = batch(organisation_by("organisation_id"), "The union concerned.")


async def _history(rows: Rows, info: Info) -> list[Any]:
    ids = [row["member_id"] for row in rows]
    return _grouped(await members.history_of(info.context.actor, ids), "member_id", ids)


@output
class Membership:
    """How a person belongs to a union, or did last."""

    status: MembershipStatus = column("Active, retained, or ended.")
    card_number: str = column("The number on the membership card; it stays when the member moves.")
    member_since: date = column("The day on which joining was approved.")
    ended_on: date | None = column("The day it ended; null while it lasts.")
    organisation: Organisation | None = batch(organisation_by("organisation_id"), "The union.")
    union_path: list[Organisation] = batch(
        _chain_by("organisation_path"),
        "The unions from the city's down to the member's.",
        price=Price(points=1, size=5),
    )
    history: list[MembershipEvent] = batch(_history, "Joining, moves and endings, the first one first.")
    qr_card: str | None = column(
        "The text of the card's QR code, good for ten minutes; staff find the member by it."
        " Null for anybody else, and when membership has ended."
    )


async def _memberships(rows: Rows, info: Info) -> list[Any]:
    found = await members.memberships_of(info.context.actor, [row["id"] for row in rows])
    return [found.get(row["id"]) for row in rows]


@output
class Member(Node):
    """A person."""

    id: strawberry.ID = node_id("Member")
    name: str = column("The person's name.")
    id_number: str = column("The resident ID number, masked.")
    phone: str | None = column("The mobile number, masked.")
    sex: Sex = column("Sex, as the resident ID states it.")
    born_on: date = column("The day of birth, as the resident ID states it.")
    ethnicity: str | None = column("Ethnicity.")
    education: Education | None = column("The highest education finished.")
    political_status: PoliticalStatus | None = column("Party or league, if any.")
    employer_uscc: str | None = column("The employer's unified social credit code.")
    post: str | None = column("The post held.")
    employment: Employment | None = column("The form of employment.")
    new_form_group: NewFormGroup | None = column("The trade, in a new form of employment.")
    skill_level: SkillLevel | None = column("The vocational skill grade.")
    household_type: HouseholdType | None = column("What the household register says.")
    membership: Membership | None = batch(
        _memberships, "The membership, or the last one there was; null for people who never joined."
    )


reads("Member", members.members_by_id)
reads("Organisation", members.organisations_by_id)


@output
class MemberViewer:
    """The viewer as a member."""

    member: Member | None = batch(member_by("member_id"), "The member behind the account; null when there is none.")


@input_type
class OrganisationFilter:
    """Which unions to list."""

    text: str | None = given(
        "A part of the name, or a whole social credit code of the union or the employer.", default=None
    )
    division_code: str | None = given("Only those of a division.", default=None)
    accepts_members: bool | None = given("Only those that people can join, or cannot.", default=None)


@input_type
class MemberFilter:
    """Which members to list."""

    text: str = given("A part of a name; or a whole mobile, card number, QR text of a card, or ID number.")


@output
class MemberQueries:
    """Finding unions and members."""

    @described(description="Unions that exist today, in the order of their names.")
    async def organisations(
        self,
        info: Info,
        first: First,
        after: After = None,
        filter: Annotated[
            OrganisationFilter | None, strawberry.argument(description="Which ones; all without it.")
        ] = None,
    ) -> Connection[Organisation]:
        filters = values(filter) if filter else {}
        page = await members.find_organisations(info.context.actor, first, after, **filters)
        return connection(page, after)  # type: ignore[no-any-return]

    @described(
        description="For staff: members within their unions, in the order of their names; none for a blank text."
    )
    async def members(
        self,
        info: Info,
        first: First,
        filter: Annotated[MemberFilter, strawberry.argument(description="Which ones.")],
        after: After = None,
    ) -> Connection[Member] | None:
        page = await members.find_members(info.context.actor, first, after, **values(filter))
        return connection(page, after)  # type: ignore[no-any-return]

    @described(description="The divisions of the city today, by code.", price=Price(points=1, size=20))
    async def divisions(self, info: Info) -> list[Division]:
        return await members.divisions(info.context.actor)  # type: ignore[return-value]


@input_type
class CorrectMyDetailsInput:
    """What a member corrects of their own record; what is left out stays as it is."""

    phone: str | None = given("The mobile; the account signs in with it from then on.", default=None)
    ethnicity: str | None = given("Ethnicity.", default=None)
    education: Education | None = given("The highest education finished.", default=None)
    political_status: PoliticalStatus | None = given("Party or league.", default=None)
    employer_uscc: str | None = given("The employer's unified social credit code.", default=None)
    post: str | None = given("The post held.", default=None)
    employment: Employment | None = given("The form of employment.", default=None)
    new_form_group: NewFormGroup | None = given("The trade, in a new form of employment.", default=None)
    skill_level: SkillLevel | None = given("The vocational skill grade.", default=None)
    household_type: HouseholdType | None = given("What the household register says.", default=None)
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@output
class CorrectMyDetailsPayload(Payload):
    """The corrected record."""

    member: Member | None = batch(member_by("member_id"), "The member, as it now stands.")


@output
class MemberMutations:
    """Correcting one's own record."""

    correct_my_details: CorrectMyDetailsPayload | None = change(
        members.correct_my_details,
        CorrectMyDetailsInput,
        "Correct one's own details; the name and the ID number are corrected at the union.",
    )
