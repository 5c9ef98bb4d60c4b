"""The tables as they are: the same on both engines, and what the models and the guards say."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tortoise import Model, Tortoise
from tortoise.connection import get_connection
from tortoise.fields import Field
from tortoise.migrations.autodetector import MigrationAutodetector

from models import migrations
from models.kit import db
from models.kit.migrating import TORTOISE

MIGRATIONS = [import_module(f"{migrations.__name__}.{found.name}") for found in iter_modules(migrations.__path__)]
Facts = dict[str, set[tuple[Any, ...]]]
BOOKKEEPING = {"tortoise_migrations", "sqlite_sequence"}

# What PostgreSQL calls the types that models ask for.
CALLED = {
    "BIGINT": "bigint", "BOOL": "boolean", "DATE": "date", "DOUBLE PRECISION": "double precision", "INT": "integer",
    "JSONB": "jsonb", "SMALLINT": "smallint", "TEXT": "text", "TIMESTAMPTZ": "timestamp with time zone",
    "UUID": "uuid",
}  # fmt: skip

# Each gives what `stated` gives. Columns of one index or key come in its order, joined by commas.
POSTGRES = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped""",
    "indexes": """
        SELECT c.relname, string_agg(a.attname, ', ' ORDER BY k.place), i.indisunique, i.indpred IS NOT NULL
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE c.relnamespace = 'public'::regnamespace GROUP BY i.indexrelid, 1, 3, 4""",
    "references": """
        SELECT c.relname, a.attname, t.relname, b.attname,
            CASE k.confdeltype WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' ELSE k.confdeltype::text END
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
        JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = k.confkey[1]
        WHERE k.contype = 'f'""",
    "checks": """
        SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.contype = 'c' AND k.convalidated AND c.relnamespace = 'public'::regnamespace""",
    "bytewise": """
        SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attcollation = '"C"'::regcollation""",
}
SQLITE = {
    "columns": """
        SELECT t.name, c.name, c.type, NOT c."notnull" FROM sqlite_master t, pragma_table_info(t.name) c
        WHERE t.type = 'table'""",
    "indexes": """
        SELECT t.name,
            (SELECT group_concat(c.name, ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c),
            i."unique", i.partial
        FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table'
        UNION SELECT t.name, c.name, 1, 0  -- an integer key is the table itself
        FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk AND c.type = 'INTEGER'""",
    "references": """
        SELECT t.name, k."from", k."table", k."to", k.on_delete
        FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'""",
    "checks": """
        SELECT i.tbl_name, substr(i.name, 1, length(i.name) - 7) FROM sqlite_master i JOIN sqlite_master u
        ON u.type = 'trigger' AND u.name = substr(i.name, 1, length(i.name) - 7) || '_update'
        WHERE i.type = 'trigger' AND i.name LIKE '%_insert'""",
}


def guards(kind: str) -> list[Any]:
    """What the migrations add of a kind besides tables."""
    return [guard for migration in MIGRATIONS for guard in getattr(migration, kind, ())]


async def live() -> Facts:
    """What the connected database holds."""
    connection = get_connection("default")
    found: Facts = {}
    for name, sql in (POSTGRES if db.on_postgres() else SQLITE).items():
        rows = (await connection.execute_query(sql))[1]
        found[name] = {tuple(row) for row in rows if row[0] not in BOOKKEEPING}
    return found


def stated() -> Facts:
    """What the models and the guards say."""
    models = (Tortoise.apps or {})["models"].values()
    one_at_a_time = {(table, columns, True, True) for _, table, columns, _ in guards("ONE_AT_A_TIME")}
    facts: Facts = {
        "columns": {column for model in models for column in columns(model)},
        "indexes": {index for model in models for index in indexes(model)} | one_at_a_time,
        "references": {reference for model in models for reference in references(model)},
        "checks": {(table, name) for name, table, _ in guards("CHECKS")},
    }
    return facts | ({"bytewise": set(guards("PATHS"))} if db.on_postgres() else {})


def columns(model: type[Model]) -> set[tuple[Any, ...]]:
    """Table, name, type, and whether it may be empty."""
    return {
        (model._meta.db_table, column, type_of(model._meta.fields_map[name]), model._meta.fields_map[name].null)
        for name, column in model._meta.fields_db_projection.items()
    }


def type_of(field: Field[Any]) -> str:
    """What the database calls a field's type."""
    dialect = "postgres" if db.on_postgres() else "sqlite"
    asked = str(field.get_for_dialect(dialect, "SQL_TYPE"))
    if dialect == "sqlite":
        return "INTEGER" if field.pk and field.generated else asked
    return CALLED.get(asked) or asked.replace("VARCHAR", "character varying")


def indexes(model: type[Model]) -> set[tuple[Any, ...]]:
    """Table, columns, whether unique, whether for some rows only."""
    meta = model._meta
    alone = {column: meta.fields_map[name] for name, column in meta.fields_db_projection.items()}
    found: set[tuple[tuple[str, ...], bool]]
    found = {((column,), field.unique or field.pk) for column, field in alone.items() if field.unique or field.index}
    found |= {(tuple(names), True) for names in meta.unique_together}
    found |= {(tuple(names), False) for names in meta.indexes if isinstance(names, tuple)}
    return {(meta.db_table, ", ".join(names), unique, False) for names, unique in found}


def references(model: type[Model]) -> set[tuple[Any, ...]]:
    """Table, column, what it refers to, and what becomes of it when that goes."""
    meta = model._meta
    keys: list[Any] = [meta.fields_map[name] for name in (*meta.fk_fields, *meta.o2o_fields)]
    return {
        (meta.db_table, key.source_field, key.related_model._meta.db_table, key.to_field, str(key.on_delete.value))
        for key in keys
    }


async def test_the_tables_are_what_the_models_and_the_guards_say(database: None) -> None:
    held, said = await live(), stated()
    assert held.keys() == said.keys()
    for name in said:
        assert held[name] - said[name] == set(), f"{name} that nobody asked for"
        assert said[name] - held[name] == set(), f"{name} that are missing"


async def test_a_new_migration_would_be_empty() -> None:
    await Tortoise.init(config=TORTOISE)
    try:
        assert Tortoise.apps
        writers = await MigrationAutodetector(Tortoise.apps, TORTOISE["apps"]).changes()
    finally:
        await Tortoise.close_connections()
    assert [vars(operation) for writer in writers for operation in writer.operations] == []
