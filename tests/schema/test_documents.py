"""Documents as files: given by the applicant, read by who may see the case, and by nobody else, through the frontends'
documents."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from models.accounts import Account, RoleAssignment
from models.files.tables import FileQuota, FileStatus, StoredFile
from models.kit import clock, storage
from models.kit.audit import AuditEntry
from models.kit.settings import Settings
from models.members import Member
from resolvers.kit import jobs
from tests.api import Api
from tests.factories import files, people
from tests.factories.scene import Case, Scene, apply, moved
from tests.s3 import KEY_ID, s3

KINDS = ["ID_CARD", "EVENT_PROOF", "BANK_CARD"]


async def uploaded(api: Api, content: bytes | None = None) -> str:
    """The id of a fresh upload."""
    answer = await api.upload(content or files.photo())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["uploadId"])


async def attached(api: Api, case: Case, kind: str = "ID_CARD", content: bytes | None = None) -> Any:
    """A file is given for a document; the case as the applicant then sees it."""
    answer = await api("AttachDocument", id=case["id"], uploadId=await uploaded(api, content), kind=kind)
    assert answer["userErrors"] == []
    return await seen_by(api, case)


async def seen_by(api: Api, case: Case, operation: str = "MyCase") -> Any:
    return await api(operation, id=case["id"])


def document(case: Case, kind: str = "ID_CARD") -> Any:
    return next(row for row in case["documents"] if row["kind"] == kind)


async def status_of(api: Api, url: str) -> int:
    return (await api.fetch("GET", url)).status_code


async def held() -> tuple[int, int]:
    """What the one member who has any holds: files that wait, and bytes."""
    quota = await FileQuota.get()
    return quota.waiting_files, quota.held_bytes


async def work() -> None:
    while await jobs.work_once():
        pass


async def test_a_photo_given_for_a_document_is_read_by_the_applicant_and_the_staff_of_the_case(scene: Scene) -> None:
    case = await apply(scene)
    content = files.photo(width=400, height=300)
    mine = document(await attached(scene.member, case, content=content))
    theirs = document(await seen_by(scene.reviewer, case, "CaseForStaff"))
    assert (mine["status"], mine["mediaType"]) == (theirs["status"], theirs["mediaType"]) == ("ATTACHED", "image/jpeg")
    for url in (mine["url"], theirs["url"]):
        answer = await scene.member.as_(None).fetch("GET", url)
        assert answer.status_code == 200
        assert len(answer.content) == mine["size"] == int(answer.headers["content-length"])
        with Image.open(BytesIO(answer.content)) as image:
            assert image.size == (400, 300)


async def test_a_file_comes_as_an_attachment_that_no_browser_runs(scene: Scene) -> None:
    case = await apply(scene)
    answer = await scene.member.fetch("GET", document(await attached(scene.member, case))["url"])
    shown = {name: answer.headers[name] for name in ("content-type", "x-content-type-options", "cache-control")}
    assert shown == {"content-type": "image/jpeg", "x-content-type-options": "nosniff", "cache-control": "no-store"}
    assert "sandbox" in answer.headers["content-security-policy"]
    number = case["number"]
    assert answer.headers["content-disposition"] == (
        f"attachment; filename=\"{number} ___.jpg\"; filename*=UTF-8''{number}%20%E8%BA%AB%E4%BB%BD%E8%AF%81.jpg"
    )


async def test_the_timeline_and_the_record_tell_of_every_file(scene: Scene) -> None:
    case = await apply(scene)
    given = document(await attached(scene.member, case))
    removed = await scene.member("RemoveDocument", id=given["id"])
    assert removed["userErrors"] == []
    told = (await seen_by(scene.clerk, case, "CaseForStaff"))["timeline"][-2:]
    assert [(entry["action"], entry["by"]["role"]) for entry in told] == [
        ("ATTACH_DOCUMENT", "APPLICANT"), ("REMOVE_DOCUMENT", "APPLICANT"),
    ]  # fmt: skip
    actions = await AuditEntry.filter(action__in=["files.upload", "cases.attach_document", "cases.remove_document"])
    assert len(actions) == 3


async def test_a_member_sees_which_staff_looked_at_a_file(scene: Scene) -> None:
    case = await apply(scene)
    mine = document(await attached(scene.member, case))
    assert await status_of(scene.member, mine["url"]) == 200
    theirs = document(await seen_by(scene.clerk, case, "CaseForStaff"))
    assert await status_of(scene.clerk, theirs["url"]) == 200
    views = (await scene.member("WhoViewedMyFile", first=5))["fileViews"]["nodes"]
    assert [(view["what"], view["by"]["role"]) for view in views] == [("材料文件", "CLERK")]


async def test_a_url_ends_after_five_minutes_and_with_the_session(scene: Scene) -> None:
    case = await apply(scene)
    url = document(await attached(scene.member, case))["url"]
    with clock.at(clock.now() + timedelta(minutes=4, seconds=59)):
        assert await status_of(scene.member, url) == 200
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        assert await status_of(scene.member, url) == 404
    await scene.member("SignOut")
    assert await status_of(scene.member, url) == 404


async def test_after_a_withdrawal_no_url_shows_the_file_to_anybody_but_the_applicant(scene: Scene) -> None:
    case = await apply(scene)
    mine = document(await attached(scene.member, case))
    theirs = document(await seen_by(scene.clerk, case, "CaseForStaff"))
    assert await status_of(scene.clerk, theirs["url"]) == 200
    withdrawn = await scene.member("WithdrawCase", id=case["id"], version=case["version"], reason=None)
    assert withdrawn["userErrors"] == []
    assert await status_of(scene.clerk, theirs["url"]) == 404
    after = document(await seen_by(scene.clerk, case, "CaseForStaff"))
    assert (after["status"], after["url"]) == ("ATTACHED", None)
    assert await status_of(scene.member, mine["url"]) == 200


async def test_the_files_of_a_withdrawn_case_are_deleted_after_a_month(scene: Scene) -> None:
    case = await apply(scene)
    await attached(scene.member, case)
    await scene.member("WithdrawCase", id=case["id"], version=case["version"], reason=None)
    with clock.at(clock.now() + timedelta(days=29)):
        await work()
        assert await StoredFile.exists()
    with clock.at(clock.now() + timedelta(days=31)):
        await work()
    assert not await StoredFile.exists()
    assert document(await seen_by(scene.member, case))["status"] == "MISSING"
    assert await held() == (0, 0)


async def test_files_may_lie_in_a_store_that_speaks_s3(
    scene: Scene, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of nobody")
    with s3() as bucket:
        storage.use(bucket.url, settings.data_dir)
        case = await apply(scene)
        given = document(await attached(scene.member, case))
        assert [path.startswith("union/") for path in bucket.files] == [True]
        assert await status_of(scene.member, given["url"]) == 200
        await scene.member("RemoveDocument", id=given["id"])
        await work()
        assert (bucket.files, bucket.parts) == ({}, {})


async def test_while_the_store_is_away_a_url_asks_to_be_tried_later(
    scene: Scene, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = document(await attached(scene.member, await apply(scene)))["url"]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setattr(storage, "NO_ANSWER_WITHIN", timedelta(seconds=1))
    storage.use("s3://files?endpoint=http://127.0.0.1:9", settings.data_dir)
    assert await status_of(scene.member, url) == 503
    storage.use("", settings.data_dir)
    assert await status_of(scene.member, url) == 200


async def test_a_url_ends_with_the_role_of_whoever_holds_it(scene: Scene) -> None:
    case = await apply(scene)
    await attached(scene.member, case)
    theirs = document(await seen_by(scene.clerk, case, "CaseForStaff"))
    await RoleAssignment.filter(role="CLERK").update(revoked_at=clock.now())
    assert await status_of(scene.clerk, theirs["url"]) == 404


async def test_a_url_ends_with_the_file_it_was_for(scene: Scene) -> None:
    case = await apply(scene)
    first = document(await attached(scene.member, case))
    second = document(await attached(scene.member, case, content=files.pdf()))
    assert (second["id"], second["mediaType"]) == (first["id"], "application/pdf")
    assert await status_of(scene.member, first["url"]) == 404
    assert await scene.member.codes("RemoveDocument", id=second["id"]) == []
    assert await status_of(scene.member, second["url"]) == 404
    shown = document(await seen_by(scene.member, case))
    assert (shown["status"], shown["url"], shown["size"]) == ("MISSING", None, None)
    await work()
    assert await held() == (0, 0)
    assert not await StoredFile.exists()


async def test_nobody_attaches_or_takes_back_what_is_not_theirs(scene: Scene) -> None:
    case = await apply(scene)
    other = scene.member.as_(await people.signed_in(await people.member(scene.unions["unit"])))
    mine, theirs = await uploaded(scene.member), await uploaded(other)
    wanted = {"id": case["id"], "kind": "ID_CARD"}
    assert await scene.member.codes("AttachDocument", **wanted, uploadId=theirs) == ["NOT_FOUND"]
    assert await other.codes("AttachDocument", **wanted, uploadId=theirs) == ["NOT_FOUND"]
    assert await other.codes("AttachDocument", **wanted, uploadId=mine) == ["NOT_FOUND"]
    staff = await scene.clerk.send("AttachDocument", **wanted, uploadId=mine)
    assert staff["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    given = document(await attached(scene.member, case))
    assert await other.codes("RemoveDocument", id=given["id"]) == ["NOT_FOUND"]
    assert (await seen_by(other, case)) is None
    token = given["url"].rpartition("/")[2]
    for guess in (token[:-1], token[1:], token[::-1], "x" * len(token), f"{token}0"):
        assert await status_of(other, f"/files/{guess}") == 404


async def test_an_upload_is_attached_once_and_in_time(scene: Scene) -> None:
    case = await apply(scene)
    upload = await uploaded(scene.member)
    for kind, codes in (("ID_CARD", []), ("ID_CARD", ["UPLOAD_USED"]), ("BANK_CARD", ["UPLOAD_USED"])):
        assert await scene.member.codes("AttachDocument", id=case["id"], uploadId=upload, kind=kind) == codes
    assert document(await seen_by(scene.member, case))["url"]
    late = await uploaded(scene.member)
    with clock.at(clock.now() + timedelta(hours=25)):
        member = scene.member.as_(await people.token(await _account(scene)))
        assert await member.codes("AttachDocument", id=case["id"], uploadId=late, kind="BANK_CARD") == [
            "UPLOAD_EXPIRED"
        ]
        await work()
    assert await StoredFile.all().count() == 1


async def _account(scene: Scene) -> Any:
    return await Account.filter(member_id__isnull=False).first()


async def test_a_draft_gathers_documents_before_it_is_handed_in(scene: Scene) -> None:
    draft = await apply(scene, submit=False)
    shown = await attached(scene.member, draft)
    assert [row["kind"] for row in shown["documents"]] == KINDS
    handed_in = await scene.member("SubmitCase", id=draft["id"], version=draft["version"], key=None)
    assert handed_in["userErrors"] == []
    assert document(await seen_by(scene.clerk, draft, "CaseForStaff"))["status"] == "ATTACHED"


async def test_a_kind_that_the_case_does_not_need_is_refused(scene: Scene) -> None:
    case = await apply(scene)
    wanted = {"id": case["id"], "uploadId": await uploaded(scene.member), "kind": "PASSPORT"}
    assert await scene.member.codes("AttachDocument", **wanted) == ["INVALID"]


async def test_documents_that_follow_as_files_make_the_acceptance_whole(scene: Scene) -> None:
    case = await moved(scene.clerk, await apply(scene), to="ACCEPTED_PENDING_DOCUMENTS")
    missing = [row["kind"] for row in case["documents"] if row["status"] == "MISSING"]
    assert missing == ["EVENT_PROOF", "BANK_CARD"]
    statuses = [(await attached(scene.member, case, kind))["status"] for kind in missing]
    assert statuses == ["ACCEPTED_PENDING_DOCUMENTS", "ACCEPTED"]
    shown = await seen_by(scene.clerk, case, "CaseForStaff")
    assert [(row["kind"], row["status"]) for row in shown["documents"]] == [
        ("ID_CARD", "PRESENTED"), ("EVENT_PROOF", "ATTACHED"), ("BANK_CARD", "ATTACHED"),
    ]  # fmt: skip
    assert [entry["by"]["role"] for entry in shown["timeline"][-2:]] == ["APPLICANT", "SYSTEM"]
    with clock.at(clock.now() + timedelta(days=40)):
        await work()
    assert (await seen_by(scene.member.as_(await people.token(await _account(scene))), case))["status"] == "ACCEPTED"


async def test_what_staff_vouch_for_stays_until_they_ask_for_it_again(scene: Scene) -> None:
    case = await apply(scene)
    given = document(await attached(scene.member, case))
    present = "mutation($id: ID!) { presentDocument(input: { id: $id }) { userErrors { code } } }"
    assert await scene.clerk.codes(present, id=given["id"]) == []
    wanted = {"id": case["id"], "uploadId": await uploaded(scene.member), "kind": "ID_CARD"}
    assert await scene.member.codes("AttachDocument", **wanted) == ["MOVE_NOT_ALLOWED"]
    assert await scene.member.codes("RemoveDocument", id=given["id"]) == ["MOVE_NOT_ALLOWED"]
    asked = {"id": case["id"], "version": case["version"], "items": [{"document": "ID_CARD", "problem": "ILLEGIBLE"}]}
    assert await scene.clerk.codes("RequestCorrection", input=asked) == []
    assert document(await seen_by(scene.member, case))["status"] == "ATTACHED"
    assert await scene.member.codes("AttachDocument", **wanted) == []


async def test_an_accepted_case_takes_no_more_files(scene: Scene) -> None:
    case = await apply(scene)
    buttons = {"ATTACH_DOCUMENT", "REMOVE_DOCUMENT"}
    assert buttons <= {row["action"] for row in case["allowedActions"]}
    case = await moved(scene.clerk, case, to="ACCEPTED")
    wanted = {"id": case["id"], "uploadId": await uploaded(scene.member), "kind": "ID_CARD"}
    assert await scene.member.codes("AttachDocument", **wanted) == ["MOVE_NOT_ALLOWED"]
    shown = await seen_by(scene.member, case)
    assert not buttons & {row["action"] for row in shown["allowedActions"]}


async def test_a_repeat_with_the_same_key_attaches_once(scene: Scene) -> None:
    case = await apply(scene)
    text = """mutation($input: AttachDocumentInput!) {
        attachDocument(input: $input) { case { documents { kind status } } userErrors { code } }
    }"""
    wanted = {"id": case["id"], "uploadId": await uploaded(scene.member), "kind": "ID_CARD", "idempotencyKey": "k"}
    first, again = await scene.member(text, input=wanted), await scene.member(text, input=wanted)
    assert first == again
    assert first["userErrors"] == []


async def test_the_copy_of_everything_held_lists_the_files(scene: Scene) -> None:
    await attached(scene.member, await apply(scene))
    await uploaded(scene.member)
    export = (await scene.member("MyData"))["dataExport"]
    listed = [(row["status"], row["mediaType"], row["document"]) for row in export["files"]]
    assert listed == [("ATTACHED", "image/jpeg", "ID_CARD"), ("READY", "image/jpeg", None)]


@pytest.mark.parametrize("erased", [False, True])
async def test_erasing_a_person_erases_what_is_in_their_files(scene: Scene, erased: bool) -> None:
    case = await apply(scene)
    url = document(await attached(scene.member, case))["url"]
    if erased:
        await Member.filter(id=(await StoredFile.get()).member_id).update(text_salt="")
    assert await status_of(scene.member, url) == (404 if erased else 200)
    await work()
    assert await StoredFile.filter(status=FileStatus.ATTACHED).count() == (0 if erased else 1)
