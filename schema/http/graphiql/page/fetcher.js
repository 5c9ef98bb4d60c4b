// How the page talks to the service: queries and changes by POST, subscriptions over graphql-transport-ws.
import { createClient } from "graphql-ws";
import { headers } from "./identity.js";

const ENDPOINT = "/graphql";

/** Run a document as the chosen account; headers typed into the editor come first. */
export async function run(request, { headers: typed, documentAST } = {}) {
  const sent = { ...(await headers()), ...lowered(typed) };
  return isSubscription(documentAST, request.operationName) ? subscription(request, sent) : post(request, sent);
}

async function post(request, sent) {
  const response = await fetch(ENDPOINT, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json, application/json;q=0.9",
      "content-type": "application/json",
      ...sent,
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

function subscription(request, connectionParams) {
  const url = new URL(ENDPOINT, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const client = createClient({ url: url.href, connectionParams, retryAttempts: 0 });
  return {
    subscribe: (sink) => ({
      unsubscribe: client.subscribe(request, { ...sink, error: (error) => sink.error(readable(error)) }),
    }),
  };
}

function readable(error) {
  return error instanceof CloseEvent ? new Error(`The socket was closed: ${error.code} ${error.reason}`) : error;
}

function isSubscription(document, name) {
  const operations = document?.definitions.filter((definition) => definition.kind === "OperationDefinition") ?? [];
  const operation = name ? operations.find((one) => one.name?.value === name) : operations[0];
  return operation?.operation === "subscription";
}

function lowered(typed = {}) {
  return Object.fromEntries(Object.entries(typed).map(([name, value]) => [name.toLowerCase(), value]));
}
