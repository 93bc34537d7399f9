// Trims CodeSystem and ValueSet to codes, their texts and properties, and rules; a value set gets its
// expansion.

import { pick } from "./pick.mjs";

const head = ["resourceType", "url", "version", "name", "title", "status", "experimental"];
const standardsStatus = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status";

export function trimCodeSystem(system) {
  const trimmed = pick(system, [
    ...head, "language", "caseSensitive", "valueSet", "hierarchyMeaning", "content", "supplements", "concept",
  ]);
  const status = system.extension?.filter(({ url }) => url === standardsStatus);
  if (status?.length) trimmed.extension = status;
  if (system.property) {
    trimmed.property = system.property.map((property) => pick(property, ["code", "uri", "type"]));
  }
  if (system.concept) trimmed.concept = system.concept.map(trimConcept);
  return trimmed;
}

function trimConcept(concept) {
  const trimmed = pick(concept, ["code", "display", "definition", "designation", "property"]);
  if (concept.concept) trimmed.concept = concept.concept.map(trimConcept);
  return trimmed;
}

export function trimValueSet(valueSet, expansion) {
  const trimmed = pick(valueSet, head);
  if (valueSet.compose) {
    trimmed.compose = pick(valueSet.compose, ["lockedDate", "inactive"]);
    trimmed.compose.include = valueSet.compose.include.map(trimInclude);
    if (valueSet.compose.exclude) trimmed.compose.exclude = valueSet.compose.exclude.map(trimInclude);
  }
  if (expansion) trimmed.expansion = trimExpansion(expansion);
  return trimmed;
}

function trimInclude(include) {
  const trimmed = pick(include, ["system", "version", "filter", "valueSet"]);
  if (include.concept) trimmed.concept = include.concept.map((concept) => pick(concept, ["code", "display"]));
  return trimmed;
}

// Extensions and parameters say whether the expansion is everything: valueset-toocostly,
// valueset-unclosed, limitedExpansion.
function trimExpansion(expansion) {
  const trimmed = pick(expansion, ["total", "offset"]);
  if (expansion.extension) trimmed.extension = expansion.extension;
  const limits = expansion.parameter?.filter(({ name }) => name === "limitedExpansion");
  if (limits?.length) trimmed.parameter = limits;
  trimmed.contains = (expansion.contains ?? []).map(trimContains);
  return trimmed;
}

function trimContains(entry) {
  const trimmed = pick(entry, ["system", "abstract", "inactive", "code", "display"]);
  if (entry.contains) trimmed.contains = entry.contains.map(trimContains);
  return trimmed;
}
