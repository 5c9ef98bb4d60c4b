"""The consents without which an application is not handed in."""

from collections.abc import Iterable

from models.kit.codes import ErrorCode
from models.kit.errors import Checks
from models.programmes.facts import Facts


def check_consents(purposes: Iterable[str], facts: Facts, checks: Checks) -> None:
    """Note every purpose that the applicant has not consented to."""
    for purpose in purposes:
        checks.require(purpose in facts.consents, ErrorCode.CONSENT_REQUIRED, f"consent.{purpose}")
