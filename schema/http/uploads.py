"""`POST /uploads`: one file of somebody who is signed in, as a form; the answer is JSON, errors as GraphQL has them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, BinaryIO

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from models.files.limits import LARGEST
from models.kit import clock
from models.kit.actor import Actor
from models.kit.codes import ErrorCode
from models.kit.errors import ApiCode, ApiError, DomainError, Problem, refuse
from models.kit.ids import global_id
from models.kit.texts import text
from resolvers.files import receiving
from resolvers.kit.auth import identify, visitor
from schema.http.multipart import FORM_DATA, Form
from schema.kit.failures import failure
from schema.kit.spending import NotPaidError

log = structlog.get_logger()
POINTS = 100  # of the account, for a file: it is drawn or written anew
AROUND = 16 * 1024  # bytes of a form around its file
STEP = 64 * 1024  # bytes that have to come
WITHIN = 15.0  # seconds each, so that a slow line may take its time and a stalled one may not
AT_ONCE = 256 * 1024  # bytes written to the spool in one go
STATUS = {
    ApiCode.UNAUTHENTICATED: 401,
    ApiCode.FORBIDDEN: 403,
    ApiCode.TIMEOUT: 408,
    ApiCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ApiCode.THROTTLED: 429,
    ErrorCode.REQUIRED: 400,
    ErrorCode.INVALID: 400,
    ErrorCode.FILE_QUOTA: 409,
    ErrorCode.FILE_TOO_LARGE: 413,
    ErrorCode.FILE_TYPE_NOT_ALLOWED: 415,
    ErrorCode.TRY_LATER: 429,
}
HEADERS = {
    401: {"www-authenticate": "Bearer"},
    408: {"connection": "close"},
    415: {"accept-post": FORM_DATA},
}


async def upload(http: Request) -> JSONResponse:
    """Take a file: 201 with its `uploadId`, 202 while it waits for the virus scanner, 4xx with a code otherwise."""
    caller = visitor(http.headers, "", http.state.request_id)
    try:
        caller = await identify(http.headers, caller)
        if caller.account_id is None:
            raise ApiError(ApiCode.UNAUTHENTICATED)
        await http.app.state.till.purse(caller).pay(POINTS)
        form = Form(_content_type(http))
        _check_length(int(http.headers.get("content-length", 0)))

        async def receive(spool: BinaryIO) -> str:
            return await _received(http, form, spool)

        return _answer(await receiving.upload(caller, receive))
    except NotPaidError as error:
        return _refused(http, error.code, failure(error.code, caller.locale, seconds=error.seconds))
    except ApiError as error:
        return _refused(http, error.code, failure(error.code, caller.locale))
    except OSError as error:  # a full disk, or a store that is away
        log.warning("upload.not_kept", error=type(error).__name__, request_id=caller.request_id)
        return _refused(http, ApiCode.TIMEOUT, failure(ApiCode.TIMEOUT, caller.locale), status=503)
    except DomainError as error:
        return _refused(http, error.problems[0].code, *(_shown(problem, caller) for problem in error.problems))


def _content_type(http: Request) -> str:
    said = http.headers.getlist("content-type")
    if len(said) != 1 or http.headers.get("content-encoding", "identity") != "identity":
        raise ApiError(ApiCode.UNSUPPORTED_MEDIA_TYPE)
    return said[0]


def _check_length(body: int) -> None:
    """Before a client that waits for `100 Continue` sends any of it."""
    if body > LARGEST + AROUND:
        refuse(ErrorCode.FILE_TOO_LARGE, "file", megabytes=LARGEST // 2**20)


async def _received(http: Request, form: Form, spool: BinaryIO) -> str:
    """Put the file of a form into the spool; what it is for."""
    total, held = 0, bytearray()
    async for chunk in _paced(http):
        total += len(chunk)
        _check_length(total)
        for part in form.feed(chunk):
            held += part
        if len(held) >= AT_ONCE:
            await asyncio.to_thread(spool.write, bytes(held))
            held.clear()
    spool.write(held)
    if not form.complete:
        raise ApiError(ApiCode.BAD_USER_INPUT)
    if not form.has_file:
        refuse(ErrorCode.REQUIRED, "file")
    if form.purpose is None:
        refuse(ErrorCode.REQUIRED, "purpose")
    return form.purpose


async def _paced(http: Request) -> AsyncIterator[bytes]:
    """The body as it comes, as long as STEP bytes come WITHIN seconds."""
    stream, now = http.stream(), asyncio.get_running_loop().time
    until, came = now() + WITHIN, 0
    while True:
        try:
            async with asyncio.timeout_at(until):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ApiError(ApiCode.TIMEOUT) from None
        except ClientDisconnect:
            raise ApiError(ApiCode.BAD_USER_INPUT) from None
        came += len(chunk)
        if came >= STEP:
            until, came = now() + WITHIN, 0
        yield chunk


def _answer(made: dict[str, Any]) -> JSONResponse:
    quarantined = made["quarantined"]
    body = {
        "uploadId": global_id("Upload", made["upload_id"]),
        "mediaType": made["media_type"],
        "size": made["size"],
        "status": "QUARANTINED" if quarantined else "READY",
        "expiresAt": clock.local(made["expires_at"]).isoformat(),
    }
    return JSONResponse(body, 202 if quarantined else 201)


def _shown(problem: Problem, caller: Actor) -> dict[str, Any]:
    message = text(caller.locale, f"error.{problem.code}", problem.params)
    return {"message": message, "extensions": {"code": problem.code, "field": problem.field, **problem.params}}


def _refused(
    http: Request, code: ApiCode | ErrorCode, *errors: dict[str, Any], status: int | None = None
) -> JSONResponse:
    http.state.code = code
    status = status or STATUS.get(code, 400 if isinstance(code, ApiCode) else 422)
    later = {"retry-after": str(seconds)} if (seconds := errors[0]["extensions"].get("seconds")) else {}
    return JSONResponse({"errors": errors}, status, {**HEADERS.get(status, {}), **later})
