// Codes and the value sets they are bound to: each strength, on each type that can be bound, by each way a code can be right or wrong.

import { ANIMALS, HOME, animals, coding, extension, named, observation, patient, pets, product, valueSet } from "./words.mjs";

const UCUM = "http://unitsofmeasure.org";
const masses = valueSet({ system: UCUM, concept: [{ code: "kg" }, { code: "g" }] });
const system = (content, concept, more = {}) => named("CodeSystem",
  { status: "draft", caseSensitive: true, content, ...(concept && { concept }), ...more });
const colours = [{ code: "red", display: "Red" }, { code: "blue", display: "Blue" }];
const complete = system("complete", colours);
const bound = (strength, valueSet) => ({ binding: { strength, valueSet } });
const strengths = ["required", "extensible", "preferred", "example"];

// An extension with a value of one type that is bound, on a patient.
function bindingOf(type, strength, set) {
  const made = extension({ types: [type], name: `${type} ${strength} ${set}` });
  made.differential.element = made.differential.element.map((one) => (one.id === "Extension.value[x]" ? { ...one, ...bound(strength, set) } : one));
  return made;
}
const holding = (definition, type,
  value) => patient({ extension: [{ url: definition.url, [`value${type[0].toUpperCase()}${type.slice(1)}`]: value }] });

const codings = {
  "in the set": coding("cat"), "in the set, with display": { ...coding("cat"), display: "Cat" },
  "display in other case": { ...coding("cat"), display: "cat" },
  "another's display": { ...coding("cat"), display: "Dog" }, "display of nobody": { ...coding("cat"), display: "Chat" },
  "not in the set": coding("cow"), "not in the set, another's display": { ...coding("cow"), display: "Dog" },
  "code below one in the set": coding("lion"), "not in the system": coding("unicorn"), "in other case": coding("Cat"),
  "without system": { code: "cat" }, "without system, not in the set": { code: "cow" },
  "of an unknown system": coding("cat", `${HOME}CodeSystem/none`), "of another system": coding("red", complete.url),
  "of another system, same code": coding("cat", complete.url), "of a relative system": coding("cat", "animals"),
  "of the value set as a system": coding("cat", pets.url), "display alone": { display: "Cat" }, "system alone": { system: ANIMALS },
  "with right version": { ...coding("cat"), version: "1" }, "with wrong version": { ...coding("cat"), version: "9" },
};
const concepts = {
  ...Object.fromEntries(Object.entries(codings).map(([name, one]) => [name, { coding: [one] }])),
  "text alone": { text: "cat" }, "text and one not in the set": { text: "cow", coding: [coding("cow")] },
  "one of two in the set": { coding: [coding("cow"), coding("cat")] },
  "one of two in the set, other unknown": { coding: [coding("x", `${HOME}CodeSystem/none`), coding("cat")] },
  "neither of two": { coding: [coding("cow"), coding("lion")] },
  "only an extension": { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }] },
};
const units = {
  "in the set": { value: 1, unit: "kg", system: UCUM, code: "kg" }, "not in the set": { value: 1, unit: "mg", system: UCUM, code: "mg" },
  "no unit of UCUM": { value: 1, unit: "foo", system: UCUM, code: "foo" }, "without code": { value: 1, unit: "kg" },
  "without system": { value: 1, code: "kg" }, "of another system": { value: 1, system: ANIMALS, code: "cat" }, "number alone": { value: 1 },
  "no number": { system: UCUM, code: "kg" }, "unit with other words": { value: 1, unit: "kilogram", system: UCUM, code: "kg" },
};

function* strengthsAndTypes() {
  const values = { Coding: codings, CodeableConcept: concepts, Quantity: units, code: { right: "cat", wrong: "cow", "other case": "Cat" },
    string: { right: "cat", wrong: "cow" }, uri: { right: "urn:a:cat", wrong: "urn:a:cow" } };
  const uris = named("CodeSystem",
    { status: "draft", caseSensitive: true, content: "complete", concept: [{ code: "urn:a:cat" }, { code: "urn:a:cow" }] });
  const sets = { Quantity: masses, uri: valueSet({ system: uris.url, concept: [{ code: "urn:a:cat" }] }) };
  for (const [type, list] of Object.entries(values)) for (const strength of strengths) {
    const set = sets[type] ?? pets;
    const definition = bindingOf(type, strength, set.url);
    for (const [name, value] of Object.entries(list)) yield { feature: `binding: ${strength} ${type}`, name,
      definitions: [definition, set, animals, complete, uris], resource: holding(definition, type, value) };
  }
}

// What a value set or code system can be.
const trees = system("complete", [{ code: "a", concept: [{ code: "b", concept: [{ code: "c" }] }, { code: "d" }] }, { code: "e" }],
  { hierarchyMeaning: "is-a" });
const rated = system("complete",
  [{ code: "a", property: [{ code: "rank", valueString: "high" }] }, { code: "b", property: [{ code: "rank", valueString: "low" }] }, { code: "c" }],
  { property: [{ code: "rank", type: "string" }], filter: [{ code: "rank", operator: ["="], value: "a rank" }] });
