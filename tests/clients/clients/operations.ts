/** A member app on the generated operations, for libraries that run any typed document. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { type FragmentType, readFragment } from "../generated/api/index.ts";
import {
  ApplyForAidDocument,
  CaseCardFragmentDoc,
  CaseChangedDocument,
  ErrorsFragmentDoc,
  HomeDocument,
  MyBenefitsDocument,
  NotificationsDocument,
  UpdateCaseDocument,
  WithdrawCaseDocument,
} from "../generated/api/graphql.ts";
import type { Case, MemberApp, Outcome } from "./app.ts";

/** What a library does with a typed document. */
export interface Runs {
  query<Data, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
  mutate<Data, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
  subscribe<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncIterable<Data>;
  close(): void;
}

type Payload = {
  case: FragmentType<typeof CaseCardFragmentDoc> | null;
  userErrors: FragmentType<typeof ErrorsFragmentDoc>[];
};

function outcome(payload: Payload | null): Outcome {
  if (!payload) throw new Error("a change without errors has no payload");
  return {
    case: readFragment(CaseCardFragmentDoc, payload.case),
    refusals: readFragment(ErrorsFragmentDoc, payload.userErrors),
  };
}

export function memberApp(library: Runs): MemberApp {
  return {
    async name() {
      const { viewer } = await library.query(HomeDocument, {});
      return viewer?.member?.name ?? "";
    },
    async programme(code) {
      const { viewer } = await library.query(MyBenefitsDocument, {});
      return viewer?.benefits.find(({ programme }) => programme.code === code)?.programme.id ?? "";
    },
    async apply(input) {
      return outcome((await library.mutate(ApplyForAidDocument, { input })).applyForAid);
    },
    async update({ id, version }, amountRequested) {
      return outcome((await library.mutate(UpdateCaseDocument, { input: { id, version, amountRequested } })).updateCase);
    },
    async withdraw({ id, version }) {
      return outcome((await library.mutate(WithdrawCaseDocument, { id, version })).withdrawCase);
    },
    async notifications(first) {
      const ids: string[] = [];
      for (let after: string | null | undefined, more = true; more; ) {
        const { viewer } = await library.query(NotificationsDocument, { first, after });
        if (!viewer) break;
        ids.push(...viewer.notifications.edges.map(({ node }) => node.id));
        ({ hasNextPage: more, endCursor: after } = viewer.notifications.pageInfo);
      }
      return ids;
    },
    async *changes(id): AsyncGenerator<Case> {
      for await (const { caseChanged } of library.subscribe(CaseChangedDocument, { id })) {
        yield readFragment(CaseCardFragmentDoc, caseChanged);
      }
    },
    close: () => library.close(),
  };
}
