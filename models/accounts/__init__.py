"""Accounts: signing in, sessions, passwords, roles and consents."""

from models.accounts.sessions import actor_in_session, actor_of, actor_with_account, still_running, token_hash
from models.accounts.tables import (
    Account,
    Consent,
    ConsentPurpose,
    RoleAssignment,
    Session,
    SignInChallenge,
    SpentRefreshToken,
    Throttle,
)

__all__ = [
    "Account",
    "Consent",
    "ConsentPurpose",
    "RoleAssignment",
    "Session",
    "SignInChallenge",
    "SpentRefreshToken",
    "Throttle",
    "actor_in_session",
    "actor_of",
    "actor_with_account",
    "still_running",
    "token_hash",
]
