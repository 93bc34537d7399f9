// Holds the guide and its examples against the validator of HL7, offline: `npm run check:java -- PROGRAM`, with the path of `mebe`.
// A disagreement is printed and ends with exit code 1.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, conformance, root, run } from "./java.mjs";

const work = join(root, ".cache", "guide");

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
const asked = questions(program);
const answers = ask(asked, [join(work, "guide.tgz")]);
let different = 0;
for (const question of asked) {
  const why = answers.has(question.id) ? disagreement(question, answers.get(question.id)) : "not answered";
  if (!why) continue;
  different += 1;
  console.log(`${question.id}: ${why}`);
}
console.log(`${asked.length} resources, ${different} disagreements`);
if (different) process.exitCode = 1;
