// Trims the StructureDefinition of a type and its snapshot to what validation and paths need at once.
//
// A constraint that came from another type is left out: it stands at that type. The FHIRPath system types of `id`, `url`
// and `value` are replaced by the FHIR type they stand for, and a resource's id is an `id`.

import { defined, pick } from "./pick.mjs";

const systemType = "http://hl7.org/fhirpath/System.";
const fhirType = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";

export function trimStructure(definition) {
  const head = pick(definition, [
    "resourceType", "url", "version", "name", "title", "status", "kind", "abstract", "context", "contextInvariant",
    "type", "baseDefinition", "derivation",
  ]);
  const element = definition.snapshot.element.map((element) => trimElement(element, definition));
  return { ...head, snapshot: { element } };
}

// A type of its own, not a profile of another type or a logical model.
export function isType(definition) {
  return definition.kind !== "logical" && definition.derivation !== "constraint";
}

function trimElement(element, definition) {
  const values = Object.keys(element).filter((name) => /^(fixed|pattern|minValue|maxValue)[A-Z]/.test(name));
  return defined({
    id: element.id === element.path ? undefined : element.id,
    ...pick(element, ["path", "sliceName"]),
    slicing: element.slicing && pick(element.slicing, ["discriminator", "ordered", "rules"]),
    ...pick(element, ["min", "max", "contentReference"]),
    type: element.type?.map((type) => trimType(type, element, definition)),
    ...pick(element, [...values.sort(), "maxLength"]),
    constraint: constraints(element, definition),
    mustSupport: element.mustSupport || undefined,
    isModifier: element.isModifier || undefined,
    isSummary: element.isSummary || undefined,
    binding: element.binding && pick(element.binding, ["strength", "valueSet"]),
  });
}

function trimType(type, element, definition) {
  let code = type.code;
  if (code?.startsWith(systemType)) {
    const named = type.extension?.find((extension) => extension.url === fhirType)?.valueUrl ?? "string";
    const isResourceId = definition.kind === "resource" && element.path === `${definition.type}.id`;
    code = isResourceId ? "id" : named;
  }
  return { code, ...pick(type, ["profile", "targetProfile", "aggregation"]) };
}

function constraints(element, definition) {
  const own = (element.constraint ?? []).filter(({ source }) => source === undefined || source === definition.url);
  if (own.length === 0) return undefined;
  return own.map((constraint) => pick(constraint, ["key", "severity", "human", "expression"]));
}
