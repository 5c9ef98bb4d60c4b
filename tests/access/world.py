"""A city in which everything sensitive about one member is a value that is found nowhere else."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from models.kit.actor import Actor, Role
from models.kit.ids import global_id, parse_global_id
from models.members import Organisation
from tests.access.policy import Rule


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks; without an account, nobody knows who it is."""

    name: str
    token: str | None = None
    account_id: UUID | None = None
    member_id: UUID | None = None
    grants: tuple[tuple[Role, str], ...] = ()


@dataclass(frozen=True)
class Thing:
    """An object: whose, in which unions (none while nobody but its owner has to do with it), whether announced."""

    type_name: str
    id: str
    owner: UUID | None = None
    paths: tuple[str, ...] = ()
    published: bool = True

    def is_for(self, viewer: Viewer, rule: Rule) -> bool:
        """What a rule of the policy comes to for somebody."""
        own = self.owner is not None and self.owner in (viewer.account_id, viewer.member_id)
        if rule.not_self and own:
            return False
        everybody = rule.anyone if isinstance(rule.anyone, bool) else self.published
        held = any(role in rule.staff and path.startswith(at) for role, at in viewer.grants for path in self.paths)
        return everybody or (rule.account and viewer.account_id is not None) or (rule.self and own) or held


# An object, and the fields that lead from it to a value, each as `Type.field`.
Place = tuple[Thing, tuple[str, ...]]


@dataclass
class World:
    """The city, who looks at it, and where each canary may be found."""

    unions: dict[str, Organisation]
    programmes: dict[str, str]
    actors: dict[str, Actor] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    canaries: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def hide(self, canary: object, *places: tuple[str, str]) -> str:
        """Note where a value may be found: pairs of a thing's name and the fields that lead to the value."""
        text = str(canary)
        self.canaries[text] += [(self.things[thing], tuple(path.split())) for thing, path in places]
        return text

    def path(self, name: str) -> str:
        """Where in the tree a union stands."""
        return str(self.unions[name].path)

    def thing(
        self, name: str, type_name: str, id: UUID, owner: UUID | None = None, paths: tuple[str, ...] = (),
        published: bool = True,
    ) -> None:  # fmt: skip
        """Note an object."""
        self.things[name] = Thing(type_name, global_id(type_name, id), owner, paths, published)

    def row_id(self, name: str) -> UUID:
        """The row behind a thing."""
        return parse_global_id(self.things[name].id)[1]

    def programme(self, code: str) -> UUID:
        """The row behind a programme."""
        return parse_global_id(self.programmes[code])[1]
