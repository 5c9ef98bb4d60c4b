"""Signing in and out as clients see it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.kit.ids import global_id
from resolvers.accounts import signing_in
from resolvers.kit import auth
from schema.kit.build import batch, change, column, computed, input_type, output
from schema.kit.context import Info, Row, Rows
from schema.kit.errors import Payload
from schema.kit.inputs import given, id_of
from schema.kit.price import HASHING, OWN_WAY_OUT

if TYPE_CHECKING:
    from schema.roots import Viewer


@output
class SessionTokens:
    """What a client keeps of a session. Only hashes are stored here: they are shown once."""

    access_token: str = column("Send it as `Authorization: Bearer …`.")
    access_token_expires_at: datetime = column("Refresh before then; ten minutes.")
    refresh_token: str = column("Exchange it for new tokens with `refreshSession`; good once, for thirty days.")


def _challenge_id(row: Row, info: Info) -> strawberry.ID | None:
    made = row.get("challenge_id")
    return strawberry.ID(global_id("SignInChallenge", made)) if made else None


async def _viewer_of(rows: Rows, info: Info) -> list[Row | None]:
    """What is selected below is read as the account that has just signed in."""
    return [await _signed_in(row["session"], info) if row.get("session") else None for row in rows]


async def _signed_in(tokens: Row, info: Info) -> Row:
    actor = info.context.actor = await auth.recognise(tokens["access_token"], info.context.actor)
    return {"id": actor.account_id, "member_id": actor.member_id}


@output
class RequestSignInCodePayload(Payload):
    """A code on its way."""

    challenge_id: strawberry.ID | None = computed(_challenge_id, "Give it to `signIn` with the code.")
    expires_at: datetime | None = column("Until when the code is good.")


@output
class SignInPayload(Payload):
    """A session, and who it is."""

    session: SessionTokens | None = column("The tokens of the session.")
    viewer: Annotated["Viewer", strawberry.lazy("schema.roots")] | None = batch(
        _viewer_of, "The account that signed in."
    )


@output
class RefreshSessionPayload(Payload):
    """Fresh tokens."""

    session: SessionTokens | None = column("The tokens that replace the old ones.")


@output
class SignOutPayload(Payload):
    """The end of a session."""

    signed_out: bool | None = column("True when it was ended.")


@input_type
class RequestSignInCodeInput:
    """Ask for a one-time code."""

    phone: str = given("A mainland mobile number.")


@input_type
class SignInInput:
    """Sign in with a one-time code."""

    challenge_id: strawberry.ID = id_of("SignInChallenge", "From `requestSignInCode`.")
    code: str = given("The six digits.")
    device: str | None = given("What the list of sessions calls this device.", default=None)


@input_type
class SignInWithPasswordInput:
    """Sign in with a password."""

    phone: str = given("The account's mobile number.")
    password: str = given("Its password.")
    device: str | None = given("What the list of sessions calls this device.", default=None)


@input_type
class RefreshSessionInput:
    """Exchange a refresh token."""

    refresh_token: str = given("The refresh token of the session.")


@input_type
class SignOutInput:
    """End the session in use."""

    everywhere: bool = given("True to end every session of the account.", default=False)


@output
class SigningInMutations:
    """Signing in and out."""

    request_sign_in_code: RequestSignInCodePayload | None = change(
        signing_in.request_sign_in_code,
        RequestSignInCodeInput,
        "Send a one-time code to a phone: one a minute, ten a day.",
    )
    sign_in: SignInPayload | None = change(
        signing_in.sign_in,
        SignInInput,
        "Sign in with a one-time code: good once, for five minutes and five tries.",
    )
    sign_in_with_password: SignInPayload | None = change(
        signing_in.sign_in_with_password, SignInWithPasswordInput, "Sign in with a password.", price=HASHING
    )
    refresh_session: RefreshSessionPayload | None = change(
        signing_in.refresh_session,
        RefreshSessionInput,
        "Exchange a refresh token for its successor. Repeated within ten seconds it gives the same one; later, "
        "the session ends.",
        price=OWN_WAY_OUT,
    )
    sign_out: SignOutPayload | None = change(
        signing_in.sign_out, SignOutInput, "End the session in use.", price=OWN_WAY_OUT
    )
