"""Refresh tokens rotate: one successor each, the same within the grace, and none for a copied token."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from models import accounts
from models.accounts import sessions
from models.kit.actor import ANONYMOUS, SYSTEM
from models.kit.errors import DomainError
from models.kit.settings import Settings
from resolvers.accounts import signing_in
from tests.factories import people
from tests.machines import Machine, check

GRACE = sessions.GRACE


@dataclass
class Family:
    """A session as its client knows it: refresh tokens, and the access token that came with each."""

    refresh: list[str]
    access: list[str]
    fresh_until: datetime
    refresh_until: datetime
    spent: dict[str, datetime] = field(default_factory=dict)
    ended: bool = False


async def refresh(token: str) -> tuple[str, str] | None:
    """New access and refresh token; None when the session has ended."""
    try:
        made = (await signing_in.refresh_session(ANONYMOUS, refresh_token=token))["session"]
    except DomainError:
        return None
    return made["access_token"], made["refresh_token"]


async def recognised(token: str) -> bool:
    """Whether an access token is good."""
    return await accounts.actor_of(token, ANONYMOUS) is not None


class Rotation(Machine):
    """Clients refresh with any token they ever had, at any time; two sessions do not touch each other."""

    @initialize()
    def sign_in(self) -> None:
        """Two devices sign in."""
        self.families = [self.run(self.begun()) for _ in range(2)]

    async def begun(self) -> Family:
        """A new session."""
        made = await signing_in.demo_token(SYSTEM, phone=people.phone())
        tokens = made["session"]
        return Family(
            [tokens["refresh_token"]],
            [tokens["access_token"]],
            self.now + sessions.ACCESS_LIFETIME,
            self.now + sessions.REFRESH_LIFETIME,
        )

    @rule(which=st.integers(0, 1), back=st.integers(0, 3))
    def present(self, which: int, back: int) -> None:
        """Present the newest token or an older one."""
        family = self.families[which]
        index = max(0, len(family.refresh) - 1 - back)
        self.compare(family, index, self.run(refresh(family.refresh[index])))

    def compare(self, family: Family, index: int, given: tuple[str, str] | None) -> None:
        """What a client must get for its token of that index."""
        token = family.refresh[index]
        if token in family.spent:
            in_grace = self.now <= family.spent[token] + GRACE
            successors = (family.access[index + 1], family.refresh[index + 1])
            assert given == (successors if in_grace and not family.ended else None)
            family.ended |= not in_grace
        elif family.ended or family.refresh_until <= self.now:
            assert given is None
        else:
            assert given is not None
            assert given[1] not in family.refresh
            family.access.append(given[0])
            family.refresh.append(given[1])
            family.spent[token] = self.now
            family.fresh_until = self.now + sessions.ACCESS_LIFETIME
            family.refresh_until = self.now + sessions.REFRESH_LIFETIME

    @rule(passed=st.sampled_from(["1 s", "10 s", "11 s", "10 min", "30 d"]))
    def wait(self, passed: str) -> None:
        """Time passes."""
        number, unit = passed.split()
        self.pass_time(timedelta(**{{"s": "seconds", "min": "minutes", "d": "days"}[unit]: int(number)}))

    @precondition(lambda self: hasattr(self, "families"))
    @invariant()
    def only_the_newest_access_token_is_good(self) -> None:
        """And that until its time is over or its session has ended."""
        for family in self.families:
            good = not family.ended and self.now < family.fresh_until
            *older, newest = family.access
            assert self.run(recognised(newest)) is good
            assert not older or not self.run(recognised(older[-1]))


def test_refresh_tokens_rotate_and_copies_end_the_session(settings: Settings) -> None:
    check(Rotation, settings)
