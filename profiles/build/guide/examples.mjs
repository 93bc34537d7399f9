// Examples: `examples/good/*.json` are written by hand; what is bad is a good one with one change of `examples/changes.json`;
// for every item of the catalogue a good and a bad one are made here.

import { items, rules } from "../read-catalogue.mjs";
import { itemsByProfile, rulesOf } from "./item-rules.mjs";
import { goodObservation, visitOf } from "./observation.mjs";
import { records } from "./records.mjs";
import { codeSystem, url } from "./settings.mjs";
import { visits } from "./visits.mjs";

const ucum = "http://unitsofmeasure.org";
const copy = (value) => structuredClone(value);
const steps = (path) => path.split(".").flatMap((part) => part.split(/\[|\]/).filter(Boolean)).map((step) => (/^\d+$/.test(step) ? Number(step) : step));

function parent(resource, path) {
  const names = steps(path);
  const last = names.pop();
  let at = resource;
  for (const [index, name] of names.entries()) {
    at[name] ??= typeof names[index + 1] === "number" || (index === names.length - 1 && typeof last === "number") ? [] : {};
    at = at[name];
  }
  return [at, last];
}

// What is left empty by a removal goes too: FHIR has no empty objects and lists.
function prune(value) {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || typeof inner !== "object") continue;
    prune(inner);
    if (Object.keys(inner).length === 0) Array.isArray(value) ? value.splice(Number(key), 1) : delete value[key];
  }
}

export function changed(good, { name, set = {}, remove = [], swap }) {
  const resource = copy(good);
  if (resource.id) resource.id = name;
  for (const path of remove) {
    const [at, last] = parent(resource, path);
    Array.isArray(at) ? at.splice(last, 1) : delete at[last];
  }
  for (const [path, value] of Object.entries(set)) {
    const [at, last] = parent(resource, path);
    at[last] = copy(value);
  }
  if (swap) {
    const [[a, i], [b, j]] = swap.map((path) => parent(resource, path));
    [a[i], b[j]] = [b[j], a[i]];
  }
  prune(resource);
  return resource;
}

// ------------------------------------------------------------------------------------------------ items that are observed

const valueName = (object) => Object.keys(object).find((key) => key.startsWith("value")) ?? "hasMember";

// The changes that break one rule of the item each.
function badOnes(item, profile, good, rules) {
  const inside = item.carrier.path === "Observation.component" ? "component[0]." : "";
  const target = inside ? good.component[0] : good;
  const key = valueName(target);
  const place = inside ? "Observation.component" : "Observation.value";
  const vital = good.category[0].coding[0].code === "vital-signs";
  const made = [];
  if (profile === "mch-blood-pressure") return [{ set: { "component[0].valueQuantity.value": 1100 }, expect: { element: "Observation.component", rule: "mebe-bp-possible" } }];
  for (const { kind, key: rule, rows } of rules) {
    if (!rows.includes(item)) continue;
    const expect = { element: place, rule };
    if (kind === "type" && profile !== "mch-vital-sign") {
      const other = [["valueString", "không rõ"], ["valueBoolean", true], ["valueDateTime", "2026"]].find(([name]) => !item.value.types.some((type) => name === `value${type[0].toUpperCase()}${type.slice(1)}`));
      // R4 has kinds of value and units for its vital signs, too.
      if (vital) expect.also = ["type"];
      made.push({ remove: [`${inside}${key}`], set: { [`${inside}${other[0]}`]: other[1] }, expect });
    }
    if (kind === "unit" && vital) expect.also = ["fixed", "binding"];
    if (kind === "unit") made.push({ ...(key === "valueQuantity" ? {} : { remove: [`${inside}${key}`] }), set: { [`${inside}valueQuantity`]: { value: 1, unit: "K", system: ucum, code: "K" } }, expect });
    if (kind === "answer") made.push({ ...(key === "valueCodeableConcept" ? {} : { remove: [`${inside}${key}`] }), set: { [`${inside}valueCodeableConcept`]: { coding: [{ system: codeSystem("mch-flag"), code: "bereavement" }] } }, expect });
    if (kind === "range" && (key === "valueQuantity" || key === "valueInteger")) {
      const { low, high } = item.range.possible;
      // Far beyond the one end, just beyond the other.
      const beyond = [...(high !== undefined ? [Math.ceil(high) * 2 + 1] : []), ...(low !== undefined ? [low - 1] : [])];
      for (const value of beyond) made.push({ set: { [key === "valueQuantity" ? `${inside}valueQuantity.value` : `${inside}valueInteger`]: value }, expect });
    }
  }
  if (made.length === 0 && profile === "mch-apgar") made.push({ set: { valueInteger: 12 }, expect: { element: "Observation.value", rule: null, kind: "maxValue" } });
  if (made.length === 0 && key !== "hasMember") {
    const other = key === "valueString" ? ["valueBoolean", true] : ["valueString", "không rõ"];
    const typed = ["mch-milestone", "mch-obstetric-count", "mch-pregnancy-dating", "mch-gestational-age", "mch-growth-score", "mch-vital-sign"].includes(profile);
    if (typed) made.push({ remove: [key], set: { [other[0]]: other[1] }, expect: { element: "Observation.value", rule: null, kind: "type", ...(profile === "mch-vital-sign" && { also: ["type"] }) } });
  }
  if (made.length === 0) made.push({ remove: [`${inside}${key}`], expect: { element: "Observation", ...(profile === "mch-vital-sign" ? { rule: "vs-2", also: ["min"] } : { rule: "mebe-value" }) } });
  return made;
}

