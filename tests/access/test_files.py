"""Everybody asks for a member's file: whoever may see its case reads it, nobody else gets so far as a link."""

import pytest

from tests.access.oracle import sees
from tests.access.world import World
from tests.api import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINKS = "query($id: ID!) { node(id: $id) { ... on Case { documents { url size mediaType } } } }"


async def test_a_file_is_for_whoever_may_see_its_case(tour: tuple[World, Api]) -> None:
    world, api = tour
    case, wrong, readers = world.things["room case"], {}, 0
    for viewer in world.viewers.values():
        their = api.as_(viewer.token)
        shown = await their(LINKS, id=case.id)
        links = [row["url"] for row in shown["documents"] if row["url"]] if shown else []
        answers = [await api.as_(None).fetch("GET", link) for link in links]
        if [answer.status_code for answer in answers] != ([200] if sees(viewer, case) else []):
            wrong[viewer.name] = links
        readers += len(answers)
    assert wrong == {}
    assert readers > 5


async def test_a_link_is_for_one_file_and_one_session(tour: tuple[World, Api]) -> None:
    world, api = tour
    case = world.things["room case"]
    links = [
        next(
            row["url"]
            for row in (await api.as_(world.viewers[name].token)(LINKS, id=case.id))["documents"]
            if row["url"]
        )
        for name in ("member", "unit CLERK")
    ]
    mine, theirs = (link.rpartition("/")[2].partition(".") for link in links)
    for body, signature in ((mine[0], theirs[2]), (theirs[0], mine[2]), (mine[0], ""), (mine[0], mine[2][:-1])):
        assert (await api.as_(None).fetch("GET", f"/files/{body}.{signature}")).status_code == 404
