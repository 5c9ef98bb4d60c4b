"""The reference for frontends that is written by the code itself: the life of a case, and every code."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from models.cases.status import APPLICANT_MOVES, FINISHED, STAFF_MOVES, SYSTEM_MOVES, CaseStatus, Moves
from models.kit.codes import ErrorCode
from models.kit.errors import ApiCode
from models.kit.texts import LOCALES, catalogue, names
from schema.http.endpoint import STATUS
from schema.kit.codes import meanings

HEAD = """\
# Reference

Written by `make schema` from the code; the tests hold it true. [guide.md](guide.md) shows how it is used.

## The life of a case

Every application goes through these statuses, whatever it is for; between `ACCEPTED` and `APPROVED` lie the steps of
its programme (`Case.step`). `allowedActions` of a case says which of these moves its viewer can make now.
"""
API = """
## Codes of top-level errors

`errors[].extensions.code`: for the program that asks, or about the system. HTTP is the status under
`application/graphql-response+json`; a document that was read but is not good (400) answers 200 under
`application/json`. Errors at a field come with the `data` that could be had.
"""
USER = """
## Codes of refused changes

`userErrors[].code`: for the person at the screen; the change was not made. `field` is the path of the input at fault.
Show `message` as it is: it comes in the reader's language, with the amounts and days filled in.
"""
REASONS = """
## Codes of reasons

`reasons[].code` of a benefit, an event or a case: why an outcome is not `ELIGIBLE`. The message is the cause, for the
person to read; offer `nextStep` beside it wherever there is one. New programmes bring new codes: show those that the
app does not know like the others.
"""
STEPS = """
## Codes of next steps

`nextStep.action`: what the person can do about a reason. `label` is the text of the button, `target` what it is done
with.
"""
# Raised where a field is read: the answer has data, and its status is 200.
AT_A_FIELD = {ApiCode.UNAUTHENTICATED, ApiCode.FORBIDDEN, ApiCode.NOT_FOUND, ApiCode.INTERNAL_SERVER_ERROR}
MOVERS = {"applicant": APPLICANT_MOVES, "staff": STAFF_MOVES, "system": SYSTEM_MOVES}


def reference() -> str:
    """The whole page, in Markdown."""
    api, error, next_steps = meanings("api"), meanings("error"), meanings("next")
    return "\n".join([
        HEAD,
        *_life(),
        API,
        *_table(
            ("code", "HTTP", "message", "cause", "what to do"),
            ((f"`{code}`", _http(code), _said(f"api.{code}"), api[code].cause, api[code].remedy) for code in ApiCode),
        ),
        USER,
        *_table(
            ("code", "message", "cause", "what to do"),
            ((f"`{code}`", _said(f"error.{code}"), error[code].cause, error[code].remedy) for code in ErrorCode),
        ),
        REASONS,
        *_table(("code", "message"), ((f"`{code}`", _said(f"reason.{code}")) for code in names("reason.", ""))),
        STEPS,
        *_table(
            ("code", "label", "what to do"),
            ((f"`{code}`", _said(f"next.{code}"), next_steps[code].remedy) for code in names("next.", "")),
        ),
        "",
    ])  # fmt: skip


def _life() -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", "    direction TB", f"    [*] --> {CaseStatus.DRAFT}")
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for mover, moves in MOVERS.items():
        for arrow, move in moves.items():
            arrows[arrow].append(f"{move.action} ({mover})")
    yield from (f"    {source} --> {target}: {', '.join(labels)}" for (source, target), labels in arrows.items())
    yield from (f"    {status} --> [*]" for status in CaseStatus if status in FINISHED - _left(*MOVERS.values()))
    yield "```"


def _left(*movers: Moves) -> set[CaseStatus]:
    return {source for moves in movers for source, _ in moves}


def _http(code: ApiCode) -> str:
    return "200" if code in AT_A_FIELD else str(STATUS.get(code, 400))


def _said(key: str) -> str:
    return "<br>".join(catalogue(locale).gettext(key) for locale in LOCALES)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ("-",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