function observed() {
  const good = [];
  const bad = [];
  const done = new Set();
  const used = new Map();
  for (const [profile, rows] of itemsByProfile()) {
    const rules = profile === "mch-blood-pressure" ? [] : rulesOf(profile, rows);
    const pending = new Set(rules.map(({ key }) => key));
    for (const item of rows) {
      const usual = item.carrier.resource === "Observation" ? item.profile === profile : item.otherProfiles?.[0] === profile;
      const example = goodObservation(item, profile);
      const options = badOnes(item, profile, example, rules).map((option, index) => ({ name: `${example.id}${usual ? "" : `-${profile.replace("mch-", "")}`}-bad${index ? `-${index}` : ""}`, ...option }));
      const wanted = options.filter(({ expect }) => pending.has(expect.rule));
      options.sort((a, b) => (used.get(a.expect.rule) ?? 0) - (used.get(b.expect.rule) ?? 0));
      const taken = new Set(usual && !done.has(item.id) ? [...wanted, ...(wanted.length ? [] : options.slice(0, 1))] : wanted);
      if (usual && !done.has(item.id)) good.push({ item: item.id, profile, resource: example });
      if (usual) done.add(item.id);
      for (const option of taken) {
        pending.delete(option.expect.rule);
        used.set(option.expect.rule, (used.get(option.expect.rule) ?? 0) + 1);
        bad.push({ item: item.id, profile, resource: changed(example, option), expect: option.expect });
      }
    }
    if (pending.size) throw new Error(`${profile}: no bad example for ${[...pending].join(", ")}`);
  }
  return { good, bad, done };
}

// ------------------------------------------------------------------------------------------------ items of other resources

// Which example by hand stands for a carrier, by profile; and by type where the item has none.
const standing = { "mch-caregiver": "caregiver", Coverage: "coverage", AllergyIntolerance: "allergy", FamilyMemberHistory: "family-history", "mch-vital-sign": "vital-sign", "mch-medication-administration": "medication-administration" };

// A dose or a medicine of one item in place of another: whom it is for, at which visit, on which day.
function given(item, base) {
  const [visit, day] = visitOf(item);
  const person = { reference: `Patient/vi-du-${item.subject === "mother" ? "me" : "be"}` };
  const encounter = { reference: `Encounter/vi-du-${visit}` };
  // The lot and the disease are those of the vaccine by hand.
  const others = ["lotNumber", "expirationDate", "protocolApplied[0].targetDisease"];
  const isOtherVaccine = !base.vaccineCode?.coding.some(({ code }) => code === item.value.vaccine);
  if (base.resourceType === "Immunization") return { name: base.id, set: { patient: person, encounter, occurrenceDateTime: day }, remove: isOtherVaccine ? others : [] };
  const time = base.effectivePeriod ? { effectivePeriod: { start: day } } : { effectiveDateTime: day };
  const isOther = !base.medicationCodeableConcept.coding.some(({ code }) => item.value.medicines?.includes(code));
  return { name: base.id, set: { subject: person, context: encounter, ...time }, remove: isOther && base.dosage ? ["dosage"] : [] };
}

// A change at the item's element that R4 itself refuses.
function broken(resource, path) {
  const names = path.split(".").slice(1);
  if (names.length === 0) return { set: { khongCo: true }, element: `${path}.khongCo` };
  let first = names[0].replace(/\(.*\)/, "");
  if (first.endsWith("[x]")) {
    const stem = first.slice(0, -3);
    first = Object.keys(resource).find((key) => key.startsWith(stem) && /[A-Z]/.test(key[stem.length] ?? "")) ?? `${stem}DateTime`;
    if (/DateTime$|String$/.test(first)) return { remove: [first], set: { [first.replace(/String$/, "DateTime")]: "05/03/2026" }, element: `${path.split(".")[0]}.${stem}` };
    return { set: { [`${first}.khongCo`]: true }, element: `${path.split(".")[0]}.${stem}.khongCo` };
  }
  const extension = /extension\((.*)\)$/.exec(path)?.[1];
  if (extension) {
    const inside = names.length > 1 ? resource[first][0].extension : resource.extension;
    const index = inside.findIndex(({ url: name }) => name.endsWith(`/${extension}`));
    if (index < 0) throw new Error(`no ${path} in the example by hand`);
    const at = `${names.length > 1 ? `${first}[0].` : ""}extension[${index}]`;
    return { set: { [`${at}.khongCo`]: true }, element: `${path.split(".")[0]}.${names.length > 1 ? `${first}.` : ""}extension.khongCo` };
  }
  const value = resource[first];
  const element = `${path.split(".")[0]}.${first}`;
  if (Array.isArray(value)) return { set: { [`${first}[0].khongCo`]: true }, element: `${element}.khongCo` };
  if (value !== null && typeof value === "object") return { set: { [`${first}.khongCo`]: true }, element: `${element}.khongCo` };
  if (value === undefined) throw new Error(`no ${path} in the example by hand`);
  return { set: { [first]: typeof value === "boolean" ? "có" : true }, element };
}

