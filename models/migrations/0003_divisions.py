"""The divisions of the city, with the dates they existed."""

import json
from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

DIVISIONS = Path(__file__).parent.parent / "seed" / "divisions.json"


async def add_divisions(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """Add what the file holds."""
    division = apps.get_model("models.Division")
    for entry in json.loads(DIVISIONS.read_text(encoding="utf-8")):
        name = {"zh": entry.pop("zh"), "en": entry.pop("en")}
        await division.create(name=name, **entry, using_db=editor.client)


class Migration(migrations.Migration):
    """Reference data that every installation needs."""

    dependencies = [("models", "0002_guards")]
    operations = [ops.RunPython(add_divisions)]
