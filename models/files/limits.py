"""What may be given: how large for what purpose, how much by one member, and how long it is kept (limits.json)."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

_LIMITS: dict[str, Any] = json.loads(Path(__file__).with_name("limits.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Purpose:
    """What a file is for."""

    name: str
    bytes: int


PURPOSES = {name: Purpose(name, entry["bytes"]) for name, entry in _LIMITS["purposes"].items()}
LARGEST = max(purpose.bytes for purpose in PURPOSES.values())
# Of one member: files that are not attached yet, and bytes of all files.
WAITING_FILES: int = _LIMITS["waiting_files"]
HELD_BYTES: int = _LIMITS["held_bytes"]
RECEIVING = timedelta(minutes=_LIMITS["receiving_minutes"])  # from the first byte to a file that is kept
WAITING = timedelta(hours=_LIMITS["waiting_hours"])  # for being attached
# The files of a case that was taken back are kept so long for the applicant alone.
AFTER_WITHDRAWAL = timedelta(days=_LIMITS["withdrawn_days"])
