"""The hand-written endpoint to compare with: Starlette and asyncpg, the JSON built by PostgreSQL.

It answers Home and StaffQueue alone, from the same tables, with the same session look-up and the same JSON; what
never changes (the programme, its step) is written into its statements.
"""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.kit.ids import parse_global_id

SESSION = """
SELECT s.id, a.id AS account_id, a.member_id, a.unread_notifications, array_agg(o.path) AS paths
FROM session s JOIN account a ON a.id = s.account_id
LEFT JOIN role_assignment r ON r.account_id = a.id AND r.revoked_at IS NULL
LEFT JOIN organisation o ON o.id = r.organisation_id
WHERE s.access_hash = $1 AND s.ended_at IS NULL AND s.access_expires_at > now() GROUP BY s.id, a.id
"""


def gid(kind: str, column: str) -> str:
    """SQL for a global id."""
    return f"rtrim(translate(encode('{kind}'::bytea || uuid_send({column}), 'base64'), '+/', '-_'), '=')"


def shown(column: str) -> str:
    """SQL for a moment at +08:00, as Python writes it."""
    text = f"to_char({column} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    return f"{text} || '+08:00'"


CARD = f"""
'__typename', 'AidApplication', 'id', {gid("Case", "c.id")}, 'number', c.number, 'kind', c.kind, 'status', c.status,
'programme', json_build_object('id', {gid("Programme", "c.programme_id")}, 'name', '临时救助'),
'step', json_build_object('code', c.step, 'name', '基层工会审核', 'actor', 'UNIT',
    'limit', json_build_object('days', 5, 'counts', 'WORKING'), 'dueOn', c.step_due_on),
'waitingFor', '等待' || o.name || '办理“基层工会审核”。', 'submittedAt', {shown("c.submitted_at")},
'promisedOn', c.promised_on, 'overdue', least(c.step_due_on, c.promised_on) < CURRENT_DATE, 'version', c.version
"""
HOME = f"""
SELECT json_build_object('data', json_build_object('viewer', json_build_object(
  'member', (SELECT json_build_object('id', {gid("Member", "m.id")}, 'name', m.name, 'idNumber', m.id_number_masked,
      'phone', m.phone_masked, 'membership', (
        SELECT json_build_object('status', s.status, 'cardNumber', s.card_number, 'memberSince', s.member_since,
          'organisation', json_build_object('id', {gid("Organisation", "o.id")}, 'name', o.name, 'level', o.level),
          'unionPath', (SELECT json_agg(json_build_object('id', {gid("Organisation", "a.id")}, 'name', a.name,
              'level', a.level) ORDER BY a.path) FROM organisation a WHERE o.path LIKE a.path || '%'))
        FROM membership s JOIN organisation o ON o.id = s.organisation_id
        WHERE s.member_id = m.id AND s.ended_on IS NULL)) FROM member m WHERE m.id = $1),
  'unreadNotificationCount', $2::int,
  'cases', json_build_object('nodes', COALESCE((SELECT json_agg(card) FROM (
      SELECT json_build_object({CARD}, 'allowedActions', json_build_array(
          json_build_object('action', 'WITHDRAW', 'to', 'WITHDRAWN', 'needs', json_build_array()))) AS card
      FROM cases c JOIN organisation o ON o.id = c.organisation_id
      WHERE c.applicant_id = $1 AND c.status IN ('DRAFT', 'SUBMITTED', 'CORRECTION_REQUIRED', 'ACCEPTED',
          'ACCEPTED_PENDING_DOCUMENTS', 'APPROVED') ORDER BY c.id DESC LIMIT 3) x), '[]')),
  'registrations', json_build_object('nodes', COALESCE((SELECT json_agg(json_build_object(
      'id', {gid("EventRegistration", "r.id")}, 'status', r.status, 'ticketCode', r.ticket_code,
      'event', json_build_object('id', {gid("Event", "e.id")}, 'title', e.title, 'startsAt', {shown("e.starts_at")},
          'venue', e.venue)))
      FROM (SELECT * FROM event_registration WHERE member_id = $1 LIMIT 3) r JOIN event e ON e.id = r.event_id
      WHERE e.starts_at > now()), '[]')),
  'roomBookings', json_build_object('nodes', COALESCE((SELECT json_agg(json_build_object('id', b.id))
      FROM (SELECT * FROM room_booking WHERE member_id = $1 AND starts_at > now() LIMIT 3) b), '[]'))
)))::text
"""
QUEUE = f"""
SELECT json_build_object('data', json_build_object('staffQueue', json_build_object(
  'edges', (SELECT json_agg(json_build_object('cursor', '', 'node', json_build_object({CARD}, 'allowedActions',
      json_build_array(
        json_build_object('action', 'TAKE', 'to', NULL, 'needs', json_build_array()),
        json_build_object('action', 'ASSIGN', 'to', NULL, 'needs', json_build_array('HANDLER')),
        json_build_object('action', 'ADD_NOTE', 'to', NULL, 'needs', json_build_array('TEXT')),
        json_build_object('action', 'SIGN_STEP', 'to', NULL, 'needs', json_build_array()),
        json_build_object('action', 'RETURN', 'to', NULL, 'needs', json_build_array('OPINION'))),
      'applicant', json_build_object('id', {gid("Member", "m.id")}, 'name', m.name),
      'organisation', json_build_object('id', {gid("Organisation", "o.id")}, 'name', o.name), 'handler', NULL))
      ORDER BY c.submitted_at DESC, c.id DESC)
    FROM (SELECT case_id FROM queue_entry WHERE organisation_id = $1 ORDER BY created_at DESC, case_id DESC LIMIT $2) q
    JOIN cases c ON c.id = q.case_id JOIN member m ON m.id = c.applicant_id
    JOIN organisation o ON o.id = c.organisation_id),
  'pageInfo', json_build_object('endCursor', '', 'hasNextPage',
      (SELECT count(*) FROM (SELECT 1 FROM queue_entry WHERE organisation_id = $1 LIMIT $2 + 1) more) > $2)
)))::text
"""


async def answer(request: Request) -> Response:
    """Answer by what the variables ask for."""
    body = orjson.loads(await request.body())
    token = request.headers["authorization"].removeprefix("Bearer ")
    async with request.app.state.pool.acquire() as connection:
        viewer = await connection.fetchrow(SESSION, hashlib.sha256(token.encode()).hexdigest())
        if "organisationId" in body["variables"]:
            _, union = parse_global_id(body["variables"]["organisationId"])
            found = await connection.fetchval(QUEUE, union, body["variables"]["first"])
        else:
            found = await connection.fetchval(HOME, viewer["member_id"], viewer["unread_notifications"])
    return Response(found, media_type="application/json")


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """The pool."""
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=10)
    yield
    await app.state.pool.close()


def app() -> Starlette:
    """The application."""
    return Starlette(
        routes=[Route("/graphql", answer, methods=["POST"]), Route("/readyz", _ready)],
        lifespan=lifespan,
    )


async def _ready(request: Request) -> Response:
    return Response("ok")
