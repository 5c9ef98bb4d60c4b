"""The tables of a case's life; each kind keeps its own typed fields in a table of its domain."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import EncryptedField, UtcDatetimeField, key


class Case(Model):
    """An application (for the member) and a case (for staff): one row."""

    id = key()
    programme_id: UUID
    terms_id: UUID
    applicant_id: UUID
    organisation_id: UUID
    acting_organisation_id: UUID
    handler_id: UUID | None
    number = fields.CharField(max_length=20, unique=True)
    kind = fields.CharField(max_length=20)
    status = fields.CharField(max_length=30)
    version = fields.IntField(default=1)
    programme: Any = fields.ForeignKeyField("models.Programme", on_delete=fields.RESTRICT)
    terms: Any = fields.ForeignKeyField("models.ProgrammeVersion", on_delete=fields.RESTRICT, source_field="terms_id")
    applicant: Any = fields.ForeignKeyField("models.Member", on_delete=fields.RESTRICT)
    filed_by = fields.UUIDField()
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    # The step it stands at, and the union whose turn it is.
    step = fields.CharField(max_length=30, null=True)
    round = fields.IntField(default=1)
    acting_organisation: Any = fields.ForeignKeyField(
        "models.Organisation", on_delete=fields.RESTRICT, related_name="acting_cases"
    )
    handler: Any = fields.ForeignKeyField("models.Account", null=True, on_delete=fields.RESTRICT)
    requested_fen = fields.BigIntField(null=True)
    approved_fen = fields.BigIntField(null=True)
    computation: Any = fields.JSONField(null=True)
    budget_id = fields.UUIDField(null=True)
    answers = EncryptedField(null=True)
    form_version = fields.IntField()
    assessment = EncryptedField(null=True)
    created_at = UtcDatetimeField()
    submitted_at = UtcDatetimeField(null=True)
    decided_at = UtcDatetimeField(null=True)
    finished_at = UtcDatetimeField(null=True)
    # Sealed with the applicant's text key.
    reason = fields.TextField(null=True)
    appeal_by = fields.DateField(null=True)
    step_due_on = fields.DateField(null=True)
    promised_on = fields.DateField(null=True)
    promise_provisional = fields.BooleanField(default=False)
    paused_on = fields.DateField(null=True)
    documents_due_on = fields.DateField(null=True)
    timeline_count = fields.IntField(default=0)
    timeline_head = fields.CharField(max_length=64, default="")

    class Meta:
        table = "cases"
        indexes = (("applicant_id", "id"), ("status", "paused_on"), ("programme_id",))


class CaseEvent(Model):
    """One entry of a case's timeline: append-only, chained by keyed hashes over salted digests."""

    id = key()
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.RESTRICT, related_name="events")
    number = fields.IntField()
    at = UtcDatetimeField()
    action = fields.CharField(max_length=30)
    from_status = fields.CharField(max_length=30, null=True)
    to_status = fields.CharField(max_length=30, null=True)
    step = fields.CharField(max_length=30, null=True)
    by_id = fields.UUIDField(null=True)
    by_name = fields.CharField(max_length=50)
    by_role = fields.CharField(max_length=20)
    remark = fields.TextField(null=True)
    remark_digest = fields.CharField(max_length=64, null=True)
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "case_event"
        unique_together = (("case_id", "number"),)


class QueueEntry(Model):
    """A case in the queue of one union: of every union above it and above whose turn it is. Kept on write, so
    that a county's queue is as quick to read as a unit's."""

    id = key()
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.CASCADE)
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.CASCADE, related_name="queue")
    status = fields.CharField(max_length=30)
    kind = fields.CharField(max_length=20)
    handler_id = fields.UUIDField(null=True)
    created_at = UtcDatetimeField()
    due_on = fields.DateField()  # NEVER where nothing is due

    class Meta:
        table = "queue_entry"
        unique_together = (("organisation_id", "case_id"),)
        indexes = (
            ("organisation_id", "status", "created_at", "case_id"),
            ("organisation_id", "created_at", "case_id"),
            ("organisation_id", "due_on", "case_id"),
            ("case_id",),
        )


class CasePerson(Model):
    """Whom a case concerns, by ID-number index: none of them may decide it."""

    id = key()
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.CASCADE)
    id_number_index = fields.CharField(max_length=64)

    class Meta:
        table = "case_person"
        unique_together = (("case_id", "id_number_index"),)


