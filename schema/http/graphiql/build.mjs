// Builds `dist/`: the page, its scripts under names that carry their hash, and the examples that the schema can answer.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { buildSchema, parse, print, validate, visit } from "graphql";

const HERE = import.meta.dirname;
const DIST = path.join(HERE, "dist");
const OPERATIONS = path.join(HERE, "../../../tests/operations");
const SCHEMA = path.join(HERE, "../../schema.graphql");
const WORKERS = {
  editor: "monaco-editor/esm/vs/editor/editor.worker.js",
  graphql: "monaco-graphql/esm/graphql.worker.js",
  json: "monaco-editor/esm/vs/language/json/json.worker.js",
};
const SHARED = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  metafile: true,
  outdir: path.join(DIST, "assets"),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  target: "es2022",
  legalComments: "linked",
  logLevel: "warning",
  loader: { ".ttf": "file" },
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
};

/** What the side list shows: the operations of the frontends that the schema can answer, with the fragments they need. */
async function examples() {
  const schema = buildSchema(await readFile(SCHEMA, "utf8"));
  const { asks, sections } = JSON.parse(await readFile(path.join(HERE, "page/examples.json"), "utf8"));
  const { operations, fragments } = await documents();
  const shown = ([name, described]) => {
    const operation = operations.get(name);
    const query = [operation, ...needed(operation, fragments)].map(print).join("\n\n");
    return { name, kind: operation.operation, query, ...described };
  };
  const answered = ({ query }) => validate(schema, parse(query)).length === 0;
  return {
    asks,
    sections: sections.map((section) => ({
      ...section,
      operations: Object.entries(section.operations).map(shown).filter(answered),
    })),
  };
}

/** Every operation and fragment of the frontends by its name. */
async function documents() {
  const files = (await readdir(OPERATIONS)).filter((name) => name.endsWith(".graphql"));
  const texts = await Promise.all(files.map((name) => readFile(path.join(OPERATIONS, name), "utf8")));
  const { definitions } = parse(texts.join("\n"));
  const named = (kind) => new Map(definitions.filter((one) => one.kind === kind).map((one) => [one.name.value, one]));
  return { operations: named("OperationDefinition"), fragments: named("FragmentDefinition") };
}

function needed(definition, fragments, seen = new Set()) {
  visit(definition, {
    FragmentSpread({ name: { value } }) {
      if (!seen.has(value)) {
        seen.add(value);
        needed(fragments.get(value), fragments, seen);
      }
    },
  });
  return [...seen].map((name) => fragments.get(name));
}

/** Bundle scripts; their file names by the name of the entry, and the style sheet's as `css`. */
async function bundle(entryPoints, options) {
  const { metafile } = await build({ ...SHARED, ...options, entryPoints });
  return Object.entries(metafile.outputs)
    .filter(([, output]) => output.entryPoint)
    .map(([file, output]) => ({ file: path.basename(file), css: output.cssBundle && path.basename(output.cssBundle) }));
}

await rm(DIST, { recursive: true, force: true });
const workers = await bundle(WORKERS, { format: "iife" });
const workerNames = Object.fromEntries(workers.map(({ file }) => [file.split("-")[0], `/graphiql/${file}`]));
const [page] = await bundle([{ in: "page/main.jsx", out: "page" }], {
  format: "esm",
  define: { ...SHARED.define, WORKERS: JSON.stringify(workerNames), EXAMPLES: JSON.stringify(await examples()) },
});
const html = await readFile(path.join(HERE, "page/index.html"), "utf8");
await writeFile(path.join(DIST, "index.html"), html.replace("$script", page.file).replace("$style", page.css));