function carried(hand, done) {
  const good = [];
  const bad = [];
  const byProfile = new Map();
  const shortest = [...hand].sort(([a], [b]) => a.length - b.length);
  for (const [name, resource] of shortest) {
    const id = resource.meta?.profile?.[0]?.split("/").pop().replace(/^/, "") ?? resource.resourceType;
    if (!byProfile.has(id)) byProfile.set(id, name);
  }
  for (const item of items()) {
    const { id, carrier, profile, value = {} } = item;
    if (carrier === null || done.has(id)) continue;
    const name = standing[profile ?? carrier.resource] ?? byProfile.get(profile);
    if (!name) throw new Error(`${id}: no example by hand for ${profile}`);
    const base = hand.get(name);
    const known = `item-${id.toLowerCase().replace(/_/g, "-")}`;
    if (value.vaccine) {
      const set = { "vaccineCode": { coding: [{ system: codeSystem("mch-vaccine"), code: value.vaccine }] }, ...(value.doseNumber && { "protocolApplied[0].doseNumberPositiveInt": value.doseNumber }) };
      good.push({ item: id, profile, resource: changed(changed(base, given(item, base)), { name: known, set }) });
      bad.push({ item: id, profile, resource: changed(base, { name: `${known}-bad`, set: { vaccineCode: { text: item.label.vi } } }), expect: { element: "Immunization.vaccineCode", rule: "mebe-vaccine-code" } });
      continue;
    }
    if (value.medicines) {
      const set = { medicationCodeableConcept: { coding: [{ system: codeSystem("mch-medicine"), code: value.medicines[0] }] } };
      good.push({ item: id, profile, resource: changed(changed(base, given(item, base)), { name: known, set }) });
      bad.push({ item: id, profile, resource: changed(base, { name: `${known}-bad`, set: { medicationCodeableConcept: { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }] } } }), expect: { element: `${carrier.resource}.medication`, rule: "mebe-medicine-code" } });
      continue;
    }
    const { element, ...change } = broken(base, carrier.path);
    good.push({ item: id, profile, hand: name });
    bad.push({ item: id, profile, resource: changed(base, { name: `${known}-bad`, ...change }), expect: { element, rule: null, kind: "structure" } });
  }
  return { good, bad };
}

// ------------------------------------------------------------------------------------------------ all

export function examples(hand, changes) {
  const files = new Map();
  const manifest = [];
  const profileOf = (resource) => resource.meta?.profile?.[0] ?? null;
  for (const [name, resource] of hand) manifest.push({ file: `good/${name}.json`, id: name, profile: profileOf(resource), items: [], expect: null });
  for (const change of changes) {
    const good = hand.get(change.from);
    if (!good) throw new Error(`${change.name}: no good example ${change.from}`);
    const file = `bad/${change.name}.json`;
    const resource = changed(good, change);
    files.set(file, `${JSON.stringify(resource, null, 2)}\n`);
    manifest.push({ file, id: change.name, profile: profileOf(good), items: [], expect: { severity: "error", ...change.expect } });
  }
  const { good, bad, done } = observed();
  const other = carried(hand, done);
  for (const [folder, list] of [["good", [...good, ...other.good]], ["bad", [...bad, ...other.bad]]]) {
    const packs = new Map();
    for (const { item, profile, resource, hand: name, expect } of list) {
      if (name) {
        manifest.find(({ file }) => file === `good/${name}.json`).items.push(item);
        continue;
      }
      const file = `${folder}/items/${profile ?? resource.resourceType}.ndjson`;
      if (!packs.has(file)) packs.set(file, []);
      packs.get(file).push(JSON.stringify(resource));
      manifest.push({ file, id: resource.id, profile: profile && url("StructureDefinition", profile), items: [item], expect: expect ? { severity: "error", ...expect } : null });
    }
    for (const [file, lines] of packs) files.set(file, `${lines.join("\n")}\n`);
  }
  const across = records(rules());
  for (const { file, resource, id, expect } of across.made) {
    files.set(file, `${JSON.stringify(resource, null, 2)}\n`);
    manifest.push({ file, id, profile: null, items: [], expect });
  }
  for (const resource of visits()) {
    const file = `visits/${resource.id}.json`;
    files.set(file, `${JSON.stringify(resource, null, 2)}\n`);
    manifest.push({ file, id: resource.id, profile: null, items: [], visit: true, expect: null });
  }
  files.set("manifest.json", `[\n${manifest.map((entry) => `  ${JSON.stringify(entry)}`).join(",\n")}\n]\n`);
  return { files, manifest, gaps: across.gaps };
}


