/** urql 6: its document cache, trusted documents, and live updates over graphql-ws. */
import assert from "node:assert/strict";
import { type CombinedError, Client, type Operation, cacheExchange, fetchExchange, mapExchange, subscriptionExchange } from "@urql/core";
import { Kind } from "graphql";
import { type Sink, type SubscribePayload, createClient } from "graphql-ws";
import { type Connection, type MemberApp, RequestFailed, headers, stream } from "./app.ts";
import { prove } from "./checks.ts";
import { memberApp } from "./operations.ts";

/** With trusted documents, an operation is sent by the id that the manifest has for it, and never as text. */
const trusted = mapExchange({
  onOperation(operation) {
    const { hash: documentId } = (operation.query as unknown as { __meta__: { hash: string } }).__meta__;
    return { ...operation, query: { kind: Kind.DOCUMENT, definitions: [], documentId } as Operation["query"] };
  },
});

function connect(connection: Connection): MemberApp {
  const socket = createClient({ url: `${connection.url.replace("http", "ws")}/graphql`, connectionParams: headers(connection) });
  const client = new Client({
    url: `${connection.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: headers(connection) },
    exchanges: [
      cacheExchange,
      ...(process.env["TRUSTED"] ? [trusted] : []),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          // graphql-ws insists on a text, if only an empty one.
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...operation, query: operation.query ?? "" } as SubscribePayload, sink as Sink) }),
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