class CaseSignature(Model):
    """One person's signature of a step, in one round."""

    id = key()
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.RESTRICT, related_name="signatures")
    step = fields.CharField(max_length=30)
    round = fields.IntField()
    account_id = fields.UUIDField()
    by_name = fields.CharField(max_length=50)
    by_role = fields.CharField(max_length=20)
    outcome = fields.CharField(max_length=10)
    opinion = fields.TextField(null=True)
    amount_fen = fields.BigIntField(null=True)
    at = UtcDatetimeField()

    class Meta:
        table = "case_signature"
        unique_together = (("case_id", "step", "round", "account_id"),)


class CaseVisit(Model):
    """A visit on the spot: when, by whom (staff by account, others by name), and what was found."""

    id = key()
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.RESTRICT)
    step = fields.CharField(max_length=30)
    round = fields.IntField()
    visited_on = fields.DateField()
    visitor_ids: Any = fields.JSONField()
    visitor_names: Any = fields.JSONField()
    findings = fields.TextField()

    class Meta:
        table = "case_visit"


class CaseCorrection(Model):
    """The one correction notice of a case."""

    id = key()
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT)
    requested_at = UtcDatetimeField()
    due_on = fields.DateField()
    items: Any = fields.JSONField()
    answered_at = UtcDatetimeField(null=True)

    class Meta:
        table = "case_correction"


class CaseDocument(Model):
    """A document that a case needs: MISSING until staff see it at the counter, then PRESENTED."""

    id = key()
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.RESTRICT, related_name="documents")
    kind = fields.CharField(max_length=40)
    name: Any = fields.JSONField()
    deferrable = fields.BooleanField()
    status = fields.CharField(max_length=10)
    required_by = fields.DateField(null=True)
    presented_at = UtcDatetimeField(null=True)

    class Meta:
        table = "case_document"
        unique_together = (("case_id", "kind"),)


class CaseNote(Model):
    """A note among staff; never shown to the applicant."""

    id = key()
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.RESTRICT)
    account_id = fields.UUIDField()
    by_name = fields.CharField(max_length=50)
    by_role = fields.CharField(max_length=20)
    text = fields.TextField()
    at = UtcDatetimeField()

    class Meta:
        table = "case_note"
        indexes = (("case_id", "id"),)


class PublicNotice(Model):
    """A publicity notice (公示): masked name, unit and category, nothing else."""

    id = key()
    case_id: UUID
    case: Any = fields.ForeignKeyField("models.Case", on_delete=fields.RESTRICT)
    round = fields.IntField()
    masked_name = fields.CharField(max_length=50)
    unit = fields.CharField(max_length=100)
    category = fields.CharField(max_length=30)
    programme: Any = fields.ForeignKeyField("models.Programme", on_delete=fields.RESTRICT)
    division_code = fields.CharField(max_length=12)
    opens_on = fields.DateField()
    closes_on = fields.DateField()
    ended_at = UtcDatetimeField(null=True)

    class Meta:
        table = "public_notice"
        unique_together = (("case_id", "round"),)
        indexes = (("ended_at", "closes_on"), ("division_code", "id"))


class Objection(Model):
    """An objection to a notice; upheld, the case is checked anew."""

    id = key()
    notice: Any = fields.ForeignKeyField("models.PublicNotice", on_delete=fields.RESTRICT)
    account_id = fields.UUIDField()
    grounds = EncryptedField()
    status = fields.CharField(max_length=10)
    finding = EncryptedField(null=True)
    at = UtcDatetimeField()
    resolved_at = UtcDatetimeField(null=True)

    class Meta:
        table = "objection"
        unique_together = (("notice_id", "account_id"),)


class Payment(Model):
    """The one payment of a money case."""

    id = key()
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT)
    amount_fen = fields.BigIntField()
    status = fields.CharField(max_length=10)
    payee_name = fields.CharField(max_length=100, null=True)
    account_masked = fields.CharField(max_length=25, null=True)
    recorded_by = fields.UUIDField()
    paid_at = UtcDatetimeField(null=True)
    failure = fields.CharField(max_length=200, null=True)

    class Meta:
        table = "payment"


class CaseRating(Model):
    """The applicant's rating of a finished case."""

    id = key()
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT)
    score = fields.CharField(max_length=20)
    comment = fields.TextField(null=True)
    at = UtcDatetimeField()

    class Meta:
        table = "case_rating"


class Rectification(Model):
    """What a low rating asks of the union: put right and call back within 15 working days."""

    id = key()
    case: Any = fields.OneToOneField("models.Case", on_delete=fields.RESTRICT)
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    due_on = fields.DateField()
    done_at = UtcDatetimeField(null=True)
    outcome = fields.TextField(null=True)

    class Meta:
        table = "rectification"
