"""Forms on their way in: cut anywhere they say the same, and what is not one is refused."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kit.errors import ApiCode, ApiError
from schema.http.multipart import MAX_HEADER, MAX_WORD, Form

KIND = "multipart/form-data; boundary=cut"
PURPOSE = b'Content-Disposition: form-data; name="purpose"\r\n\r\nCASE_DOCUMENT'
FILE = b'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n%s'
BODY = b"--cut\r\n%s\r\n--cut\r\n%s\r\n--cut--\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"


def cut(whole: bytes, at: list[int]) -> Iterator[bytes]:
    ends = sorted({end % (len(whole) + 1) for end in at} | {0, len(whole)})
    return (whole[start:end] for start, end in pairwise(ends))


def read(whole: bytes, at: list[int] | None = None, kind: str = KIND) -> tuple[str | None, bytes, bool]:
    """What a form says: its purpose, its file, and whether it ended."""
    form, content = Form(kind), b""
    for part in cut(whole, at or []):
        content += b"".join(form.feed(part))
    return form.purpose, content, form.complete


def outcome(whole: bytes, at: list[int]) -> Any:
    """What a form says, or the code with which it is refused."""
    try:
        return read(whole, at)
    except ApiError as refusal:
        return refusal.code


@given(st.one_of(st.binary(max_size=300), st.sampled_from([b"\r\n--cu", b"\r\n--cut", b"--cut--", b"\r" * 50])),
       st.lists(st.integers(0, 1000), max_size=20), st.booleans())  # fmt: skip
def test_a_form_says_the_same_however_it_is_cut(content: bytes, at: list[int], file_first: bool) -> None:
    content = content.replace(b"\r\n--cut", b"")
    parts = (FILE % content, PURPOSE) if file_first else (PURPOSE, FILE % content)
    assert read(body(*parts), at) == ("CASE_DOCUMENT", content, True)


@given(st.binary(max_size=500), st.lists(st.integers(0, 1000), max_size=5))
def test_any_other_body_is_refused_or_never_ends(content: bytes, at: list[int]) -> None:
    found = outcome(content, at)
    assert found is ApiCode.BAD_USER_INPUT or found == (None, b"", True) or found[2] is False


@given(st.data())
def test_a_form_that_was_changed_somewhere_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(body(PURPOSE, FILE % b"content"))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = outcome(bytes(whole), [])
    assert found is ApiCode.BAD_USER_INPUT or isinstance(found, tuple)


@pytest.mark.parametrize(
    "kind", ["", "application/json", "text/plain", "multipart/mixed; boundary=cut", "application/x-www-form-urlencoded"]
)
def test_what_is_no_form_is_of_no_type_that_is_taken(kind: str) -> None:
    with pytest.raises(ApiError) as refusal:
        Form(kind)
    assert refusal.value.code is ApiCode.UNSUPPORTED_MEDIA_TYPE


MALFORMED = {
    "no boundary named": ("multipart/form-data", body(PURPOSE, FILE % b"x")),
    "an empty boundary": ("multipart/form-data; boundary=", body(PURPOSE, FILE % b"x")),
    "a boundary of 71 letters": (f"multipart/form-data; boundary={'x' * 71}", b""),
    "a boundary of odd letters": ("multipart/form-data; boundary=a{}b", b""),
    "words before the first part": (KIND, b"hello" + body(PURPOSE, FILE % b"x")),
    "another boundary inside": (KIND, body(PURPOSE).replace(b"--cut", b"--cat")),
    "lines that end in LF": (KIND, body(PURPOSE, FILE % b"x").replace(b"\r\n", b"\n")),
    "a part without headers": (KIND, body(b"\r\nx")),
    "a part without a name": (KIND, body(b"Content-Disposition: form-data\r\n\r\nx")),
    "a part of another kind": (KIND, body(PURPOSE.replace(b"form-data", b"attachment"))),
    "a name that nobody asked for": (KIND, body(PURPOSE, FILE % b"x", PURPOSE.replace(b"purpose", b"admin"))),
    "two files": (KIND, body(PURPOSE, FILE % b"x", FILE % b"y")),
    "two purposes": (KIND, body(PURPOSE, PURPOSE, FILE % b"x")),
    "two names in one header": (KIND, body(PURPOSE, (FILE % b"x").replace(b"a.jpg", b'"; name="purpose'))),
    "a header without a colon": (KIND, body(b"Content-Disposition\r\n\r\nx")),
    "a header of no name": (KIND, body(b": form-data\r\n\r\nx")),
    "a header said twice": (KIND, body(PURPOSE.replace(b"\r\n\r\n", b"\r\ncontent-disposition: form-data\r\n\r\n"))),
    "nine headers": (KIND, body(b"".join(b"X-%d: y\r\n" % n for n in range(9)) + PURPOSE)),
    "an endless header": (KIND, b"--cut\r\nContent-Disposition: form-data; name=" + b"x" * (MAX_HEADER + 1)),
    "an endless purpose": (KIND, body(PURPOSE + b"x" * MAX_WORD)),
    "a packed part": (KIND, body(PURPOSE.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"))),
    "NUL in a header": (KIND, body(PURPOSE.replace(b"Content", b"Con\0tent"))),
}


@pytest.mark.parametrize(("kind", "whole"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_form_is_refused_as_soon_as_it_shows(kind: str, whole: bytes) -> None:
    for at in ([], list(range(len(whole)))):
        with pytest.raises(ApiError) as refusal:
            read(whole, at, kind)
        assert refusal.value.code is ApiCode.BAD_USER_INPUT


@pytest.mark.parametrize("end", range(1, len(body(PURPOSE, FILE % b"x")) - 3, 7))
def test_a_form_that_stops_is_never_complete(end: int) -> None:
    assert read(body(PURPOSE, FILE % b"x")[:end])[2] is False


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\boot.ini", "照" * 300, "a\u202egpj.exe", "%22; name=%22purpose", "\t\x7f"]
)
def test_what_the_file_is_called_does_not_matter(name: str) -> None:
    called = FILE.replace(b"a.jpg", name.encode().replace(b"%", b"%%"))
    assert read(body(PURPOSE, called % b"x")) == ("CASE_DOCUMENT", b"x", True)
