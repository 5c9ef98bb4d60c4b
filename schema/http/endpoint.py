"""`/graphql`: GraphQL over HTTP (application/json and application/graphql-response+json)."""

from typing import Any

import orjson
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from models.kit.actor import ANONYMOUS
from models.kit.errors import ApiCode, ApiError
from resolvers.kit.auth import identify
from schema.kit import limits
from schema.kit.execute import Answer, Executor, Request, refusal

GRAPHQL_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
STATUS = {
    ApiCode.METHOD_NOT_ALLOWED: 405,
    ApiCode.NOT_ACCEPTABLE: 406,
    ApiCode.PAYLOAD_TOO_LARGE: 413,
    ApiCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ApiCode.THROTTLED: 429,
    ApiCode.TIMEOUT: 503,
    ApiCode.INTERNAL_SERVER_ERROR: 500,
}
# With plain application/json, a document that was read but is not good answers 200 (GraphQL over HTTP, section 6.4.1).
_WELL_FORMED = {ApiCode.GRAPHQL_PARSE_FAILED, ApiCode.GRAPHQL_VALIDATION_FAILED, ApiCode.BAD_USER_INPUT}


class Endpoint:
    """The GraphQL endpoint of one executor."""

    def __init__(self, executor: Executor, trusted_proxies: int) -> None:
        self._executor = executor
        self._trusted_proxies = trusted_proxies

    async def answer(self, http: HttpRequest) -> Response:
        """Answer one HTTP request."""
        actor = ANONYMOUS
        try:
            media_type = _negotiate(http.headers.get("accept", ""))
        except ApiError as error:
            return _respond(refusal(error.code, actor), PLAIN_JSON)
        try:
            actor = await identify(http.headers, _address(http, self._trusted_proxies))
            request = await _read(http)
        except ApiError as error:
            return _respond(refusal(error.code, actor), media_type, read=False)
        return _respond(await self._executor.run(request, actor), media_type)


def _respond(answer: Answer, media_type: str, read: bool = True) -> Response:
    status = 200
    if answer.code:
        status = STATUS.get(answer.code, 400)
        if read and media_type == PLAIN_JSON and answer.code in _WELL_FORMED:
            status = 200
    headers = {"cache-control": "no-store", "content-type": f"{media_type}; charset=utf-8"}
    if status == 405:
        headers["allow"] = "GET, POST"
    return Response(orjson.dumps(answer.body), status, headers)


def _negotiate(accept: str) -> str:
    """The best media type for an Accept header; JSON when it is absent."""
    offered = {item.partition(";")[0].strip().lower() for item in accept.split(",")} - {""}
    if GRAPHQL_JSON in offered:
        return GRAPHQL_JSON
    if not offered or offered & {PLAIN_JSON, "*/*", "application/*"}:
        return PLAIN_JSON
    raise ApiError(ApiCode.NOT_ACCEPTABLE)


def _address(http: HttpRequest, trusted_proxies: int) -> str:
    """The caller's address: the peer, or what the outermost trusted proxy saw."""
    hops = [hop.strip() for hop in http.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return hops[-trusted_proxies][:45]
    return http.client.host if http.client else ""


async def _read(http: HttpRequest) -> Request:
    if http.method == "GET":
        return _read_get(http)
    if http.method != "POST":
        raise ApiError(ApiCode.METHOD_NOT_ALLOWED)
    if http.headers.get("content-type", "").partition(";")[0].strip().lower() != PLAIN_JSON:
        raise ApiError(ApiCode.UNSUPPORTED_MEDIA_TYPE)
    return _request(_json(await _body(http)))


async def _body(http: HttpRequest) -> bytes:
    body = bytearray()
    try:
        async for chunk in http.stream():
            body += chunk
            if len(body) > limits.MAX_BODY:
                raise ApiError(ApiCode.PAYLOAD_TOO_LARGE)
    except ClientDisconnect:
        raise ApiError(ApiCode.BAD_USER_INPUT) from None
    return bytes(body)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _request(found: Any) -> Request:
    """Check the shape of a request; anything else than an object with the right members is refused."""
    if not isinstance(found, dict):
        raise ApiError(ApiCode.BAD_USER_INPUT)
    query, variables, name = found.get("query"), found.get("variables"), found.get("operationName")
    extensions = found.get("extensions")
    if (
        not isinstance(query, str)
        or not isinstance(variables, dict | None)
        or not isinstance(name, str | None)
        or not isinstance(extensions, dict | None)
        or _too_deep(variables)
    ):
        raise ApiError(ApiCode.BAD_USER_INPUT)
    return Request(query, variables, name)


def _too_deep(value: Any) -> bool:
    """True when JSON nests deeper than any input here can; walked without recursion."""
    level: list[Any] = [value]
    for _ in range(limits.MAX_JSON_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


def _read_get(http: HttpRequest) -> Request:
    parameters = http.query_params
    found: dict[str, Any] = {
        "query": parameters.get("query"),
        "operationName": parameters.get("operationName"),
    }
    for name in ("variables", "extensions"):
        if name in parameters:
            found[name] = _json(parameters[name].encode())
            if found[name] is None and parameters[name] != "null":
                raise ApiError(ApiCode.BAD_USER_INPUT)
    request = _request(found)
    return Request(request.query, request.variables, request.operation_name, reading=True)
