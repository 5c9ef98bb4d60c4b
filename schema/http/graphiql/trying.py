"""Whom the page can be tried as: the demo accounts, and an access token for one of them."""

from functools import cache
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from models.accounts import holders
from models.kit import clock
from models.kit.actor import SYSTEM
from models.kit.audit import ActorRole
from models.kit.errors import ApiError
from models.kit.texts import LOCALES, text
from models.seed.demo.accounts import demo_accounts
from models.seed.demo.numbers import is_demo_mobile
from resolvers.accounts import signing_in
from schema.http.endpoint import STATUS
from schema.http.incoming import json_body

Row = dict[str, Any]


@cache
def accounts() -> list[Row]:
    """The demo accounts as the page lists them; what they are and show in each language."""
    return [_listed(dict(zip(LOCALES, rows, strict=True))) for rows in zip(*map(demo_accounts, LOCALES), strict=True)]


def _listed(row: dict[str, Row]) -> Row:
    one = row[LOCALES[0]]
    return {
        "phone": one["phone"],
        "name": one["name"],
        "organisation": one["organisation"],
        "staff": one["role"] not in (ActorRole.MEMBER, ActorRole.ACCOUNT),
        "role": {locale: text(locale, f"role.{one['role']}") for locale in LOCALES},
        "shows": {locale: row[locale]["shows"] for locale in LOCALES} if one["shows"] else None,
    }


async def token(request: Request) -> JSONResponse:
    """`POST /graphiql/token` with `{"phone"}`: an access token of a demo account and the seconds it is good for.

    It opens numbers that only demo data uses, and takes JSON alone, which no foreign page can make a browser send.
    """
    try:
        asked = await json_body(request)
    except ApiError as error:
        raise HTTPException(STATUS.get(error.code, 400)) from None
    phone = asked.get("phone") if isinstance(asked, dict) else None
    if not isinstance(phone, str) or not is_demo_mobile(phone) or await holders.with_password(phone) is None:
        raise HTTPException(404)
    session = (await signing_in.demo_token(SYSTEM, phone=phone))["session"]
    lasts = session["access_token_expires_at"] - clock.now()
    return JSONResponse({"accessToken": session["access_token"], "expiresIn": int(lasts.total_seconds())})
