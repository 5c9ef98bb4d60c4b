"""Somebody who works through the guide: runs every block, and compares what comes with what it says."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.guide.blocks import ANY, Block, unlike
from tests.live import ROOT, Live
from tests.node import CLIENTS, PATH

ADDRESS = "127.0.0.1:8000"  # as the guide has it
TSCONFIG = "tsconfig.json"
MANIFEST = "persisted-documents.json"
SECONDS = 60


@dataclass
class Reader:
    """What somebody has who reads the guide: the service, a home folder, a frontend's folder, the answers so far."""

    service: Live
    home: Path
    app: Path
    environment: Mapping[str, str]
    answer: Any = None
    document: str | None = None
    seen: dict[str, Any] = field(default_factory=dict)

    def read(self, page: list[Block]) -> None:
        """Work through all blocks of a page."""
        for number, block in enumerate(page):
            following = page[number + 1] if number + 1 < len(page) else None
            try:
                self._do(block, following)
            except Exception as error:
                raise AssertionError(f"line {block.line}: {error}") from error

    def _do(self, block: Block, following: Block | None) -> None:
        waits = following is not None and following.label == "variables"
        steps: dict[tuple[str, str], Callable[[str], None]] = {
            ("graphql", ""): self._note if waits else self._ask,
            ("json", "variables"): self._ask_with,
            ("json", "answer"): self._compare,
            ("json", MANIFEST): self._is_known,
            ("text", "answer"): self._compare_text,
            ("sh", ""): self._type,
            ("sh", "app"): self._build,
            ("js", ""): self._execute,
        }
        if block.label.endswith((".ts", TSCONFIG)):
            self._save(block.label, block.text)
        else:
            steps[block.language, block.label](block.text)

    def _note(self, document: str) -> None:
        self.document = document

    def _ask(self, document: str, variables: dict[str, Any] | None = None) -> None:
        token = self.seen.get("accessToken")
        response = httpx.post(
            f"{self.service.url}/graphql",
            json={"query": document, "variables": variables},
            headers={"authorization": f"Bearer {token}"} if token else {},
            timeout=SECONDS,
        )
        self.answer = response.json()
        self.seen |= _named(self.answer)

    def _ask_with(self, text: str) -> None:
        assert self.document, "variables of nothing"
        given = {name: self._known(name) if value == ANY else value for name, value in json.loads(text).items()}
        self._ask(self.document, given)

    def _known(self, name: str) -> Any:
        """What an answer gave under a name, or as the id of what has that name; codes come to the phone."""
        if name == "code":
            return re.findall(r"code=(\d{6})", self.service.log.read_text())[-1]
        return self.seen[name] if name in self.seen else self.seen[name.removesuffix("Id")]["id"]

    def _compare(self, text: str) -> None:
        told, found = json.loads(text), self.answer
        if isinstance(found, str):
            found = json.loads(found)
            self.seen |= _named(found)
        if "extensions" not in told:
            found.pop("extensions", None)
        differences = list(unlike(told, found))
        assert not differences, "; ".join(differences)

    def _compare_text(self, text: str) -> None:
        assert str(self.answer).strip() == text.strip(), self.answer

    def _is_known(self, text: str) -> None:
        """The service was given this manifest when it was started."""
        assert (self.home / MANIFEST).read_text(encoding="utf-8") == text

    def _save(self, name: str, text: str) -> None:
        path = self.app / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _type(self, script: str) -> None:
        self._bash(script.replace(".venv/bin/python", sys.executable), ROOT)

    def _build(self, script: str) -> None:
        """In the frontend's folder; its tools are found without npx, which would look for them elsewhere too."""
        self._bash(script.replace("npx ", ""), self.app)

    def _execute(self, code: str) -> None:
        self._bash("node --input-type=module -", CLIENTS, self._here(code))

    def _bash(self, script: str, folder: Path, given: str = "") -> None:
        """Run in one long session: what a block exports, the next has."""
        session = self.home / "session"
        whole = f"{'source ' + str(session) if session.exists() else ''}\n{self._here(script)}\nexport -p > {session}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", whole], cwd=folder, timeout=SECONDS, check=False,
            capture_output=True, text=True, input=given, env={**os.environ, **self.environment, **self._paths()},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        self.answer = done.stdout

    def _paths(self) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": f"{CLIENTS / 'node_modules' / '.bin'}{os.pathsep}{PATH}"}

    def _here(self, text: str) -> str:
        return text.replace(ADDRESS, self.service.url.removeprefix("http://"))


def _named(answer: Any) -> dict[str, Any]:
    """Everything in an answer by its name; of several the first."""
    found: dict[str, Any] = {}
    level = [answer]
    while level:
        for item in level:
            for name, value in item.items() if isinstance(item, dict) else ():
                found.setdefault(name, value)
        level = [child for item in level for child in _children(item)]
    return found


def _children(item: Any) -> list[Any]:
    return list(item.values()) if isinstance(item, dict) else item if isinstance(item, list) else []
