"""The catalogue: programmes, their dated versions and opening windows, and the amounts that policy refers to."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import UtcDatetimeField, key


class CaseKind(StrEnum):
    """What kind of case a programme opens."""

    AID = "AID"
    HARDSHIP = "HARDSHIP"
    MOTHERS_ROOM = "MOTHERS_ROOM"
    MEMBERSHIP = "MEMBERSHIP"
    INSURANCE_CLAIM = "INSURANCE_CLAIM"
    LEGAL_AID = "LEGAL_AID"


class Season(StrEnum):
    """The season a programme belongs to (the four seasons of help)."""

    SPRING = "SPRING"
    SUMMER = "SUMMER"
    AUTUMN = "AUTUMN"
    WINTER = "WINTER"
    ALL_YEAR = "ALL_YEAR"


class Scope(StrEnum):
    """Whose entitlement is counted together."""

    PERSON = "PERSON"
    HOUSEHOLD = "HOUSEHOLD"
    STUDENT = "STUDENT"


class Period(StrEnum):
    """How often an entitlement begins anew."""

    YEAR = "YEAR"
    ONCE = "ONCE"


class Programme(Model):
    """One thing that members can get. Texts are `{"zh": …, "en": …}`."""

    id = key()
    code = fields.CharField(max_length=40, unique=True)
    kind = fields.CharField(max_length=20)
    season = fields.CharField(max_length=10)
    name: Any = fields.JSONField()
    summary: Any = fields.JSONField()
    basis: Any = fields.JSONField()
    appeal_route: Any = fields.JSONField()
    position = fields.IntField(default=0)
    # Shown among the benefits; joining a union is a case, too, but not a benefit.
    benefit = fields.BooleanField(default=True)

    class Meta:
        table = "programme"


class ProgrammeVersion(Model):
    """The terms of a programme from one day to another, in one area. Never changed once effective: a new
    version is added instead, so that every decision can be replayed."""

    id = key()
    programme: Any = fields.ForeignKeyField("models.Programme", on_delete=fields.RESTRICT, related_name="versions")
    number = fields.IntField()
    area = fields.CharField(max_length=12)
    effective_from = fields.DateField()
    effective_to = fields.DateField(null=True)
    rules: Any = fields.JSONField()
    steps: Any = fields.JSONField()
    documents: Any = fields.JSONField()
    form: Any = fields.JSONField()
    form_version = fields.IntField()
    amounts: Any = fields.JSONField()
    entitlements: Any = fields.JSONField()
    limits: Any = fields.JSONField()

    class Meta:
        table = "programme_version"
        unique_together = (("programme_id", "number"),)


class OpeningWindow(Model):
    """When a programme takes applications; one without windows is always open."""

    id = key()
    programme: Any = fields.ForeignKeyField("models.Programme", on_delete=fields.RESTRICT, related_name="windows")
    opens_at = UtcDatetimeField()
    closes_at = UtcDatetimeField()

    class Meta:
        table = "opening_window"
        indexes = (("programme_id", "closes_at"),)


class ReferenceAmount(Model):
    """An amount that policy refers to by name, per area and time: the local minimum living allowance, say."""

    id = key()
    code = fields.CharField(max_length=40)
    area = fields.CharField(max_length=12)
    effective_from = fields.DateField()
    effective_to = fields.DateField(null=True)
    fen = fields.BigIntField()

    class Meta:
        table = "reference_amount"
        indexes = (("code", "effective_from"),)


class Standing(Model):
    """Something the federation has established about a person for a time: the hardship category of a filing."""

    id = key()
    member: Any = fields.ForeignKeyField("models.Member", on_delete=fields.RESTRICT)
    code = fields.CharField(max_length=30)
    value = fields.CharField(max_length=30)
    household_id = fields.UUIDField(null=True)
    case_id = fields.UUIDField(null=True)
    valid_from = fields.DateField()
    valid_to = fields.DateField(null=True)

    class Meta:
        table = "standing"
        indexes = (("member_id", "code"),)


class EntitlementClaim(Model):
    """One use of a countable entitlement, held by a live or successful case: at most one per subject and period."""

    id = key()
    entitlement = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=64)
    period = fields.CharField(max_length=10)
    case_id = fields.UUIDField()

    class Meta:
        table = "entitlement_claim"
        unique_together = (("entitlement", "subject", "period"),)
        indexes = (("case_id",),)


class EntitlementUse(Model):
    """How much of a ceiling one subject has been granted in a period."""

    id = key()
    entitlement = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=64)
    period = fields.CharField(max_length=10)
    taken_fen = fields.BigIntField()

    class Meta:
        table = "entitlement_use"
        unique_together = (("entitlement", "subject", "period"),)


class EntitlementTake(Model):
    """What one case was granted of a ceiling: given back when the case ends without success after all."""

    id = key()
    case_id = fields.UUIDField()
    entitlement = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=64)
    period = fields.CharField(max_length=10)
    fen = fields.BigIntField()

    class Meta:
        table = "entitlement_take"
        indexes = (("case_id",),)


class Budget(Model):
    """What an organisation may spend on a programme in a year. Never more than allotted (CHECK)."""

    id = key()
    programme: Any = fields.ForeignKeyField("models.Programme", on_delete=fields.RESTRICT)
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    year = fields.IntField()
    allotted_fen = fields.BigIntField()
    reserved_fen = fields.BigIntField(default=0)
    paid_fen = fields.BigIntField(default=0)

    class Meta:
        table = "budget"
        unique_together = (("programme_id", "organisation_id", "year"),)


class BudgetEntry(Model):
    """One movement of a budget: append-only."""

    id = key()
    budget: Any = fields.ForeignKeyField("models.Budget", on_delete=fields.RESTRICT)
    at = UtcDatetimeField()
    kind = fields.CharField(max_length=10)
    amount_fen = fields.BigIntField()
    case_id = fields.UUIDField(null=True)

    class Meta:
        table = "budget_entry"
        indexes = (("budget_id", "id"),)
