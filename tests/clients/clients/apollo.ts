/** Apollo Client 4: a normalized cache with Relay-style pages, and live updates over graphql-ws. */
import assert from "node:assert/strict";
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import { NotificationsDocument } from "../generated/api/graphql.ts";
import possibleTypes from "../generated/possible-types.ts";
import { type Connection, type MemberApp, RequestFailed, headers, stream } from "./app.ts";
import { prove } from "./checks.ts";
import { memberApp } from "./operations.ts";

function connect(connection: Connection): MemberApp {
  const socket = createClient({ url: `${connection.url.replace("http", "ws")}/graphql`, connectionParams: headers(connection) });
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: `${connection.url}/graphql`, headers: headers(connection) }),
    ),
    cache: new InMemoryCache({
      ...possibleTypes,
      typePolicies: { Viewer: { keyFields: [], fields: { notifications: relayStylePagination() } } },
    }),
  });
  const app = memberApp({
    query: async (query, variables) => data(await client.query({ query, variables, fetchPolicy: "network-only" }).catch(told)),
    mutate: async (mutation, variables) => data(await client.mutate({ mutation, variables }).catch(told)),
    subscribe: (query, variables) =>
      stream((push, fail) => {
        const events = client.subscribe({ query, variables });
        const watching = events.subscribe(({ data: found, error }) => (found ? push(found as never) : fail(error)));
        return () => watching.unsubscribe();
      }),
    close: () => {
      client.stop();
      void socket.dispose();
    },
  });
  return { ...app, notifications: (first) => inOneList(client, first) };
}

function data<Data>({ data: found }: { data?: Data | undefined }): Data {
  assert(found !== undefined);
  return found;
}

function told(error: unknown): never {
  throw CombinedGraphQLErrors.is(error) ? new RequestFailed(error.errors) : error;
}

/** The pages as one growing list of the cache. */
async function inOneList(client: ApolloClient, first: number): Promise<string[]> {
  const list = client.watchQuery({ query: NotificationsDocument, variables: { first } });
  const watching = list.subscribe({ error: () => undefined });
  try {
    let page = data(await list.refetch().catch(told));
    while (page.viewer?.notifications.pageInfo.hasNextPage) {
      page = data(await list.fetchMore({ variables: { after: page.viewer.notifications.pageInfo.endCursor } }));
    }
    const { viewer } = client.readQuery({ query: NotificationsDocument, variables: { first } }) ?? {};
    return viewer?.notifications.edges.map(({ node }) => node.id) ?? [];
  } finally {
    watching.unsubscribe();
  }
}

await prove(connect);
