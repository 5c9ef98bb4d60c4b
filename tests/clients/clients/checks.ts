/** What every client has to get right with the running service; one line of JSON for each check. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";
import { type Case, type Connection, type MemberApp, RequestFailed } from "./app.ts";

type Connect = (connection: Connection) => MemberApp;
type Check = (app: MemberApp, connect: (locale: string) => MemberApp) => Promise<void>;

const PROGRAMME = "living-aid";

async function draft(app: MemberApp): Promise<Case> {
  const outcome = await app.apply({ programmeId: await app.programme(PROGRAMME), amountRequested: "1000.00", submit: false });
  assert.deepEqual(outcome.refusals, []);
  assert(outcome.case);
  return outcome.case;
}

const CHECKS: Record<string, Check> = {
  async query(app) {
    assert.equal(await app.name(), process.env["MEMBER"]);
  },

  async mutation(app) {
    const begun = await draft(app);
    assert.equal(begun.status, "DRAFT");
    const done = await app.withdraw(begun);
    assert.equal(done.case?.status, "WITHDRAWN");
    assert(done.case.version > begun.version);
  },

  async "user errors"(app, connect) {
    const programmeId = await app.programme(PROGRAMME);
    const incomplete = { programmeId, submit: true };
    const refused = await app.apply(incomplete);
    assert.equal(refused.case, null);
    assert(refused.refusals.every(({ code, field }) => code && field));
    const english = connect("en");
    const inEnglish = await english.apply(incomplete);
    english.close();
    assert.deepEqual(inEnglish.refusals.map(({ code }) => code), refused.refusals.map(({ code }) => code));
    assert(inEnglish.refusals.every(({ message }) => /^[\x20-\x7e–—’“”]+$/.test(message)));
    assert(refused.refusals.every(({ message }) => /[\u4e00-\u9fff]/.test(message)));
  },

  async conflict(app) {
    const seen = await draft(app);
    const fresh = await app.update(seen, "1100.00");
    const late = await app.update(seen, "1200.00");
    assert.deepEqual(late.refusals.map(({ code }) => code), ["CONFLICT"]);
    assert.equal(late.case?.version, fresh.case?.version);
    await app.withdraw(late.case!);
  },

  async idempotency(app) {
    const programmeId = await app.programme(PROGRAMME);
    const input = { programmeId, amountRequested: "900.00", submit: false, idempotencyKey: randomUUID() };
    const first = await app.apply(input);
    const again = await app.apply(input);
    assert(first.case);
    assert.deepEqual(again, first);
    const other = await app.apply({ ...input, amountRequested: "901.00" });
    assert.deepEqual(other.refusals.map(({ code }) => code), ["IDEMPOTENCY_MISMATCH"]);
    await app.withdraw(first.case);
  },

  async pagination(app, connect) {
    const whole = connect("zh");
    const expected = await whole.notifications(100);
    whole.close();
    assert(expected.length > 12);
    assert.deepEqual(await app.notifications(3), expected);
    assert.equal(new Set(expected).size, expected.length);
  },

  async "request errors"(app) {
    const failure = await app.notifications(101).then(() => null, (error: unknown) => error);
    assert(failure instanceof RequestFailed, String(failure));
    assert.equal(failure.message, "BAD_USER_INPUT");
  },

  async subscription(app) {
    let known = await draft(app);
    const events = app.changes(known.id)[Symbol.asyncIterator]();
    const next = events.next();
    // Nothing says when a subscription has begun: go on changing until the first event is here.
    for (let yuan = 1001; yuan < 1020 && (await Promise.race([next, pause(500)])) === undefined; yuan++) {
      known = (await app.update(known, `${yuan}.00`)).case!;
    }
    const event = (await next).value as Case;
    assert.equal(event.id, known.id);
    await app.withdraw(known);
    for (let seen = event; seen.status !== "WITHDRAWN"; ) seen = (await events.next()).value as Case;
    await events.return?.();
  },
};

/** Run checks one after the other; what fails is told and the rest goes on. */
export async function tell(checks: Record<string, () => Promise<void>>): Promise<void> {
  for (const [check, run] of Object.entries(checks)) {
    const late = pause(20_000, undefined, { ref: false }).then(() => assert.fail("took more than 20 seconds"));
    const problem = await Promise.race([run(), late]).then(() => null, inspect);
    console.log(JSON.stringify({ check, problem }));
  }
  process.exit();
}

/** Where the tests say the service is, and who asks. */
export function given(locale = "zh"): Connection {
  const { URL: url, TOKEN: token } = process.env;
  assert(url && token);
  return { url, token, locale };
}

/** Run every check with a client of its own. */
export async function prove(connect: Connect): Promise<void> {
  const inLanguage = (locale: string): MemberApp => connect(given(locale));
  const alone = (run: Check) => async (): Promise<void> => {
    const app = inLanguage("zh");
    await run(app, inLanguage).finally(() => app.close());
  };
  await tell(Object.fromEntries(Object.entries(CHECKS).map(([check, run]) => [check, alone(run)])));
}
