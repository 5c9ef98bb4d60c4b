"""`/graphql`: GraphQL over HTTP (application/json and application/graphql-response+json)."""

import asyncio

import orjson
from starlette.requests import HTTPConnection
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from models.kit.errors import ApiCode, ApiError
from resolvers.kit.auth import identify, visitor
from schema.http.accepting import liked
from schema.http.incoming import read
from schema.http.origins import PLAIN_JSON
from schema.kit.execute import Answer, Executor, refusal

GRAPHQL_JSON = "application/graphql-response+json"
STATUS = {
    ApiCode.CROSS_SITE_REQUEST: 403,
    ApiCode.METHOD_NOT_ALLOWED: 405,
    ApiCode.NOT_ACCEPTABLE: 406,
    ApiCode.PAYLOAD_TOO_LARGE: 413,
    ApiCode.URI_TOO_LONG: 414,
    ApiCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ApiCode.THROTTLED: 429,
    ApiCode.TIMEOUT: 503,
}
# With plain application/json, a document that was read but is not good answers 200 (GraphQL over HTTP, section 6.4.1).
_WELL_FORMED = {
    ApiCode.GRAPHQL_PARSE_FAILED, ApiCode.GRAPHQL_VALIDATION_FAILED, ApiCode.BAD_USER_INPUT,
    ApiCode.PERSISTED_QUERY_NOT_FOUND, ApiCode.DOCUMENT_NOT_TRUSTED,
}  # fmt: skip


class Endpoint:
    """The GraphQL endpoint of one executor. `timeout` (seconds) is for everything after the request was read."""

    def __init__(self, executor: Executor, *, timeout: float, trusted_proxies: int) -> None:
        self._executor = executor
        self._timeout = timeout
        self._trusted_proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request of any method: also 405 is said as GraphQL JSON."""
        response = await self._answer(HttpRequest(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, http: HttpRequest) -> Response:
        caller = visitor(http.headers, address(http, self._trusted_proxies), http.state.request_id)
        media_type, read_well = PLAIN_JSON, False
        try:
            media_type = _negotiated(http.headers.get("accept", ""))
            request = await read(http)
            read_well = True
            async with asyncio.timeout(self._timeout):
                answer = await self._executor.run(request, await identify(http.headers, caller))
        except ApiError as error:
            answer = refusal(error.code, caller)
        except TimeoutError:
            answer = refusal(ApiCode.TIMEOUT, caller)
        http.state.code = answer.code
        status = _status(answer, media_type, read_well)
        return Response(orjson.dumps(answer.body), status, _headers(answer, media_type, status))


def _status(answer: Answer, media_type: str, read_well: bool) -> int:
    if not answer.code or (read_well and media_type == PLAIN_JSON and answer.code in _WELL_FORMED):
        return 200
    if answer.code is ApiCode.TIMEOUT and not read_well:
        return 408
    return STATUS.get(answer.code, 400)


def _headers(answer: Answer, media_type: str, status: int) -> dict[str, str]:
    allow = {"allow": "GET, POST"} if answer.code is ApiCode.METHOD_NOT_ALLOWED else {}
    later = {"retry-after": str(answer.retry_after)} if answer.retry_after else {}
    ended = {"connection": "close"} if status == 408 else {}
    return {"content-type": f"{media_type}; charset=utf-8", **allow, **later, **ended}


def _negotiated(accept: str) -> str:
    """The media type that an Accept header likes best; JSON when it is absent."""
    types = liked(accept)
    plain = max(types.get(name, 0.0) for name in ("", PLAIN_JSON, "application/*", "*/*"))
    graphql = types.get(GRAPHQL_JSON, 0.0)
    if not plain and not graphql:
        raise ApiError(ApiCode.NOT_ACCEPTABLE)
    return GRAPHQL_JSON if graphql >= plain else PLAIN_JSON


def address(http: HTTPConnection, trusted_proxies: int) -> str:
    """The caller's address: the peer, or what the outermost trusted proxy saw."""
    forwarded = ",".join(http.headers.getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if trusted_proxies and len(hops) >= trusted_proxies:
        return hops[-trusted_proxies][:45]
    return http.client.host if http.client else ""
