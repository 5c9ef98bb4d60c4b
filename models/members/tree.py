"""The union tree: materialised paths, dated places, search; and the divisions of the map."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from models.kit import clock, counters, db, identity
from models.kit.actor import RoleGrant, subtree_end
from models.kit.codes import ErrorCode
from models.kit.errors import refuse, valid
from models.kit.fields import matching
from models.kit.words import search_forms
from models.members.tables import Division, Level, Organisation, OrganisationPlace

Row = dict[str, Any]
ORGANISATION_COLUMNS = (
    "id", "name", "level", "uscc", "accepts_members", "path", "division_code", "valid_from", "valid_to",
)  # fmt: skip
DIVISION_COLUMNS = ("code", "name", "valid_from", "valid_to", "split_from")
PLACE_COLUMNS = ("organisation_id", "parent_id", "level", "valid_from", "valid_to")


def ancestor_paths(path: str) -> list[str]:
    """The paths of an organisation's chain, the city first, itself last."""
    steps = path.rstrip("/").split("/")
    return ["/".join(steps[: i + 1]) + "/" for i in range(len(steps))]


def within(field: str, grants: tuple[RoleGrant, ...]) -> Q:
    """A filter on a path column: inside one of the subtrees; never true without any."""
    if not grants:
        return Q(id__isnull=True)
    return Q(*(_subtree(field, grant.path) for grant in grants), join_type=Q.OR)


def _subtree(field: str, path: str) -> Q:
    return Q(**{f"{field}__gte": path, f"{field}__lt": subtree_end(path)})


def existing_on(day: date) -> Q:
    """A filter on dated rows: there on that day, the last one included."""
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    return begun & (Q(valid_to=None) | Q(valid_to__gte=day))


def organisations_open() -> QuerySet[Organisation]:
    """Unions that exist today: public."""
    return Organisation.filter(existing_on(clock.today()))


def organisations_matching(text: str) -> QuerySet[Organisation]:
    """Unions of today whose name holds the text, or that a social credit code (their own or their employer's)
    names; all of them for a blank text."""
    if code := valid(identity.uscc, text):
        return organisations_open().filter(Q(uscc=code) | Q(employer_uscc=code))
    named = [Q(name__icontains=form) for form in sorted(search_forms(text))]
    return organisations_open().filter(Q(*named, join_type=Q.OR) if named else Q())


async def organisations_by_path(paths: Iterable[str]) -> dict[str, Row]:
    """Organisations by their paths."""
    found = await Organisation.filter(path__in=sorted(set(paths))).values(*ORGANISATION_COLUMNS)
    return {row["path"]: row for row in found}


async def found_union(
    name: str, level: Level, parent_id: UUID | None, on: date, *, division_code: str, **columns: Any
) -> Organisation:
    """Found a union below another (the city has none above it)."""
    await _hold_tree()
    above = (await Organisation.get(id=parent_id)).path if parent_id else ""
    number = await counters.claim("organisation")
    made = await Organisation.create(
        name=name,
        level=level,
        parent_id=parent_id,
        path=f"{above}{number:06d}/",
        division_code=division_code,
        valid_from=on,
        **columns,
    )
    await OrganisationPlace.create(organisation=made, parent_id=parent_id, path=made.path, level=level, valid_from=on)
    return made


async def place(organisation_id: UUID, parent_id: UUID, on: date, level: Level | None = None) -> None:
    """Put a union, with everything below it, under another parent from a day on.

    Refuses a parent in its own subtree (INVALID), a day to come or not after the last change (DATE_INVALID).
    """
    await _hold_tree()
    moved, parent = await Organisation.get(id=organisation_id), await Organisation.get(id=parent_id)
    if parent.path.startswith(moved.path):
        refuse(ErrorCode.INVALID, "parentId")
    path = parent.path + moved.path.removesuffix("/").rpartition("/")[2] + "/"
    await _close_places(moved.path, on)
    await db.execute(
        "UPDATE organisation SET path = CAST(:1 AS VARCHAR) || substr(path, CAST(:2 AS INTEGER))"
        " WHERE path >= :3 AND path < :4",
        path,
        len(moved.path) + 1,
        moved.path,
        subtree_end(moved.path),
    )
    await Organisation.filter(id=moved.id).update(parent_id=parent.id, level=level or moved.level)
    await _open_places(path, on)


async def _hold_tree() -> None:
    """One change of the tree at a time: the row of its root is held until the transaction ends."""
    await db.execute("UPDATE organisation SET path = path WHERE parent_id IS NULL")


async def _close_places(path: str, on: date) -> None:
    below = Organisation.filter(_subtree("path", path)).values("id")
    current = OrganisationPlace.filter(organisation_id__in=Subquery(below), valid_to=None)
    if on > clock.today() or await current.filter(valid_from__gte=on).exists():
        refuse(ErrorCode.DATE_INVALID, "on")
    await current.update(valid_to=on - timedelta(days=1))


async def _open_places(path: str, on: date) -> None:
    below = await Organisation.filter(_subtree("path", path)).values("id", "parent_id", "path", "level")
    await OrganisationPlace.bulk_create(
        [
            OrganisationPlace(
                organisation_id=row["id"],
                parent_id=row["parent_id"],
                path=row["path"],
                level=row["level"],
                valid_from=on,
            )
            for row in below
        ]
    )


async def places_of(organisation_ids: Iterable[UUID]) -> list[Row]:
    """Where organisations stood in the tree, the first place first."""
    found = OrganisationPlace.filter(organisation_id__in=set(organisation_ids)).order_by("valid_from", "id")
    return await found.values(*PLACE_COLUMNS)


def divisions_open() -> QuerySet[Division]:
    """Divisions that exist today."""
    return Division.filter(existing_on(clock.today())).order_by("code")


async def division_is_open(code: str) -> bool:
    """True for the code of a division that exists today."""
    return await divisions_open().filter(matching(Division, "code", code)).exists()


def division_prefix(code: str) -> str:
    """What the codes of a division and all below it begin with: `330300` is the city with its districts."""
    while code.endswith("00"):
        code = code[:-2]
    return code
