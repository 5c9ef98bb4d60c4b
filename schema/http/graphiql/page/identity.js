// Whom the page acts as and in which language. Tokens stay in memory; of a demo account only its phone is remembered.
import { useSyncExternalStore } from "react";

const RENEWED_BEFORE = 30_000; // milliseconds before a token ends
const LANGUAGES = ["zh", "en"];
const listeners = new Set();
const tokens = new Map();

export const accounts = JSON.parse(document.getElementById("root").dataset.demo);

let state = {
  language: remembered("language", LANGUAGES) ?? preferredLanguage(),
  phone: remembered("phone", accounts.map((account) => account.phone)) ?? "", // of the demo account in use
  pasting: false, // the account is that of a pasted token
  token: "",
};

export function useIdentity() {
  return useSyncExternalStore(listen, () => state);
}

export function change(values) {
  state = { ...state, ...values };
  remember("language", state.language);
  remember("phone", state.phone);
  listeners.forEach((listener) => listener());
}

/** The headers of a request by whoever was chosen; throws when the service gives no token. */
export async function headers() {
  const token = state.pasting ? state.token : state.phone && (await tokenOf(state.phone));
  return { "accept-language": state.language, ...(token && { authorization: `Bearer ${token}` }) };
}

/** A demo account's access token, a new one when the last is about to end. */
export async function tokenOf(phone) {
  const known = tokens.get(phone);
  if (known && known.endsAt - Date.now() > RENEWED_BEFORE) {
    return known.token;
  }
  const response = await fetch("/graphiql/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ phone }),
  });
  if (!response.ok) {
    throw new Error(`POST /graphiql/token: ${response.status}`);
  }
  const { accessToken, expiresIn } = await response.json();
  tokens.set(phone, { token: accessToken, endsAt: Date.now() + expiresIn * 1000 });
  return accessToken;
}

function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function preferredLanguage() {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.includes(tag)) ?? "zh";
}

function remembered(name, allowed) {
  const value = localStorage.getItem(`union:${name}`);
  return allowed.includes(value) ? value : undefined;
}

function remember(name, value) {
  localStorage.setItem(`union:${name}`, value);
}
