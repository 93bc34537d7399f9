// The settings of the guide, from `sushi-config.yaml`, and the helpers for definitions in two languages.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const settings = parse(readFileSync(join(root, "sushi-config.yaml"), "utf8"));

export const url = (type, id) => `${settings.canonical}/${type}/${id}`;
export const codeSystem = (id) => url("CodeSystem", id);
export const valueSet = (id) => url("ValueSet", id);
export const itemSystem = codeSystem("mch-booklet-item");

export const translation = (lang, content) => ({
  extension: [
    {
      url: "http://hl7.org/fhir/StructureDefinition/translation",
      extension: [
        { url: "lang", valueCode: lang },
        { url: "content", valueString: content },
      ],
    },
  ],
});

// The fields every definition begins with. Displays of our codes are Vietnamese, and so is the language of these resources.
export function definition(type, id, title, description) {
  return {
    resourceType: type,
    id,
    language: "vi",
    url: url(type, id),
    version: settings.version,
    name: id.split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join(""),
    title: title.vi,
    _title: translation("en", title.en),
    status: settings.status,
    experimental: settings.experimental,
    date: String(settings.date instanceof Date ? settings.date.toISOString().slice(0, 10) : settings.date),
    publisher: settings.publisher.name,
    ...(description && { description: description.vi, _description: translation("en", description.en) }),
    jurisdiction: [{ coding: [{ system: "urn:iso:std:iso:3166", code: "VN", display: "Viet Nam" }] }],
  };
}
