// Holds what the grammar makes against the validator of HL7: `npm run check:generated -- PROGRAM [FEATURE …] [--seed N] [--show N]`.
//
// Every case is a resource and the definitions it needs; it counts as one when both find an error in it, or neither does. The answers of
// the validator are kept by the content of the case, so that only what is new is asked. A feature with less agreement than `least`, once
// the cases that `reasons.mjs` explains are left out, ends with exit code 1.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cases } from "./grammar/all.mjs";
import { ask, root, run } from "./java.mjs";
import { reason } from "./reasons.mjs";

const least = 0.98;
const work = join(root, ".cache", "generated");
const kept = join(work, "answers.json");

function settings([program, ...rest]) {
  if (!program) throw new Error("the path of mebe is missing");
  const options = { program, seed: 1, show: 3, features: [] };
  for (let at = 0; at < rest.length; at += 1) {
    const key = rest[at].startsWith("--") && rest[at].slice(2);
    if (key) options[key] = Number(rest[(at += 1)]);
    else options.features.push(rest[at]);
  }
  return options;
}

const digest = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 24);
const fileOf = ({ resourceType, id }) => join(work, "definitions", `${resourceType}-${id}.json`);

// Writes the cases out, each with its key; a text is taken as it is.
function layOut(all) {
  for (const folder of ["definitions", "cases"]) {
    rmSync(join(work, folder), { recursive: true, force: true });
    mkdirSync(join(work, folder), { recursive: true });
  }
  return all.map((one, number) => {
    const xml = typeof one.resource === "string" && one.resource.trimStart().startsWith("<");
    const file = join(work, "cases", `case-${number}.${xml ? "xml" : "json"}`);
    writeFileSync(file, typeof one.resource === "string" ? one.resource : JSON.stringify(one.resource));
    for (const definition of one.definitions ?? []) writeFileSync(fileOf(definition), JSON.stringify(definition));
    return { ...one, id: `${one.feature} | ${one.name}`, key: digest([one.definitions, one.resource, one.profile]), file };
  });
}

function answersOfJava(all) {
  const answers = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
  const asked = all.filter(({ key }) => !answers[key]);
  if (asked.length) {
    const found = ask(asked.map(({ key, file, profile }) => ({ id: key, file, profile })), [join(work, "definitions")]);
    for (const [key, issues] of found) answers[key] = issues.filter(({ severity }) => severity === "error" || severity === "fatal").map(({ location, text }) => `${location}: ${text}`);
    writeFileSync(kept, JSON.stringify(answers));
  }
  return answers;
}

function answersOfMebe(program, all) {
  const lines = all.map(({ id, file, definitions = [], profile }) => JSON.stringify({ id, file, supporting: definitions.map(fileOf), profile: profile ?? null }));
  const output = run(program, ["validate", "--lines", "--language", "en"], { input: `${lines.join("\n")}\n` });
  const errors = ({ issue }) => issue.filter(({ severity }) => severity === "error" || severity === "fatal").map(({ expression, details, diagnostics }) => `${expression?.[0] ?? ""}: ${details?.text ?? diagnostics}`);
  return new Map(output.trim().split("\n").map((line) => JSON.parse(line)).map(({ id, outcome }) => [id, errors(outcome)]));
}

const { program, seed, show, features } = settings(process.argv.slice(2));
const all = layOut([...cases(seed)].filter(({ feature }) => !features.length || features.some((part) => feature.includes(part))));
if (new Set(all.map(({ id }) => id)).size < all.length) throw new Error("two cases have one name");
const java = answersOfJava(all);
const mebe = answersOfMebe(program, all);
const table = new Map();
const reasons = new Map();
for (const one of all) {
  const row = table.get(one.feature) ?? { cases: 0, bad: 0, same: 0, explained: 0 };
  table.set(one.feature, row);
  const [theirs, ours] = [java[one.key], mebe.get(one.id)];
  row.cases += 1;
  row.bad += theirs.length ? 1 : 0;
  const isSame = theirs.length > 0 === ours.length > 0;
  const why = isSame ? undefined : reason(one, theirs, ours);
  if (why) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  if (isSame) row.same += 1;
  else if (why) row.explained += 1;
  else if ((row.shown = (row.shown ?? 0) + 1) <= show) console.log(`${one.id}\n  ${one.file}\n  HL7: ${theirs.slice(0, 3).join("\n       ") || "-"}\n  we:  ${ours.slice(0, 3).join("\n       ") || "-"}`);
}
console.log("\n  cases  explained by");
for (const [why, number] of reasons) console.log(`${String(number).padStart(7)}  ${why}`);
let poor = 0;
const sum = { cases: 0, bad: 0, same: 0, explained: 0 };
console.log("\n  cases    bad   same  explained  agreement  feature");
for (const [feature, row] of table) {
  for (const key of Object.keys(sum)) sum[key] += row[key];
  const agreement = row.same / Math.max(1, row.cases - row.explained);
  poor += agreement < least ? 1 : 0;
  console.log(line(row, agreement, feature));
}
console.log(line(sum, sum.same / (sum.cases - sum.explained), "all"));
if (poor) process.exitCode = 1;

function line({ cases: number, bad, same, explained }, agreement, feature) {
  return [[number, 7], [bad, 7], [same, 7], [explained, 11], [`${(100 * agreement).toFixed(1)} %`, 11]].map(([text, width]) => String(text).padStart(width)).join("") + `  ${feature}`;
}
