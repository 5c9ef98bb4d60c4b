// Monaco under the page's policy and in its colours: workers from files of our own, the page's nonce on the style
// elements that it makes, and a red of the house.
import * as monaco from "monaco-graphql/esm/monaco-editor.js";

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(WORKERS[label] ?? WORKERS.editor),
};

const { nonce } = document.querySelector("script[nonce]");
const createElement = document.createElement.bind(document);
document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (name === "style") {
    element.nonce = nonce;
  }
  return element;
};

export const THEMES = { light: "union-light", dark: "union-dark" };

function define(name, base, { background, accent, argument }) {
  monaco.editor.defineTheme(name, {
    base,
    inherit: true,
    rules: [{ token: "argument.identifier.gql", foreground: argument }],
    colors: {
      "editor.background": "#ffffff00",
      "scrollbar.shadow": "#ffffff00",
      "editorHoverWidget.background": background,
      "editorSuggestWidget.background": background,
      "editorWidget.background": background,
      "menu.background": background,
      "quickInput.background": background,
      "textLink.foreground": accent,
      "textLink.activeForeground": accent,
      "editorLink.activeForeground": accent,
      "list.highlightForeground": accent,
      "list.focusHighlightForeground": accent,
      focusBorder: accent,
    },
  });
}

define(THEMES.light, "vs", { background: "#ffffff", accent: "#a8221b", argument: "#295a99" });
define(THEMES.dark, "vs-dark", { background: "#1c2229", accent: "#f2867d", argument: "#86b8ea" });
