"""Consents by purpose. Each names the version of the notice it was given to; notices are data with dates."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from models.accounts.tables import Consent, ConsentPurpose
from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import refuse

Row = dict[str, Any]
_NOTICES = Path(__file__).parent / "data" / "notices.json"


def notices() -> dict[ConsentPurpose, Row]:
    """The notices in force today, by purpose: `purpose`, `version`, `valid_from`, `retention_years`."""
    begun = [notice for notice in _all_notices() if notice["valid_from"] <= clock.today()]
    return {notice["purpose"]: notice for notice in begun}


async def given_by(account_id: UUID) -> list[Row]:
    """The consents of an account that stand."""
    return (
        await Consent.filter(account_id=account_id, withdrawn_at=None)
        .order_by("purpose")
        .values("id", "purpose", "version", "given_at")
    )


async def give(account_id: UUID, purpose: ConsentPurpose, version: int) -> None:
    """Consent to the notice in force; another version is refused, an older consent is replaced."""
    if version != notices()[purpose]["version"]:
        refuse(ErrorCode.INVALID, "version")
    standing = Consent.filter(account_id=account_id, purpose=purpose, withdrawn_at=None)
    await standing.exclude(version=version).update(withdrawn_at=clock.now())
    fresh = Consent(account_id=account_id, purpose=purpose, version=version, given_at=clock.now())
    await Consent.bulk_create([fresh], ignore_conflicts=True)


async def withdraw(account_id: UUID, purpose: ConsentPurpose) -> None:
    """Withdraw a consent, if it stands."""
    await Consent.filter(account_id=account_id, purpose=purpose, withdrawn_at=None).update(withdrawn_at=clock.now())


async def history_of(account_id: UUID) -> list[Row]:
    """Every consent an account ever gave, oldest first."""
    return (
        await Consent.filter(account_id=account_id)
        .order_by("id")
        .values("purpose", "version", "given_at", "withdrawn_at")
    )


@cache
def _all_notices() -> list[Row]:
    """Every notice, a later one of a purpose after those it replaces."""
    read = json.loads(_NOTICES.read_text(encoding="utf-8"))
    made = [
        {
            **notice,
            "purpose": ConsentPurpose(notice["purpose"]),
            "valid_from": date.fromisoformat(notice["valid_from"]),
        }
        for notice in read
    ]
    return sorted(made, key=lambda notice: notice["valid_from"])
