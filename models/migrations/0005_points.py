"""Points that processes share."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from models.kit.fields import UtcDatetimeField


class Migration(migrations.Migration):
    """A bucket for each account or address that takes from it."""

    dependencies = [("models", "0004_files")]
    operations = [
        ops.CreateModel(
            name="PointBucket",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=80)),
                ("available", fields.FloatField()),
                ("at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "point_bucket", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
    ]
