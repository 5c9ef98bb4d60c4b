"""Numbers that are given out once: card numbers, union numbers."""

from tortoise import fields
from tortoise.models import Model

from models.kit import db


class Counter(Model):
    """The last number given out under a name."""

    name = fields.CharField(max_length=60, primary_key=True)
    value = fields.BigIntField()

    class Meta:
        table = "counter"


async def claim(name: str, count: int = 1) -> int:
    """Claim the next `count` numbers under `name`, in one statement; the last of them."""
    claimed = await db.returning(
        "INSERT INTO counter (name, value) VALUES (:1, :2)"
        " ON CONFLICT (name) DO UPDATE SET value = counter.value + :2 RETURNING value",
        name,
        count,
    )
    return int(claimed[0]["value"])
