"""Node, which comes with the packages for development, and the packages of `tests/clients/`."""

import os
import subprocess
import sys
from pathlib import Path

CLIENTS = Path(__file__).parent / "clients"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def node(*words: str, folder: Path = CLIENTS, seconds: float = 60) -> str:
    """Run a script of that folder; what it prints."""
    if not (folder / "node_modules").is_dir():
        raise RuntimeError(f"{folder} has no packages yet: `make test` installs them")
    done = subprocess.run(
        ["node", *words], cwd=folder, env={**os.environ, "PATH": PATH}, capture_output=True, text=True,
        timeout=seconds, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
