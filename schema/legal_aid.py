"""Legal aid as cases: the type that apps already name; none can be requested yet."""

import strawberry

from schema.cases.interface import Case
from schema.kit.build import column, output
from schema.kit.nodes import node_id
from schema.kit.scalars import Money


@output
class Employer:
    """An employer."""

    name: str = column("Its name.")
    uscc: str | None = column("Its unified social credit code.")


@output
class LegalAidCase(Case):
    """A case of legal aid."""

    id: strawberry.ID = node_id("Case")
    matter: str | None = column("What it is about.")
    employer: Employer | None = column("The employer on the other side.")
    amount_claimed: Money | None = column("What is claimed, in yuan.")
    amount_recovered: Money | None = column("What was recovered, in yuan.")
