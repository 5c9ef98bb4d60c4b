"""The service as it really runs: processes of its own on a loopback port, stopped by their id."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.api import AMPLE

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Live:
    """A running service."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self.log = log

    def kill(self) -> None:
        """End every process of the service at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def client(self, connections: int = 100) -> httpx.AsyncClient:
        """An HTTP client of the service."""
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        return httpx.AsyncClient(base_url=self.url, limits=limits, timeout=60)


@contextmanager
def live(url: str, folder: Path, *, workers: int = 1, app: str = "server:app", **environment: str) -> Iterator[Live]:
    """The application on a database that is migrated already, until the block ends."""
    command = [
        sys.executable, "-m", "uvicorn", app, "--factory", "--workers", str(workers), "--log-level", "info",
        "--no-access-log", "--timeout-keep-alive", "60",
    ]  # fmt: skip
    settings = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "DEMO_DATA": "0",
        "ACCESS_LOG": "0",
        "WORKERS": str(workers),
        **AMPLE,
    }
    with running_process(command, {**os.environ, **settings, **environment}, folder) as service:
        yield service


@contextmanager
def running_process(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[Live]:
    """A server process on a free port, from its first good answer to its orderly end."""
    port, log = free_port(), folder / "service.log"
    if "uvicorn" in command:
        command = [*command, "--host", "127.0.0.1", "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**environment, "PORT": str(port)}, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    service = Live(process, port, log)
    try:
        _wait_until_ready(service)
        yield service
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                service.kill()


def _wait_until_ready(service: Live, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if service.process.poll() is not None:
            break
        try:
            if httpx.get(f"{service.url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"the service did not come up: {service.log.read_text()[-2000:]}")
