"""Demo data that reads like the real thing and belongs to nobody: unions, people, staff, rooms and budgets."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def read(name: str) -> Any:
    """One of the files beside this one, without its ending."""
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
