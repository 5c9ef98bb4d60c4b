"""Requests that nobody sends by mistake: what they cost before they are refused is to be next to nothing.

The test of malformed requests sends them all, and `make bench` prints the time each takes.
"""

import json
from typing import Any


def sent(query: Any, **others: Any) -> bytes:
    """A request as JSON."""
    return json.dumps({"query": query, **others}).encode()


def fragments(count: int) -> str:
    """Each spreads the next one twice."""
    return "{...f0}" + "".join(f" fragment f{i} on Query{{...f{i + 1} ...f{i + 1}}}" for i in range(count))


ID = "query($id: ID!) { node(id: $id) { id } }"
IDS = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"

UNREADABLE = {
    "nothing": b"",
    "null": b"null",
    "number": b"1",
    "text": b'"x"',
    "invalid UTF-8": b'{"query": "\xff\xfe"}',
    "truncated": b'{"query": "{ __typename }"',
    "without query": b"{}",
    "query is a number": b'{"query": 1}',
    "variables are a list": b'{"query": "{ __typename }", "variables": []}',
    "name is a number": b'{"query": "{ __typename }", "operationName": 1}',
    "extensions are a text": b'{"query": "{ __typename }", "extensions": "x"}',
    "lone surrogate": b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
    "byte order mark": b'\xef\xbb\xbf{"query": "{ __typename }"}',
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "NUL between": b'{"query": "{ __typename }"}\x00',
    "NaN": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    "beyond numbers": b'{"query": "{ __typename }", "variables": {"a": 1e999}}',
    "5000 digits": b'{"query": "{ __typename }", "variables": {"a": %s}}' % (b"9" * 5000),
}

BATCHES = {
    "empty batch": b"[]",
    "batch of one": b'[{"query": "{ __typename }"}]',
    "batch of many": b'[{"query": "{ __typename }"}%s]' % (b', {"query": "{ __typename }"}' * 2000),
}

EXCESSIVE = {
    "100 000 lists": b"[" * 100_000,
    "100 000 objects": b'{"a":' * 100_000,
    "deep variables": b'{"query": "{ __typename }", "variables": {"a": %s%s}}' % (b"[" * 500, b"]" * 500),
    "wide variables": sent("{ __typename }", variables={"a": [0] * 300_000}),
    "many empty lists": sent("{ __typename }", variables={"a": [[]] * 200_000}),
    "tokens": sent("{" + "a " * 3001 + "}"),
    "source": sent("{ __typename } #" + "x" * 50_001),
    "comments": sent("#\n" * 20_000 + "{ __typename }"),
    "deep without end": sent("{a" * 5000),
    "depth 13": sent("{viewer" * 13 + "{id}" + "}" * 13),
    "deep value": sent("{node(id:" + "[" * 2900),
    "wide": sent("{" + "viewer{id} " * 260 + "}"),
    "the same field again": sent("{" + "viewer{id} " * 240 + "}"),
    "the same arguments again": sent("{" + 'node(id:"a"){id} ' * 200 + "}"),
    "aliases": sent("{" + "".join(f"a{i}: __typename " for i in range(51)) + "}"),
    "directives": sent("{__typename " + "@include(if: true) " * 51 + "}"),
    "fragment bomb": sent(fragments(25) + " fragment f25 on Query{__typename}"),
    "one fragment spread often": sent("{" + "...f " * 900 + "} fragment f on Query{viewer{id}}"),
    "operations": sent("".join(f"query q{i}{{__typename}} " for i in range(400))),
    "introspections": sent("{" + "".join(f"a{i}: __schema{{types{{name}}}} " for i in range(40)) + "}"),
}

SYNTAX = {
    "empty document": sent(""),
    "only blanks": sent(" " * 49_000),
    "unterminated text": sent('{node(id:"' + "a" * 40_000),
    "NUL in the document": sent("{ __typename }\0"),
    "surrogate in a literal": sent('{node(id:"\\ud800"){id}}'),
}

INVALID = {
    "operations of one name": sent("query A{__typename} query A{__typename}"),
    "two without a name": sent("{__typename} {__typename}"),
    "unknown fields": sent("{" + "".join(f"viewe{i} " for i in range(499)) + "}"),
    "a long unknown name": sent("{" + "v" * 40_000 + "}"),
    "unknown types": sent("query(" + "".join(f"$v{i}:Strin{i} " for i in range(700)) + "){__typename}"),
    "unknown arguments": sent("{node(" + "".join(f"a{i}:1 " for i in range(900)) + "){id}}"),
    "unknown directives": sent("{__typename " + "@foo " * 49 + "}"),
    "circle of fragments": sent("{...a} fragment a on Query{...b} fragment b on Query{...a}"),
    "fragment in itself": sent("{...a} fragment a on Query{...a}"),
    "nested value": sent("{node(id:" + "[" * 190 + "]" * 190 + "){id}}"),
    "1e999": sent("{node(id: 1e999){id}}"),
    "schema definition": sent("type A{a: Int}"),
    "subscription": sent("subscription{__typename}"),
    "@defer": sent("{...@defer{__typename}}"),
    "circles in the schema": sent("{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}"),
}

UNFIT = {
    "unknown operation": sent("query A{__typename}", operationName="B"),
    "which operation": sent("query A{__typename} query B{__typename}"),
    "missing variable": sent(ID),
    "variable of another type": sent(ID, variables={"id": {}}),
    "many of another type": sent(IDS, variables={"ids": [{}] * 5000}),
}


def aliased(count: int, field: str) -> str:
    """A field many times over, in a document that can be made afresh."""
    return "{" + " ".join(f"a{number}: {field}" for number in range(count)) + "} #0"


SEAT = "id status participantName registeredAt answers checkedInAt event {id title startsAt}"
ROLL = f"registrations(first: 100) {{nodes {{{SEAT}}}}}"
DECIDE = "decideCases(input: $input) {results {ok}}"
DECISIONS = {"to": "APPROVED", "items": [{"id": "x", "version": 1}] * 500}
PASSWORD = 'signInWithPassword(input: {phone: "1", password: "x"}) {userErrors {code}}'
ROOMS = 'mothersRooms(first: 100) {nodes {slots(date: "2026-03-05") {startsAt free}}}'

TOO_DEAR = {
    "lists in lists": sent(f"{{events(first: 100) {{nodes {{id {ROLL}}}}}}} #0"),
    "many pages": sent(aliased(30, ROOMS)),
    "many passwords": sent("mutation" + aliased(20, PASSWORD)),
    "many decisions": sent("mutation($input: DecideCasesInput!)" + aliased(2, DECIDE), variables={"input": DECISIONS}),
    "dear fragments": sent(
        f"fragment f on Query {{events(first: 30) {{nodes {{{ROLL}}}}}}} " + aliased(9, "__typename ...f")
    ),
}

# What refuses each.
GROUPS = {
    "BAD_USER_INPUT": UNREADABLE | UNFIT,
    "BATCHING_NOT_SUPPORTED": BATCHES,
    "QUERY_TOO_COMPLEX": EXCESSIVE | TOO_DEAR,
    "GRAPHQL_PARSE_FAILED": SYNTAX,
    "GRAPHQL_VALIDATION_FAILED": INVALID,
}


def afresh(body: bytes, number: int) -> bytes:
    """The same request, of which nothing is kept from the time before: a document that fits is ready the next time."""
    return body.replace(b"#0", b"#%d" % number)
