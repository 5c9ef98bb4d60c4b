"""The union tree: any depth, moved in one piece, with the places its unions had before."""

from datetime import UTC, date, datetime

import pytest

from models import members
from models.kit import clock
from models.kit.codes import ErrorCode
from models.kit.errors import DomainError
from models.members import Division, Level, Organisation
from tests.factories import people

MARCH = date(2026, 3, 2)
NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


async def paths(*unions: Organisation) -> list[str]:
    found = {row["id"]: row["path"] for row in await Organisation.all().values("id", "path")}
    return [found[union.id] for union in unions]


async def chain(union: Organisation) -> list[str]:
    path = (await paths(union))[0]
    found = await members.organisations_by_path(members.ancestor_paths(path))
    return [found[step]["name"] for step in members.ancestor_paths(path)]


async def test_a_chain_leads_from_the_city_down_whatever_the_depth(database: None) -> None:
    union = await people.organisation(None, Level.CITY, "0")
    for depth in range(1, 12):
        union = await people.organisation(union, Level.GROUP, str(depth))
    assert await chain(union) == [str(depth) for depth in range(12)]


async def test_a_union_moves_with_everything_below_it(database: None) -> None:
    tree = await people.tree()
    group = await people.organisation(tree["unit"], Level.GROUP, "一组")
    untouched = await paths(tree["unit2"], tree["other_unit"])
    with clock.at(NOON):
        await members.place(tree["unit"].id, tree["other_town"].id, MARCH)
    moved, below, parent = await paths(tree["unit"], group, tree["other_town"])
    assert moved.startswith(parent)
    assert below.startswith(moved)
    assert (await chain(group))[:2] == ["温州市总工会", "瑞安市总工会"]
    assert await paths(tree["unit2"], tree["other_unit"]) == untouched


async def test_the_places_a_union_had_stay_known_with_their_dates(database: None) -> None:
    tree = await people.tree()
    group = await people.organisation(tree["unit"], Level.GROUP, "一组")
    with clock.at(NOON):
        await members.place(tree["unit"].id, tree["other_town"].id, MARCH, Level.TOWN)
    found = await members.places_of([tree["unit"].id])
    assert [(row["parent_id"], row["level"], row["valid_from"], row["valid_to"]) for row in found] == [
        (tree["town"].id, "UNIT", date(2020, 1, 1), date(2026, 3, 1)),
        (tree["other_town"].id, "TOWN", MARCH, None),
    ]
    assert [row["valid_to"] for row in await members.places_of([group.id])] == [date(2026, 3, 1), None]


async def test_a_union_cannot_be_put_below_itself(database: None) -> None:
    tree = await people.tree()
    for parent in (tree["county"], tree["unit"]):
        with pytest.raises(DomainError) as refused:
            await members.place(tree["county"].id, parent.id, MARCH)
        assert refused.value.problems[0].code == ErrorCode.INVALID


@pytest.mark.parametrize("day", [date(2026, 3, 6), date(2020, 1, 1)], ids=["a day to come", "before its last place"])
async def test_a_move_has_a_day_between_the_last_one_and_today(database: None, day: date) -> None:
    tree = await people.tree()
    with clock.at(NOON), pytest.raises(DomainError) as refused:
        await members.place(tree["unit"].id, tree["other_town"].id, day)
    assert refused.value.problems[0].code == ErrorCode.DATE_INVALID
    assert len(await members.places_of([tree["unit"].id])) == 1


async def test_a_union_is_found_by_part_of_its_name_and_by_its_own_or_its_employers_code(database: None) -> None:
    city = await people.organisation(None, Level.CITY, "温州市总工会")
    shoes = await people.organisation(city, name="华光（温州）鞋业有限公司工会")
    await Organisation.filter(id=shoes.id).update(uscc="81330300MC00000123", employer_uscc="91330302MA00000154")
    texts = ("华光(温州)", "鞋业", " 华光（温州）鞋业 ", "81330300mc00000123", "91330302MA00000154")
    for text in texts:
        assert [row.name for row in await members.organisations_matching(text)] == [shoes.name], text
    for text in ("100%", "华_鞋业", "91350100M000100Y43"):
        assert await members.organisations_matching(text) == [], text


async def test_only_unions_that_exist_today_are_found(database: None) -> None:
    union = await people.organisation(name="旧工会")
    await Organisation.filter(id=union.id).update(valid_to=date(2026, 3, 5))
    with clock.at(NOON):
        assert len(await members.organisations_matching("旧")) == 1
    with clock.at(datetime(2026, 3, 5, 16, tzinfo=UTC)):  # midnight in China
        assert await members.organisations_matching("旧") == []


async def test_longgang_was_cut_out_of_cangnan_in_2019(database: None) -> None:
    longgang = await Division.get(code="330383")
    assert longgang.split_from == "330327"
    assert longgang.name == {"zh": "龙港市", "en": "Longgang"}
    assert longgang.valid_from
    assert longgang.valid_from.year == 2019
    with clock.at(datetime(2018, 1, 1, tzinfo=UTC)):
        codes = [division.code for division in await members.divisions_open()]
    assert len(codes) == 12
    assert "330383" not in codes


@pytest.mark.parametrize("code", ["", "999999", "3" * 300])
async def test_what_is_no_code_names_no_division(database: None, code: str) -> None:
    assert not await members.division_is_open(code)
