/** What the generated types refuse: if one of these lines were allowed, the compiler would say so. */
import { CaseCardFragmentDoc, type HomeQuery, type MyCaseQuery } from "../generated/api/graphql.ts";
import type { ApplyForAidInput, CaseStatus, MyCasesQueryVariables } from "../generated/api/graphql.ts";
import { readFragment } from "../generated/api/index.ts";

// @ts-expect-error an amount of money is a string, so that no float ever holds it
export const amount: ApplyForAidInput["amountRequested"] = 1000.5;

// @ts-expect-error a size is needed for every list
export const page: MyCasesQueryVariables = { after: null };

// @ts-expect-error no such status
export const status: CaseStatus = "DONE";

export function shown({ viewer }: HomeQuery, { node }: MyCaseQuery): unknown[] {
  // @ts-expect-error signed out, there is no viewer
  const { member } = viewer;
  // @ts-expect-error what a fragment asks for belongs to whoever wrote the fragment
  const masked = viewer?.cases.nodes[0]?.number;
  const card = viewer?.cases.nodes[0] && readFragment(CaseCardFragmentDoc, viewer.cases.nodes[0]);
  // @ts-expect-error answers to a programme's own questions have a shape of their own: look before use
  const answer = node && "answers" in node && node.answers.reason;
  return [member, masked, card?.number, answer];
}
