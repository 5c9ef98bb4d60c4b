import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { Bar } from "./bar.jsx";
import { EXAMPLES_PLUGIN, FIRST } from "./examples.jsx";
import { run } from "./fetcher.js";
import { THEMES } from "./monaco.js";

const PLUGINS = [EXAMPLES_PLUGIN, HISTORY_PLUGIN];
const address = new URLSearchParams(location.search); // /graphql?query=…&variables=… opens in the editor
const query = address.get("query") ?? undefined;
const variables = address.get("variables") ?? undefined;

createRoot(document.getElementById("root")).render(
  <>
    <Bar />
    <main>
      <GraphiQL
        fetcher={run}
        plugins={PLUGINS}
        visiblePlugin={EXAMPLES_PLUGIN}
        initialQuery={query}
        initialVariables={variables}
        defaultTabs={[{ query: query ?? FIRST, variables }]}
        defaultEditorToolsVisibility="variables"
        editorTheme={THEMES}
        inputValueDeprecation
        schemaDescription
        showPersistHeadersSettings={false}
      />
    </main>
  </>,
);
