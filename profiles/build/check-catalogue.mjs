// Fails when the item catalogue does not hold together: fields missing or of the wrong shape, ids twice, references to
// nothing, colours that overlap, ranges that contradict each other.

import Ajv from "ajv";
import { itemFiles, items, lists, read, rules, schedule, sections } from "./read-catalogue.mjs";

const faults = [];
const fault = (where, what) => faults.push(`${where}: ${what}`);

const ajv = new Ajv({ allErrors: true, strict: false, formats: { uri: /^[a-z]+:\S+$/ } });
const valid = ajv.compile(read("schema.json"));
for (const name of itemFiles()) {
  if (!valid(read("items", name))) for (const { instancePath, message } of valid.errors) fault(name + instancePath, message);
}

const known = new Set(sections().map(({ section }) => section));
for (const name of itemFiles()) if (!known.has(name.replace(/\.json$/, ""))) fault(name, "no such section in sections.json");

const all = items();
const byId = new Map();
for (const item of all) {
  if (byId.has(item.id)) fault(item.id, "id twice");
  byId.set(item.id, item);
}
const listNames = new Set();
for (const { name, concepts, title, source } of lists()) {
  if (listNames.has(name)) fault(name, "list twice");
  listNames.add(name);
  if (!title?.vi || !title?.en || !source?.length) fault(name, "list without title or source");
  const codes = concepts.map(({ code }) => code);
  if (new Set(codes).size !== codes.length) fault(name, "code twice");
  for (const { code, vi, en, colour } of concepts) {
    if (!vi || !en) fault(`${name}#${code}`, "label missing");
    if (![null, "white", "yellow"].includes(colour)) fault(`${name}#${code}`, `colour ${colour}`);
  }
}

const usedLists = new Set();
for (const item of all) {
  const { id, section, partOf, sameAs, value = {}, range = {}, codes, carrier, profile, colours = [] } = item;
  if (!known.has(section) || !read("items", `${section}.json`).some((other) => other.id === id)) fault(id, `section ${section}`);
  for (const target of [partOf, sameAs]) if (target && !byId.has(target)) fault(id, `refers to ${target}, which does not exist`);
  if (partOf && !id.startsWith(`${partOf}-`)) fault(id, `is part of ${partOf} but does not begin with it`);
  if (value.list) {
    usedLists.add(value.list);
    if (!listNames.has(value.list)) fault(id, `list ${value.list} does not exist`);
  }
  const observation = codes.length > 0;
  if (observation && codes[0].certainty !== "local") fault(id, "our own code is not first");
  if (observation && codes[0].code !== id) fault(id, `our own code is ${codes[0].code}`);
  if (observation && !value.types) fault(id, "an Observation without types of value");
  if (observation && value.types.length === 0 && !value.group) fault(id, "no type of value and no group");
  if (value.group && !all.some((part) => part.partOf === id) && !value.types.length && profile !== "mch-blood-pressure") fault(id, "a group without parts");
  if (value.types?.includes("Quantity") && !value.unit && !value.anyUnit) fault(id, "Quantity without unit");
  if (value.types?.includes("CodeableConcept") && observation && !value.list && !value.types.includes("string") && !value.types.includes("boolean") && !codes.some(({ system }) => system === "http://loinc.org"))
    fault(id, "CodeableConcept without a list of answers");
  if (value.list && !value.types?.includes("CodeableConcept") && observation) fault(id, "a list of answers but no CodeableConcept");
  if (carrier && profile === null && !["Coverage", "AllergyIntolerance", "FamilyMemberHistory"].includes(carrier.resource)) fault(id, "no profile");
  const { possible, plausible } = range;
  for (const limits of [possible, plausible]) if (limits?.low > limits?.high) fault(id, "range upside down");
  if (possible && plausible && (plausible.low < possible.low || plausible.high > possible.high)) fault(id, "plausible beyond possible");
  if ((possible || plausible) && !value.types?.some((type) => type === "Quantity" || type === "integer")) fault(id, "a range but no number");
  if (colours.some(({ when }) => "boolean" in when) && !value.types?.includes("boolean")) fault(id, "a colour for a boolean it cannot have");
  for (const [index, { colour, when, of, unless }] of colours.entries())
    for (const other of colours.slice(index + 1))
      if (colour !== other.colour && of === other.of && !unless && !other.unless && when.component === other.when.component && overlap(when, other.when)) fault(id, "white and yellow overlap");
}
for (const name of listNames) if (!usedLists.has(name)) fault(name, "list that no item uses");

function overlap(a, b) {
  if ("boolean" in a || "boolean" in b) return a.boolean === b.boolean;
  const low = ({ low, above }) => low ?? above ?? -Infinity;
  const high = ({ high, below }) => high ?? below ?? Infinity;
  const start = Math.max(low(a), low(b));
  const end = Math.min(high(a), high(b));
  const open = [a, b].some(({ above, below }) => above === start || below === end);
  return start < end || (start === end && !open);
}

// The booklet's own dictionary has 237 items; a row that vanishes is a fault, whatever replaced it.
const booklet = all.filter(({ id }) => /^[A-Z]\d\d$/.test(id)).length;
if (booklet !== 237) fault("items", `${booklet} booklet items, not 237`);

const severities = ["error", "warning"];
const ruleIds = new Set();
for (const { id, severity, text, source, records } of rules()) {
  if (!/^mebe-[a-z0-9-]+$/.test(id)) fault(id, "not an id of a rule");
  if (ruleIds.has(id)) fault(id, "rule twice");
  ruleIds.add(id);
  if (!severities.includes(severity)) fault(id, `severity ${severity}`);
  if (!text?.vi || !text?.en) fault(id, "text missing");
  if (!source?.length || !records?.length) fault(id, "source or records missing");
}

// Pages and definitions show where things come from: papers that only the authors have are no source.
const notes = /\.md\b|§|\bdictionary\b/;
const sources = (value, at) => {
  if (typeof value === "string") return notes.test(value) && fault(at, `a source that nobody can read: ${value}`);
  for (const [key, inner] of Object.entries(value ?? {})) if (key !== "colourNote") sources(inner, value.id ?? at);
};
for (const list of [all, rules(), read("maps.json"), read("codes.json"), schedule()]) for (const row of list) sources(row, row.name);

for (const { id, source, unsourced } of schedule()) if (!source?.length && !unsourced) fault(id, "a row of the schedule without source, and not marked unsourced");

for (const line of faults) console.error(line);
console.log(`${all.length} rows, of them ${booklet} booklet items; ${listNames.size} lists; ${ruleIds.size} rules; ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
