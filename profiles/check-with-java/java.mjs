// The validator of HL7, offline: its package cache, its classes, and the way to ask it about many resources in one run.
//
// The cache is made from the same npm package as that of SUSHI. What the validator insists on beyond that (hl7.terminology, the
// extensions packs) is laid out empty.

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const root = dirname(here);
const work = join(root, ".cache", "java");
const home = join(work, "home");
export const conformance = /^(StructureDefinition|ValueSet|CodeSystem|ConceptMap|NamingSystem|OperationDefinition|SearchParameter|CompartmentDefinition|CapabilityStatement|StructureMap)-.*\.json$/;
const others = [["hl7.terminology", "6.2.0"], ["hl7.terminology.r4", "6.2.0"], ["hl7.fhir.uv.extensions", "5.2.0"], ["hl7.fhir.uv.extensions.r4", "5.2.0"], ["hl7.fhir.uv.tools.r4", "0.8.0"], ["hl7.fhir.xver-extensions", "0.1.0"]];

export function run(program, parameters, options = {}) {
  const { status, stdout, error } = spawnSync(program, parameters, { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "inherit"], ...options });
  if (error ?? status) throw error ?? new Error(`${program}: exit code ${status}`);
  return stdout;
}

function layOut(name, version, files = []) {
  const folder = join(home, ".fhir", "packages", `${name}#${version}`, "package");
  mkdirSync(folder, { recursive: true });
  const core = name === "hl7.fhir.r4.core";
  const manifest = { name, version, type: core ? "fhir.core" : "fhir.ig", canonical: core ? "http://hl7.org/fhir" : `http://${name}`, fhirVersions: ["4.0.1"], "tools-version": 3, dependencies: core ? {} : { "hl7.fhir.r4.core": "4.0.1" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  for (const file of files) copyFileSync(file, join(folder, file.split("/").pop()));
}

function layOutCache() {
  const source = join(root, "node_modules", "hl7.fhir.r4.examples");
  layOut("hl7.fhir.r4.core", "4.0.1", readdirSync(source).filter((name) => conformance.test(name)).map((name) => join(source, name)));
  for (const [name, version] of others) layOut(name, version);
  writeFileSync(join(home, ".fhir", "fhir-settings.json"), '{"prohibitNetworkAccess": true}');
}

// Questions `{id, file, profile}` to the validator, which knows what is in the packages; its issues by id.
export function ask(questions, packages) {
  prepare();
  const input = questions.map(({ id, file, profile }) => `${JSON.stringify({ id, file, profile: profile ?? null })}\n`).join("");
  const output = run("java", ["-Xmx4g", `-Duser.home=${home}`, "-cp", `${join(work, "classes")}:${join(work, "lib", "*")}`, "Validate", ...packages], { input, stdio: ["pipe", "pipe", openSync(join(work, "log.txt"), "w")] });
  return new Map(output.trim().split("\n").map((line) => JSON.parse(line)).map(({ id, issues }) => [id, issues]));
}

function prepare() {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  layOutCache();
  if (!existsSync(join(work, "lib"))) run("mvn", ["-q", "-B", "-f", join(here, "pom.xml"), "dependency:copy-dependencies", `-DoutputDirectory=${join(work, "lib")}`, "-DincludeScope=runtime"]);
  run("javac", ["-nowarn", "-proc:none", "-cp", join(work, "lib", "*"), "-d", join(work, "classes"), join(here, "Validate.java")]);
}
