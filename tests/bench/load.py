"""A county's worth of data, made by PostgreSQL itself: members, cases with their timelines, queues, events."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from models.accounts import Account
from models.kit import clock, db
from models.kit.fields import Secret
from models.kit.ids import as_uuid
from models.members import Organisation
from models.programmes import catalogue
from models.seed.catalogue import load_catalogue
from tests.factories import events, people

UNITS = 300
PEOPLE = """
INSERT INTO member (id, name, id_number, id_number_index, id_number_masked, phone, phone_index, phone_masked, sex,
                    born_on, text_salt, created_at)
SELECT gen_random_uuid(), '会员' || n, 'x', 'i' || n, '330***********' || lpad((n % 10000)::text, 4, '0'), 'x',
       'p' || n, '139****' || lpad((n % 10000)::text, 4, '0'), 'FEMALE', DATE '1985-01-01', '00', now()
FROM generate_series(1, :1::int) n
"""
MEMBERSHIPS = """
INSERT INTO membership (id, member_id, organisation_id, status, card_number, member_since)
SELECT gen_random_uuid(), m.id, u.id, 'ACTIVE', m.id_number_index, DATE '2020-01-01'
FROM (SELECT id, id_number_index, row_number() OVER () n FROM member) m
JOIN (SELECT id, row_number() OVER (ORDER BY path) - 1 n FROM organisation WHERE level = 'UNIT') u
  ON u.n = m.n % :1::int
"""
CASES = """
INSERT INTO cases (id, number, kind, status, version, programme_id, terms_id, applicant_id, filed_by, organisation_id,
                   acting_organisation_id, step, round, requested_fen, form_version, created_at, submitted_at,
                   step_due_on, promised_on, promise_provisional, timeline_count, timeline_head)
SELECT gen_random_uuid(), 'B' || n, 'AID', 'ACCEPTED', 4, :1, :2, s.member_id, s.member_id, s.organisation_id,
       s.organisation_id, 'unit_review', 1, 100000, 1, now(), now() - n * interval '1 second',
       CURRENT_DATE + 5, CURRENT_DATE + 20, false, 3, ''
FROM generate_series(1, :3::int) n
JOIN (SELECT member_id, organisation_id, row_number() OVER (ORDER BY card_number) m FROM membership) s
  ON s.m = 1 + n % :4::int
"""
TIMELINES = """
INSERT INTO case_event (id, case_id, number, at, action, from_status, to_status, step, by_name, by_role, hash)
SELECT gen_random_uuid(), c.id, e.n, now(), e.action, e.was, e.becomes, 'acceptance', '会员', 'APPLICANT', ''
FROM cases c CROSS JOIN (VALUES (1, 'CREATE', NULL, NULL), (2, 'SUBMIT', 'DRAFT', 'SUBMITTED'),
                                (3, 'ACCEPT', 'SUBMITTED', 'ACCEPTED')) e (n, action, was, becomes)
"""
QUEUES = """
INSERT INTO queue_entry (id, organisation_id, case_id, status, kind, created_at, due_on)
SELECT gen_random_uuid(), a.id, c.id, c.status, c.kind, c.submitted_at, c.step_due_on
FROM cases c JOIN organisation o ON o.id = c.organisation_id
JOIN organisation a ON o.path >= a.path AND o.path < left(a.path, -1) || '0'
"""


@dataclass
class City:
    """Who asks, and about what."""

    members: list[str]
    clerk: str
    county_clerk: str
    unit: UUID
    county: UUID
    event: UUID


async def load(members: int, cases: int, readers: int) -> City:
    """Fill an empty database."""
    await load_catalogue()
    unions = await people.tree()
    for _ in range(UNITS):
        await people.organisation(unions["town"])
    programme = await catalogue.programme_by_code("temporary-aid")
    assert programme
    terms = (await catalogue.current_terms([programme["id"]], clock.today()))[programme["id"]]
    await db.execute(PEOPLE, members)
    await db.execute(MEMBERSHIPS, UNITS)
    await db.execute(CASES, programme["id"], terms.id, cases, members)
    await db.execute(TIMELINES)
    await db.execute(QUEUES)
    for table in ("member", "membership", "cases", "case_event", "queue_entry"):
        await db.execute(f"ANALYZE {table}")
    for number in range(40):
        await events.event(unions["city"], capacity=10**6, starts_in=timedelta(days=10 + number))
    event = await events.event(unions["city"], capacity=10**6)
    unit = await Organisation.filter(level="UNIT").order_by("path").first()
    assert unit
    return City(
        await _readers(readers),
        await people.signed_in(None, clerk=unit),
        await people.signed_in(None, clerk=unions["county"]),
        unit.id,
        unions["county"].id,
        event.id,
    )


async def _readers(count: int) -> list[str]:
    """Access tokens of members, each with cases of their own."""
    rows = await db.rows("SELECT id, phone_index, name FROM member ORDER BY id_number_index LIMIT :1", count)
    tokens = []
    for row in rows:
        account = await Account.create(
            name=row["name"], member_id=as_uuid(row["id"]), phone=Secret("13900000000"),
            phone_index=secrets.token_hex(16), created_at=clock.now(),
        )  # fmt: skip
        tokens.append(await people.token(account, lasts=timedelta(hours=2)))
    return tokens
