"""What is left of signing in and of asking is not kept for ever."""

from datetime import timedelta

from models.accounts import Throttle, retention, throttle
from models.kit import clock
from models.kit.leases import PointBucket


async def test_counts_and_points_are_forgotten_a_day_after_they_matter(database: None) -> None:
    await throttle.count(throttle.GRABS, "somebody")
    await PointBucket.create(id="account:somebody", available=1.5, at=clock.now())
    assert await retention.forget() == 0
    with clock.at(clock.now() + timedelta(days=1, hours=1)):
        await PointBucket.create(id="account:another", available=1.5, at=clock.now())
        assert await retention.forget() == 2
    assert not await Throttle.exists()
    assert [bucket.id for bucket in await PointBucket.all()] == ["account:another"]
