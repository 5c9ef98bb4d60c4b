/** graphql-ws 6 alone: queries, changes and live updates, all over one socket. */
import assert from "node:assert/strict";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";
import { createClient } from "graphql-ws";
import { type Connection, type MemberApp, RequestFailed, headers } from "./app.ts";
import { prove } from "./checks.ts";
import { memberApp } from "./operations.ts";

function connect(connection: Connection): MemberApp {
  const socket = createClient({
    url: `${connection.url.replace("http", "ws")}/graphql`,
    connectionParams: headers(connection),
  });

  async function* results<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncGenerator<Data> {
    const payload = { query: print(document), variables: variables as Record<string, unknown> };
    for await (const { data, errors } of socket.iterate<Data>(payload)) {
      if (errors) throw new RequestFailed(errors);
      assert(data);
      yield data;
    }
  }

  async function once<Data, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables) {
    for await (const data of results(document, variables)) return data;
    return assert.fail("no answer");
  }

  return memberApp({ query: once, mutate: once, subscribe: results, close: () => void socket.dispose() });
}

await prove(connect);
