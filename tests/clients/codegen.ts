/** What a frontend generates: typed operations, the manifest of trusted documents, and the types behind each interface. */
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../schema/schema.graphql",
  documents: "generated/operations.graphql",
  generates: {
    "generated/api/": {
      preset: "client",
      presetConfig: { persistedDocuments: true },
      config: {
        strictScalars: true,
        scalars: { DateTime: "string", Date: "string", Money: "string", JSON: "unknown" },
        enumType: "string-literal",
        useTypeImports: true,
        importExtension: ".ts",
      },
    },
    "generated/possible-types.ts": { plugins: ["fragment-matcher"], config: { useExplicitTyping: true } },
  },
};

export default config;