const anyCase = system("complete", colours, { caseSensitive: false });
const untold = system("complete", colours, { caseSensitive: undefined });
const fragment = system("fragment", colours);
const example = system("example", colours);
const absent = system("not-present");
const supplement = named("CodeSystem",
  { status: "draft", content: "supplement", supplements: complete.url, concept: [{ code: "red", designation: [{ language: "vi", value: "Đỏ" }] }] });
const inactive = system("complete",
  [{ code: "red", property: [{ code: "status", valueCode: "retired" }] }, { code: "blue", property: [{ code: "inactive", valueBoolean: true }] },
    { code: "old", property: [{ code: "deprecationDate", valueDateTime: "2020-01-01" }] }],
  { property: [{ code: "status", uri: "http://hl7.org/fhir/concept-properties#status", type: "code" },
    { code: "inactive", uri: "http://hl7.org/fhir/concept-properties#inactive", type: "boolean" },
    { code: "deprecationDate", uri: "http://hl7.org/fhir/concept-properties#deprecationDate", type: "dateTime" }] });
const abstract = system("complete", [{ code: "any", property: [{ code: "notSelectable", valueBoolean: true }], concept: [{ code: "red" }] }],
  { property: [{ code: "notSelectable", uri: "http://hl7.org/fhir/concept-properties#notSelectable", type: "boolean" }] });
const filter = (property, op, value) => [{ property, op, value }];
const inner = valueSet({ system: trees.url, concept: [{ code: "a" }, { code: "b" }] });
const sets = {
  "whole system": [[{ system: complete.url }], complete, ["red", "green"]],
  "is-a": [[{ system: trees.url, filter: filter("concept", "is-a", "b") }], trees, ["a", "b", "c", "d"]],
  "descendent-of": [[{ system: trees.url, filter: filter("concept", "descendent-of", "b") }], trees, ["a", "b", "c"]],
  "is-not-a": [[{ system: trees.url, filter: filter("concept", "is-not-a", "b") }], trees, ["a", "b", "c", "d"]],
  "in": [[{ system: trees.url, filter: filter("concept", "in", "a,b") }], trees, ["a", "b", "c"]],
  "regex": [[{ system: trees.url, filter: filter("code", "regex", "[ab]") }], trees, ["a", "b", "c"]],
  "property =": [[{ system: rated.url, filter: filter("rank", "=", "high") }], rated, ["a", "b", "c"]],
  "property exists": [[{ system: rated.url, filter: filter("rank", "exists", "true") }], rated, ["a", "c"]],
  "property in": [[{ system: rated.url, filter: filter("rank", "in", "high,low") }], rated, ["a", "c"]],
  "import": [[{ valueSet: [inner.url] }], trees, ["a", "c"], inner],
  "import and system": [[{ system: trees.url, valueSet: [inner.url] }], trees, ["a", "c"], inner],
  "two includes": [[{ system: trees.url, concept: [{ code: "c" }] }, { valueSet: [inner.url] }], trees, ["a", "c", "d"], inner],
  "unknown import": [[{ valueSet: [`${HOME}ValueSet/none`] }], trees, ["a"]],
  "unknown system": [[{ system: `${HOME}CodeSystem/none` }], { url: `${HOME}CodeSystem/none` }, ["a"]],
  "unknown system, listed": [[{ system: `${HOME}CodeSystem/none`, concept: [{ code: "a" }] }], { url: `${HOME}CodeSystem/none` }, ["a", "b"]],
  "any case": [[{ system: anyCase.url }], anyCase, ["red", "RED", "green"]],
  "case not told": [[{ system: untold.url }], untold, ["red", "RED", "green"]],
  "any case, listed": [[{ system: anyCase.url, concept: [{ code: "red" }] }], anyCase, ["red", "RED", "blue"]],
  "fragment": [[{ system: fragment.url }], fragment, ["red", "green"]], "example": [[{ system: example.url }], example, ["red", "green"]],
  "not present": [[{ system: absent.url }], absent, ["red"]],
  "not present, listed": [[{ system: absent.url, concept: [{ code: "red" }] }], absent, ["red", "blue"]],
  "supplement as the system": [[{ system: supplement.url }], supplement, ["red", "blue"], complete],
  "codes of a supplement": [[{ system: complete.url }], supplement, ["red", "blue"], complete],
  "inactive codes": [[{ system: inactive.url }], inactive, ["red", "blue", "old"]],
  "abstract codes": [[{ system: abstract.url }], abstract, ["any", "red"]],
};

