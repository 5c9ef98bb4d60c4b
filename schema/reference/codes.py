"""Every code with what is said of it to people, what lies behind it, and what a client does about it."""

from collections.abc import Iterator

from models.kit.codes import ErrorCode
from models.kit.errors import ApiCode
from models.kit.texts import LOCALES, catalogue, names
from schema.http.endpoint import STATUS
from schema.http.sockets.messages import Close
from schema.kit.codes import meanings
from schema.reference.tables import table

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
SOCKETS = """
## Codes of closed sockets

Libraries come back by themselves after most of them. Beside these, 1009 ends a message that is too long, and 1012 says
that the service is being started anew.
"""
# Raised where a field is read: the answer has data, and its status is 200.
AT_A_FIELD = {ApiCode.UNAUTHENTICATED, ApiCode.FORBIDDEN, ApiCode.NOT_FOUND, ApiCode.INTERNAL_SERVER_ERROR}
SENT = [code for code in Close if code is not Close.GONE]


def codes() -> Iterator[str]:
    """A section for each kind of code."""
    api, error, steps, close = (meanings(kind) for kind in ("api", "error", "next", "close"))
    yield API
    yield from table(
        ("code", "HTTP", "message", "cause", "what to do"),
        ((_code(c), _http(c), _said(f"api.{c}"), api[c].cause, api[c].remedy) for c in ApiCode),
    )
    yield USER
    yield from table(
        ("code", "message", "cause", "what to do"),
        ((_code(c), _said(f"error.{c}"), error[c].cause, error[c].remedy) for c in ErrorCode),
    )
    yield REASONS
    yield from table(("code", "message"), ((_code(c), _said(f"reason.{c}")) for c in names("reason.", "")))
    yield STEPS
    yield from table(
        ("code", "label", "what to do"),
        ((_code(c), _said(f"next.{c}"), steps[c].remedy) for c in names("next.", "")),
    )
    yield SOCKETS
    yield from table(
        ("code", "cause", "what to do"), ((str(c.value), close[c.name].cause, close[c.name].remedy) for c in SENT)
    )


def _code(code: str) -> str:
    return f"`{code}`"


def _http(code: ApiCode) -> str:
    return "200" if code in AT_A_FIELD else str(STATUS.get(code, 400))


def _said(key: str) -> str:
    return "<br>".join(catalogue(locale).gettext(key) for locale in LOCALES)
