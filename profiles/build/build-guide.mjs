// Builds the implementation guide, `guide/*.json`: what the catalogue gives, and what SUSHI makes of `input/fsh`.
//
// SUSHI looks for the core in the package cache of the home directory. It gets a home of its own in `.cache`, where the
// examples package, which holds the whole core, is laid out as hl7.fhir.r4.core#4.0.1; so nothing is downloaded. With
// `--check` nothing is written: the build fails when the committed files are not what the sources give.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conceptMaps } from "./guide/concept-maps.mjs";
import { itemRules } from "./guide/item-rules.mjs";
import { questionnaires } from "./guide/questionnaires.mjs";
import { standIns } from "./guide/sdc.mjs";
import { definition, root, settings, url } from "./guide/settings.mjs";
import { terminology } from "./guide/terminology.mjs";

const cache = join(root, ".cache");
const work = join(cache, "guide");
const guide = join(root, "guide");
// Sources and catalogue write the canonical base out; another one in the settings replaces it everywhere.
const written = "https://mebe.example/fhir";
const text = (resource) => `${JSON.stringify(resource, null, 1)}\n`.replaceAll(written, settings.canonical);

function layOutCore() {
  const home = join(cache, "home");
  const core = join(home, ".fhir", "packages", "hl7.fhir.r4.core#4.0.1");
  mkdirSync(core, { recursive: true });
  const target = join(core, "package");
  if (!existsSync(target)) symlinkSync(join(root, "node_modules", "hl7.fhir.r4.examples"), target, "dir");
  return home;
}

// SUSHI warns that each large value set is not in FSH; those are resources of ours that it need only know of.
function prepare(made) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, "input", "resources"), { recursive: true });
  symlinkSync(join(root, "input", "fsh"), join(work, "input", "fsh"), "dir");
  writeFileSync(join(work, "sushi-config.yaml"), readFileSync(join(root, "sushi-config.yaml")));
  for (const resource of made) writeFileSync(join(work, "input", "resources", `${resource.resourceType}-${resource.id}.json`), text(resource));
}

function sushi(home) {
  const program = join(root, "node_modules", "fsh-sushi", "dist", "app.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "build", work], { env: { ...process.env, HOME: home, USERPROFILE: home, FPL_REGISTRY: "http://127.0.0.1:9" }, encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = `${stdout}${stderr}`.split("\n");
  writeFileSync(join(work, "sushi.log"), lines.join("\n"));
  const errors = lines.flatMap((line, index) => (/^error /.test(line) ? [lines.slice(index, index + 3).join("\n")] : []));
  // Extension packages that SUSHI adds to every guide cannot be had offline and are not used.
  const real = errors.filter((error) => !/hl7\.(terminology|fhir\.uv\.(extensions|tools))/.test(error));
  if (real.length) throw new Error(`SUSHI (exit code ${status}):\n${real.join("\n")}`);
  const out = join(work, "fsh-generated", "resources");
  return readdirSync(out).filter((name) => name.endsWith(".json") && !name.startsWith("ImplementationGuide")).map((name) => stamped(JSON.parse(readFileSync(join(out, name), "utf8"))));
}

// What the settings say about every definition and SUSHI leaves to the IG publisher.
function stamped(resource) {
  const { date, publisher } = definition(resource.resourceType, resource.id, { vi: "", en: "" });
  const jurisdiction = [{ coding: [{ system: "urn:iso:std:iso:3166", code: "VN", display: "Viet Nam" }] }];
  const { resourceType, id, extension, ...rest } = resource;
  return { resourceType, id, ...(extension && { extension }), date, publisher, jurisdiction, ...rest };
}

// A constrained element without a short text in both languages is a fault of ours.
function untold(resources) {
  const constrained = ["min", "max", "type", "constraint", "binding", "patternCodeableConcept", "patternCode", "minValueInteger", "maxValueInteger"];
  return resources
    .filter(({ resourceType }) => resourceType === "StructureDefinition")
    .flatMap(({ id, title, _title, description, _description, purpose, type, differential }) => [
      ...(title && _title && description && _description && (purpose || type === "Extension") ? [] : [`${id}: title, description or source`]),
      ...differential.element
        .filter((element) => element.id.includes(".") && !element.path.endsWith("extension") && constrained.some((key) => key in element) && !(element.short && element._short))
        .map((element) => `${id}: ${element.id}`),
    ]);
}

function implementationGuide(resources) {
  const { id, title, description, license, fhirVersion, name } = settings;
  const { version, status, experimental, date, publisher, jurisdiction } = definition("ImplementationGuide", id, { vi: title, en: title });
  return {
    resourceType: "ImplementationGuide",
    id,
    language: "en",
    url: url("ImplementationGuide", id),
    version,
    name,
    title,
    status,
    experimental,
    date,
    publisher,
    description,
    jurisdiction,
    packageId: id,
    license,
    fhirVersion: [fhirVersion],
    definition: { resource: resources.map((resource) => ({ reference: { reference: `${resource.resourceType}/${resource.id}` }, name: resource.title ?? resource.name, exampleBoolean: false })) },
  };
}

function manifest(resources) {
  const { id, version, canonical, title, description, license, publisher, fhirVersion } = settings;
  const count = {};
  for (const { resourceType } of resources) count[resourceType] = (count[resourceType] ?? 0) + 1;
  console.log(count);
  return { name: id, version, type: "IG", canonical, title, description, license, author: publisher.name, fhirVersions: [fhirVersion], dependencies: { "hl7.fhir.r4.core": fhirVersion } };
}

const made = [...terminology(), ...questionnaires(), ...conceptMaps(), ...standIns()];
mkdirSync(join(root, "input", "fsh", "generated"), { recursive: true });
writeFileSync(join(root, "input", "fsh", "generated", "items.fsh"), itemRules());
prepare(made);
const resources = [...made, ...sushi(layOutCore())];
const missing = untold(resources);
if (missing.length) throw new Error(`no text in both languages:\n${missing.join("\n")}`);
resources.push(implementationGuide(resources));
const files = new Map(resources.map((resource) => [`${resource.resourceType}-${resource.id}.json`, text(resource)]));
if (files.size !== resources.length) throw new Error("two resources of one type and id");
files.set("package.json", text(manifest(resources)));

const checking = process.argv.includes("--check");
mkdirSync(guide, { recursive: true });
let stale = 0;
for (const name of readdirSync(guide)) {
  if (files.has(name)) continue;
  stale += 1;
  if (!checking) rmSync(join(guide, name));
}
for (const [name, content] of files) {
  const path = join(guide, name);
  if (existsSync(path) && readFileSync(path, "utf8") === content) continue;
  stale += 1;
  if (!checking) writeFileSync(path, content);
}
console.log(`${files.size} files, ${stale} ${checking ? "stale" : "changed"}`);
if (checking && stale) process.exitCode = 1;
