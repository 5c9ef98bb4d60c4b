"""The people of the demo: a named cast for its stories, and the crowd around them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from models.kit.identity import Sex
from models.members import Education, Employment, HouseholdType, NewFormGroup, PoliticalStatus, SkillLevel
from models.seed.demo import numbers, read
from models.seed.demo.unions import Union, all_unions

# Sequences of ID numbers begin here, clear of the numbers that examples and tests use.
_FIRST_SEQUENCE = 500
_SCHOOLING = {
    Education.PRIMARY: 6, Education.JUNIOR_SECONDARY: 38, Education.SENIOR_SECONDARY: 20,
    Education.VOCATIONAL_SECONDARY: 13, Education.COLLEGE: 15, Education.BACHELOR: 8,
}  # fmt: skip
_LEARNED = {Education.COLLEGE: 30, Education.BACHELOR: 60, Education.MASTER: 10}
_SKILLS = {None: 70, SkillLevel.JUNIOR: 10, SkillLevel.INTERMEDIATE: 10, SkillLevel.SENIOR: 7, SkillLevel.TECHNICIAN: 3}
_PARTIES = {PoliticalStatus.NO_PARTY: 88, PoliticalStatus.PARTY_MEMBER: 11, PoliticalStatus.DEMOCRATIC_PARTY_MEMBER: 1}
_YOUNG = {PoliticalStatus.NO_PARTY: 50, PoliticalStatus.YOUTH_LEAGUE_MEMBER: 45, PoliticalStatus.PARTY_MEMBER: 5}
_DISTANT = {"苗族": 3, "土家族": 3, "汉族": 12, "布依族": 1, "侗族": 1, "壮族": 1}
_LATEST = date(2024, 12, 31)
_RETIRES = {Sex.MALE: 60, Sex.FEMALE: 50}
# Of the crowd, who has retired since, who came from another union, and who does not use the app.
_RETIRED_EVERY, _MOVED_EVERY, _OFFLINE_EVERY = 29, 17, 3


@dataclass(frozen=True)
class Person:
    """Somebody with everything the federation holds about them."""

    key: str
    name: str
    sex: Sex
    born_on: date
    id_number: str = field(repr=False)
    phone: str
    union: str | None
    member_since: date | None
    # Where they were a member before, and the day they moved.
    moved: tuple[str, date] | None = None
    retained_on: date | None = None
    # Not on record before they join.
    joins: bool = False
    online: bool = True
    # Without a part in the stories.
    crowd: bool = False
    details: dict[str, Any] = field(default_factory=dict)


@cache
def everybody() -> tuple[Person, ...]:
    """The cast and the crowd; the same people whenever they are asked for."""
    return tuple(_Register().people())


class _Register:
    """Enters people one by one, so that no name, ID number or mobile is given out twice."""

    def __init__(self) -> None:
        self.chance = random.Random("demo people")
        self.names = {entry["name"] for entry in read("cast")}
        self.sequences: dict[tuple[date, Sex], int] = {}
        self.entered = 0

    def people(self) -> Iterator[Person]:
        """Everybody, union by union."""
        cast = read("cast")
        for union in all_unions():
            named = [entry for entry in cast if entry.get("unit") == union.key]
            yield from (self.named(entry, union) for entry in named)
            yield from (self.stranger(union) for _ in range(union.node.get("members", 0) - len(named)))
        yield from (self.named(entry, None) for entry in cast if "unit" not in entry)

    def named(self, entry: dict[str, Any], union: Union | None) -> Person:
        """Somebody of the cast."""
        given = {name: date.fromisoformat(entry[name]) for name in ("born", "since", "retained") if name in entry}
        sex, post = Sex(entry["sex"]), entry["post"]
        details = {**self.details(given["born"], union, distant=False), "post": post}
        stated = ("ethnicity", "education", "skill_level", "household_type")
        details |= {name: entry[name] for name in stated if name in entry}
        if "retained" in entry:
            details["employment"] = Employment.RETIRED
        return self.enter(
            entry["key"], entry["name"], sex, given["born"], union, given.get("since"), details,
            phone=entry.get("phone"), retained_on=given.get("retained"), joins=entry.get("joins", False),
        )  # fmt: skip

    def stranger(self, union: Union) -> Person:
        """Somebody of the crowd."""
        trade = read("trades")[union.node["trade"]]
        distant = self.chance.random() < trade["migrants"]
        sex = Sex.FEMALE if self.chance.random() < trade["women"] else Sex.MALE
        retired = self.entered % _RETIRED_EVERY == 0 and union.founded.year < _LATEST.year - 10
        born_on = self.birthday(sex, retired)
        since = self.day_between(max(union.founded, date(born_on.year + 19, 1, 1)), _LATEST)
        details, past = self.details(born_on, union, distant), self.past(union, since)
        if retired:
            details["employment"] = Employment.RETIRED
            past = {"retained_on": born_on.replace(year=born_on.year + _RETIRES[sex], day=28)}
            since = self.day_between(union.founded, past["retained_on"])
        return self.enter(
            f"{union.key}-{self.entered}", self.name(sex, distant), sex, born_on, union, since, details,
            online=self.entered % _OFFLINE_EVERY > 0, crowd=True, **past,
        )  # fmt: skip

    def birthday(self, sex: Sex, retired: bool) -> date:
        """A day of birth: of working age, or past it by now."""
        first, years = (date(2020 - _RETIRES[sex], 1, 1), 4) if retired else (date(1968, 1, 1), 36)
        return first + timedelta(days=self.chance.randrange(years * 365))

    def past(self, union: Union, since: date) -> dict[str, Any]:
        """Some came from another union; of one that was closed, all."""
        if took_in := union.node.get("took_in"):
            return {"moved": (took_in["from"], date.fromisoformat(took_in["on"]))}
        before = self.elsewhere(union, since) if self.entered % _MOVED_EVERY == 0 else None
        return {"moved": (before.key, self.day_between(max(since, union.founded), _LATEST))} if before else {}

    def elsewhere(self, union: Union, since: date) -> Union | None:
        """Another union that took members then."""
        others = [other for other in all_unions() if other.node.get("members") and other.founded <= since]
        return self.chance.choice([other for other in others if other.key != union.key] or [None])

    def enter(
        self, key: str, name: str, sex: Sex, born_on: date, union: Union | None, since: date | None,
        details: dict[str, Any], *, phone: str | None = None, **more: Any,
    ) -> Person:  # fmt: skip
        """Give somebody their numbers."""
        self.entered += 1
        number = numbers.resident_number(born_on, self.sequence(born_on, sex))
        phone = phone or numbers.mobile(self.entered)
        return Person(
            key, name, sex, born_on, number, phone, union.key if union else None, since, details=details, **more
        )

    def sequence(self, born_on: date, sex: Sex) -> int:
        """The next free sequence of a day, odd for men."""
        first = _FIRST_SEQUENCE + (sex is Sex.MALE)
        self.sequences[born_on, sex] = self.sequences.get((born_on, sex), first - 2) + 2
        return self.sequences[born_on, sex]

    def name(self, sex: Sex, distant: bool) -> str:
        """A name that nobody else has."""
        while True:
            surname = self.chance.choice(read("names")["distant" if distant else "surnames"])
            name: str = surname + self.chance.choice(read("names")["given"][sex])
            if name not in self.names:
                self.names.add(name)
                return name

    def details(self, born_on: date, union: Union | None, distant: bool) -> dict[str, Any]:
        """Schooling, post and so on."""
        trade: dict[str, Any] = read("trades")[union.node["trade"] if union else "retail"]
        group = trade.get("group")
        return {
            "ethnicity": self.one_of(_DISTANT) if distant else "汉族",
            "education": self.one_of(_LEARNED if trade.get("learned") else _SCHOOLING),
            "political_status": self.one_of(_YOUNG if born_on.year >= 1997 else _PARTIES),
            "employer_uscc": union.employer_code if union else None,
            "post": self.chance.choice(trade["posts"]),
            "employment": Employment.NEW_FORM if group else Employment.CONTRACT,
            "new_form_group": NewFormGroup(group) if group else None,
            "skill_level": self.one_of(_SKILLS),
            "household_type": HouseholdType.RURAL if distant or self.chance.random() < 0.4 else HouseholdType.URBAN,
        }

    def one_of(self, weights: dict[Any, int]) -> Any:
        """One of the keys, the heavier the likelier."""
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def day_between(self, first: date, last: date) -> date:
        """Some day after `first`, up to `last`."""
        return first + timedelta(days=self.chance.randint(1, max(1, (last - first).days)))
