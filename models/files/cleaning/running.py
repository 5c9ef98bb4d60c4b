"""Having a file cleaned: some at a time, each by a process of its own that may take so long and no longer."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from models.kit.codes import ErrorCode
from models.kit.errors import refuse

ROOT = Path(__file__).parents[3]
AT_ONCE = 1  # by one process of the service: what a picture takes is its memory, and this is what bounds it
WITHIN = 20.0  # seconds
COMMAND = (sys.executable, "-E", "-s", "-W", "ignore", "-m", "models.files.cleaning")
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "PATH": os.defpath}

_workers = ThreadPoolExecutor(AT_ONCE, "cleaning")


async def clean(source: BinaryIO, target: BinaryIO) -> str:
    """Write a clean copy of a file; its media type. Refused with one of the codes FILE_… where there is none."""
    outcome = await asyncio.get_running_loop().run_in_executor(_workers, _run, source, target)
    if "media_type" not in outcome:
        refuse(ErrorCode(outcome.get("refused", ErrorCode.FILE_TOO_COMPLEX)), "file")
    return outcome["media_type"]


def _run(source: BinaryIO, target: BinaryIO) -> dict[str, str]:
    """What the program says; nothing when it died of its limits."""
    source.flush()
    source.seek(0)
    try:
        done = subprocess.run(  # noqa: S603 - nothing of the file is in the command
            COMMAND, stdin=source, stdout=target, stderr=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT, timeout=WITHIN,
            check=False,
        )  # fmt: skip
        return dict(json.loads(done.stderr))
    except (subprocess.TimeoutExpired, ValueError):
        return {}
