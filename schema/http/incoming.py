"""What a client sent to `/graphql`, read within limits: method, media type, body, shape."""

import asyncio
from typing import Any

import orjson
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest

from models.kit.errors import ApiCode, ApiError
from schema.http.origins import PLAIN_JSON, refuse_foreign
from schema.kit import limits, trusted
from schema.kit.execute import Request

BODY_WITHIN = 15.0  # seconds; uvicorn waits for ever
MAX_QUERY_STRING = 16_000  # bytes; what is longer goes into a body


async def read(http: HttpRequest) -> Request:
    """The GraphQL request behind an HTTP request; raises ApiError."""
    if http.method == "GET":
        refuse_foreign(http)
        return _from_parameters(http)
    if http.method != "POST":
        raise ApiError(ApiCode.METHOD_NOT_ALLOWED)
    return shaped(await json_body(http))


async def json_body(http: HttpRequest) -> Any:
    """The JSON that a request carries, within the limits of size and time; raises ApiError."""
    if not _is_plain_json(http):
        raise ApiError(ApiCode.UNSUPPORTED_MEDIA_TYPE)
    return parsed(await _body(http))


def _is_plain_json(http: HttpRequest) -> bool:
    """Whether the body says that it is JSON in UTF-8, once and not packed."""
    said = http.headers.getlist("content-type")
    if len(said) != 1 or http.headers.get("content-encoding", "identity") != "identity":
        return False
    media_type, *parameters = (part.strip().lower() for part in said[0].split(";"))
    charsets = [value.strip('"') for name, _, value in (p.partition("=") for p in parameters) if name == "charset"]
    return media_type == PLAIN_JSON and set(charsets) <= {"utf-8", "utf8"}


async def _body(http: HttpRequest) -> bytes:
    body = bytearray()
    if int(http.headers.get("content-length", 0)) > limits.MAX_BODY:
        raise ApiError(ApiCode.PAYLOAD_TOO_LARGE)  # before a client that waits for `100 Continue` sends any of it
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in http.stream():
                body += chunk
                if len(body) > limits.MAX_BODY:
                    raise ApiError(ApiCode.PAYLOAD_TOO_LARGE)
    except TimeoutError:
        raise ApiError(ApiCode.TIMEOUT) from None
    except ClientDisconnect:
        raise ApiError(ApiCode.BAD_USER_INPUT) from None
    return bytes(body)


def parsed(body: bytes) -> Any:
    """The JSON in some bytes; raises ApiError."""
    if body.count(b"[") + body.count(b"{") > limits.MAX_JSON_VALUES:  # so many objects would cost more than they say
        raise ApiError(ApiCode.QUERY_TOO_COMPLEX)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ApiError(ApiCode.BAD_USER_INPUT) from None


def shaped(found: Any, *, reading: bool = False, streaming: bool = False) -> Request:
    """A GraphQL request; refuses anything else than an object with the right members."""
    if isinstance(found, list):
        raise ApiError(ApiCode.BATCHING_NOT_SUPPORTED)
    if not isinstance(found, dict):
        raise ApiError(ApiCode.BAD_USER_INPUT)
    query, variables, name = found.get("query"), found.get("variables"), found.get("operationName")
    if (
        not isinstance(query, str | None)
        or not isinstance(variables, dict | None)
        or not isinstance(name, str | None)
        or not isinstance(found.get("extensions"), dict | None)
    ):
        raise ApiError(ApiCode.BAD_USER_INPUT)
    _check_size(variables)
    hash = _document_hash(found)
    if query is None and hash is None:
        raise ApiError(ApiCode.BAD_USER_INPUT)
    return Request(query, variables, name, reading, hash, streaming)


def _document_hash(found: dict[str, Any]) -> str | None:
    """The SHA-256 by which a document is named: `documentId` of GraphQL over HTTP, or Apollo's `persistedQuery`."""
    document_id = found.get("documentId")
    persisted = (found.get("extensions") or {}).get("persistedQuery")
    if persisted is not None:
        if not isinstance(persisted, dict) or persisted.get("version") != 1:
            raise ApiError(ApiCode.BAD_USER_INPUT)
        document_id = persisted.get("sha256Hash", "")
    if not isinstance(document_id, str | None):
        raise ApiError(ApiCode.BAD_USER_INPUT)
    return document_id and document_id.removeprefix(trusted.PREFIX)


def _check_size(value: Any) -> None:
    """Refuse JSON that is deeper or has more values than any input here needs; walked without recursion."""
    level, seen = [value], 0
    for _ in range(limits.MAX_JSON_DEPTH):
        level = [child for item in level for child in _children(item)]
        seen += len(level)
        if seen > limits.MAX_JSON_VALUES:
            break
        if not level:
            return
    raise ApiError(ApiCode.QUERY_TOO_COMPLEX)


def _children(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _from_parameters(http: HttpRequest) -> Request:
    given = http.query_params
    if len(http.scope["query_string"]) > MAX_QUERY_STRING:
        raise ApiError(ApiCode.URI_TOO_LONG)
    if len(given.multi_items()) > len(given):  # said twice, and who reads which is anybody's guess
        raise ApiError(ApiCode.BAD_USER_INPUT)
    found: dict[str, Any] = {name: given.get(name) for name in ("query", "documentId", "operationName")}
    for name in ("variables", "extensions"):
        if name in given:
            found[name] = parsed(given[name].encode())
    return shaped(found, reading=True)
