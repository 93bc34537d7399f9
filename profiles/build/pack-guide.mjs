// Packs what the server embeds of the guide into `packed/`: its definitions, the catalogue, the examples.
//
// `guide.ndjson.zst` has one definition a line, `examples.ndjson.zst` one row of the manifest with its resource a line, and
// `catalogue.json.zst` the item catalogue with what says which profile a code of ours leads to. With `--check` nothing is
// written: the build fails when the committed files are not what `guide/`, `catalogue/` and `examples/` give.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compress, init } from "@bokuweb/zstd-wasm";
import { items, lists, read, rules, sections } from "./read-catalogue.mjs";
import { root, settings } from "./guide/settings.mjs";

const level = 19;
const folder = join(root, "packed");
const json = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));
const order = ([a], [b]) => (a < b ? -1 : 1);

const definitions = readdirSync(join(root, "guide"))
  .filter((name) => name.endsWith(".json") && name !== "package.json")
  .map((name) => json("guide", name));

function guide() {
  const line = ({ resourceType, url, version, ...rest }) => JSON.stringify({ resourceType, ...(url && { url }), ...(version && { version }), ...rest });
  const lines = definitions.map((resource) => [`${resource.resourceType} ${resource.url ?? resource.id}`, line(resource)]);
  return lines.sort(order).map(([, text]) => `${text}\n`).join("");
}

function examples() {
  const files = new Map();
  const resource = ({ file, id }) => {
    if (!file.endsWith(".ndjson")) return json("examples", file);
    if (!files.has(file)) {
      const rows = readFileSync(join(root, "examples", file), "utf8").trim().split("\n").map((line) => JSON.parse(line));
      files.set(file, new Map(rows.map((row) => [row.id, row])));
    }
    return files.get(file).get(id);
  };
  return json("examples", "manifest.json").map((row) => `${JSON.stringify({ ...row, resource: resource(row) })}\n`).join("");
}

const profiles = definitions.filter(({ resourceType, derivation, type }) => resourceType === "StructureDefinition" && derivation === "constraint" && type !== "Extension");
const isOurs = (system) => system?.startsWith(`${settings.canonical}/CodeSystem/`);

// The systems of ours that a value set takes all codes from, or the codes it lists.
function members(url) {
  const found = definitions.find((resource) => resource.resourceType === "ValueSet" && resource.url === url);
  const ours = (found?.compose?.include ?? []).filter(({ system }) => isOurs(system));
  return ours.flatMap(({ system, concept }) => concept?.map(({ code }) => ({ system, code })) ?? [{ system }]);
}

// What an element of a profile says of codes of ours: all codes of a system, or one.
function codesOf({ id, path, binding, patternCodeableConcept, constraint = [] }, type) {
  if (id.includes(":") || path === `${type}.section.code` || type === "Observation") return [];
  const patterns = (patternCodeableConcept?.coding ?? []).filter(({ system }) => isOurs(system)).map(({ system, code }) => ({ system, code }));
  const bound = ["required", "extensible"].includes(binding?.strength) ? members(binding.valueSet) : [];
  const checked = constraint.flatMap(({ expression }) => expression.match(/^coding\.where\(system = '([^']+)'\)\.all/)?.[1] ?? []).filter(isOurs);
  return [...patterns, ...bound, ...checked.map((system) => ({ system }))];
}

// Which codes of ours lead to which profile; those that lead to several decide nothing.
function triggers() {
  const all = profiles.flatMap(({ id, type, differential }) =>
    differential.element.flatMap((element) =>
      codesOf(element, type).map((coding) => ({ resource: type, path: element.path.slice(type.length + 1).replace("[x]", "CodeableConcept"), ...coding, profile: id })),
    ),
  );
  const key = ({ resource, path, system, code }) => `${resource} ${path} ${system} ${code ?? ""}`;
  const one = all.filter((trigger) => all.every((other) => key(other) !== key(trigger) || other.profile === trigger.profile));
  return [...new Map(one.map((trigger) => [`${key(trigger)} ${trigger.profile}`, trigger])).entries()].sort(order).map(([, trigger]) => trigger);
}

// Foreign codes for a system of ours, as the concept maps have them.
function foreign(id) {
  const map = definitions.find((resource) => resource.resourceType === "ConceptMap" && resource.id === id);
  return map.group.flatMap(({ target: system, element }) => element.flatMap(({ code: local, target }) => target.map(({ code }) => ({ system, code, local }))));
}

function catalogue() {
  const { canonical, version, id } = settings;
  return JSON.stringify({
    canonical,
    version,
    package: id,
    manifest: json("guide", "package.json"),
    profiles: profiles.map(({ id: name, type }) => ({ id: name, type })),
    triggers: triggers(),
    vaccines: foreign("mch-vaccine-to-cvx"),
    sections: sections(),
    items: items(),
    lists: lists(),
    codes: read("codes.json"),
    rules: rules(),
    coverage: json("examples", "coverage.json"),
  });
}

await init();
const checking = process.argv.includes("--check");
let stale = false;
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries({ "guide.ndjson": guide(), "examples.ndjson": examples(), "catalogue.json": catalogue() })) {
  const path = join(folder, `${name}.zst`);
  const bytes = Buffer.from(text, "utf8");
  const packed = Buffer.from(compress(bytes, level));
  console.log(`${name}: ${bytes.length} bytes, packed ${packed.length}`);
  if (!checking) writeFileSync(path, packed);
  else if (!existsSync(path) || !packed.equals(readFileSync(path))) {
    stale = true;
    console.error(`${path} is not what its sources give: run npm run build:packed`);
  }
}
process.exitCode = stale ? 1 : 0;
