"""Consents, and what is held about an account."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.accounts import Account, Consent, Throttle
from models.kit import clock
from models.members import phone_index
from resolvers.kit import export, jobs
from tests.api import Api
from tests.factories import people
from tests.factories.codes import Inbox

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)


@pytest.fixture
async def mine(api: Api) -> Api:
    """Somebody's signed-in client."""
    return api.as_(await people.signed_in(await people.member()))


async def test_a_consent_is_given_to_the_notice_in_force(api: Api, mine: Api) -> None:
    notices = await api("{ consentNotices { purpose version text } }")
    shown = next(n for n in notices if n["purpose"] == "HEALTH")
    assert "5 年" in shown["text"]
    given = await mine("GiveConsent", purpose="HEALTH", version=shown["version"])
    assert [(c["purpose"], c["version"]) for c in given["consents"]] == [("HEALTH", shown["version"])]


async def test_every_purpose_has_a_notice_in_both_languages(api: Api) -> None:
    for locale in ("zh", "en"):
        notices = await api.as_(None, locale)("{ consentNotices { purpose text } }")
        assert len({n["purpose"] for n in notices}) == 6
        assert not any("{" in n["text"] or n["text"].startswith("notice.") for n in notices)


@pytest.mark.parametrize("version", [0, 2, 99])
async def test_a_consent_to_another_version_of_the_notice_is_refused(mine: Api, version: int) -> None:
    refused = await mine("GiveConsent", purpose="HEALTH", version=version)
    assert [(e["code"], e["field"]) for e in refused["userErrors"]] == [("INVALID", "version")]
    assert refused["consents"] is None


async def test_a_consent_given_twice_stands_once(mine: Api) -> None:
    answers = [await mine("GiveConsent", purpose="PHOTO", version=1) for _ in range(2)]
    assert [len(answer["consents"]) for answer in answers] == [1, 1]
    assert await Consent.all().count() == 1


async def test_a_consent_withdrawn_no_longer_stands_and_stays_on_file(mine: Api) -> None:
    await mine("GiveConsent", purpose="PHOTO", version=1)
    await mine("GiveConsent", purpose="HEALTH", version=1)
    left = await mine("WithdrawConsent", purpose="PHOTO")
    assert [c["purpose"] for c in left["consents"]] == ["HEALTH"]
    assert (await Consent.get(purpose="PHOTO")).withdrawn_at
    again = await mine("GiveConsent", purpose="PHOTO", version=1)
    assert len(again["consents"]) == 2


async def test_the_export_holds_sessions_roles_and_consents(api: Api, inbox: Inbox) -> None:
    token = (await inbox.sign_in(api, "13900000001", "手机"))["session"]["accessToken"]
    await api.as_(token)("GiveConsent", purpose="PHOTO", version=1)
    account = await Account.get(phone_index=phone_index("13900000001"))
    held: Any = await export.exporters["account"](None, account.id)
    assert held["phone"] == "13900000001"
    assert [s["device"] for s in held["sessions"]] == ["手机"]
    assert [c["purpose"] for c in held["consents"]] == ["PHOTO"]
    assert held["roles"] == []
    assert "hash" not in json.dumps(held, default=str)


async def test_traces_of_signing_in_are_dropped_once_they_have_served(api: Api, inbox: Inbox) -> None:
    with clock.at(NOON):
        await inbox.sign_in(api, "13900000001")
    with clock.at(NOON + timedelta(days=1)):
        await jobs.work_once()
        assert await Throttle.all().count() > 0
    with clock.at(NOON + timedelta(days=3)):
        await jobs.work_once()
        assert await Throttle.all().count() == 0
