"""The reference for frontends that is written by the code itself: the life of a case, every code, the limits."""

from schema.reference.codes import codes
from schema.reference.life import life
from schema.reference.limits import limits

HEAD = """\
# Reference

Written by `make schema` from the code; the tests hold it true. [guide.md](guide.md) shows how it is used.
"""


def reference() -> str:
    """The whole page, in Markdown."""
    return "\n".join([HEAD, *life(), *codes(), *limits(), ""])
