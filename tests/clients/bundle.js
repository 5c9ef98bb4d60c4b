// Relay's compiler writes modules for bundlers: this makes one program of them and what uses them.
import { build } from "esbuild";

await build({
  entryPoints: ["clients/relay.ts"],
  outfile: "generated/relay.js",
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "error",
});
