"""The demo's stories as scenes: when an application is filed, what is done with it day by day, and where it stands."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from models.kit import clock
from models.kit.errors import DomainError
from models.programmes.catalogue import Step, current_terms
from models.programmes.tables import OpeningWindow, Programme
from models.seed.demo import read
from models.seed.demo.people import everybody
from models.seed.demo.unions import Unions
from resolvers.demo.cases import Running, default_act, perform
from resolvers.demo.cast import Cast
from resolvers.demo.filing import Applicant, file
from resolvers.demo.stage import Scene, at, working_day

Row = dict[str, Any]
# The first terms of most programmes and the notices on consent hold from the beginning of that year.
EARLIEST = date(2025, 1, 6)
# Hours at which people apply and offices work.
_HOURS = ((9, 20), (10, 40), (14, 10), (16, 5))
_DRAFT, _END = "draft", "end"
# What comes before a season's programme is filed so many days before it opens, and at least so long ago.
_AHEAD, _LONG_AGO, _WITHIN = timedelta(days=70), timedelta(days=120), 300


async def scenes(today: date, cast: Cast, unions: Unions) -> list[Scene]:
    """Every story that can be told on a day."""
    people = {person.key: person for person in everybody()}
    steps, windows = await _steps(today), await _windows(today)
    told: list[Scene] = []
    for number, story in enumerate([*read("stories"), *_routine(cast)]):
        acts = list(_acts(story, steps[story["programme"]]))
        starts_on = _start(story, acts, today, windows)
        if starts_on:
            applicant = Applicant(cast.people[story["who"]], people[story["who"]], story, unions)
            told.append(_scene(applicant, acts, starts_on, cast, random.Random(f"story {number}")))
    return told


def _routine(cast: Cast) -> Iterator[Row]:
    """What else offices have to do: temporary aid for somebody of many a unit."""
    plan = read("routine")
    for number, unit in enumerate(plan["units"]):
        end: Row = plan["ends"][number % len(plan["ends"])]
        yield {
            "who": next(who.key for who in everybody() if who.union == unit and who.crowd and who.key in cast.people),
            "programme": "temporary-aid",
            "amount": plan["amounts"][number % len(plan["amounts"])],
            "answers": plan["answers"][number % len(plan["answers"])],
            "then": [{"act": "rate", "score": end["rate"]}] if "rate" in end else [],
            **end,
        }


async def _scene(applicant: Applicant, acts: Sequence[Row], day: date, cast: Cast, chance: random.Random) -> Scene:
    story = applicant.story
    yield at(day, *chance.choice(_HOURS))
    try:
        case_id, actor = await file(applicant)
        running = Running(case_id, actor, story, cast, chance)
        for act in acts:
            day = working_day(day, act.get("after", 1))
            yield at(day, *chance.choice(_HOURS))
            await perform(running, act)
    except DomainError as refusal:
        refusal.add_note(f"{story['who']}, {story['programme']}, {day}")
        raise


def _acts(story: Row, steps: Sequence[Step]) -> Iterator[Row]:
    """Everything that is done with a case after it was filed: its programme's steps up to `until`, and what happens
    in between (`turns`) and afterwards (`then`)."""
    until, turns = story.get("until", _END), story.get("turns", {})
    for step in steps if until != _DRAFT else ():
        yield from turns.get(step.code, ())
        if step.code == until:
            break
        yield default_act(step)
    if until == _END and default_act(steps[-1])["act"] != "fulfil":
        yield {"act": "fulfil"}
    yield from story.get("then", ())


def _start(story: Row, acts: Sequence[Row], today: date, windows: dict[str, date]) -> date | None:
    """The day on which a story starts; None for one that belongs into a season too long ago."""
    if "stood" in story:
        lasts = sum(act.get("after", 1) for act in acts)
        return working_day(today, -(story["stood"] + lasts + 1))
    opened = windows.get(story.get("into") or story["before"], date.min)
    told = today - opened < timedelta(days=story.get("within", _WITHIN)) and opened > EARLIEST
    if "before" in story:
        day = min(today - _LONG_AGO, opened - _AHEAD) if told else today - _LONG_AGO
        return working_day(max(day, EARLIEST), 1)
    return working_day(opened, story["days"]) if told else None


async def _steps(today: date) -> dict[str, tuple[Step, ...]]:
    codes = dict(await Programme.all().values_list("id", "code"))
    return {codes[id]: terms.steps for id, terms in (await current_terms(None, today)).items()}


async def _windows(today: date) -> dict[str, date]:
    """By programme, the day its last window before today opened."""
    begun = OpeningWindow.filter(opens_at__lt=clock.start_of_day(today)).order_by("opens_at")
    return {
        row["code"]: clock.local(row["opens_at"]).date()
        for row in await begun.values("opens_at", code="programme__code")
    }
