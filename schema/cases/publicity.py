"""Public notices and objections."""

from datetime import date
from typing import Annotated, Any

import strawberry

from models.kit.texts import text
from resolvers.cases import publicity, reading
from schema.cases.filing import CasePayload
from schema.cases.parts import Objection
from schema.kit.build import batch, change, column, computed, described, input_type, output
from schema.kit.context import Info, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of
from schema.kit.nodes import Node, node_id, reads
from schema.kit.pagination import After, Connection, First, connection
from schema.programmes import localised_column


@output
class PublicNotice(Node):
    """A publicity notice (公示): masked name, unit and category, nothing else."""

    id: strawberry.ID = node_id("PublicNotice")
    masked_name: str = column("The applicant's masked name.")
    unit: str = column("The applicant's union.")
    category: str = computed(
        lambda row, info: text(info.context.locale, f"category.{row['category']}"), "The category."
    )
    programme_name: str = localised_column("programme_name", "The programme.")
    opens_on: date = column("Its first day.")
    closes_on: date = column("Its last day.")


reads("PublicNotice", reading.notices_by_id)


@input_type
class PublicNoticeFilter:
    """Which notices to list."""

    division_code: str | None = given("In this division and those within it (GB/T 2260).", default=None)


@output
class PublicityQueries:
    """Public notices."""

    @described(description="The notices that run today; public.")
    async def public_notices(
        self,
        info: Info,
        first: First,
        after: After = None,
        filter: Annotated[PublicNoticeFilter | None, strawberry.argument(description="Which to list.")] = None,
    ) -> Connection[PublicNotice]:
        code = filter.division_code if filter else None
        return connection(await reading.public_notices(info.context.actor, code, first, after), after)  # type: ignore[no-any-return]


@input_type
class ObjectToPublicityInput:
    """An objection to a notice."""

    notice_id: strawberry.ID = id_of("PublicNotice", "The notice.")
    grounds: str = given("What is wrong, at least 4 characters.")
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@input_type
class ResolveObjectionInput:
    """The decision of an objection."""

    objection_id: strawberry.ID = id_of("Objection", "The objection.")
    upheld: bool = given("True when it is right: the case is checked anew.")
    finding: str = given("What was found.")
    version: int | None = given("The version of the case that was seen, to be safe.", default=None)
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


async def _objection(rows: Rows, info: Info) -> list[Any]:
    ids = [row["objection_id"] for row in rows if row.get("objection_id")]
    found = await publicity.objections_by_id(info.context.actor, ids)
    return [found.get(row.get("objection_id")) for row in rows]  # type: ignore[arg-type]


@output
class ObjectToPublicityPayload(Payload):
    """The outcome of objectToPublicity."""

    objection: Objection | None = batch(_objection, "The objection.")


@output
class ResolveObjectionPayload(CasePayload):
    """The outcome of resolveObjection."""


@output
class PublicityMutations:
    """Objecting, and deciding objections."""

    object_to_publicity: ObjectToPublicityPayload | None = change(
        publicity.object_to_publicity, ObjectToPublicityInput, "Object to a notice while it runs (signed in)."
    )
    resolve_objection: ResolveObjectionPayload | None = change(
        publicity.resolve_objection, ResolveObjectionInput, "Decide an objection (reviewers and approvers)."
    )
