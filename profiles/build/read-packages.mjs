// Reads the FHIR packages that the core is packed from.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { keepDecimals } from "./decimals.mjs";

const modules = join(dirname(fileURLToPath(import.meta.url)), "..", "node_modules");

// Every resource of one type in an npm package. Files without `.json` repeat others and are skipped.
export function resources(packageName, type) {
  const folder = join(modules, packageName);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${type}-`) && name.endsWith(".json"))
    .map((name) => JSON.parse(keepDecimals(readFileSync(join(folder, name), "utf8"))))
    .filter((resource) => resource.resourceType === type);
}
