// FSH from the catalogue: for each Observation profile a rule set with the invariants about its items' kind of value, unit,
// answers and possible range.

import { items, lists } from "../read-catalogue.mjs";
import { codeSystem, valueSet } from "./settings.mjs";

const loinc = "http://loinc.org";
const ucum = "http://unitsofmeasure.org";

// Profiles whose value[x] has one type in FSH need no invariant about it.
const oneType = new Set(["mch-milestone", "mch-apgar", "mch-obstetric-count", "mch-pregnancy-dating", "mch-growth-score", "mch-gestational-age", "mch-vital-sign", "mch-hiv-result"]);
const binding = {
  "mch-vital-sign": null, // R4 binds the code itself
  "mch-blood-pressure": null, // R4 fixes the code
  "mch-laboratory": "preferred",
  "mch-newborn-observation": "extensible",
};
const typeName = { Quantity: ["a quantity", "số đo"], integer: ["a whole number", "số nguyên"], boolean: ["true or false", "true hoặc false"], CodeableConcept: ["a coded answer", "câu trả lời có mã"], dateTime: ["a date", "ngày"], string: ["text", "chữ"] };
const named = (types, language) => types.map((type) => typeName[type][language]).join(language ? " hoặc " : " or ");
const some = (rows, most = 8) => `${rows.slice(0, most).map(({ id }) => id).join(", ")}${rows.length > most ? ` … (${rows.length})` : ""}`;
const union = (codes) => codes.map((code) => `'${code}'`).join("|");

// Whether the code of the holder is one of these items': by our own codes, and by international ones that mean no other item here.
function isItem(rows, inProfile, holder) {
  const systems = new Map();
  const put = (system, code) => systems.set(system, [...(systems.get(system) ?? []), code]);
  for (const { codes } of rows) put(codes[0].system, codes[0].code);
  const foreign = new Set(rows.flatMap(({ codes }) => codes.filter(({ system }) => system === loinc).map(({ code }) => code)));
  const others = inProfile.filter((row) => !rows.includes(row));
  for (const code of foreign) if (!others.some(({ codes }) => codes.some((coding) => coding.system === loinc && coding.code === code))) put(loinc, code);
  const tests = [...systems].map(([system, codes]) => `system = '${system}' and code in (${union([...new Set(codes)])})`);
  const test = tests.length === 1 ? tests[0] : tests.map((text) => `(${text})`).join(" or ");
  return `${holder}code.coding.where(${test}).exists()`;
}

