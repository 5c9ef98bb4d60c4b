/** urql 6: its document cache, and live updates over graphql-ws. */
import assert from "node:assert/strict";
import { type CombinedError, Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import { type Connection, type MemberApp, RequestFailed, headers, stream } from "./app.ts";
import { prove } from "./checks.ts";
import { memberApp } from "./operations.ts";

function connect(connection: Connection): MemberApp {
  const socket = createClient({ url: `${connection.url.replace("http", "ws")}/graphql`, connectionParams: headers(connection) });
  const client = new Client({
    url: `${connection.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: headers(connection) },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = "", variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables: variables as Record<string, unknown> }, sink) }),
        }),
      }),
    ],
  });
  return memberApp({
    query: async (query, variables) => data(await client.query(query, variables, { requestPolicy: "network-only" }).toPromise()),
    mutate: async (mutation, variables) => data(await client.mutation(mutation, variables).toPromise()),
    subscribe: (query, variables) =>
      stream((push, fail) => {
        const watching = client.subscription(query, variables).subscribe(({ data: found, error }) => (found ? push(found) : fail(error)));
        return () => watching.unsubscribe();
      }),
    close: () => void socket.dispose(),
  });
}

function data<Data>({ data: found, error }: { data?: Data; error?: CombinedError }): Data {
  if (error) throw error.graphQLErrors.length ? new RequestFailed(error.graphQLErrors) : error;
  assert(found !== undefined);
  return found;
}

await prove(connect);
