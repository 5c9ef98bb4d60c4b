// What graphql-eslint holds against a schema and the operations: JSON with the number of rules, and rule, line and
// message of each complaint.
import { relative } from "node:path";
import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const root = new URL("../..", import.meta.url).pathname;
const [schema, documents] = process.argv.slice(2).map((path) => relative(root, path));

const config = (file, rules) => ({
  files: [file],
  plugins: { "@graphql-eslint": graphql },
  languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: root + schema, documents: root + documents } } },
  rules,
});

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    config(schema, {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,
      // Lists are read forwards: no app asks for the way back, which would take a second index for each order.
      "@graphql-eslint/relay-arguments": ["error", { includeBoth: false }],
      // What is few by nature is a plain list, and connections show `nodes` beside `edges`.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
      // What has an id can be told apart by it; values, payloads and pages have none.
      "@graphql-eslint/strict-id-in-types": "off",
    }),
    config(documents, graphql.configs["flat/operations-recommended"].rules),
  ],
});

let rules = 0;
const complaints = [];
for (const { filePath, source, messages } of await eslint.lintFiles([schema, documents])) {
  const settings = Object.values((await eslint.calculateConfigForFile(filePath)).rules);
  rules += settings.filter(([severity]) => severity > 0).length;
  for (const { ruleId, line, message } of messages) {
    complaints.push([ruleId?.replace("@graphql-eslint/", "") ?? "", source?.split("\n")[line - 1].trim() ?? "", message]);
  }
}
console.log(JSON.stringify({ rules, complaints }));
