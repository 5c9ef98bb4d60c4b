"""An account's own sessions, password and consents as clients see them."""

from datetime import date, datetime

import strawberry

from models.accounts import ConsentPurpose
from models.kit.texts import text
from resolvers.accounts import own
from schema.kit.build import batch, change, column, computed, described, enum, input_type, output
from schema.kit.context import Info, Row, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of
from schema.kit.nodes import Node, node_id, reads
from schema.kit.price import HASHING, OWN_WAY_OUT

enum(
    ConsentPurpose,
    HEALTH="Details of health: diagnoses, disability, pregnancy.",
    BANK_ACCOUNT="The account that money is paid to.",
    INCOME_CHECK="Comparing income and property with civil affairs and other offices.",
    MINORS="Details of children under fourteen, as their guardian.",
    PUBLICITY="Showing masked name, unit and category in a public notice.",
    PHOTO="Photographs and recordings at events.",
)


@output
class Session(Node):
    """A signed-in device."""

    id: strawberry.ID = node_id("Session")
    device: str | None = column("What the device called itself.")
    created_at: datetime = column("When it signed in.")
    last_used_at: datetime = column("When it last signed in or refreshed.")
    current: bool = computed(
        lambda row, info: row["id"] == info.context.actor.session_id, "True for the session that asks."
    )


reads("Session", own.sessions_by_id)


@output
class Consent:
    """A consent that stands."""

    purpose: ConsentPurpose = column("What it is for.")
    version: int = column("The version of the notice it was given to.")
    given_at: datetime = column("When it was given.")


def _notice_text(row: Row, info: Info) -> str:
    return text(info.context.locale, f"notice.{row['purpose']}.{row['version']}", {"years": row["retention_years"]})


@output
class ConsentNotice:
    """What a person is told before they consent."""

    purpose: ConsentPurpose = column("What the consent is for.")
    version: int = column("The version in force; `giveConsent` takes no other.")
    valid_from: date = column("Since when this version is in force.")
    text: str = computed(_notice_text, "The notice in the reader's language.")


async def _sessions(rows: Rows, info: Info) -> list[Rows]:
    return [await own.my_sessions(info.context.actor)] * len(rows)


async def _consents(rows: Rows, info: Info) -> list[Rows]:
    return [await own.my_consents(info.context.actor)] * len(rows)


async def _consents_left(rows: Rows, info: Info) -> list[Rows | None]:
    return [await own.my_consents(info.context.actor) if row.get("account_id") else None for row in rows]


@output
class RevokeSessionPayload(Payload):
    """The end of another session."""

    revoked: bool | None = column("True when it was ended.")


@output
class ChangePasswordPayload(Payload):
    """A new password."""

    changed: bool | None = column("True when the new password is in force and every other session has ended.")


@output
class ConsentPayload(Payload):
    """The consents that stand now."""

    consents: list[Consent] | None = batch(_consents_left, "The consents that stand after the change.")


@input_type
class RevokeSessionInput:
    """End one of one's own sessions."""

    id: strawberry.ID = id_of("Session", "The session.")
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@input_type
class ChangePasswordInput:
    """Set a password."""

    new_password: str = given("At least ten characters, and not a common one.")
    old_password: str | None = given("The password in force, if there is one.", default=None)


@input_type
class GiveConsentInput:
    """Consent to a notice."""

    purpose: ConsentPurpose = given("What the consent is for.")
    version: int = given("The version of the notice that was shown; it must be the one in force.")
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@input_type
class WithdrawConsentInput:
    """Withdraw a consent."""

    purpose: ConsentPurpose = given("What the consent was for.")
    idempotency_key: str | None = given("Makes a repeat harmless.", default=None)


@output
class OwnAccountViewer:
    """The viewer's own account."""

    sessions: list[Session] = batch(_sessions, "The devices that are signed in, last used first.")
    consents: list[Consent] = batch(_consents, "The consents that stand.")


@output
class ConsentQueries:
    """Reading notices."""

    @described(description="The notices in force, one for each purpose of consent.")
    async def consent_notices(self, info: Info) -> list[ConsentNotice]:
        return await own.notices(info.context.actor)  # type: ignore[return-value]


@output
class OwnAccountMutations:
    """Changing one's own account."""

    revoke_session: RevokeSessionPayload | None = change(
        own.revoke_session, RevokeSessionInput, "End one of the account's sessions.", price=OWN_WAY_OUT
    )
    change_password: ChangePasswordPayload | None = change(
        own.change_password,
        ChangePasswordInput,
        "Set a password for the account; every other session ends.",
        price=HASHING,
    )
    give_consent: ConsentPayload | None = change(
        own.give_consent, GiveConsentInput, "Consent to a use of personal information."
    )
    withdraw_consent: ConsentPayload | None = change(
        own.withdraw_consent,
        WithdrawConsentInput,
        "Withdraw a consent; what was done before stays done.",
        price=OWN_WAY_OUT,
    )
