"""Refusals of changes as clients see them: `userErrors` in payloads."""

from typing import Any

import strawberry

from models.kit.codes import ErrorCode
from models.kit.errors import Problem
from models.kit.texts import text
from schema.kit.build import column, computed, enum, output
from schema.kit.codes import meanings
from schema.kit.context import Info
from schema.kit.price import Price

enum(ErrorCode, **{code.name: str(meanings("error").get(code, code)) for code in ErrorCode})


def _message(problem: Problem, info: Info) -> str:
    return text(info.context.locale, f"error.{problem.code}", problem.params)


@output
class UserError:
    """Why a change was refused; nothing was changed."""

    code: ErrorCode = column("A stable code.")
    message: str = computed(_message, "The same for people, in the reader's language.")
    field: str | None = column("The input field at fault, as a path like `household.members.0.idNumber`.")


@strawberry.interface(description="What every change answers with.")
class Payload:
    """What every change answers with."""

    user_errors: list[UserError] = column("Why the change was refused; empty when it was done.", price=Price(size=2))

    @classmethod
    def is_type_of(cls, row: Any, info: Any) -> bool:
        """Rows carry no type; the field's own type decides."""
        return True
