// What all parts of the grammar are made of: definitions, resources, and ways to combine them.

import { createHash } from "node:crypto";

export const R4 = "http://hl7.org/fhir/StructureDefinition/";
export const HOME = "http://example.org/fhir/";
export const ANIMALS = `${HOME}CodeSystem/animals`;
export const XHTML = "http://www.w3.org/1999/xhtml";
export const LOINC = "http://loinc.org";

const digest = (value) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);

// An element of a differential by its id: `Patient.telecom:phone.use`.
export function element(id, more = {}) {
  const sliceName = id.split(".").pop().split(":")[1];
  return { id, path: id.replace(/:[^.]+/g, ""), ...(sliceName && { sliceName }), ...more };
}

// A profile of a type. Its name is that of its content, so that equal ones are one.
export function profile(type, elements, more = {}) {
  const content = {
    fhirVersion: "4.0.1", status: "draft", abstract: false,
    kind: /^[A-Z]/.test(type) && type !== "Extension" && !TYPES.has(type) ? "resource" : "complex-type",
    type, baseDefinition: R4 + type, derivation: "constraint", ...more, differential: { element: [element(type), ...elements] },
  };
  return named("StructureDefinition", content);
}

const TYPES = new Set(["Address", "Coding", "CodeableConcept", "ContactPoint", "HumanName", "Identifier", "Period", "Quantity", "Reference"]);

export function named(resourceType, content) {
  const id = digest([resourceType, content]);
  return { resourceType, id, url: `${HOME}${resourceType}/${id}`, name: `N${id}`, ...content };
}

// An extension with a value of one of the types; `parts` are nested extensions.
export function extension({ types = ["string"], context = ["Element"], modifier = false, elements = [], min = 0, name }) {
  const value = types.length ? element("Extension.value[x]", { min: 1, type: types.map((code) => ({ code })) }) : element("Extension.value[x]",
    { max: "0" });
  const contexts = context.map((one) => (typeof one === "string" ? { type: "element", expression: one } : one));
  const made = profile("Extension", [], { context: contexts });
  const root = { id: "Extension", path: "Extension", ...(min && { min }), ...(modifier && { isModifier: true, isModifierReason: "says so" }) };
  const url = `${HOME}StructureDefinition/${digest([types, contexts, modifier, elements, name])}`;
  const nested = elements.length ? elements : [element("Extension.extension", { max: "0" })];
  return { ...made, id: url.split("/").pop(), url, differential: { element: [root, ...nested, element("Extension.url", { fixedUri: url }), value] } };
}

export const animals = { resourceType: "CodeSystem", id: "animals", url: ANIMALS, version: "1", name: "Animals", status: "draft", caseSensitive: true,
  content: "complete", concept: [
  { code: "cat", display: "Cat", concept: [{ code: "lion", display: "Lion" }] }, { code: "dog", display: "Dog" }, { code: "cow", display: "Cow" }] };

export const valueSet = (...include) => named("ValueSet", { status: "draft", compose: { include } });
export const pets = valueSet({ system: ANIMALS, concept: [{ code: "cat" }, { code: "dog" }] });

// A URN of its own, and a narrative.
export const URN = (n) => `urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a0${n}`;
export const NARRATIVE = `<div xmlns="${XHTML}">x</div>`;

export const coding = (code, system = ANIMALS) => ({ system, code });
export const concept = (code, system = ANIMALS) => ({ coding: [coding(code, system)] });

export const patient = (more = {}) => ({ resourceType: "Patient", active: true, ...more });
export const observation = (more = {}) => ({ resourceType: "Observation", status: "final", code: { text: "x" }, ...more });

// Every combination of one of each list: { a: [1, 2], b: [3] } gives { a: 1, b: 3 }, { a: 2, b: 3 }.
export function product(lists) {
  return Object.entries(lists).reduce((made, [key, list]) => made.flatMap((one) => list.map((value) => ({ ...one, [key]: value }))), [{}]);
}

// A source of random numbers that a seed repeats (mulberry32).
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, one: (list) => list[Math.floor(next() * list.length)], number: (below) => Math.floor(next() * below) };
}
