"""The typed parts of aid applications and hardship files, and the closed sets of their columns."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import EncryptedField, key


class HardshipCategory(StrEnum):
    """How hard a household has it."""

    DEEP = "DEEP"
    RELATIVE = "RELATIVE"
    ACCIDENTAL = "ACCIDENTAL"
    # A near miss: recorded, but it opens no aid.
    BORDERLINE = "BORDERLINE"


class Relation(StrEnum):
    """What somebody is to the applicant."""

    SELF = "SELF"
    SPOUSE = "SPOUSE"
    CHILD = "CHILD"
    PARENT = "PARENT"
    SIBLING = "SIBLING"
    GRANDPARENT = "GRANDPARENT"
    GRANDCHILD = "GRANDCHILD"
    OTHER = "OTHER"


class HealthState(StrEnum):
    """The state of somebody's health, as far as hardship goes."""

    HEALTHY = "HEALTHY"
    WEAK = "WEAK"
    CHRONICALLY_ILL = "CHRONICALLY_ILL"
    SERIOUSLY_ILL = "SERIOUSLY_ILL"
    DISABLED = "DISABLED"
    SEVERELY_DISABLED = "SEVERELY_DISABLED"


class Occupation(StrEnum):
    """What somebody does."""

    EMPLOYED = "EMPLOYED"
    FLEXIBLE = "FLEXIBLE"
    UNEMPLOYED = "UNEMPLOYED"
    RETIRED = "RETIRED"
    STUDENT = "STUDENT"
    CHILD = "CHILD"
    UNABLE_TO_WORK = "UNABLE_TO_WORK"
    OTHER = "OTHER"


class MedicalInsurance(StrEnum):
    """The medical insurance somebody is in."""

    EMPLOYEE = "EMPLOYEE"
    RESIDENT = "RESIDENT"
    COMMERCIAL = "COMMERCIAL"
    NONE = "NONE"


class Housing(StrEnum):
    """How a household lives."""

    OWNED = "OWNED"
    RENTED = "RENTED"
    PUBLIC_RENTAL = "PUBLIC_RENTAL"
    OF_EMPLOYER = "OF_EMPLOYER"
    OTHER = "OTHER"


class Cause(StrEnum):
    """Why a household is in hardship."""

    NO_ABILITY_TO_WORK = "NO_ABILITY_TO_WORK"
    UNEMPLOYED = "UNEMPLOYED"
    LAID_OFF = "LAID_OFF"
    NOT_INSURED = "NOT_INSURED"
    BENEFITS_UNPAID = "BENEFITS_UNPAID"
    MAJOR_ILLNESS = "MAJOR_ILLNESS"
    NATURAL_DISASTER = "NATURAL_DISASTER"
    ACCIDENT = "ACCIDENT"
    CHILDREN_AT_SCHOOL = "CHILDREN_AT_SCHOOL"
    OTHER = "OTHER"


class Hold(StrEnum):
    """Whether a person is in a household's file: at most one holds a person (partial unique index)."""

    DRAFT = "DRAFT"
    HELD = "HELD"
    RELEASED = "RELEASED"


class AidApplication(Model):
    """The typed part of an application for money: to whom it goes, and for which student."""

    id = key()
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT, related_name="aid")
    payee_name = fields.CharField(max_length=50, null=True)
    account = EncryptedField(null=True)
    account_masked = fields.CharField(max_length=19, null=True)
    account_index = fields.CharField(max_length=64, null=True)
    student_name = fields.CharField(max_length=50, null=True)

    class Meta:
        table = "aid_application"
        indexes = (("account_index",),)


class HardshipFiling(Model):
    """The typed part of a hardship file. Amounts in fen: income and spending of a year, the rest of a month."""

    id = key()
    case_id: UUID
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT, related_name="hardship")
    # Housing, incomes and spending as the applicant gave them (JSON).
    circumstances = EncryptedField()
    account = EncryptedField(null=True)
    account_masked = fields.CharField(max_length=19, null=True)
    account_index = fields.CharField(max_length=64, null=True)
    # What the rule version made of it; null while it is incomplete.
    category = fields.CharField(max_length=12, null=True)
    size = fields.IntField(default=0)
    income_fen = fields.BigIntField(null=True)
    spending_fen = fields.BigIntField(null=True)
    per_head_fen = fields.BigIntField(null=True)
    valid_to = fields.DateField(null=True)

    class Meta:
        table = "hardship_filing"
        indexes = (("account_index",),)


class HouseholdPerson(Model):
    """A person of a filed household, the applicant included."""

    id = key()
    filing_id: UUID
    filing: Any = fields.ForeignKeyField("models.HardshipFiling", on_delete=fields.RESTRICT, related_name="persons")
    position = fields.IntField()
    name = fields.CharField(max_length=50)
    relation = fields.CharField(max_length=12)
    sex = fields.CharField(max_length=6)
    born_on = fields.DateField()
    id_number = EncryptedField()
    id_number_index = fields.CharField(max_length=64)
    id_number_masked = fields.CharField(max_length=18)
    health = EncryptedField(null=True)
    income_fen = fields.BigIntField()  # a year
    occupation = fields.CharField(max_length=15, null=True)
    insurance = fields.CharField(max_length=12, null=True)
    workplace = fields.CharField(max_length=100, null=True)
    hold = fields.CharField(max_length=8, default=Hold.DRAFT)

    class Meta:
        table = "household_person"
        unique_together = (("filing_id", "id_number_index"),)
        indexes = (("id_number_index", "hold"),)


class HardshipCause(Model):
    """A cause of hardship; exactly one of a filing's is the primary one (partial unique index)."""

    id = key()
    filing: Any = fields.ForeignKeyField("models.HardshipFiling", on_delete=fields.RESTRICT, related_name="causes")
    cause = fields.CharField(max_length=20)
    is_primary = fields.BooleanField()

    class Meta:
        table = "hardship_cause"
        unique_together = (("filing_id", "cause"),)
