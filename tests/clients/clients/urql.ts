/** urql 6: its document cache, trusted documents, and live updates over graphql-ws. */
import assert from "node:assert/strict";
import { type CombinedError, Client, cacheExchange, fetchExchange, subscriptionExchange } from "@urql/core";
import { Kind } from "graphql";
import { type Sink, type SubscribePayload, createClient } from "graphql-ws";
import { type Connection, type MemberApp, RequestFailed, headers, stream } from "./app.ts";
import { prove } from "./checks.ts";
import { memberApp } from "./operations.ts";

/** With trusted documents, a document is sent as the id by which the manifest knows it, and never as text. */
const TRUSTED = process.env["TRUSTED"] === "1";

function sent<Document extends object>(document: Document): Document {
  if (!TRUSTED) return document;
  const { hash } = (document as unknown as { __meta__: { hash: string } }).__meta__;
  return { kind: Kind.DOCUMENT, definitions: [], documentId: hash } as unknown as Document;
}

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
        forwardSubscription: (operation) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe(operation as SubscribePayload, sink as Sink) }),
        }),
      }),
    ],
  });
  return memberApp({
    query: async (query, variables) => data(await client.query(sent(query), variables, { requestPolicy: "network-only" }).toPromise()),
    mutate: async (mutation, variables) => data(await client.mutation(sent(mutation), variables).toPromise()),
    subscribe: (query, variables) =>
      stream((push, fail) => {
        const watching = client.subscription(sent(query), variables).subscribe(({ data: found, error }) => (found ? push(found) : fail(error)));
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
