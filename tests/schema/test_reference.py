"""The reference for frontends: written by the code, complete, and true."""

import re

import pytest

from models.kit.codes import ErrorCode
from models.kit.errors import ApiCode
from models.kit.texts import names
from schema import roots
from schema.kit.codes import meanings
from schema.reference import reference
from schema.reference.codes import SENT
from tests.sources import text

# Names of what is around the schema: the answer, the request, and the headers and messages of its protocols.
AROUND = {"documentId", "extensions", "idempotencyKey", "requestId", "throttleStatus"}


def test_the_reference_is_the_one_that_is_checked_in() -> None:
    assert reference() == text("schema/reference.md"), "run `make schema`"


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("api", set(ApiCode)),
        ("error", set(ErrorCode)),
        ("next", set(names("next.", ""))),
        ("close", {code.name for code in SENT}),
    ],
)
def test_every_code_says_what_lies_behind_it_and_what_to_do(kind: str, codes: set[str]) -> None:
    known = meanings(kind)
    assert known.keys() == {str(code) for code in codes}, "explain it in schema/kit/codes.toml"
    assert all(meaning.remedy.endswith(".") and "|" not in str(meaning) for meaning in known.values())
    assert kind == "next" or all(meaning.cause.endswith(".") for meaning in known.values())


def test_what_the_reference_sends_people_to_exists() -> None:
    said = set(re.findall(r"`([a-z]+[A-Z]\w+)`", text("schema/kit/codes.toml")))
    assert len(said) > 10
    assert said - set(re.findall(r"\w+", roots.build().as_str())) - AROUND == set()
