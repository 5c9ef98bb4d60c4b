"""People, the union tree, and membership (domain facts: sections 1, 2, 15, 16)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.kit import clock, crypto, masking
from models.kit.actor import Actor, RoleGrant, subtree_end
from models.kit.fields import EncryptedField, Secret, UtcDatetimeField, key


class Level(StrEnum):
    """Where in the union tree an organisation stands."""

    CITY = "CITY"
    COUNTY = "COUNTY"
    INDUSTRY = "INDUSTRY"
    TOWN = "TOWN"
    UNIT = "UNIT"
    GROUP = "GROUP"


class MembershipStatus(StrEnum):
    """How a person belongs to a union."""

    ACTIVE = "ACTIVE"
    # Retired or unemployed members stay with their union, pay no dues and cannot vote or stand.
    RETAINED = "RETAINED"
    ENDED = "ENDED"


class Division(Model):
    """An administrative division with the dates it existed."""

    id = key()
    code = fields.CharField(max_length=12, unique=True)
    name: Any = fields.JSONField()
    valid_from = fields.DateField(null=True)
    valid_to = fields.DateField(null=True)

    class Meta:
        table = "division"


class Organisation(Model):
    """A union. `path` is the materialised chain of its ancestors' numbers, each ended by `/`."""

    id = key()
    parent: Any = fields.ForeignKeyField("models.Organisation", null=True, on_delete=fields.RESTRICT)
    path = fields.CharField(max_length=200, unique=True)
    name = fields.CharField(max_length=100)
    level = fields.CharField(max_length=10)
    uscc = fields.CharField(max_length=18, null=True)
    employer_uscc = fields.CharField(max_length=18, null=True)
    division_code = fields.CharField(max_length=12)
    accepts_members = fields.BooleanField(default=True)
    valid_from = fields.DateField()
    valid_to = fields.DateField(null=True)

    class Meta:
        table = "organisation"
        indexes = (("name",), ("uscc",), ("parent_id",))


class OrganisationPlace(Model):
    """Where in the tree an organisation stood, from when to when: append-only but for the closing date."""

    id = key()
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    parent_id = fields.UUIDField(null=True)
    path = fields.CharField(max_length=200)
    level = fields.CharField(max_length=10)
    valid_from = fields.DateField()
    valid_to = fields.DateField(null=True)

    class Meta:
        table = "organisation_place"
        indexes = (("organisation_id",),)


class Member(Model):
    """A person. ID number and mobile are encrypted; what lists show is kept masked beside them."""

    id = key()
    name = fields.CharField(max_length=50)
    id_number = EncryptedField()
    id_number_index = fields.CharField(max_length=64, unique=True)
    id_number_masked = fields.CharField(max_length=18)
    phone = EncryptedField(null=True)
    phone_index = fields.CharField(max_length=64, null=True, unique=True)
    phone_masked = fields.CharField(max_length=11, null=True)
    sex = fields.CharField(max_length=6)
    born_on = fields.DateField()
    ethnicity = fields.CharField(max_length=20, null=True)
    education = fields.CharField(max_length=20, null=True)
    post = fields.CharField(max_length=50, null=True)
    employment = fields.CharField(max_length=20, null=True)
    skill_level = fields.CharField(max_length=20, null=True)
    # The key of this person's texts in timelines and notes: erasing it erases them and leaves the chains whole.
    text_salt = fields.CharField(max_length=64)
    created_at = UtcDatetimeField()

    class Meta:
        table = "member"
        indexes = (("name", "id"),)


class Membership(Model):
    """A person's membership; one that is not ENDED per person (partial unique index)."""

    id = key()
    member: Any = fields.ForeignKeyField("models.Member", on_delete=fields.RESTRICT)
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    status = fields.CharField(max_length=10)
    card_number = fields.CharField(max_length=20)
    member_since = fields.DateField()
    ended_on = fields.DateField(null=True)

    class Meta:
        table = "membership"
        indexes = (("organisation_id", "member_id"), ("member_id",), ("card_number",))


class MembershipEvent(Model):
    """The history of a membership: append-only."""

    id = key()
    member: Any = fields.ForeignKeyField("models.Member", on_delete=fields.RESTRICT)
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    kind = fields.CharField(max_length=12)  # JOINED, MOVED_OUT, MOVED_IN, RETAINED, ENDED
    on = fields.DateField()
    case_id = fields.UUIDField(null=True)
    at = UtcDatetimeField()

    class Meta:
        table = "membership_event"
        indexes = (("member_id", "at"),)


def phone_index(phone: str) -> str:
    """The blind index of a mobile number."""
    return crypto.blind_index(phone, "phone")


def id_number_index(number: str) -> str:
    """The blind index of a resident ID number."""
    return crypto.blind_index(number, "id_number")


def identity_columns(number: str, phone: str | None) -> dict[str, Any]:
    """The columns that hold a checked ID number and mobile."""
    return {
        "id_number": Secret(number),
        "id_number_index": id_number_index(number),
        "id_number_masked": masking.mask_resident_id(number),
        **phone_columns(phone),
    }


def phone_columns(phone: str | None) -> dict[str, Any]:
    """The columns that hold a checked mobile, or none."""
    return {
        "phone": Secret(phone) if phone else None,
        "phone_index": phone_index(phone) if phone else None,
        "phone_masked": masking.mask_mobile(phone) if phone else None,
    }


MEMBER_COLUMNS = ("id", "name", "id_number_masked")


def ancestor_paths(path: str) -> list[str]:
    """The paths of an organisation's chain, the city first, itself last."""
    steps = path.rstrip("/").split("/")
    return ["/".join(steps[: i + 1]) + "/" for i in range(len(steps))]


def within(field: str, grants: tuple[RoleGrant, ...]) -> Q:
    """A filter on a path column: inside one of the subtrees; never true without any."""
    if not grants:
        return Q(id__isnull=True)
    return Q(
        *(Q(**{f"{field}__gte": g.path, f"{field}__lt": subtree_end(g.path)}) for g in grants), join_type=Q.OR
    )


def members_visible_to(actor: Actor) -> QuerySet[Member]:
    """Members an actor may see: themself, and for staff those of the unions in their subtrees."""
    own = Q(id=actor.member_id) if actor.member_id else Q(id__isnull=True)
    grants = actor.scope()
    if not grants:
        return Member.filter(own)
    inside = Membership.filter(within("organisation__path", grants), ended_on=None).values("member_id")
    return Member.filter(own | Q(id__in=Subquery(inside)))


def organisations_open() -> QuerySet[Organisation]:
    """Unions that exist today: public."""
    today = clock.today()
    return Organisation.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)


async def current_membership(member_id: UUID) -> Membership | None:
    """The membership of a person that has not ended."""
    return await Membership.get_or_none(member_id=member_id, ended_on=None)


def age_on(born_on: date, day: date) -> int:
    """Full years of life on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
