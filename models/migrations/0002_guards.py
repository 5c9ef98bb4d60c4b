"""What Tortoise does not emit: partial unique indexes and byte-order collation, per engine."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

# Partial unique indexes: at most one row of a kind at a time. (name, table, columns, condition)
ONE_AT_A_TIME = (("membership_one_current", "membership", "member_id", "ended_on IS NULL"),)

# Paths compare by bytes (`/` before `0`), so that a subtree is a range.
PATHS = (("organisation", "path"), ("organisation_place", "path"), ("audit_entry", "organisation_path"))


async def add_guards(apps: object, editor: BaseSchemaEditor) -> None:
    """Add the indexes, and the collation where it is not the default."""
    for name, table, columns, condition in ONE_AT_A_TIME:
        await editor._run_sql(f"CREATE UNIQUE INDEX {name} ON {table} ({columns}) WHERE {condition}")
    if editor.client.capabilities.dialect == "postgres":
        for table, column in PATHS:
            await editor._run_sql(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR(200) COLLATE "C"')


class Migration(migrations.Migration):
    """Guards on the first tables."""

    dependencies = [("models", "0001_initial")]
    operations = [ops.RunPython(add_guards)]
