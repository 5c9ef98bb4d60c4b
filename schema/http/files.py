"""`/files/…`: a file behind a signed link, given as an attachment that no browser runs."""

from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse

from models.kit.storage import StorageAwayError
from resolvers.files import reading
from resolvers.kit.auth import visitor

log = structlog.get_logger()


async def file(http: Request) -> StreamingResponse:
    """The file; 404 for whatever opens nothing, or nothing any more, 503 while the store is away."""
    caller = visitor(http.headers, "", http.state.request_id)
    try:
        content = await reading.read(caller, http.path_params["token"])
    except StorageAwayError:
        log.warning("file.not_read", request_id=caller.request_id)
        raise HTTPException(503) from None
    if content is None:
        raise HTTPException(404)
    headers = {
        "content-length": str(content.size),
        "content-disposition": disposition(content.name),
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "cross-origin-resource-policy": "same-site",
        "x-robots-tag": "noindex",
    }
    return StreamingResponse(content.chunks, 200, headers, content.media_type)


def disposition(name: str) -> str:
    """An attachment of this name (RFC 6266): for old clients the ASCII of it, for all others the whole."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_. ") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
