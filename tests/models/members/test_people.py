"""Who is who: people known by their ID number, shown masked, found within one's own unions."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models import members
from models.kit import clock
from models.kit.actor import Actor, Role, RoleGrant
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from models.kit.identity import ResidentId, resident_id
from models.members import Member, Membership, Organisation, card
from tests.factories import people

NUMBER = "330399199003071230"
PHONE = "13800005678"


def person() -> ResidentId:
    return resident_id(NUMBER)


def clerk(union: Organisation) -> Actor:
    return Actor(roles=(RoleGrant(Role.CLERK, union.id, union.path),))


async def refused(name: str, phone: str) -> ErrorCode:
    with pytest.raises(DomainError) as error:
        await members.register_person(name, person(), phone)
    return error.value.problems[0].code


async def test_lists_show_a_person_masked(database: None) -> None:
    known = await members.register_person("李娜", person(), PHONE)
    row = (await members.rows(Member.all(), [known.id]))[known.id]
    assert (row["id_number"], row["phone"]) == ("330***********1230", "138****5678")
    assert (row["sex"], row["born_on"]) == ("MALE", date(1990, 3, 7))


async def test_the_same_person_registers_once_and_is_known_again(database: None) -> None:
    known = await members.register_person("李娜", person(), PHONE)
    assert (await members.register_person("李娜", person(), PHONE)).id == known.id


async def test_knowing_an_id_number_does_not_open_somebodys_file(database: None) -> None:
    known = await members.register_person("李娜", person(), PHONE)
    assert await refused("李娜", "13900001111") == ErrorCode.PERSON_MISMATCH
    assert await refused("张三", PHONE) == ErrorCode.PERSON_MISMATCH
    await members.admit(known.id, (await people.organisation()).id, date(2026, 3, 2))
    assert await refused("李娜", "13900001111") == ErrorCode.ALREADY_MEMBER


async def test_a_mobile_belongs_to_one_person(database: None) -> None:
    other = await people.member()
    await members.correct(other.id, {}, PHONE)
    assert await refused("李娜", PHONE) == ErrorCode.PHONE_TAKEN


async def test_staff_find_a_member_by_name_mobile_card_and_id_number(database: None) -> None:
    union = await people.organisation()
    known = await members.register_person("古丽·买买提", person(), PHONE)
    held = await members.admit(known.id, union.id, date(2026, 3, 2))
    texts = ["古丽", "买买提", "古丽•买", "138 0000 5678", "１３８00005678", held.card_number, NUMBER]
    for text in (*texts, card.qr_text(held.card_number)):
        found = await members.members_matching(clerk(union), text)
        assert [row.id for row in found] == [known.id], text
    for text in ("", "  ", "%", "_", "330399199003071231", "0000", "古丽\u200b", "UNION1.1.1.1"):
        assert await members.members_matching(clerk(union), text) == [], text


async def test_staff_find_nobody_outside_their_unions_and_nobody_who_left(database: None) -> None:
    tree = await people.tree()
    known = await people.member(tree["unit"])
    for where, seen in (("unit", 1), ("town", 1), ("city", 1), ("unit2", 0), ("other_county", 0)):
        assert len(await members.members_matching(clerk(tree[where]), known.name)) == seen, where
        assert len(await members.members_visible_to(clerk(tree[where]))) == seen, where
    assert await members.members_matching(Actor(member_id=known.id), known.name) == []
    await members.end(known.id, date(2026, 3, 2))
    assert await members.members_matching(clerk(tree["unit"]), known.name) == []
    assert [row.id for row in await members.members_visible_to(Actor(member_id=known.id))] == [known.id]


async def test_a_members_visibility_moves_with_the_member_and_with_the_union(database: None) -> None:
    tree = await people.tree()
    known = await people.member(tree["unit"])
    await members.place(tree["unit"].id, tree["other_town"].id, date(2026, 3, 2))
    assert len(await members.members_visible_to(clerk(tree["other_county"]))) == 1
    assert len(await members.members_visible_to(clerk(tree["county"]))) == 0
    assert await Membership.filter(member_id=known.id).count() == 1


async def test_the_text_of_a_card_is_good_for_ten_minutes_and_nobody_can_make_one(database: None) -> None:
    now = datetime(2026, 3, 5, tzinfo=UTC)
    with clock.at(now):
        shown = card.qr_text("330300000001")
    forged = shown.replace("330300000001", "330300000002")
    with clock.at(now + timedelta(minutes=9)):
        assert card.number_shown(shown) == "330300000001"
        assert card.number_shown(forged) is None
    with clock.at(now + timedelta(minutes=11)):
        assert card.number_shown(shown) is None
