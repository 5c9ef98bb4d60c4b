"""What Tortoise does not emit: partial unique indexes, checks and byte-order collation, per engine."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from models.kit import checks

# Partial unique indexes: at most one row of a kind at a time. (name, table, columns, condition)
ONE_AT_A_TIME = (
    ("membership_one_current", "membership", "member_id", "ended_on IS NULL"),
    ("membership_one_card", "membership", "card_number", "ended_on IS NULL"),
    ("organisation_place_one_current", "organisation_place", "organisation_id", "valid_to IS NULL"),
    (
        "role_assignment_one_current",
        "role_assignment",
        "account_id, role, organisation_id",
        "revoked_at IS NULL",
    ),
    ("consent_one_current", "consent", "account_id, purpose", "withdrawn_at IS NULL"),
    ("household_person_one_file", "household_person", "id_number_index", "hold = 'HELD'"),
    ("hardship_cause_one_primary", "hardship_cause", "filing_id", "is_primary"),
    ("room_booking_one_active", "room_booking", "member_id", "status = 'BOOKED'"),
    (
        "registration_one_active",
        "event_registration",
        "event_id, member_id",
        "status IN ('CONFIRMED', 'OFFERED', 'CHECKED_IN', 'WAITLISTED')",
    ),
)

# What no row may break, whoever writes it. (name, table, condition with `{0}` before each column)
CHECKS = (
    ("account_unread_not_negative", "account", "{0}unread_notifications >= 0"),
    ("membership_ends_in_its_status", "membership", "({0}ended_on IS NULL) = ({0}status <> 'ENDED')"),
    (
        "budget_never_below_zero",
        "budget",
        "{0}reserved_fen >= 0 AND {0}paid_fen >= 0 AND {0}reserved_fen + {0}paid_fen <= {0}allotted_fen",
    ),
    ("entitlement_use_not_negative", "entitlement_use", "{0}taken_fen >= 0"),
    ("payment_of_something", "payment", "{0}amount_fen > 0"),
    ("mothers_room_has_partitions", "mothers_room", "{0}partitions > 0"),
    ("room_hours_forward", "room_hours", "{0}opens >= 0 AND {0}opens < {0}closes AND {0}closes <= 1440"),
    ("room_closure_forward", "room_closure", "{0}starts_at < {0}ends_at"),
    ("room_slot_within_capacity", "room_slot", "{0}taken >= 0 AND {0}taken <= {0}capacity"),
    ("event_has_seats", "event", "{0}capacity > 0 AND {0}waiting >= 0"),
    ("event_within_capacity", "event", "{0}taken >= 0 AND {0}taken <= {0}capacity"),
    ("event_forward", "event", "{0}sign_up_closes_at <= {0}starts_at AND {0}starts_at < {0}ends_at"),
)

# Paths compare by bytes (`/` before `0`), so that a subtree is a range.
PATHS = (("organisation", "path"), ("organisation_place", "path"), ("audit_entry", "organisation_path"))


async def add_guards(apps: object, editor: BaseSchemaEditor) -> None:
    """Add the indexes, the checks, and the collation where it is not the default."""
    for name, table, columns, condition in ONE_AT_A_TIME:
        await editor._run_sql(f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}")
    await checks.add(editor, CHECKS)
    if editor.client.capabilities.dialect == "postgres":
        for table, column in PATHS:
            await editor._run_sql(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR(200) COLLATE "C"')


class Migration(migrations.Migration):
    """Guards on the first tables."""

    dependencies = [("models", "0001_initial")]
    operations = [ops.RunPython(add_guards)]
