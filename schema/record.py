"""The record as people read it: who looked, what was done, and everything held about oneself."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from models.kit.audit import ActorRole, Outcome
from models.kit.sensitive import SensitiveField
from models.kit.texts import text
from resolvers import record
from schema.kit.build import batch, change, column, computed, described, enum, input_type, output
from schema.kit.context import Info, Row, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import ANY, given, id_of, values
from schema.kit.nodes import Node, targets
from schema.kit.pagination import After, Connection, First, connection
from schema.kit.price import SEVERAL, Price
from schema.kit.scalars import JSON
from schema.members import Organisation, organisation_by

enum(
    ActorRole,
    CLERK="A clerk.",
    REVIEWER="A reviewer.",
    APPROVER="An approver.",
    FINANCE="A finance officer.",
    AUDITOR="An auditor.",
    ADMINISTRATOR="An administrator.",
    MEMBER="A member.",
    ACCOUNT="Somebody signed in who is not a member.",
    ANONYMOUS="Somebody not signed in.",
    SYSTEM="The service itself.",
)
enum(Outcome, "AuditOutcome", DONE="It was done.", DENIED="It was denied.")
enum(
    SensitiveField,
    ID_NUMBER="The resident ID number.",
    PHONE="The mobile number.",
    BANK_ACCOUNT="The bank account of a case.",
    HEALTH="The health details of a case.",
)


def _actor(row: Row, info: Info) -> Row:
    return {
        "name": row["actor_name"],
        "role": row["actor_role"],
        "organisation_id": row["actor_organisation_id"],
    }


def _what(row: Row, info: Info) -> str:
    return text(info.context.locale, f"record.what.{row['what']}")


@output
class RecordedActor:
    """Somebody as the record knows them: their name and role at that moment."""

    name: str = column("The name.")
    role: ActorRole = column("As what they acted.")
    organisation: Organisation | None = batch(organisation_by("organisation_id"), "The union of a staff role.")


@output
class FileView:
    """A moment at which staff looked at what the viewer's file holds."""

    at: datetime = column("When.")
    by: RecordedActor = computed(_actor, "Who.")
    what: str = computed(_what, "What they saw, in the reader's language.")
    reason: str | None = column("The reason they gave.")


@output
class AuditEntry:
    """Something that was done or denied."""

    at: datetime = column("When.")
    by: RecordedActor = computed(_actor, "Who.")
    action: str = column("What, by the name of the command.")
    target: Node | None = batch(targets, "On what, where there is an object the viewer may see.", price=SEVERAL)
    what: str | None = column("What of it.")
    reason: str | None = column("The reason given.")
    outcome: Outcome = column("Whether it was done.")


async def _file_views(rows: Rows, info: Info, first: First, after: After = None) -> list[Any]:
    page = await record.file_views(info.context.actor, first, after)
    return [connection(page, after)] * len(rows)


async def _data_export(rows: Rows, info: Info) -> list[Any]:
    return [await record.data_export(info.context.actor)] * len(rows)


@output
class RecordViewer:
    """What the record holds about the viewer."""

    file_views: Connection[FileView] = batch(
        _file_views, "When staff looked at the viewer's file, the last time first."
    )
    data_export: JSON = batch(_data_export, "Everything held about the viewer.", price=Price(points=50))


@input_type
class AuditFilter:
    """Which entries to list; every filter given must hold."""

    from_: date | None = given("From the beginning of a day.", default=None, name="from")
    to: date | None = given("To the end of a day.", default=None)
    action: str | None = given("The name of the command.", default=None)
    outcome: Outcome | None = given("Done or denied.", default=None)
    actor_id: strawberry.ID | None = id_of("Account", "Who acted.", default=None)
    target_id: strawberry.ID | None = id_of(ANY, "The object acted on.", default=None)
    member_id: strawberry.ID | None = id_of("Member", "The member concerned.", default=None)


@output
class RecordQueries:
    """Reading the record."""

    @described(description="For auditors and administrators: the record of their unions, the newest entry first.")
    async def audit_log(
        self,
        info: Info,
        filter: Annotated[AuditFilter, strawberry.argument(description="Which entries.")],
        first: First,
        after: After = None,
    ) -> Connection[AuditEntry] | None:
        page = await record.audit_log(info.context.actor, values(filter), first, after)
        return connection(page, after)  # type: ignore[no-any-return]


@input_type
class RevealSensitiveInput:
    """Which value to show, and why; of a member or of a case."""

    member_id: strawberry.ID | None = id_of("Member", "The member.", default=None)
    case_id: strawberry.ID | None = id_of(ANY, "The case.", default=None)
    field: SensitiveField = given("Which value.")
    reason: str = given("Why, in 4 to 200 characters; the member sees it.")


@output
class RevealSensitivePayload(Payload):
    """The value, for a short while."""

    value: str | None = column("The value.")
    expires_at: datetime | None = column("When the screen must hide it again.")


@output
class RecordMutations:
    """Looking at what is masked."""

    reveal_sensitive: RevealSensitivePayload | None = change(
        record.reveal,
        RevealSensitiveInput,
        "For staff who work cases: show one masked value. It goes on record and is shown to the member.",
    )
