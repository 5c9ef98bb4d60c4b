"""`POST /uploads`: who may, what is refused with which code, and that nothing is left of what was refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import pytest
import pytest_asyncio

from models.files import limits
from models.files.tables import FileQuota, StoredFile
from models.kit import scanner, storage
from models.kit.audit import AuditEntry, Outcome
from models.kit.settings import Settings
from resolvers.files import receiving
from resolvers.kit import jobs
from schema.http import uploads
from schema.http.app import application
from tests.api import Api
from tests.clamd import VIRUS, clamd
from tests.factories import files, people
from tests.schema.http.test_multipart import FILE, KIND, MALFORMED, PURPOSE, body


@dataclass
class Giver:
    """A member, and where their files would lie."""

    api: Api
    folder: Path

    def kept(self) -> int:
        """How many files lie there."""
        return sum(path.is_file() for path in (self.folder / "files").rglob("*"))

    async def nothing_is_left(self) -> bool:
        """Neither bytes, nor a row, nor anything that counts."""
        quota = await FileQuota.get_or_none()
        counted = (quota.waiting_files, quota.held_bytes) if quota else (0, 0)
        return not self.kept() and not await StoredFile.exists() and counted == (0, 0)


@pytest_asyncio.fixture
async def giver(api: Api, settings: Settings) -> Giver:
    union = await people.organisation()
    return Giver(api.as_(await people.signed_in(await people.member(union)), "en"), settings.data_dir)


def code(answer: httpx.Response) -> str:
    """The one code of a refusal, which says something to people, too."""
    (error,) = answer.json()["errors"]
    assert error["message"]
    return str(error["extensions"]["code"])


async def test_a_file_is_kept_sealed_under_a_name_drawn_by_chance(giver: Giver) -> None:
    content = files.photo("PNG")
    answer = await giver.api.upload(content, name="../../my diagnosis.png")
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"uploadId", "mediaType", "size", "status", "expiresAt"}
    assert (told["mediaType"], told["status"], told["expiresAt"][-6:]) == ("image/png", "READY", "+08:00")
    row = await StoredFile.get()
    (path,) = [path for path in (giver.folder / "files").rglob("*") if path.is_file()]
    assert path.name == row.blob
    assert path.stat().st_mode & 0o77 == 0 or path.parent.parent.stat().st_mode & 0o77 == 0
    sealed = path.read_bytes()
    assert b"PNG" not in sealed
    assert abs(len(sealed) - told["size"]) < 1000
    quota = await FileQuota.get()
    assert (quota.waiting_files, quota.held_bytes) == (1, told["size"])


@pytest.mark.parametrize("token", [None, "nobody's"])
async def test_who_is_not_signed_in_gives_nothing(giver: Giver, token: str | None) -> None:
    answer = await giver.api.as_(token, "en").upload(files.photo())
    assert (answer.status_code, code(answer), answer.headers["www-authenticate"]) == (401, "UNAUTHENTICATED", "Bearer")


async def test_who_is_no_member_gives_nothing(giver: Giver) -> None:
    official = giver.api.as_(await people.signed_in(None, clerk=await people.organisation()), "en")
    answer = await official.upload(files.photo())
    assert (answer.status_code, code(answer)) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("content", "status", "expected"),
    [
        (b"", 422, "FILE_UNREADABLE"),
        (b"hello", 415, "FILE_TYPE_NOT_ALLOWED"),
        (files.photo()[:5000], 422, "FILE_UNREADABLE"),
        (files.photo() + files.archive(), 422, "FILE_NOT_SAFE"),
        (files.pdf(files.with_attachment), 422, "FILE_NOT_SAFE"),
        (files.png_of(60_000, 60_000), 422, "FILE_TOO_COMPLEX"),
        (b"\xff\xd8\xff" + bytes(limits.LARGEST), 413, "FILE_TOO_LARGE"),
    ],
    ids=["nothing", "text", "half", "two in one", "attachment", "bomb", "large"],
)
async def test_what_is_no_good_is_refused_and_nothing_is_left_of_it(
    giver: Giver, content: bytes, status: int, expected: str
) -> None:
    answer = await giver.api.upload(content)
    assert (answer.status_code, code(answer)) == (status, expected)
    assert await giver.nothing_is_left()


async def test_a_file_does_not_wait_for_all_the_difficult_ones_of_another_member(
    giver: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, came, order = asyncio.Semaphore(1), asyncio.Event(), list[str]()

    async def clean(source: BinaryIO, target: BinaryIO) -> str:
        source.seek(0)
        kind = "difficult" if source.read(2) == b"\xff\xd8" else "plain"
        if kind == "plain":
            came.set()
        async with place:  # as those that are cleaned take turns
            await came.wait()
            order.append(kind)
        target.write(b"clean")
        return "image/png"

    monkeypatch.setattr(receiving, "clean", clean)
    neighbour = giver.api.as_(await people.signed_in(await people.member(await people.organisation())), "en")
    waiting = [asyncio.create_task(giver.api.upload(files.photo())) for _ in range(4)]
    await asyncio.sleep(0.5)
    answers = await asyncio.gather(neighbour.upload(files.photo("PNG")), *waiting)
    assert [answer.status_code for answer in answers] == [201] * 5
    assert order.index("plain") == 1


async def test_a_malformed_form_leaves_nothing(giver: Giver) -> None:
    wrong = []
    for name, (kind, whole) in MALFORMED.items():
        answer = await giver.api.fetch("POST", "/uploads", {"content-type": kind}, content=whole)
        if (answer.status_code, code(answer)) != (400, "BAD_USER_INPUT"):
            wrong.append((name, answer.text))
    assert wrong == []
    assert await giver.nothing_is_left()


@pytest.mark.parametrize(
    ("parts", "expected", "field"),
    [
        ((FILE % files.photo(),), "REQUIRED", "purpose"),
        ((PURPOSE,), "REQUIRED", "file"),
        ((PURPOSE.replace(b"CASE_DOCUMENT", b"../x"), FILE % b"x"), "INVALID", "purpose"),
    ],
)
async def test_a_form_that_lacks_something_says_what(
    giver: Giver, parts: tuple[bytes, ...], expected: str, field: str
) -> None:
    answer = await giver.api.fetch("POST", "/uploads", {"content-type": KIND}, content=body(*parts))
    assert (answer.status_code, code(answer)) == (400, expected)
    assert answer.json()["errors"][0]["extensions"]["field"] == field
    assert await giver.nothing_is_left()


async def test_other_methods_and_types_are_refused_as_json(giver: Giver) -> None:
    answer = await giver.api.fetch("GET", "/uploads")
    assert (answer.status_code, code(answer), answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    for headers in ({"content-type": "image/jpeg"}, {}, {"content-type": KIND, "content-encoding": "gzip"}):
        answer = await giver.api.fetch("POST", "/uploads", headers, content=b"x")
        assert (answer.status_code, code(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert answer.headers["accept-post"] == "multipart/form-data"


async def test_a_body_beyond_the_limit_is_refused_before_its_end(giver: Giver) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b"--cut\r\n" + FILE % b"\xff\xd8\xff"
        while sent < 2**30:
            sent += 2**16
            yield bytes(2**16)

    answer = await giver.api.fetch("POST", "/uploads", {"content-type": KIND}, content=endless())
    assert (answer.status_code, code(answer)) == (413, "FILE_TOO_LARGE")
    assert sent <= limits.LARGEST + 2**17
    headers = {"content-type": KIND, "content-length": str(2**30)}
    answer = await giver.api.fetch("POST", "/uploads", headers, content=b"")
    assert (answer.status_code, code(answer)) == (413, "FILE_TOO_LARGE")
    assert await giver.nothing_is_left()


async def test_a_body_that_stalls_ends_at_the_deadline_and_a_slow_one_does_not(
    giver: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "WITHIN", 0.3)
    monkeypatch.setattr(uploads, "STEP", 1000)

    async def dribbled(content: bytes, size: int, *, stops: bool) -> AsyncIterator[bytes]:
        for at in range(0, len(content), size):
            await asyncio.sleep(30 if stops and at else 0.03)
            yield content[at : at + size]

    whole = body(PURPOSE, FILE % files.photo(width=100, height=60))
    for size, stops, status in ((2500, False, 201), (2500, True, 408), (20, False, 408)):
        slow = dribbled(whole, size, stops=stops)
        answer = await giver.api.fetch("POST", "/uploads", {"content-type": KIND}, content=slow)
        assert answer.status_code == status, (size, stops)
    assert await StoredFile.all().count() == 1


async def test_who_hangs_up_in_the_middle_leaves_nothing(giver: Giver, settings: Settings) -> None:
    messages = [{"type": "http.request", "body": body(PURPOSE, FILE % files.photo())[:9000], "more_body": True}]
    headers = {**giver.api._headers, "content-type": KIND}
    scope = {
        "type": "http", "method": "POST", "path": "/uploads", "query_string": b"", "http_version": "1.1",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await application(settings)(scope, receive, send)
    assert sent[0]["status"] == 400
    assert await giver.nothing_is_left()


async def test_a_member_holds_so_many_files_and_gets_the_place_of_an_expired_one_back(
    giver: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WAITING_FILES", 1)
    assert (await giver.api.upload(files.photo())).status_code == 201
    answer = await giver.api.upload(files.photo())
    assert (answer.status_code, code(answer)) == (409, "FILE_QUOTA")
    await StoredFile.filter(status="READY").update(expires_at=(await StoredFile.get()).created_at)
    await jobs.work_once()
    assert await giver.nothing_is_left()
    monkeypatch.setattr(limits, "HELD_BYTES", limits.LARGEST - 1)
    assert code(await giver.api.upload(files.photo())) == "FILE_QUOTA"


async def test_while_the_store_is_away_nothing_is_taken_and_nothing_is_lost(
    giver: Giver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setattr(storage, "NO_ANSWER_WITHIN", timedelta(seconds=1))
    storage.use("s3://files?endpoint=http://127.0.0.1:9", giver.folder)
    answer = await giver.api.upload(files.photo())
    assert (answer.status_code, code(answer)) == (503, "TIMEOUT")
    await jobs.work_once()
    assert [row.status for row in await StoredFile.all()] == ["REMOVED"]
    storage.use("", giver.folder)
    await jobs.periodic_jobs["files.clean"].run()
    assert await giver.nothing_is_left()


async def test_an_infected_file_is_refused_and_on_record(giver: Giver) -> None:
    async with clamd() as address:
        scanner.use(address)
        assert (await giver.api.upload(files.photo())).status_code == 201
        answer = await giver.api.upload(files.photo(comment=VIRUS))
        assert (answer.status_code, code(answer)) == (422, "FILE_INFECTED")
    assert giver.kept() == 1
    denied = await AuditEntry.get(action="files.upload", outcome=Outcome.DENIED)
    assert (denied.what, denied.target_type) == ("FILE_INFECTED", "Upload")


async def test_a_file_waits_in_quarantine_while_the_scanner_is_away(giver: Giver) -> None:
    scanner.use("tcp://127.0.0.1:9")
    answer = await giver.api.upload(files.photo())
    assert (answer.status_code, answer.json()["status"]) == (202, "QUARANTINED")
    await jobs.work_once()
    assert (await StoredFile.get()).status == "QUARANTINED"


@pytest.mark.parametrize(("verdict", "left"), [(b"stream: OK", "READY"), (b"stream: Union.Test FOUND", None)])
async def test_the_worker_has_quarantined_files_scanned(giver: Giver, verdict: bytes, left: str | None) -> None:
    scanner.use("tcp://127.0.0.1:9")
    await giver.api.upload(files.photo())
    async with clamd(verdict) as address:
        scanner.use(address)
        for name in ("files.scan", "files.clean"):
            await jobs.periodic_jobs[name].run()
    assert [row.status for row in await StoredFile.all()] == ([left] if left else [])
    assert giver.kept() == (1 if left else 0)
    assert (await AuditEntry.get(action="files.scan")).outcome == ("DONE" if left else "DENIED")
