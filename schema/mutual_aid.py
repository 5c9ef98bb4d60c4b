"""Claims under mutual medical aid as cases: the type that apps already name; none can be filed yet."""

from datetime import date
from enum import StrEnum

import strawberry

from schema.cases.interface import Case
from schema.kit.build import column, enum, output
from schema.kit.nodes import node_id
from schema.kit.scalars import Money


class ClaimKind(StrEnum):
    """What a claim is for."""

    HOSPITAL = "HOSPITAL"
    MAJOR_ILLNESS = "MAJOR_ILLNESS"
    LARGE_BILL = "LARGE_BILL"
    ACCIDENT = "ACCIDENT"
    DEATH = "DEATH"


enum(
    ClaimKind,
    HOSPITAL="Days in hospital.", MAJOR_ILLNESS="A major illness.", LARGE_BILL="A large bill.", ACCIDENT="An accident.",
    DEATH="A death.",
)  # fmt: skip


@output
class InsuranceClaim(Case):
    """A claim under mutual medical aid."""

    id: strawberry.ID = node_id("Case")
    claim_kind: ClaimKind | None = column("What it is for.")
    admitted_on: date | None = column("The day of admission.")
    discharged_on: date | None = column("The day of discharge.")
    days: int | None = column("Days in hospital.")
    own_paid: Money | None = column("The part paid by the member, in yuan.")
