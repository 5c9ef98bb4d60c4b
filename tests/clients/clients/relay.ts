/** Relay 21: compiled documents, a normalized store, and a paginated fragment; live updates over graphql-ws. */
import { createClient } from "graphql-ws";
import {
  Environment,
  type FetchFunction,
  type GraphQLResponse,
  type GraphQLTaggedNode,
  type MutationParameters,
  Network,
  Observable,
  RecordSource,
  Store,
  type SubscribeFunction,
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getPaginationMetadata,
  getPaginationVariables,
  getSelector,
  requestSubscription,
} from "relay-runtime";
import applyMutation, { type MemberAppApplyMutation } from "../generated/relay/MemberAppApplyMutation.graphql.ts";
import changesSubscription, {
  type MemberAppChangesSubscription,
} from "../generated/relay/MemberAppChangesSubscription.graphql.ts";
import nameQuery, { type MemberAppNameQuery } from "../generated/relay/MemberAppNameQuery.graphql.ts";
import firstPageQuery, { type MemberAppNotificationsQuery } from "../generated/relay/MemberAppNotificationsQuery.graphql.ts";
import programmesQuery, { type MemberAppProgrammesQuery } from "../generated/relay/MemberAppProgrammesQuery.graphql.ts";
import updateMutation, { type MemberAppUpdateMutation } from "../generated/relay/MemberAppUpdateMutation.graphql.ts";
import withdrawMutation, { type MemberAppWithdrawMutation } from "../generated/relay/MemberAppWithdrawMutation.graphql.ts";
import notificationsFragment, {
  type MemberApp_notifications$data,
} from "../generated/relay/MemberApp_notifications.graphql.ts";
import { type Case, type Connection, type MemberApp, type Outcome, RequestFailed, headers, stream } from "./app.ts";
import { prove } from "./checks.ts";

function connect(connection: Connection): MemberApp {
  const socket = createClient({ url: `${connection.url.replace("http", "ws")}/graphql`, connectionParams: headers(connection) });

  const request: FetchFunction = async ({ text: query }, variables) => {
    const answer = await fetch(`${connection.url}/graphql`, {
      method: "POST",
      headers: { ...headers(connection), "content-type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await answer.json()) as { errors?: { message: string }[] };
    if (body.errors) throw new RequestFailed(body.errors);
    return body as GraphQLResponse;
  };

  const subscribe: SubscribeFunction = ({ text: query }, variables) =>
    Observable.create((sink) => socket.subscribe({ query: query ?? "", variables }, sink as never));

  const environment = new Environment({
    network: Network.create(request, subscribe),
    store: new Store(new RecordSource()),
    // An account is known by one id as an account and as a handler, and a result by that of its case.
    getDataID: ({ id }: { id?: string }, type: string) => id && `${type}:${id}`,
  });

  return {
    async name() {
      const found = await fetchQuery<MemberAppNameQuery>(environment, nameQuery, {}).toPromise();
      return found?.viewer?.member?.name ?? "";
    },
    async programme(code) {
      const found = await fetchQuery<MemberAppProgrammesQuery>(environment, programmesQuery, {}).toPromise();
      return found?.viewer?.benefits.find(({ programme }) => programme.code === code)?.programme.id ?? "";
    },
    apply: (input) => changed<MemberAppApplyMutation>(environment, applyMutation, { input }),
    update: ({ id, version }, amountRequested) =>
      changed<MemberAppUpdateMutation>(environment, updateMutation, { input: { id, version, amountRequested } }),
    withdraw: ({ id, version }) => changed<MemberAppWithdrawMutation>(environment, withdrawMutation, { input: { id, version } }),
    notifications: (pageSize) => inOneList(environment, pageSize),
    changes: (id) =>
      stream<Case>((push, fail) => {
        const watching = requestSubscription<MemberAppChangesSubscription>(environment, {
          subscription: changesSubscription,
          variables: { id },
          onNext: (event) => event && push(event.caseChanged),
          onError: fail,
        });
        return () => watching.dispose();
      }),
    close: () => void socket.dispose(),
  };
}

type Change = { change?: { case?: Case | null | undefined; userErrors: Outcome["refusals"] } | null | undefined };

function changed<Mutation extends MutationParameters & { response: Change }>(
  environment: Environment,
  mutation: GraphQLTaggedNode,
  variables: Mutation["variables"],
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    commitMutation<Mutation>(environment, {
      mutation,
      variables,
      onCompleted: ({ change }) => resolve({ case: change?.case ?? null, refusals: change?.userErrors ?? [] }),
      onError: reject,
    });
  });
}

/** What `usePaginationFragment` does between two renderings: pages of a fragment, joined in the store. */
async function inOneList(environment: Environment, count: number): Promise<string[]> {
  await fetchQuery<MemberAppNotificationsQuery>(environment, firstPageQuery, { count }).toPromise();
  const operation = createOperationDescriptor(firstPageQuery, { count });
  const retained = environment.retain(operation);
  const { paginationRequest, paginationMetadata } = getPaginationMetadata(notificationsFragment, inOneList.name);
  const viewer = environment.lookup(operation.fragment).data?.["viewer"] as never;
  const selector = getSelector(notificationsFragment, viewer) as never;
  try {
    for (;;) {
      const { notifications } = environment.lookup(selector).data as MemberApp_notifications$data;
      if (!notifications.pageInfo.hasNextPage) return notifications.edges.map(({ node }) => node.id);
      const variables = getPaginationVariables(
        "forward", count, notifications.pageInfo.endCursor, { count }, {}, paginationMetadata,
      );
      await fetchQuery(environment, paginationRequest, variables).toPromise();
    }
  } finally {
    retained.dispose();
  }
}

await prove(connect);