function groups(rows, key) {
  const map = new Map();
  for (const row of rows) {
    const name = key(row);
    if (name === null || name === undefined) continue;
    if (!map.has(name)) map.set(name, []);
    map.get(name).push(row);
  }
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

// In brackets: the Java validator reads no sign after an operator.
const literal = (value) => (value < 0 ? `(${value})` : `${value}`);
const slug = (text) => text.toLowerCase().replace(/%/g, "percent").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");

function invariant(kind, rows, key, en, vi, expression) {
  if (key.length > 64) throw new Error(`key too long: ${key}`);
  return { kind, rows, key, en, vi, expression };
}

// An item whose parts have units of their own: the international code says which.
const ofParts = ({ units = [] }) => units.includes("/min") && units.includes("Cel");

function invariants(profile, rows) {
  const short = profile.replace(/^mch-/, "").replace(/-observation$/, "");
  const made = { root: [], component: [] };
  const components = rows.filter(({ carrier }) => carrier.path === "Observation.component");
  const plain = rows.filter((row) => !components.includes(row));
  for (const [place, list] of [["root", plain], ["component", components]]) {
    const inner = place === "component" ? `${short}-component` : short;
    // A rule about an Observation's value stands at the value, so that a finding names that element.
    const value = place === "component" ? "value" : "$this";
    const is = (group) => isItem(group, list, place === "component" ? "" : "%resource.");
    const add = (...parts) => made[place].push(invariant(...parts));
    if (!oneType.has(profile))
      for (const [, group] of groups(list, ({ value }) => (value.types.length ? [...value.types].sort().join("|") : null))) {
        const { types } = group[0].value;
        const key = `mebe-${inner}-type-${[...types].sort().map((type) => slug(type === "CodeableConcept" ? "coded" : type)).join("-or-")}`;
        const test = types.map((type) => `${value}.ofType(${type}).exists()`).join(" or ");
        add("type", group, key, `${some(group)}: the value is ${named(types, 0)}`, `${some(group)}: giá trị là ${named(types, 1)}`, `${is(group)} implies ${place === "component" ? "value.empty() or " : ""}${test}`);
      }
    for (const [, group] of groups(list, ({ value }) => (value.types.includes("Quantity") && !value.anyUnit && !ofParts(value) ? (value.units ?? [value.unit]).join(" ") : null))) {
      const units = group[0].value.units ?? [group[0].value.unit];
      add(
        "unit",
        group,
        `mebe-${inner}-unit-${units.map(slug).join("-or-")}`,
        `${some(group)}: the unit is ${units.join(" or ")}`,
        `${some(group)}: đơn vị là ${units.join(" hoặc ")}`,
        `${is(group)} implies ${value}.ofType(Quantity).where(system = '${ucum}').all(code in (${union(units)}))`,
      );
    }
    // Lists that one field of a form has for itself are checked together: each alone is hardly ever met.
    const ownList = ({ value }) => /^qd1551-f\d\d-/.test(value.list ?? "");
    const answers = (group, name) => {
      const { concepts } = lists().find((other) => other.name === name);
      // "Not done" as a code is what the invariant mebe-not-done-text is about.
      const codes = [...concepts.map(({ code }) => code), ...(group.some(({ value }) => value.notDone) ? ["0"] : [])];
      return `${is(group)} implies ${value}.ofType(CodeableConcept).coding.where(system.startsWith('${codeSystem("")}')).all(system = '${codeSystem(name)}' and code in (${union(codes)}))`;
    };
    for (const [name, group] of groups(list, (row) => (ownList(row) ? null : row.value.list))) {
      const { title } = lists().find((other) => other.name === name);
      add(
        "answer",
        group,
        `mebe-${inner}-answer-${slug(name)}`,
        `${some(group)}: an answer in a code system of the guide is one of ${name} (${title.en})`,
        `${some(group)}: câu trả lời bằng hệ mã của bộ hướng dẫn phải thuộc ${name} (${title.vi})`,
        answers(group, name),
      );
    }
    const own = list.filter(ownList);
    if (own.length)
      add(
        "answer",
        own,
        `mebe-${inner}-answer-own`,
        `${some(own)}: an answer in a code system of the guide is one of the item's own list`,
        `${some(own)}: câu trả lời bằng hệ mã của bộ hướng dẫn phải thuộc danh sách riêng của mục`,
        `${is(own)} implies ${groups(own, ({ value }) => value.list).map(([name, group]) => `(${answers(group, name)})`).join(" and ")}`,
      );
    if (profile === "mch-apgar") continue; // FSH has its limits
    for (const [, group] of groups(list, ({ range, value }) => (range?.possible && !ofParts(value) ? JSON.stringify([range.possible.low, range.possible.high, value.unit ?? ""]) : null))) {
      const { low, high } = group[0].range.possible;
      const { unit } = group[0].value;
      const test = [low !== undefined && `value >= ${literal(low)}`, high !== undefined && `value <= ${literal(high)}`].filter(Boolean).join(" and ");
      const whole = [low !== undefined && `$this >= ${literal(low)}`, high !== undefined && `$this <= ${literal(high)}`].filter(Boolean).join(" and ");
      const ends = [low !== undefined && `${low}`, high !== undefined && `${high}`];
      const en = ends[0] && ends[1] ? `between ${ends[0]} and ${ends[1]}` : ends[0] ? `at least ${ends[0]}` : `at most ${ends[1]}`;
      const vi = ends[0] && ends[1] ? `trong khoảng ${ends[0]} đến ${ends[1]}` : ends[0] ? `ít nhất ${ends[0]}` : `nhiều nhất ${ends[1]}`;
      const checks = [
        group.some(({ value }) => value.types.includes("Quantity")) && `${value}.ofType(Quantity).where(code = '${unit}').all(${test})`,
        group.some(({ value }) => value.types.includes("integer")) && `${value}.ofType(integer).all(${whole})`,
      ].filter(Boolean);
      add(
        "range",
        group,
        `mebe-${inner}-range-${slug(group[0].id)}`,
        `${some(group)}: a possible value is ${en}${unit ? ` ${unit}` : ""}`,
        `${some(group)}: giá trị có thể có ${vi}${unit ? ` ${unit}` : ""}`,
        `${is(group)} implies ${checks.join(" and ")}`,
      );
    }
  }
  return made;
}

const fshInvariant = ({ key, en, vi, expression }) => `Invariant: ${key}
Description: ${JSON.stringify(en)}
Severity: #error
Expression: ${JSON.stringify(expression)}
* insert Human([[${JSON.stringify(vi)}]])
`;

// The Observation profiles with the items they have.
export function itemsByProfile() {
  const byProfile = new Map();
  for (const item of items()) {
    if (item.codes.length === 0) continue;
    const own = item.carrier.resource === "Observation" ? [item.profile] : [];
    for (const profile of [...own, ...(item.otherProfiles ?? [])]) {
      if (!byProfile.has(profile)) byProfile.set(profile, []);
      byProfile.get(profile).push(item);
    }
  }
  for (const profile of ["mch-family-page", "mch-care-plan", "mch-medication-administration", "mch-postnatal-newborn-visit"]) byProfile.delete(profile);
  return [...byProfile].sort();
}

export const rulesOf = (profile, rows) => Object.values(invariants(profile, rows)).flat();

// The two of a blood pressure are told by LOINC: their limits are those of the items that have these codes.
function pressures(rows) {
  const limits = rows.flatMap(({ codes, range }) => codes.filter(({ system }) => system === loinc && range).map(({ code }) => ({ code, ...range.possible })));
  const tests = limits.map(({ code, low, high }) => `(code.coding.where(system = '${loinc}' and code = '${code}').exists() implies value.ofType(Quantity).where(code = 'mm[Hg]').all(value >= ${low} and value <= ${high}))`);
  const [[systolic, diastolic], ends] = [limits, ({ low, high }, and) => `${low} ${and} ${high} mm[Hg]`];
  return fshInvariant({
    key: "mebe-bp-possible",
    en: `A systolic pressure lies between ${ends(systolic, "and")}, a diastolic one between ${ends(diastolic, "and")}`,
    vi: `Huyết áp tâm thu nằm trong khoảng ${ends(systolic, "đến")}, tâm trương ${ends(diastolic, "đến")}`,
    expression: tests.join(" and "),
  });
}

export function itemRules() {
  const text = ["// Made by build/build-guide.mjs from the catalogue. Do not edit.\n"];
  for (const [profile, rows] of itemsByProfile()) {
    if (profile === "mch-blood-pressure") {
      text.push(pressures(rows));
      continue;
    }
    const { root, component } = invariants(profile, rows);
    text.push(...[...root, ...component].map(fshInvariant));
    const name = profile.replace(/^mch-/, "").split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join("");
    const strength = profile in binding ? binding[profile] : "required";
    const lines = [`RuleSet: ItemsOf${name}`];
    if (strength) lines.push(`* code from ${valueSet(`${profile}-item`)} (${strength})`);
    for (const { key } of root) lines.push(`* value[x] obeys ${key}`);
    for (const { key } of component) lines.push(`* component obeys ${key}`);
    text.push(`${lines.join("\n")}\n`);
  }
  return text.join("\n");
}