function* kindsOfSets() {
  for (const [kind, [include, of, codes, ...more]] of Object.entries(sets)) {
    const set = valueSet(...include);
    const known = [set, ...more, ...(of.resourceType ? [of] : [])];
    for (const { type, strength, code } of product({ type: ["Coding", "CodeableConcept"], strength: ["required", "extensible"], code: codes })) {
      const definition = bindingOf(type, strength, set.url);
      const value = type === "Coding" ? coding(code, of.url) : { coding: [coding(code, of.url)] };
      yield { feature: `value set: ${kind}`, name: `${strength} ${type} ${code}`, definitions: [definition, ...known],
        resource: holding(definition, type, value) };
    }
    const definition = bindingOf("code", "required", set.url);
    for (const code of codes) yield { feature: `value set: ${kind}`, name: `required code ${code}`, definitions: [definition, ...known],
      resource: holding(definition, "code", code) };
  }
  const excluding = named("ValueSet",
    { status: "draft", compose: { include: [{ system: trees.url }], exclude: [{ system: trees.url, concept: [{ code: "b" }] }] } });
  const expanded = named("ValueSet", { status: "draft", expansion: { timestamp: "2026-01-01", contains: [{ system: trees.url, code: "a" }] } });
  for (const [kind, set] of [["exclude", excluding], ["expansion alone", expanded],
    ["none of that name", { url: `${HOME}ValueSet/none` }]]) for (const strength of strengths) {
    const definition = bindingOf("Coding", strength, set.url);
    for (const code of ["a", "b"]) yield { feature: `value set: ${kind}`, name: `${strength} ${code}`,
      definitions: [definition, trees, ...(set.resourceType ? [set] : [])], resource: holding(definition, "Coding", coding(code, trees.url)) };
  }
}

// Codes that nothing binds, and those that R4 binds.
function* unbound() {
  const all = [animals, complete, pets, anyCase, untold, fragment, example, absent, supplement, inactive, abstract];
  const others = { "any case, other case": coding("RED", anyCase.url), "case not told, other case": coding("RED", untold.url),
    "fragment, not in it": coding("green", fragment.url), "example, not in it": coding("green", example.url),
    "system without codes": coding("red", absent.url),
    supplement: coding("red", supplement.url), "supplement, code of the base": coding("blue", supplement.url),
    "display by the supplement": { ...coding("red", complete.url), display: "Đỏ" }, inactive: coding("red", inactive.url),
    abstract: coding("any", abstract.url) };
  for (const [name, one] of Object.entries({ ...codings, ...others })) {
    yield { feature: "code that nothing binds: concept", name, definitions: all, resource: observation({ code: { coding: [one] } }) };
    yield { feature: "code that nothing binds: coding", name, definitions: all, resource: patient({ meta: { tag: [one] } }) };
  }
  for (const [name, one] of Object.entries(units)) yield { feature: "code that nothing binds: unit", name, definitions: all,
    resource: observation({ valueQuantity: one }) };
  const M = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus";
  const marital = { right: coding("M", M), wrong: coding("XX", M), "wrong display": { ...coding("M", M), display: "Divorced" },
    "right display": { ...coding("M", M), display: "Married" },
    "of the set's other system": coding("UNK", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"),
    "not in the set": coding("NI", "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"), "of another system": coding("cat"),
    "without system": { code: "M" } };
  for (const [name, one] of Object.entries(marital)) yield { feature: "binding of R4", name: `extensible ${name}`, definitions: [animals],
    resource: patient({ maritalStatus: { coding: [one] } }) };
  for (const gender of ["female", "Female", "f", "", null]) yield { feature: "binding of R4", name: `required ${gender}`,
    resource: patient({ gender }) };
  const verification = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
  for (const [name,
    one] of Object.entries({ right: { coding: [coding("confirmed", verification)] }, wrong: { coding: [coding("xx", verification)] },
      text: { text: "confirmed" }, "of another system": { coding: [coding("cat")] } }))
    yield { feature: "binding of R4", name: `required concept ${name}`, definitions: [animals],
      resource: { resourceType: "Condition", subject: { display: "x" }, verificationStatus: one,
        clinicalStatus: { coding: [coding("active", "http://terminology.hl7.org/CodeSystem/condition-clinical")] } } };
  for (const language of ["vi", "vi-VN", "VI", "en-US", "xx-yy", "vietnamese", "zz", "v", "i-klingon", "x-own", "zh-Hans-CN", "de-DE-1996", "e n",
    "en_US"]) yield { feature: "language",
    name: language, resource: patient({ language }) };
  for (const type of ["text/plain", "image/png", "application/fhir+json", "text/plain; charset=utf-8", "plain", "text/", "TEXT/PLAIN", "a/b",
    "text/plain;", "foo/bar/x"]) yield { feature: "media type",
    name: type, resource: patient({ photo: [{ contentType: type, url: "http://example.org/a" }] }) };
  for (const currency of ["VND", "vnd", "XXX", "dong", "US"]) yield { feature: "binding of R4", name: `currency ${currency}`,
    resource: { resourceType: "Invoice", status: "draft", totalNet: { value: 1, currency } } };
}

export function* bindings() {
  yield* strengthsAndTypes();
  yield* kindsOfSets();
  yield* unbound();
}
