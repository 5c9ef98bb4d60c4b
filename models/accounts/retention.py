"""How long traces of signing in are kept once they have served: they hold phones and addresses, or grow fast."""

from datetime import timedelta

from models.accounts.sessions import REFRESH_LIFETIME
from models.kit import clock, db

BATCH = 1000
# Table, the column that says when a row has served, and how long after that it is kept.
KEPT = (
    ("throttle", "resets_at", timedelta(days=1)),
    ("point_bucket", "at", timedelta(days=1)),  # full again long before
    ("sign_in_challenge", "expires_at", timedelta(days=1)),
    ("spent_refresh_token", "spent_at", REFRESH_LIFETIME),
)


async def forget() -> int:
    """Delete up to BATCH rows of each table that are past their time; how many."""
    done = 0
    for table, column, kept in KEPT:
        over = f"SELECT id FROM {table} WHERE {column} < :1 LIMIT {BATCH}"  # noqa: S608 - no value is in it
        done += await db.execute(f"DELETE FROM {table} WHERE id IN ({over})", clock.now() - kept)  # noqa: S608
    return done
