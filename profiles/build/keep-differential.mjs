// Keeps a StructureDefinition whole but for what can be made again (narrative, snapshot) and what no
// client asks a server for (mappings to other standards).
//
// Four logical models are published with a snapshot and no differential: theirs is kept.

import { pick } from "./pick.mjs";

const leftOut = new Set(["meta", "text", "mapping", "snapshot", "differential"]);

export function keepDifferential(definition) {
  const head = ["resourceType", "url", "version"];
  const rest = Object.keys(definition).filter((name) => !leftOut.has(name) && !head.includes(name));
  const list = definition.differential ? "differential" : "snapshot";
  return { ...pick(definition, [...head, ...rest]), [list]: { element: definition[list].element.map(withoutMapping) } };
}

function withoutMapping(element) {
  return pick(element, Object.keys(element).filter((name) => name !== "mapping"));
}
