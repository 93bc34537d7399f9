// Trims SearchParameter, CompartmentDefinition and OperationDefinition to what runs requests.

import { pick } from "./pick.mjs";

export function trimSearchParameter(parameter) {
  return pick(parameter, [
    "resourceType", "url", "name", "code", "base", "type", "expression", "target", "component", "multipleOr",
    "multipleAnd", "comparator", "modifier", "chain",
  ]);
}

export function trimCompartment(compartment) {
  const trimmed = pick(compartment, ["resourceType", "url", "code", "search"]);
  trimmed.resource = compartment.resource
    .filter((resource) => resource.param)
    .map((resource) => pick(resource, ["code", "param"]));
  return trimmed;
}

export function trimOperation(operation) {
  const trimmed = pick(operation, [
    "resourceType", "url", "name", "kind", "affectsState", "code", "resource", "system", "type", "instance",
  ]);
  if (operation.parameter) trimmed.parameter = operation.parameter.map(trimOperationParameter);
  return trimmed;
}

function trimOperationParameter(parameter) {
  const trimmed = pick(parameter, ["name", "use", "min", "max", "type", "targetProfile", "searchType"]);
  if (parameter.binding) trimmed.binding = pick(parameter.binding, ["strength", "valueSet"]);
  if (parameter.part) trimmed.part = parameter.part.map(trimOperationParameter);
  return trimmed;
}
