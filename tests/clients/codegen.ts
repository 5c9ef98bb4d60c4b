/** What a frontend generates: typed operations, the manifest of trusted documents, and the types behind each interface. */
import type { CodegenConfig } from "@graphql-codegen/cli";
import { addTypenameSelectionDocumentTransform } from "@graphql-codegen/client-preset";

const config: CodegenConfig = {
  schema: "../../schema/schema.graphql",
  documents: "generated/operations.graphql",
  generates: {
    "generated/api/": {
      preset: "client",
      presetConfig: { persistedDocuments: true, fragmentMasking: { unmaskFunctionName: "readFragment" } },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        strictScalars: true,
        scalars: { ID: "string", DateTime: "string", Date: "string", Money: "string", JSON: "unknown" },
        enumType: "string-literal",
        useTypeImports: true,
        importExtension: ".ts",
      },
    },
    "generated/possible-types.ts": { plugins: ["fragment-matcher"], config: { useExplicitTyping: true } },
  },
};

export default config;
