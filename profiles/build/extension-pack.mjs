// The extensions that HL7 publishes for R4 after R4: those that R4 has not, and those of R4 that say something else
// today (places, types, counts). Of the terminology they use, what R4 has not.

import { pick } from "./pick.mjs";
import { resources } from "./read-packages.mjs";
import { trimStructure } from "./trim-structure.mjs";
import { trimCodeSystem, trimValueSet } from "./trim-terminology.mjs";

const pack = "hl7.fhir.uv.extensions.r4";

export function extensionPack(definitions) {
  const added = (type) => {
    const known = new Set(definitions(type).map(({ url }) => url));
    return resources(pack, type).filter(({ url }) => !known.has(url));
  };
  const ofR4 = new Map(definitions("StructureDefinition").map((definition) => [definition.url, definition]));
  const isNews = (definition) => meaning(definition) !== meaning(ofR4.get(definition.url));
  return [
    ...resources(pack, "StructureDefinition").filter(isNews).map(trimExtension),
    ...added("CodeSystem").map(trimCodeSystem),
    ...added("ValueSet").map((valueSet) => trimValueSet(valueSet)),
  ];
}

// What decides whether a use of an extension is right, but for constraints, which R4 words otherwise.
function meaning(definition) {
  if (!definition) return undefined;
  const { context, contextInvariant, snapshot } = trimStructure(definition);
  const places = (context ?? []).map(({ type, expression }) => `${type} ${expression}`).sort();
  const elements = snapshot.element.map((element) => {
    const decides = pick(element, ["id", "path", "min", "max", "type", "isModifier"]);
    return { ...decides, binding: element.binding?.strength === "required" ? element.binding : undefined };
  });
  return JSON.stringify([places, contextInvariant, elements]);
}

function trimExtension(definition) {
  const kept = pick(definition, [
    "resourceType", "url", "version", "id", "name", "title", "status", "fhirVersion", "kind", "abstract", "context",
    "contextInvariant", "type", "baseDefinition", "derivation",
  ]);
  const texts = new Set(["definition", "comment", "requirements", "alias", "mapping", "example"]);
  const element = definition.differential.element.map((whole) =>
    pick(whole, Object.keys(whole).filter((name) => !texts.has(name))),
  );
  return { ...kept, differential: { element } };
}
