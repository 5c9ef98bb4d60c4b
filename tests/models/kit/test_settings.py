"""What a service may be started with."""

import base64
from collections.abc import Mapping

import pytest

from models.kit.settings import DEMO_KEY, Settings, SettingsError, read

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
SAFE = {
    "ENVIRONMENT": "production",
    "DATA_KEYS": f"2026:{KEY}",
    "CODE_SENDER": "https://messages.example.org/codes",
    "DATABASE_URL": "postgres://union:pass-word@127.0.0.1/union",
}


def refused(environ: Mapping[str, str]) -> str:
    with pytest.raises(SettingsError) as refusal:
        read(environ)
    return str(refusal.value)


def test_nothing_need_be_set_for_a_trial() -> None:
    settings = read({})
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8000, 1)
    assert settings.database_url == "sqlite://var/union.sqlite3"
    assert settings.demo_data
    assert settings.worker
    assert not settings.production


def test_production_starts_with_safe_settings_and_without_demo_data_or_introspection() -> None:
    settings = read(SAFE)
    assert settings.production
    assert not settings.demo_data
    assert not settings.introspection


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA_KEYS", f"demo:{DEMO_KEY}"),
        ("DATA_KEYS", f"2026:{KEY},demo:{DEMO_KEY}"),
        ("DATA_KEYS", ""),
        ("CODE_SENDER", "console"),
        ("CODE_SENDER", ""),
        ("CODE_SENDER", "http://messages.example.org"),
        ("DEMO_DATA", "1"),
        ("DEBUG", "1"),
        ("CLOCK_OFFSET", "60"),
    ],
)
def test_production_refuses_what_is_only_good_for_a_trial(name: str, value: str) -> None:
    assert refused(SAFE | {name: value}) == f"not allowed in production as set: {name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENVIRONMENT", "staging"),
        ("DATABASE_URL", "mysql://127.0.0.1/union"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("WORKERS", "0"),
        ("WORKERS", "4"),  # on SQLite
        ("DATA_KEYS", "one:c2hvcnQ="),
        ("DATA_KEYS", f"one:{KEY},one:{DEMO_KEY}"),
        ("DEMO_DATA", "maybe"),
        ("CLOCK_OFFSET", "1.5"),
        ("CLOCK_OFFSET", "9" * 20),
        ("ALLOWED_ORIGINS", "app.example.org"),
        ("TRUSTED_PROXIES", "-1"),
        ("EXECUTION_TIMEOUT", "0"),
        ("STORAGE_URL", "https://files.example.org/union"),
        ("STORAGE_URL", "s3://"),
        ("SCANNER", "127.0.0.1:3310"),
        ("SCANNER", "tcp://127.0.0.1"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    assert refused({name: value}).startswith(f"{name}: ")


def test_settings_never_show_their_secrets() -> None:
    shown = repr(read(SAFE))
    assert KEY not in shown
    assert str(b"k" * 32) not in shown
    assert "messages.example.org" not in shown
    assert "pass-word" not in shown


def test_origins_are_separated_by_commas() -> None:
    settings: Settings = read({"ALLOWED_ORIGINS": "https://a.example.org, http://127.0.0.1:5173"})
    assert settings.allowed_origins == ("https://a.example.org", "http://127.0.0.1:5173")
