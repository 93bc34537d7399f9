// Holds the guide and its examples against the validator of HL7, offline: `npm run check:java -- PROGRAM`, with the path of `mebe`.
//
// The package cache of the validator is made from the same npm package as that of SUSHI. What it insists on beyond that
// (hl7.terminology, the extensions packs) is laid out empty. A disagreement is printed and ends with exit code 1.

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const work = join(root, ".cache", "java");
const home = join(work, "home");
const conformance = /^(StructureDefinition|ValueSet|CodeSystem|ConceptMap|NamingSystem|OperationDefinition|SearchParameter|CompartmentDefinition|CapabilityStatement|StructureMap)-.*\.json$/;
const others = [["hl7.terminology", "6.2.0"], ["hl7.terminology.r4", "6.2.0"], ["hl7.fhir.uv.extensions", "5.2.0"], ["hl7.fhir.uv.extensions.r4", "5.2.0"], ["hl7.fhir.uv.tools.r4", "0.8.0"], ["hl7.fhir.xver-extensions", "0.1.0"]];

function run(program, parameters, options = {}) {
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

// Every definition of the package and every example, with what must be found in it.
function questions(program) {
  run(program, ["package", "export", join(work, "guide.tgz")]);
  run("tar", ["xzf", join(work, "guide.tgz"), "-C", work]);
  const asked = readdirSync(join(work, "package")).filter((name) => conformance.test(name) || /^(Questionnaire|ImplementationGuide)-/.test(name)).map((name) => ({ id: name, file: join(work, "package", name), profile: null, expect: null }));
  const lines = new Map();
  mkdirSync(join(work, "one"), { recursive: true });
  for (const { file, id, profile, expect } of JSON.parse(readFileSync(join(root, "examples", "manifest.json"), "utf8"))) {
    if (expect?.kind === "records") continue; // only a server sees what is wrong with these
    let path = join(root, "examples", file);
    if (file.endsWith(".ndjson")) {
      if (!lines.has(path)) lines.set(path, readFileSync(path, "utf8").trim().split("\n"));
      const text = lines.get(path).find((line) => JSON.parse(line).id === id);
      path = join(work, "one", `${asked.length}.json`);
      writeFileSync(path, text);
    }
    asked.push({ id: `${file} ${id}`, file: path, profile, expect });
  }
  return asked;
}

const serious = ({ severity }) => severity === "error" || severity === "fatal";
const place = (location) => location.replace(/\/\*.*?\*\/|\[\d+\]|\.ofType\(\w+\)/g, "");

// What the two do not agree on. Java tells of what is missing, or not known, at what it should be in.
function disagreement({ expect }, issues) {
  if (!expect || expect.severity === "warning") {
    const wrong = issues.filter(serious);
    if (wrong.length) return wrong.map(({ location, text }) => `${location}: ${text}`).join("; ");
    if (!expect) return undefined;
  }
  const found = issues.filter((issue) => (expect.severity === "error" ? serious(issue) : issue.severity === "warning"));
  if (expect.rule) return found.some(({ rule, text }) => rule?.endsWith(`#${expect.rule}`) || text.includes(`${expect.rule}:`)) ? undefined : `${expect.rule} is not found`;
  const near = ({ location }) => place(location).startsWith(expect.element) || expect.element.startsWith(place(location));
  return found.some(near) ? undefined : `nothing is found at ${expect.element}`;
}

const [program] = process.argv.slice(2);
if (!program) throw new Error("the path of mebe is missing");
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
layOutCache();
run("mvn", ["-q", "-B", "-f", join(here, "pom.xml"), "dependency:copy-dependencies", `-DoutputDirectory=${join(work, "lib")}`, "-DincludeScope=runtime"]);
run("javac", ["-nowarn", "-proc:none", "-cp", join(work, "lib", "*"), "-d", join(work, "classes"), join(here, "Validate.java")]);
const asked = questions(program);
const input = asked.map(({ id, file, profile }) => `${JSON.stringify({ id, file, profile })}\n`).join("");
const output = run("java", ["-Xmx4g", `-Duser.home=${home}`, "-cp", `${join(work, "classes")}:${join(work, "lib", "*")}`, "Validate", join(work, "guide.tgz")], { input, stdio: ["pipe", "pipe", "ignore"] });
writeFileSync(join(work, "answers.ndjson"), output);
const answers = new Map(output.trim().split("\n").map((line) => JSON.parse(line)).map(({ id, issues }) => [id, issues]));
let different = 0;
for (const question of asked) {
  const why = answers.has(question.id) ? disagreement(question, answers.get(question.id)) : "not answered";
  if (!why) continue;
  different += 1;
  console.log(`${question.id}: ${why}`);
}
console.log(`${asked.length} resources, ${different} disagreements`);
if (different) process.exitCode = 1;
