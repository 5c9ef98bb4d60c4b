/** Files with what every browser has and no library: a form is sent, given for a document, and read through its link. */
import assert from "node:assert/strict";
import { crc32, deflateSync } from "node:zlib";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import {
  ApplyForAidDocument,
  AttachDocumentDocument,
  CaseCardFragmentDoc,
  CaseFileFragmentDoc,
  MyBenefitsDocument,
  MyCaseDocument,
  RemoveDocumentDocument,
  WithdrawCaseDocument,
} from "../generated/api/graphql.ts";
import { readFragment } from "../generated/api/index.ts";
import { type Case, headers } from "./app.ts";
import { given, tell } from "./checks.ts";

const service = given();
const KIND = "ID_CARD";

async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const answer = await fetch(`${service.url}/graphql`, {
    method: "POST",
    headers: { ...headers(service), "content-type": "application/json" },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown };
  assert.equal(errors, undefined);
  return data;
}

async function send(content: Uint8Array<ArrayBuffer>, type: string, signedIn = true): Promise<[number, Record<string, unknown>]> {
  const form = new FormData();
  form.append("purpose", "CASE_DOCUMENT");
  form.append("file", new Blob([content], { type }), "证件.png");
  const answer = await fetch(`${service.url}/uploads`, { method: "POST", headers: signedIn ? headers(service) : {}, body: form });
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}

function code(body: Record<string, unknown>): unknown {
  return (body["errors"] as { extensions: { code: unknown } }[])[0]?.extensions.code;
}

/** A small picture in one grey (PNG). */
function picture(): Uint8Array<ArrayBuffer> {
  const size = 64;
  const chunk = (name: string, content: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(name), content]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  const header = Buffer.from([0, 0, 0, size, 0, 0, 0, size, 8, 0, 0, 0, 0]);
  const rows = Buffer.concat(Array.from({ length: size }, () => Buffer.from([0, ...Array<number>(size).fill(128)])));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(
    Buffer.concat([start, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]),
  );
}

async function draft(): Promise<Case> {
  const { viewer } = await ask(MyBenefitsDocument, {});
  const programmeId = viewer?.benefits.find(({ programme }) => programme.code === "living-aid")?.programme.id;
  assert(programmeId);
  const { applyForAid } = await ask(ApplyForAidDocument, { input: { programmeId, amountRequested: "800.00", submit: false } });
  assert(applyForAid?.case);
  return readFragment(CaseCardFragmentDoc, applyForAid.case);
}

/** Where to read the document, and the case as it is by then. */
async function seen(id: string) {
  const { node } = await ask(MyCaseDocument, { id });
  assert(node?.__typename === "AidApplication");
  const file = readFragment(CaseFileFragmentDoc, node);
  const document = file.documents.find(({ kind }) => kind === KIND);
  assert(document);
  return { ...document, known: readFragment(CaseCardFragmentDoc, file) };
}

await tell({
  async "upload, attach, read, remove"() {
    const [status, { uploadId, mediaType }] = await send(picture(), "image/png");
    assert.deepEqual([status, mediaType], [201, "image/png"]);
    const { id } = await draft();
    const { attachDocument } = await ask(AttachDocumentDocument, { id, uploadId: uploadId as string, kind: KIND });
    assert.deepEqual(attachDocument?.userErrors, []);
    const { id: documentId, url } = await seen(id);
    assert(url);
    const read = await fetch(new URL(url, service.url));
    assert.deepEqual([read.status, read.headers.get("content-type")], [200, "image/png"]);
    assert.match(read.headers.get("content-disposition") ?? "", /^attachment/);
    assert.equal(read.headers.get("x-content-type-options"), "nosniff");
    const { removeDocument } = await ask(RemoveDocumentDocument, { id: documentId });
    assert.deepEqual(removeDocument?.userErrors, []);
    assert.equal((await fetch(new URL(url, service.url))).status, 404);
    const { version } = (await seen(id)).known;
    await ask(WithdrawCaseDocument, { id, version });
  },

  async "what is no document is refused"() {
    const text = new TextEncoder().encode("<script>alert(1)</script>") as Uint8Array<ArrayBuffer>;
    const [status, body] = await send(text, "image/png");
    assert.deepEqual([status, code(body)], [415, "FILE_TYPE_NOT_ALLOWED"]);
  },

  async "who is signed out sends nothing"() {
    const [status, body] = await send(picture(), "image/png", false);
    assert.deepEqual([status, code(body)], [401, "UNAUTHENTICATED"]);
  },
});
