"""The tables of people, the union tree and membership, and the closed sets of their columns."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import EncryptedField, UtcDatetimeField, key


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


class MembershipEventKind(StrEnum):
    """What happened to a membership."""

    JOINED = "JOINED"
    MOVED_OUT = "MOVED_OUT"
    MOVED_IN = "MOVED_IN"
    RETAINED = "RETAINED"
    ENDED = "ENDED"


class Education(StrEnum):
    """The highest education finished."""

    PRIMARY = "PRIMARY"
    JUNIOR_SECONDARY = "JUNIOR_SECONDARY"
    SENIOR_SECONDARY = "SENIOR_SECONDARY"
    VOCATIONAL_SECONDARY = "VOCATIONAL_SECONDARY"
    COLLEGE = "COLLEGE"
    BACHELOR = "BACHELOR"
    MASTER = "MASTER"
    DOCTOR = "DOCTOR"


class PoliticalStatus(StrEnum):
    """Which party or league somebody belongs to, if any."""

    PARTY_MEMBER = "PARTY_MEMBER"
    PROBATIONARY_PARTY_MEMBER = "PROBATIONARY_PARTY_MEMBER"
    YOUTH_LEAGUE_MEMBER = "YOUTH_LEAGUE_MEMBER"
    DEMOCRATIC_PARTY_MEMBER = "DEMOCRATIC_PARTY_MEMBER"
    NO_PARTY = "NO_PARTY"


class Employment(StrEnum):
    """The form of somebody's employment."""

    CONTRACT = "CONTRACT"
    DISPATCHED = "DISPATCHED"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION"
    FLEXIBLE = "FLEXIBLE"
    NEW_FORM = "NEW_FORM"
    UNEMPLOYED = "UNEMPLOYED"
    RETIRED = "RETIRED"


class NewFormGroup(StrEnum):
    """The trades of the new forms of employment that unions count on their own."""

    TRUCK_DRIVER = "TRUCK_DRIVER"
    RIDE_HAILING_DRIVER = "RIDE_HAILING_DRIVER"
    COURIER = "COURIER"
    DELIVERY_RIDER = "DELIVERY_RIDER"


class SkillLevel(StrEnum):
    """The vocational skill grade, the lowest first."""

    JUNIOR = "JUNIOR"
    INTERMEDIATE = "INTERMEDIATE"
    SENIOR = "SENIOR"
    TECHNICIAN = "TECHNICIAN"
    SENIOR_TECHNICIAN = "SENIOR_TECHNICIAN"


class HouseholdType(StrEnum):
    """What the household register says."""

    URBAN = "URBAN"
    RURAL = "RURAL"


class Division(Model):
    """An administrative division with the dates it existed."""

    id = key()
    code = fields.CharField(max_length=12, unique=True)
    name: Any = fields.JSONField()
    valid_from = fields.DateField(null=True)
    valid_to = fields.DateField(null=True)
    # The code of the division it was cut out of.
    split_from = fields.CharField(max_length=12, null=True)

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
        indexes = (("name", "id"), ("uscc",), ("employer_uscc",), ("parent_id",))


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
    political_status = fields.CharField(max_length=30, null=True)
    employer_uscc = fields.CharField(max_length=18, null=True)
    post = fields.CharField(max_length=50, null=True)
    employment = fields.CharField(max_length=20, null=True)
    new_form_group = fields.CharField(max_length=20, null=True)
    skill_level = fields.CharField(max_length=20, null=True)
    household_type = fields.CharField(max_length=10, null=True)
    # The key of this person's texts in timelines and notes: erasing it erases them, the chains stay whole.
    text_salt = fields.CharField(max_length=64)
    created_at = UtcDatetimeField()

    class Meta:
        table = "member"
        indexes = (("name", "id"),)


class Membership(Model):
    """A person's membership of one union; one not ended per person and per card (partial unique indexes)."""

    member_id: UUID
    organisation_id: UUID
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
    kind = fields.CharField(max_length=12)
    on = fields.DateField()
    case_id = fields.UUIDField(null=True)
    at = UtcDatetimeField()

    class Meta:
        table = "membership_event"
        indexes = (("member_id", "at"),)
