// How slices are told apart: each kind of discriminator in each of its spellings, on what is there, absent or wrong.

import { ANIMALS, LOINC, R4, animals, coding, concept, dice, element, extension, observation, patient, pets, product, profile } from "./words.mjs";

const kind = extension({ types: ["code"], name: "kind" });
const deep = extension({ types: [], name: "deep", elements: [
  element("Extension.extension", { slicing: { discriminator: [{ type: "value", path: "url" }], rules: "open" } }),
  element("Extension.extension:kind", { min: 1, max: "1" }), element("Extension.extension:kind.url", { fixedUri: "kind" }),
  element("Extension.extension:kind.value[x]", { min: 1, type: [{ code: "code" }] })] });
const withKind = (code) => ({ extension: [{ url: kind.url, valueCode: code }] });

const named = profile("Patient", [element("Patient.name", { min: 1 })]);
const counted = profile("Observation", [element("Observation.value[x]", { min: 1 })]);
const women = profile("Patient", [element("Patient.gender", { min: 1, fixedCode: "female" })]);
const official = profile("Identifier", [element("Identifier.use", { min: 1, fixedCode: "official" })]);

// One way to tell slices apart. `host` makes a resource of items; `slice` says what its items have, below the id of the slice;
// `match` are items of it, `other` those that are not, `odd` those that only seem to be.
const ways = [
  { name: "value system fixed", list: "Patient.identifier", by: ["value", "system"],
    slice: (s) => [element(`${s}.system`, { min: 1, fixedUri: "urn:a:a" })],
    match: [{ system: "urn:a:a" }], other: [{ system: "urn:b:b" }, { value: "1" }] },
  { name: "value system fixed, not required", list: "Patient.identifier", by: ["value", "system"],
    slice: (s) => [element(`${s}.system`, { fixedUri: "urn:a:a" })],
    match: [{ system: "urn:a:a" }], other: [{ system: "urn:b:b" }, { value: "1" }] },
  { name: "value system pattern", list: "Patient.identifier", by: ["value", "system"],
    slice: (s) => [element(`${s}.system`, { min: 1, patternUri: "urn:a:a" })],
    match: [{ system: "urn:a:a" }], other: [{ system: "urn:b:b" }, { value: "1" }] },
  { name: "pattern type system", list: "Patient.identifier", by: ["pattern", "system"],
    slice: (s) => [element(`${s}.system`, { min: 1, patternUri: "urn:a:a" })],
    match: [{ system: "urn:a:a" }], other: [{ system: "urn:b:b" }] },
  { name: "value $this pattern", list: "Patient.identifier", by: ["value", "$this"],
    slice: (s) => [element(s, { patternIdentifier: { system: "urn:a:a", use: "usual" } })],
    match: [{ system: "urn:a:a", use: "usual" }, { system: "urn:a:a", use: "usual", value: "1" }], other: [{ system: "urn:a:a" }, { use: "usual" }] },
  { name: "value nested coding code", list: "Patient.identifier", by: ["value", "type.coding.code"],
    slice: (s) => [element(`${s}.type`, { min: 1 }), element(`${s}.type.coding`, { min: 1 }),
      element(`${s}.type.coding.code`, { min: 1, fixedCode: "cat" })],
    match: [{ type: concept("cat") }], other: [{ type: concept("dog") }, { type: { text: "cat" } }, {value: "1"}] },
  { name: "value nested by pattern above", list: "Patient.identifier", by: ["value", "type.coding.code"],
    slice: (s) => [element(`${s}.type`, { min: 1, patternCodeableConcept: { coding: [{ code: "cat" }] } })],
    match: [{ type: concept("cat") }], other: [{ type: concept("dog") }, { value: "1" }] },
  { name: "value type by fixed below", list: "Patient.identifier", by: ["value", "type"],
    slice: (s) => [element(`${s}.type`, { min: 1 }), element(`${s}.type.coding`, { min: 1, max: "1" }),
      element(`${s}.type.coding.system`, { min: 1, fixedUri: ANIMALS }), element(`${s}.type.coding.code`, { min: 1, fixedCode: "cat" })],
    match: [{ type: concept("cat") }], other: [{ type: concept("dog") }, { value: "1" }] },
  { name: "value code pattern", list: "Observation.component", by: ["value", "code"],
    slice: (s) => [element(`${s}.code`, { patternCodeableConcept: concept("cat") })],
    match: [{ code: concept("cat") }, { code: { coding: [coding("dog"), coding("cat")] } }],
    other: [{ code: concept("dog") }, { code: { text: "cat" } }] },
  { name: "pattern code", list: "Observation.component", by: ["pattern", "code"],
    slice: (s) => [element(`${s}.code`, { patternCodeableConcept: concept("cat") })],
    match: [{ code: concept("cat") }], other: [{ code: concept("dog") }, { code: concept("cat", LOINC) }] },
  { name: "value code fixed concept", list: "Observation.component", by: ["value", "code"],
    slice: (s) => [element(`${s}.code`, { fixedCodeableConcept: concept("cat") })],
    match: [{ code: concept("cat") }], other: [{ code: concept("dog") }, { code: { ...concept("cat"), text: "t" } }] },
  { name: "value code.coding pattern", list: "Observation.component", by: ["value", "code.coding"],
    slice: (s) => [element(`${s}.code.coding`, { min: 1, patternCoding: coding("cat") })],
    match: [{ code: concept("cat") }], other: [{ code: concept("dog") }] },
  { name: "value code.coding.code", list: "Observation.component", by: ["value", "code.coding.code"],
    slice: (s) => [element(`${s}.code.coding.code`, { min: 1, fixedCode: "cat" })],
    match: [{ code: concept("cat") }], other: [{ code: concept("dog") }] },
  { name: "value code required binding", list: "Observation.component", by: ["value", "code"],
    slice: (s) => [element(`${s}.code`, { binding: { strength: "required", valueSet: pets.url } })], needs: [pets],
    match: [{ code: concept("cat") }, { code: concept("dog") }], other: [{ code: concept("cow") }] },
  { name: "value $this pattern concept", list: "Observation.category", by: ["value", "$this"],
    slice: (s) => [element(s, { patternCodeableConcept: concept("cat") })],
    match: [concept("cat"), { text: "t", ...concept("cat") }], other: [concept("dog"), { text: "cat" }] },
  { name: "pattern $this concept", list: "Observation.category", by: ["pattern", "$this"],
    slice: (s) => [element(s, { patternCodeableConcept: concept("cat") })],
    match: [concept("cat")], other: [concept("dog")] },
  { name: "value $this required binding", list: "Observation.category", by: ["value", "$this"],
    slice: (s) => [element(s, { binding: { strength: "required", valueSet: pets.url } })], needs: [pets],
    match: [concept("cat")], other: [concept("cow")] },
  { name: "value coding.code fixed", list: "Observation.category", by: ["value", "coding.code"],
    slice: (s) => [element(`${s}.coding`, { min: 1 }), element(`${s}.coding.code`, { min: 1, fixedCode: "cat" })],
    match: [concept("cat")], other: [concept("dog"), { text: "cat" }] },
  { name: "value $this fixed string", list: "Patient.name.given", by: ["value", "$this"], slice: (s) => [element(s, { fixedString: "An" })],
    match: ["An"], other: ["Ba"] },
  { name: "value $this pattern string", list: "Patient.name.given", by: ["pattern", "$this"], slice: (s) => [element(s, { patternString: "An" })],
    match: ["An"], other: ["Ba"] },
  { name: "value use fixed code", list: "Patient.telecom", by: ["value", "use"], slice: (s) => [element(`${s}.use`, { min: 1, fixedCode: "home" })],
    match: [{ value: "1", system: "phone", use: "home" }], other: [{ value: "1", system: "phone", use: "work" }, { value: "1", system: "phone" }] },
  { name: "exists min 1", list: "Patient.telecom", by: ["exists", "period"], slice: (s) => [element(`${s}.period`, { min: 1 })],
    match: [{ value: "1", system: "phone", period: { start: "2020" } }], other: [{ value: "1", system: "phone" }] },
  { name: "exists max 0", list: "Patient.telecom", by: ["exists", "period"], slice: (s) => [element(`${s}.period`, { max: "0" })],
    match: [{ value: "1", system: "phone" }], other: [{ value: "1", system: "phone", period: { start: "2020" } }] },
  { name: "exists nested", list: "Patient.telecom", by: ["exists", "period.end"],
    slice: (s) => [element(`${s}.period`, { min: 1 }), element(`${s}.period.end`, { min: 1 })],
    match: [{ value: "1", system: "phone", period: { end: "2020" } }],
    other: [{ value: "1", system: "phone", period: { start: "2020" } }, { value: "1", system: "phone" }] },
  { name: "exists value[x]", list: "Observation.component", by: ["exists", "value"], slice: (s) => [element(`${s}.value[x]`, { min: 1 })],
    match: [{ code: { text: "a" }, valueString: "v" }], other: [{ code: { text: "a" } }] },
  { name: "exists extension", list: "Patient.telecom", by: ["exists", `extension('${kind.url}')`], needs: [kind],
    slice: (s) => [element(`${s}.extension`, { slicing: { discriminator: [{ type: "value", path: "url" }], rules: "open" } }),
      element(`${s}.extension:kind`, { min: 1, type: [{ code: "Extension", profile: [kind.url] }] })],
    match: [{ value: "1", system: "phone", ...withKind("cat") }], other: [{ value: "1", system: "phone" }] },
  { name: "value absent (max 0)", list: "Patient.telecom", by: ["value", "use"], slice: (s) => [element(`${s}.use`, { max: "0" })],
    match: [{ value: "1", system: "phone" }], other: [{ value: "1", system: "phone", use: "home" }] },
  { name: "pattern absent (max 0)", list: "Patient.identifier", by: ["pattern", "type"], slice: (s) => [element(`${s}.type`, { max: "0" })],
    match: [{ value: "1" }], other: [{ value: "1", type: { text: "t" } }] },
  ...["value", "value[x]", "value.ofType(code)", "value.as(code)", "valueCode"].flatMap((path) => ["'", ""].map((quote) => ({
    name: `value extension(${quote}url${quote}).${path}`, list: "Patient.telecom", needs: [kind],
    by: ["value", `extension(${quote}${kind.url}${quote}).${path}`],
    slice: (s) => [element(`${s}.extension`, { slicing: { discriminator: [{ type: "value", path: "url" }], rules: "open" } }),
      element(`${s}.extension:kind`, { min: 1, max: "1", type: [{ code: "Extension", profile: [kind.url] }] }),
      element(`${s}.extension:kind.value[x]`, { min: 1, type: [{ code: "code" }], fixedCode: "cat" })],
    match: [{ value: "1", system: "phone", ...withKind("cat") }],
    other: [{ value: "1", system: "phone", ...withKind("dog") }, { value: "1", system: "phone" }] }))),
  { name: "value extension(url).value by short path in the profile", list: "Patient.telecom", needs: [kind],
    by: ["value", `extension('${kind.url}').value`],
    slice: (s) => [element(`${s}.extension`, { slicing: { discriminator: [{ type: "value", path: "url" }], rules: "open" } }),
      element(`${s}.extension:kind`, { min: 1, max: "1", type: [{ code: "Extension", profile: [kind.url] }] }),
      element(`${s}.extension:kind.valueCode`, { min: 1, fixedCode: "cat" })],
    match: [{ value: "1", system: "phone", ...withKind("cat") }],
    other: [{ value: "1", system: "phone", ...withKind("dog") }, { value: "1", system: "phone" }] },
  { name: "value extension(url).extension(part).value", list: "Patient.telecom", needs: [deep],
    by: ["value", `extension('${deep.url}').extension('kind').value`],
    slice: (s) => [element(`${s}.extension`, { slicing: { discriminator: [{ type: "value", path: "url" }], rules: "open" } }),
      element(`${s}.extension:deep`, { min: 1, max: "1", type: [{ code: "Extension", profile: [deep.url] }] }),
      element(`${s}.extension:deep.extension`, { slicing: { discriminator: [{ type: "value", path: "url" }], rules: "open" } }),
      element(`${s}.extension:deep.extension:kind`, { min: 1, max: "1" }),
      element(`${s}.extension:deep.extension:kind.value[x]`, { min: 1, type: [{ code: "code" }], fixedCode: "cat" })],
    match: [{ value: "1", system: "phone", extension: [{ url: deep.url, extension: [{ url: "kind", valueCode: "cat" }] }] }],
    other: [{ value: "1", system: "phone", extension: [{ url: deep.url, extension: [{ url: "kind", valueCode: "dog" }] }] },
      { value: "1", system: "phone" }] },
  { name: "value value pattern on value[x]", list: "Observation.component", by: ["value", "value"],
    slice: (s) => [element(`${s}.value[x]`, { min: 1, type: [{ code: "CodeableConcept" }], patternCodeableConcept: concept("cat") })],
    match: [{ code: { text: "a" }, valueCodeableConcept: concept("cat") }],
    other: [{ code: { text: "a" }, valueCodeableConcept: concept("dog") }, { code: { text: "a" }, valueString: "cat" }, { code: { text: "a" } }] },
  ...["value.code", "value.ofType(Quantity).code", "value.as(Quantity).code", "(value as Quantity).code",
    "valueQuantity.code"].flatMap((path) => ["value[x]", "valueQuantity"].map((at) => ({
    name: `value ${path} on ${at}`, list: "Observation.component", by: ["value", path],
    slice: (s) => [element(`${s}.${at}`, { min: 1, type: [{ code: "Quantity" }] }), element(`${s}.${at}.code`, { min: 1, fixedCode: "kg" })],
    match: [{ code: { text: "a" }, valueQuantity: { value: 1, system: "urn:a:units", code: "kg" } }],
    other: [{ code: { text: "a" }, valueQuantity: { value: 1, system: "urn:a:units", code: "g" } }, { code: { text: "a" }, valueString: "kg" }] }))),
  { name: "type value", list: "Observation.component", by: ["type", "value"],
    slice: (s) => [element(`${s}.value[x]`, { min: 1, type: [{ code: "Quantity" }] })],
    match: [{ code: { text: "a" }, valueQuantity: { value: 1 } }], other: [{ code: { text: "a" }, valueString: "v" }] },
  { name: "type value absent", list: "Observation.component", by: ["type", "value"],
    slice: (s) => [element(`${s}.value[x]`, { min: 1, type: [{ code: "Quantity" }] })],
    match: [{ code: { text: "a" }, valueQuantity: { value: 1 } }], other: [{ code: { text: "a" } }] },
  { name: "type value of two types", list: "Observation.component", by: ["type", "value"],
    slice: (s) => [element(`${s}.value[x]`, { min: 1, type: [{ code: "Quantity" }, { code: "string" }] })],
    match: [{ code: { text: "a" }, valueQuantity: { value: 1 } }, { code: { text: "a" }, valueString: "v" }],
    other: [{ code: { text: "a" }, valueBoolean: true }] },
  ...["type",
    "profile"].map((how) => ({ name: `${how} entry resource`, list: "Bundle.entry", by: [how, "resource"],
      slice: (s) => [element(`${s}.resource`, { min: 1, type: [{ code: "Patient" }] })],
    match: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", resource: patient() }],
    other: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a02", resource: observation() }] })),
  { name: "profile entry resource with profile", list: "Bundle.entry", by: ["profile", "resource"], needs: [named],
    slice: (s) => [element(`${s}.resource`, { min: 1, type: [{ code: "Patient", profile: [named.url] }] })],
    match: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", resource: patient({ name: [{ text: "A" }] }) }],
    other: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a02", resource: observation() },
      { fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a02", resource: patient() }] },
  { name: "profile resource of two profiles", list: "Bundle.entry", by: ["profile", "resource"], needs: [named, counted],
    slice: (s) => [element(`${s}.resource`,
      { min: 1, type: [{ code: "Patient", profile: [named.url] }, { code: "Observation", profile: [counted.url] }] })],
    match: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", resource: patient({ name: [{ text: "A" }] }) },
      { fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a03", resource: observation({ valueString: "v" }) }],
    other: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a02", resource: observation() }] },
  { name: "value resource.code", list: "Bundle.entry", by: ["value", "resource.code"],
    slice: (s) => [element(`${s}.resource`, { min: 1, type: [{ code: "Observation" }] }),
      element(`${s}.resource.code`, { patternCodeableConcept: concept("cat") })],
    match: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", resource: observation({ code: concept("cat") }) }],
    other: [{ fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a02", resource: observation() },
      { fullUrl: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a02", resource: patient() }] },
  { name: "profile $this identifier", list: "Patient.identifier", by: ["profile", "$this"], needs: [official],
    slice: (s) => [element(s, { type: [{ code: "Identifier", profile: [official.url] }] })],
    match: [{ use: "official", value: "1" }], other: [{ use: "usual", value: "1" }, { value: "1" }] },
  ...["type",
    "profile"].flatMap((how) => ["resolve()",
      "$this.resolve()"].map((path) => ({ name: `${how} ${path}`, list: "Observation.performer", by: [how, path],
        slice: (s) => [element(s, { type: [{ code: "Reference", targetProfile: [`${R4}Patient`] }] })],
    match: [{ reference: "#pat" }], other: [{ reference: "#org" }] }))),
  { name: "type resolve() of a relative reference", list: "Observation.performer", by: ["type", "resolve()"],
    slice: (s) => [element(s, { type: [{ code: "Reference", targetProfile: [`${R4}Patient`] }] })],
    match: [{ reference: "#pat" }], other: [{ reference: "#org" }],
    odd: [{ reference: "Patient/x" }, { reference: "Organization/x" }, { display: "d" }, { identifier: { value: "1" } },
      { reference: "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01" }] },
  { name: "profile resolve() with profile", list: "Observation.performer", by: ["profile", "resolve()"], needs: [women],
    slice: (s) => [element(s, { type: [{ code: "Reference", targetProfile: [women.url] }] })],
    match: [{ reference: "#pat" }], other: [{ reference: "#org" }, { reference: "#man" }] },
  { name: "value resolve().gender", list: "Observation.performer", by: ["value", "resolve().gender"], needs: [women],
    slice: (s) => [element(s, { type: [{ code: "Reference", targetProfile: [women.url] }] })],
    match: [{ reference: "#pat" }], other: [{ reference: "#man" }] },
  { name: "type item.resolve()", list: "List.entry", by: ["type", "item.resolve()"],
    slice: (s) => [element(`${s}.item`, { type: [{ code: "Reference", targetProfile: [`${R4}Patient`] }] })],
    match: [{ item: { reference: "#pat" } }], other: [{ item: { reference: "#org" } }] },
  { name: "profile item.resolve()", list: "List.entry", by: ["profile", "item.resolve()"], needs: [women],
    slice: (s) => [element(`${s}.item`, { type: [{ code: "Reference", targetProfile: [women.url] }] })],
    match: [{ item: { reference: "#pat" } }], other: [{ item: { reference: "#man" } }, { item: { reference: "#org" } }] },
  { name: "value without discriminated content", list: "Patient.identifier", by: ["value", "system"], slice: () => [], match: [], other: [],
    odd: [{ system: "urn:a:a" }] },
  { name: "path that is not there", list: "Patient.identifier", by: ["value", "colour"],
    slice: (s) => [element(`${s}.system`, { min: 1, fixedUri: "urn:a:a" })], match: [], other: [], odd: [{ system: "urn:a:a" }] },
  { name: "value through resource type choice", list: "Parameters.parameter", by: ["value", "name"],
    slice: (s) => [element(`${s}.name`, { fixedString: "a" })], match: [{ name: "a", valueString: "1" }], other: [{ name: "b", valueString: "1" }] },
  { name: "type parameter value", list: "Parameters.parameter", by: ["type", "value"],
    slice: (s) => [element(`${s}.value[x]`, { min: 1, type: [{ code: "string" }] })], match: [{ name: "a", valueString: "1" }],
    other: [{ name: "a", valueCode: "x" }] },
];

const contained = [
  { resourceType: "Patient", id: "pat", gender: "female" }, { resourceType: "Patient", id: "man", gender: "male" },
  { resourceType: "Organization", id: "org", name: "O" }];

// A resource that has items at a list.
export function host(list, items) {
  const type = list.split(".")[0];
  const some = items.length > 0;
  switch (list) {
    case "Patient.name.given": return patient({ name: [{ family: "N", ...(some && { given: items }) }] });
    case "Bundle.entry": return { resourceType: "Bundle", type: "collection", ...(some && { entry: items }) };
    case "Parameters.parameter": return { resourceType: "Parameters", ...(some && { parameter: items }) };
    case "List.entry": return { resourceType: "List", status: "current", mode: "working", ...inside(items), ...(some && { entry: items }) };
    default: {
      const name = list.split(".").pop();
      const more = { ...inside(items), ...(some && { [name]: items }) };
      return type === "Patient" ? patient(more) : observation(more);
    }
  }
}

function inside(items) {
  const text = JSON.stringify(items);
  const used = contained.filter(({ id }) => text.includes(`"#${id}"`));
  return used.length ? { contained: used } : {};
}

const tagged = (item, id) => (typeof item === "string" ? item : { id, ...item });

function sliced(way, { rules = "open", ordered, min = 0, max = "*" } = {}) {
  const [type, path] = way.by;
  const type_ = way.list.split(".")[0];
  const slice = `${way.list}:a`;
  const own = way.slice(slice);
  const first = own.find(({ id }) => id === slice) ?? element(slice);
  const rule = { key: "gen-1", severity: "error", human: "not bad", expression: "id.empty() or id != 'bad'" };
  const root = { ...first, min, max, constraint: [rule] };
  const slicing = { discriminator: [{ type, path }], rules, ...(ordered && { ordered }) };
  return profile(type_, [element(way.list, { slicing }), root, ...own.filter(({ id }) => id !== slice)]);
}

const phone = (more) => ({ system: "phone", value: "1", ...more });
const permutations = (list, length) => (length ? permutations(list, length - 1).flatMap((head) => list.map((one) => [...head, one])) : [[]]);

// Rules and order: every sequence of two slices and of what is in neither.
function* sequences() {
  const items = { a: { system: "urn:a:a" }, b: { system: "urn:b:b" }, o: { system: "urn:o:o" } };
  const slices = (counts) => ["a",
    "b"].flatMap((name) => [element(`Patient.identifier:${name}`, counts[name]),
      element(`Patient.identifier:${name}.system`, { min: 1, fixedUri: `urn:${name}:${name}` })]);
  for (const { rules, ordered,
    counts } of product({ rules: ["open", "closed", "openAtEnd"], ordered: [false, true], counts: [{}, { a: { min: 1 }, b: { max: "1" } }] })) {
    const slicing = { discriminator: [{ type: "value", path: "system" }], rules, ...(ordered && { ordered }) };
    const definition = profile("Patient", [element("Patient.identifier", { slicing }), ...slices(counts)]);
    for (const list of [0, 1, 2,
      3].flatMap((length) => permutations(["a", "b", "o"], length))) yield { feature: `slices in order: ${rules}${ordered ? ", ordered" : ""}`,
      name: `${JSON.stringify(counts)} ${list.join("")}`, definitions: [definition],
      resource: list.length ? patient({ identifier: list.map((one) => items[one]) }) : patient(), profile: definition.url };
  }
}

// Slices of slices, and several discriminators of which a slice says something of one.
function* severals() {
  const identified = (...discriminator) => element("Patient.identifier",
    { slicing: { discriminator: discriminator.map(([type, path]) => ({ type, path })), rules: "closed" } });
  const system = (name, value) => element(`Patient.identifier:${name}.system`, { min: 1, fixedUri: value });
  const use = (name, value) => element(`Patient.identifier:${name}.use`, { min: 1, fixedCode: value });
  const family = profile("Coding", [element("Coding.system", { min: 1, fixedUri: "urn:a:a" })]);
  const worded = profile("string", [], { kind: "primitive-type" });
  worded.differential.element = [{ id: "string", path: "string", fixedString: "B" }];
  const definitions = {
    "two discriminators, both": [identified(["value", "system"], ["value", "use"]), element("Patient.identifier:a"), use("a", "usual"),
      system("a", "urn:a:a"), element("Patient.identifier:b"), use("b", "official"), system("b", "urn:a:a")],
    "two discriminators, one each": [identified(["value", "system"], ["value", "use"]), element("Patient.identifier:a"), system("a", "urn:a:a"),
      element("Patient.identifier:b"), use("b", "official")],
    "two discriminators, none in one slice": [identified(["value", "system"], ["value", "use"]), element("Patient.identifier:a"),
      system("a", "urn:a:a"), element("Patient.identifier:b", { min: 1 }), element("Patient.identifier:b.value", { min: 1 })],
    "a value and what must be absent": [identified(["value", "system"], ["exists", "period"]), element("Patient.identifier:a"),
      system("a", "urn:a:a"), element("Patient.identifier:a.period", { max: "0" }), element("Patient.identifier:b"), system("b", "urn:a:a"),
      element("Patient.identifier:b.period", { min: 1 })],
    "slices of a slice": [element("Patient.identifier", { slicing: { discriminator: [{ type: "value", path: "system" }], rules: "open" } }),
      element("Patient.identifier:a", { slicing: { discriminator: [{ type: "value", path: "use" }], rules: "closed" } }), system("a", "urn:a:a"),
      element("Patient.identifier:a/x", { min: 1 }), use("a/x", "usual"), element("Patient.identifier:a/y", { max: "1" }), use("a/y", "official")],
  };
  const items = product({ system: ["urn:a:a", "urn:b:b", undefined], use: ["usual", "official", undefined],
    period: [undefined, { start: "2020" }] }).map((one) => ({ value: "1", ...Object.fromEntries(Object.entries(one).filter(([, value]) => value)) }));
  const pairs = items.filter(({ period }) => !period).flatMap((one, at, all) => all.slice(at).map((other) => [one, other]));
  for (const [name, elements] of Object.entries(definitions)) {
    const definition = profile("Patient", elements);
    for (const [at, list] of [...items.map((one) => [one]), ...pairs].entries()) yield { feature: `slices: ${name}`, name: `${at}`,
      definitions: [definition], resource: patient({ identifier: list }), profile: definition.url };
  }
  const two = profile("Observation",
    [element("Observation.category",
      { slicing: { discriminator: [{ type: "profile", path: "coding" }, { type: "profile", path: "text" }], rules: "open" } }),
      element("Observation.category:a", { min: 1 }),
      element("Observation.category:a.coding", { min: 1, type: [{ code: "Coding", profile: [family.url] }] }),
      element("Observation.category:b", { min: 1 }),
      element("Observation.category:b.text", { min: 1, type: [{ code: "string", profile: [worded.url] }] })]);
  const categories = { a: { coding: [coding("x", "urn:a:a")] }, b: { text: "B" }, other: { coding: [coding("x", "urn:b:b")] }, words: { text: "C" },
    both: { text: "B", coding: [coding("x", "urn:a:a")] } };
  for (const list of [0, 1, 2].flatMap((length) => permutations(Object.keys(categories), length))) yield { feature: "slices: two profiles, one each",
    name: list.join(", "), definitions: [two, family, worded],
    resource: list.length ? observation({ category: list.map((one) => categories[one]) }) : observation(), profile: two.url };
  {
    const definition = profile("Patient",
      [element("Patient.contact.telecom", { slicing: { discriminator: [{ type: "value", path: "system" }], rules: "open" } }),
        element("Patient.contact.telecom:phone", { min: 1 }), element("Patient.contact.telecom:phone.system", { min: 1, fixedCode: "phone" })]);
    for (const [name,
      contacts] of Object.entries({ none: undefined, "without telecom": [{ name: { text: "a" } }], "with phone": [{ telecom: [phone()] }],
        "one with, one without": [{ telecom: [phone()] }, { name: { text: "a" } }],
        "with mail": [{ telecom: [{ system: "email", value: "a@b" }] }] })) yield { feature: "slices: below a list",
      name, definitions: [definition], resource: patient(contacts ? { contact: contacts } : {}), profile: definition.url };
  }
}

// Elements as R4 has them, one after the other.
const order = ["Patient.identifier", "Patient.telecom", "Observation.category", "Observation.performer", "Observation.component"];

// Some ways at once, on one resource, as a seed has them.
function* mixed(seed) {
  const roll = dice(seed);
  const sound = (type) => ways.filter(({ list, odd,
    name }) => list.split(".")[0] === type && list.split(".").length === 2 && !odd && /^[^(]*$/.test(name) && !/above|below|absent|\$this pattern$/.test(name));
  const all = { Patient: sound("Patient"), Observation: sound("Observation") };
  for (let round = 0; round < 150; round += 1) {
    const type = roll.one(["Patient", "Observation"]);
    const chosen = new Map([roll.one(all[type]), roll.one(all[type]), roll.one(all[type])].map((way) => [way.list, way]));
    const parts = [...chosen.values()].sort((one, other) => order.indexOf(one.list) - order.indexOf(other.list)).map((way) => sliced(way,
      { rules: roll.one(["open", "closed", "openAtEnd"]), min: roll.number(2), max: roll.one(["1", "2", "*"]) }));
    const definition = profile(type, parts.flatMap(({ differential }) => differential.element.slice(1)));
    for (let turn = 0; turn < 4; turn += 1) {
      const picked = [...chosen.values()].map((way) => [way.list.split(".")[1],
        Array.from({ length: roll.number(4) }, () => roll.one([...way.match, ...way.match, ...way.other]))]);
      const filled = Object.fromEntries(picked.filter(([, list]) => list.length));
      const resource = type === "Patient" ? patient({ ...inside(picked), ...filled }) : observation({ ...inside(picked), ...filled });
      yield { feature: "slices: several ways at once", name: `seed ${seed}: ${round}.${turn}`,
        definitions: [definition, ...[...chosen.values()].flatMap((way) => way.needs ?? []), animals], resource, profile: definition.url };
    }
  }
}

export function* slicing(seed) {
  yield* sequences();
  yield* severals();
  yield* mixed(seed);
  for (const way of ways) {
    const [match] = way.match;
    const items = [
      ["nothing", []], ...way.match.map((item, at) => [`in it ${at}`, [item]]), ...way.other.map((item, at) => [`not in it ${at}`, [item]]),
      ...(way.odd ?? []).map((item, at) => [`odd ${at}`, [item]]),
      ...(match ? [["in it, broken", [tagged(match, "bad")]], ["two of it", [match, match]], ["both", [match, ...way.other.slice(0, 1)]]] : []),
      ...way.other.slice(0, 1).map((item) => ["not in it, so not broken", [tagged(item, "bad")]]),
    ].filter(([name, list]) => !(name.includes("broken") && typeof list[0] === "string"));
    for (const { rules, count } of product({ rules: ["open", "closed"], count: [[0, "*"], [1, "1"]] })) {
      const definition = sliced(way, { rules, min: count[0], max: count[1] });
      for (const [name, list] of items) {
        const text = JSON.stringify(list);
        const resource = way.list === "Bundle.entry" && list.length > 1 ? host(way.list,
          list.map((item, at) => ({ ...item, fullUrl: item.fullUrl.slice(0, -1) + (at + 5) }))) : host(way.list, list);
        yield { feature: `slicing: ${way.name}`, name: `${rules} ${count.join("..")}: ${name}`,
          definitions: [definition, ...(way.needs ?? []),
            ...(text.includes(ANIMALS) || JSON.stringify(definition).includes(pets.url) ? [animals] : [])],
          resource, profile: definition.url };
      }
    }
  }
}
