"""The settings of one process: read once from the environment, typed, and checked before anything starts."""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from models.kit.buckets import Rate

DEMO_KEY = base64.urlsafe_b64encode(b"a demo key that anybody may know").decode()
POINTS = range(1, 10**9)
CENTURY = 100 * 366 * 24 * 3600  # seconds: as far as a trial may move the clock


class Environment(StrEnum):
    """Where the process runs; PRODUCTION refuses every unsafe default."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class SettingsError(ValueError):
    """The environment holds a value that the service must not start with."""


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations."""

    environment: Environment
    database_url: str = field(repr=False)  # it may hold a password
    data_dir: Path
    host: str
    port: int
    workers: int
    # Data keys by id, newest first: the first seals, all open.
    data_keys: Mapping[str, bytes] = field(repr=False)
    code_sender: str = field(repr=False)  # the address of a webhook may hold a secret
    demo_data: bool
    debug: bool
    clock_offset: timedelta
    worker: bool
    allowed_origins: tuple[str, ...]
    introspection: bool
    graphiql: bool
    trusted_documents: tuple[Path, ...]
    free_documents: bool
    access_log: bool
    trusted_proxies: int
    execution_timeout: int  # seconds
    storage: str = field(repr=False)  # an S3-compatible store; empty for the local folder
    scanner: str  # where clamd listens; empty for none
    operation_points: int
    account_points: Rate
    address_points: Rate

    @property
    def production(self) -> bool:
        """True where real people's data is held."""
        return self.environment is Environment.PRODUCTION

    @property
    def on_postgres(self) -> bool:
        """True when the database is PostgreSQL, false for the embedded SQLite file."""
        return self.database_url.startswith(("postgres://", "postgresql://"))


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises SettingsError with the name of the variable at fault."""
    environment = _environment(environ)
    production = environment is Environment.PRODUCTION
    data_dir = Path(environ.get("DATA_DIR") or "var")
    settings = Settings(
        environment=environment,
        database_url=environ.get("DATABASE_URL") or f"sqlite://{data_dir / 'union.sqlite3'}",
        data_dir=data_dir,
        host=environ.get("HOST") or "127.0.0.1",
        port=_whole(environ, "PORT", 8000, range(2**16)),
        workers=_whole(environ, "WORKERS", 1, range(1, 65)),
        data_keys=_data_keys(environ.get("DATA_KEYS") or f"demo:{DEMO_KEY}"),
        code_sender=environ.get("CODE_SENDER") or "console",
        demo_data=_flag(environ, "DEMO_DATA", not production),
        debug=_flag(environ, "DEBUG", False),
        clock_offset=timedelta(seconds=_whole(environ, "CLOCK_OFFSET", 0, range(-CENTURY, CENTURY))),
        worker=_flag(environ, "WORKER", True),
        allowed_origins=_origins(environ.get("ALLOWED_ORIGINS") or ""),
        introspection=_flag(environ, "INTROSPECTION", not production),
        graphiql=_flag(environ, "GRAPHIQL", not production),
        trusted_documents=_paths(environ.get("TRUSTED_DOCUMENTS") or ""),
        free_documents=_flag(environ, "FREE_DOCUMENTS", True),
        access_log=_flag(environ, "ACCESS_LOG", True),
        trusted_proxies=_whole(environ, "TRUSTED_PROXIES", 0, range(10)),
        execution_timeout=_whole(environ, "EXECUTION_TIMEOUT", 30, range(1, 3601)),
        storage=_address(environ, "STORAGE_URL", r"s3://[^/?\s]+(/[^?\s]*)?(\?\S+)?", "s3://bucket?endpoint=…"),
        scanner=_address(environ, "SCANNER", r"tcp://[^/:\s]+:\d+|unix:///\S+", "tcp://host:port or unix:///path"),
        operation_points=_whole(environ, "OPERATION_POINTS", 1000, POINTS),
        account_points=_rate(environ, "ACCOUNT_POINTS", Rate(2000, 100)),
        address_points=_rate(environ, "ADDRESS_POINTS", Rate(10_000, 500)),
    )
    if production:
        _refuse_unsafe(settings)
    _refuse_impossible(settings)
    return settings


def _refuse_unsafe(settings: Settings) -> None:
    unsafe = {
        "DATA_KEYS": base64.urlsafe_b64decode(DEMO_KEY) in settings.data_keys.values(),
        "CODE_SENDER": not settings.code_sender.startswith("https://"),
        "DEMO_DATA": settings.demo_data,
        "DEBUG": settings.debug,
        "CLOCK_OFFSET": bool(settings.clock_offset),
    }
    names = [name for name, at_fault in unsafe.items() if at_fault]
    if names:
        raise SettingsError(f"not allowed in production as set: {', '.join(names)}")


def _refuse_impossible(settings: Settings) -> None:
    if not settings.on_postgres and not settings.database_url.startswith("sqlite://"):
        raise SettingsError("DATABASE_URL: expected postgres://… or sqlite://…")
    if settings.workers > 1 and not settings.on_postgres:
        raise SettingsError("WORKERS: the embedded SQLite file takes one worker; set DATABASE_URL to PostgreSQL")
    for name in ("account_points", "address_points"):
        if getattr(settings, name).capacity < settings.operation_points:
            raise SettingsError(f"{name.upper()}: OPERATION_POINTS must fit")
    if not settings.free_documents and not settings.trusted_documents:
        raise SettingsError("FREE_DOCUMENTS: without TRUSTED_DOCUMENTS no document could be run")


def _environment(environ: Mapping[str, str]) -> Environment:
    try:
        return Environment(environ.get("ENVIRONMENT") or Environment.DEVELOPMENT)
    except ValueError:
        raise SettingsError(f"ENVIRONMENT: expected {' or '.join(Environment)}") from None


def _data_keys(text: str) -> dict[str, bytes]:
    """Parse `id:base64,id:base64`; each key is 32 bytes."""
    keys: dict[str, bytes] = {}
    for item in text.split(","):
        name, _, encoded = item.strip().partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded)
        except ValueError:
            key = b""
        if not name.isalnum() or len(key) != 32 or name in keys:
            raise SettingsError("DATA_KEYS: expected id:base64 pairs of 32-byte keys, newest first")
        keys[name] = key
    return keys


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(filter(None, map(str.strip, text.split(","))))
    if not all(re.fullmatch(r"https?://[^/\s]+", origin) for origin in origins):
        raise SettingsError("ALLOWED_ORIGINS: expected origins like https://app.example.org, separated by commas")
    return origins


def _rate(environ: Mapping[str, str], name: str, default: Rate) -> Rate:
    """Parse `capacity,restored`."""
    numbers = (environ.get(name) or f"{default.capacity},{default.restored}").split(",")
    try:
        capacity, restored = map(int, numbers)
    except ValueError:
        capacity = restored = 0
    if capacity not in POINTS or restored not in POINTS:
        raise SettingsError(f"{name}: expected points at once and points restored each second, like 2000,100")
    return Rate(capacity, restored)


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(item.strip()) for item in text.split(",") if item.strip())


def _address(environ: Mapping[str, str], name: str, form: str, expected: str) -> str:
    address = environ.get(name) or ""
    if address and not re.fullmatch(form, address):
        raise SettingsError(f"{name}: expected {expected}")
    return address


def _whole(environ: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    try:
        value = int(environ.get(name) or default)
    except ValueError:
        value = allowed.stop
    if value not in allowed:
        raise SettingsError(f"{name}: expected a whole number from {allowed[0]} to {allowed[-1]}")
    return value


def _flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    text = environ.get(name, "").lower()
    if text not in ("", "0", "1", "true", "false", "yes", "no"):
        raise SettingsError(f"{name}: expected 1 or 0")
    return text in ("1", "true", "yes") if text else default
