"""What else the people of the demo do: consent, read what they were told, and look something up for a reason."""

from collections.abc import Sequence
from datetime import date, timedelta

from models.accounts import ConsentPurpose
from models.kit import clock
from models.kit.actor import Actor, Role
from models.kit.paging import MAX_FIRST
from models.kit.sensitive import SensitiveField
from models.notifications import Notification
from models.seed.demo.accounts import demo_accounts
from models.seed.demo.people import everybody
from models.seed.demo.unions import Unions
from resolvers.demo.cast import Cast
from resolvers.demo.filing import consent
from resolvers.demo.stage import Scene, at
from resolvers.notifications import mark_notifications_read
from resolvers.record import reveal

_DAY = timedelta(days=1)
_UNREAD_FOR = 3 * _DAY
_FILED = "lin-guoqiang"


def scenes(today: date, cast: Cast, unions: Unions) -> list[Scene]:
    """One scene for each habit."""
    phones = {row["phone"] for row in demo_accounts()}
    members = [cast.people[who.key] for who in everybody() if who.phone in phones and who.key in cast.people]
    reviewer = cast.official(Role.REVIEWER, unions["lucheng"].path)
    return [
        _consent(members, today),
        _look_up(reviewer, cast.people[_FILED], today),
        _read([*members, *cast.staff], today),
    ]


async def _consent(members: Sequence[Actor], today: date) -> Scene:
    """The members in the list of demo accounts have agreed to what most applications need."""
    yield at(today - 6 * _DAY, 20, 30)
    for member in members:
        await consent(member, ConsentPurpose.BANK_ACCOUNT, ConsentPurpose.HEALTH)


async def _look_up(reviewer: Actor, member: Actor, today: date) -> Scene:
    for days, field, reason in (
        (5, SensitiveField.ID_NUMBER, "核对民政收入比对名单"),
        (4, SensitiveField.PHONE, "电话核实入户走访时间"),
    ):
        yield at(today - days * _DAY, 15, 20)
        await reveal(reviewer, member_id=member.member_id, field=field, reason=reason)


async def _read(readers: Sequence[Actor], today: date) -> Scene:
    """The members in the list of demo accounts and all staff have read all but the latest news."""
    yield at(today - _DAY, 21, 50)
    for reader in readers:
        told = Notification.filter(account_id=reader.account_id, read_at=None, created_at__lt=clock.now() - _UNREAD_FOR)
        ids = [row["id"] for row in await told.order_by("id").values("id")]
        for start in range(0, len(ids), MAX_FIRST):
            await mark_notifications_read(reader, ids=ids[start : start + MAX_FIRST])
