/** What a member app does with the API, whichever library it is built on. */
import type { ApplyForAidInput, CaseStatus } from "../generated/api/graphql.ts";

export interface Case {
  readonly id: string;
  readonly version: number;
  readonly status: CaseStatus;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly field?: string | null | undefined;
}

/** What a change came to. */
export interface Outcome {
  readonly case: Case | null;
  readonly refusals: readonly Refusal[];
}

export interface MemberApp {
  /** The name of the member who is signed in. */
  name(): Promise<string>;
  /** The id of a programme. */
  programme(code: string): Promise<string>;
  apply(input: ApplyForAidInput): Promise<Outcome>;
  update(known: Case, amountRequested: string): Promise<Outcome>;
  withdraw(known: Case): Promise<Outcome>;
  /** The ids of all notifications, read page by page as the library likes it best. */
  notifications(pageSize: number): Promise<string[]>;
  /** A case, each time it changes. */
  changes(id: string): AsyncIterable<Case>;
  close(): void;
}

/** Where the service is, who asks, and in which language. */
export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly locale: string;
}

export function headers({ token, locale }: Connection): Record<string, string> {
  return { authorization: `Bearer ${token}`, "accept-language": locale };
}

/** A whole request that failed, by the code of its first error. */
export class RequestFailed extends Error {
  constructor(errors: readonly { message: string; extensions?: { [name: string]: unknown } | undefined }[]) {
    super(String(errors[0]?.extensions?.["code"] ?? errors[0]?.message));
  }
}

/** Values that are pushed, as something to wait on. `begin` says how to end. */
export function stream<T>(begin: (push: (value: T) => void, fail: (reason: unknown) => void) => () => void): AsyncIterable<T> {
  let end: () => void;
  return new ReadableStream<T>({
    start(controller) {
      end = begin((value) => controller.enqueue(value), (reason) => controller.error(reason));
    },
    cancel: () => end(),
  });
}
