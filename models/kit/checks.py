"""CHECKs for migrations: what no row may break, whoever writes it. Tortoise emits none with a table."""

from collections.abc import Iterable

from tortoise.migrations.schema_editor.base import BaseSchemaEditor

# Name, table, condition with `{0}` before each column.
Check = tuple[str, str, str]


async def add(editor: BaseSchemaEditor, checks: Iterable[Check]) -> None:
    """Add some; on SQLite, where adding one rebuilds the table, triggers that do the same."""
    for check in checks:
        for statement in _statements(editor, *check):
            await editor.client.execute_query(statement)  # the editor would cut a trigger at its semicolon


def _statements(editor: BaseSchemaEditor, name: str, table: str, condition: str) -> list[str]:
    if editor.client.capabilities.dialect == "postgres":
        return [f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition.format('')})"]
    return [
        f"CREATE TRIGGER {name}_{event.lower()} BEFORE {event} ON {table} WHEN NOT ({condition.format('NEW.')})"
        f" BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: {name}'); END"
        for event in ("INSERT", "UPDATE")
    ]
