// Packs the R4 4.0.1 definitions into `core/*.ndjson.zst`, the files the server embeds.
//
// One JSON resource a line, sorted by type and URL, each line starting with
// `{"resourceType":…,"url":…`. With `--check` nothing is written: the build fails when the
// committed files are not what the packages give.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compress, init } from "@bokuweb/zstd-wasm";
import { restoreDecimals } from "./decimals.mjs";
import { extensionPack } from "./extension-pack.mjs";
import { keepDifferential } from "./keep-differential.mjs";
import { resources } from "./read-packages.mjs";
import { trimCompartment, trimOperation, trimSearchParameter } from "./trim-search.mjs";
import { isType, trimStructure } from "./trim-structure.mjs";
import { trimCodeSystem, trimValueSet } from "./trim-terminology.mjs";

const core = "hl7.fhir.r4.examples";
const expansions = "hl7.fhir.r4.expansions";
const level = 22;
const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "core");

// The packages hold examples of definitions beside the definitions.
const isExample = ({ url }) => /\/example(-[^/]*)?$/.test(url);
const definitions = (type) => resources(core, type).filter((resource) => !isExample(resource));

function files() {
  const structures = definitions("StructureDefinition");
  const expanded = new Map(resources(expansions, "ValueSet").map(({ url, expansion }) => [url, expansion]));
  return {
    structures: structures.filter(isType).map(trimStructure),
    differentials: structures.map(keepDifferential),
    requests: [
      // Without a base a parameter applies to nothing: ten of extension packs.
      ...definitions("SearchParameter").filter(({ base }) => base?.length > 0).map(trimSearchParameter),
      ...definitions("CompartmentDefinition").map(trimCompartment),
      ...definitions("OperationDefinition").map(trimOperation),
    ],
    terminology: [
      ...definitions("CodeSystem").map(trimCodeSystem),
      ...definitions("ValueSet").map((valueSet) => trimValueSet(valueSet, expanded.get(valueSet.url))),
    ],
    extensions: extensionPack(definitions),
  };
}

function lines(list) {
  const key = ({ resourceType, url }) => `${resourceType} ${url}`;
  const sorted = list.map((resource) => [key(resource), resource]).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, resource]) => `${restoreDecimals(JSON.stringify(resource))}\n`).join("");
}

await init();
const checking = process.argv.includes("--check");
let stale = false;
mkdirSync(folder, { recursive: true });
for (const [name, list] of Object.entries(files())) {
  const path = join(folder, `${name}.ndjson.zst`);
  const text = Buffer.from(lines(list), "utf8");
  const packed = Buffer.from(compress(text, level));
  console.log(`${name}: ${list.length} resources, ${text.length} bytes, packed ${packed.length}`);
  if (!checking) writeFileSync(path, packed);
  else if (!packed.equals(readFileSync(path))) {
    stale = true;
    console.error(`${path} is not what the packages give: run npm run build`);
  }
}
process.exitCode = stale ? 1 : 0;
