// What lies between two schemas, for those who wrote clients for the first: JSON with how bad, where and what.
import { readFileSync } from "node:fs";
import { diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const [before, after] = process.argv.slice(2).map((path) => buildSchema(readFileSync(path, "utf-8")));
const changes = await diff(before, after);
console.log(JSON.stringify(changes.map(({ criticality, path, message }) => ({ level: criticality.level, path, message }))));
