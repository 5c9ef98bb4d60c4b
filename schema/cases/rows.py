"""Which concrete type a case row is."""

from typing import Any

from models.programmes.tables import CaseKind
from schema.kit.context import Row

TYPE_NAMES = {
    CaseKind.AID: "AidApplication",
    CaseKind.HARDSHIP: "HardshipFiling",
    CaseKind.MOTHERS_ROOM: "MothersRoomApplication",
    CaseKind.MEMBERSHIP: "MembershipApplication",
    CaseKind.INSURANCE_CLAIM: "InsuranceClaim",
    CaseKind.LEGAL_AID: "LegalAidCase",
}


def typed(row: Row | None) -> Any:
    """The row with the name of its concrete type, for the Case and Node interfaces."""
    return row and {**row, "type_name": TYPE_NAMES[CaseKind(row["kind"])]}
