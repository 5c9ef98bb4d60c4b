"""Files that members give."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor

from models.kit import checks
from models.kit.fields import UtcDatetimeField
from models.kit.ids import uuid7

CHECKS = (
    ("file_quota_not_negative", "file_quota", "{0}waiting_files >= 0 AND {0}held_bytes >= 0"),
    ("stored_file_of_something", "stored_file", "{0}size > 0"),
    ("stored_file_attached_to_one", "stored_file", "({0}document_id IS NOT NULL) = ({0}status = 'ATTACHED')"),
    (
        "stored_file_known_once_kept",
        "stored_file",
        "{0}status IN ('RECEIVING', 'REMOVED') OR ({0}media_type IS NOT NULL AND {0}purpose IS NOT NULL)",
    ),
)


async def add_checks(apps: object, editor: BaseSchemaEditor) -> None:
    """Add what no row may break."""
    await checks.add(editor, CHECKS)


class Migration(migrations.Migration):
    dependencies = [("models", "0003_divisions")]

    operations = [
        ops.CreateModel(
            name="FileQuota",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                (
                    "member",
                    fields.OneToOneField(
                        "models.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("waiting_files", fields.IntField()),
                ("held_bytes", fields.BigIntField()),
            ],
            options={"table": "file_quota", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StoredFile",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "models.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("uploaded_by", fields.UUIDField()),
                (
                    "document",
                    fields.OneToOneField(
                        "models.CaseDocument",
                        source_field="document_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="file",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("purpose", fields.CharField(null=True, max_length=30)),
                ("status", fields.CharField(max_length=12)),
                ("blob", fields.CharField(unique=True, max_length=64)),
                ("media_type", fields.CharField(null=True, max_length=30)),
                ("size", fields.BigIntField()),
                ("created_at", UtcDatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", UtcDatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "stored_file",
                "app": "models",
                "indexes": [Index(fields=["status", "expires_at"]), Index(fields=["member_id", "id"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.RunPython(add_checks),
    ]
