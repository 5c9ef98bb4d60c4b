"""Who may call a command or a query at all; what they may see or do is decided on the object."""

from dataclasses import dataclass

from models.kit.actor import Actor, Role
from models.kit.errors import ApiCode, ApiError


@dataclass(frozen=True)
class Guard:
    """`rule` is the word used in the access policy; `roles` narrows `staff` (empty: any role)."""

    rule: str
    roles: frozenset[Role] = frozenset()

    def admit(self, actor: Actor) -> None:
        """Raise UNAUTHENTICATED or FORBIDDEN unless the actor may call this."""
        if self.rule == "anyone" or actor.system:
            return
        if actor.account_id is None:
            raise ApiError(ApiCode.UNAUTHENTICATED)
        if self.rule == "system":
            raise ApiError(ApiCode.FORBIDDEN)
        if self.rule == "member" and actor.member_id is None:
            raise ApiError(ApiCode.FORBIDDEN)
        if self.rule == "staff" and not actor.scope(*self.roles):
            raise ApiError(ApiCode.FORBIDDEN)


ANYONE = Guard("anyone")
SYSTEM_ONLY = Guard("system")
ACCOUNT = Guard("account")
MEMBER = Guard("member")
STAFF = Guard("staff")


def staff(*roles: Role) -> Guard:
    """Staff holding one of `roles` anywhere."""
    return Guard("staff", frozenset(roles))
