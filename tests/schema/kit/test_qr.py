"""Codes as QR pictures: a scanner reads what the code says."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.events.tables import TICKET_LENGTH
from schema.kit.qr import svg
from tests import qr

NAMESPACE = "{http://www.w3.org/2000/svg}"


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_a_scanner_reads_the_digits_to_check_in_with(code: str) -> None:
    assert qr.read(svg(code, "QR"))[0] == code


@given(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=TICKET_LENGTH, max_size=TICKET_LENGTH))
def test_a_scanner_reads_the_code_of_a_ticket(code: str) -> None:
    assert qr.read(svg(code, "QR"))[0] == code


@pytest.mark.parametrize("code", ["048213", "A7K2M9QX4T6W8Z3B"])
def test_a_code_stands_some_damage_and_has_light_around_it(code: str) -> None:
    _, level, quiet = qr.read(svg(code, "QR"))
    assert level in "MQH"
    assert quiet == 4


def test_the_picture_is_named_and_does_nothing_but_be_seen() -> None:
    picture = ElementTree.fromstring(svg("048213", "签到二维码 <script>alert(1)</script>"))  # noqa: S314 - ours
    assert picture.get("role") == "img"
    assert picture.findtext(f"{NAMESPACE}title") == "签到二维码 <script>alert(1)</script>"
    assert {element.tag.removeprefix(NAMESPACE) for element in picture.iter()} == {"svg", "title", "g", "path"}
    names = {name for element in picture.iter() for name in element.keys()}  # noqa: SIM118 - not a mapping
    assert not any(name.startswith("on") or "href" in name for name in names)
    assert re.fullmatch(r"0 0 (\d+) \1", picture.get("viewBox", ""))
