"""Health: `/livez` says that the process answers, `/readyz` that it can do its work."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from models.kit import db


async def livez(request: Request) -> JSONResponse:
    """200 while the process runs; asks no database."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> JSONResponse:
    """200 when the database answers and has every migration, 503 otherwise."""
    try:
        ready = await db.at_head()
    except Exception:  # noqa: BLE001 - whatever keeps the database away, the answer is the same
        ready = False
    return JSONResponse({"status": "ok" if ready else "not ready"}, 200 if ready else 503)
