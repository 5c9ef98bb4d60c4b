"""What the migration tool reads: every table, without the words about it. A changed docstring is no migration."""

from importlib import import_module

from tortoise.models import Model

from models.kit import db

TORTOISE = db.config("sqlite://var/union.sqlite3", reader=False)

for _domain in map(import_module, db.DOMAINS):
    for _table in vars(_domain).values():
        if isinstance(_table, type) and issubclass(_table, Model) and _table is not Model:
            _table._meta.table_description = ""
