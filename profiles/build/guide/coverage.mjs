// Which item has which profile, codes, examples and rules: made from catalogue, definitions and manifest, never typed. And
// what is missing: items without a good and a bad example, profiles without a good one, constraints without a bad one.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { items } from "../read-catalogue.mjs";
import { root } from "./settings.mjs";

const definitions = () =>
  readdirSync(join(root, "guide"))
    .filter((name) => name.startsWith("StructureDefinition-"))
    .map((name) => JSON.parse(readFileSync(join(root, "guide", name), "utf8")));

export function coverage(manifest) {
  const gaps = [];
  const rows = items().map(({ id, label, carrier, profile, codes }) => {
    const of = manifest.filter(({ items: list }) => list.includes(id));
    const good = of.filter(({ expect }) => !expect).map(({ file, id: name }) => (file.endsWith(".ndjson") ? `${file}#${name}` : file));
    const bad = of.filter(({ expect }) => expect).map(({ file, id: name }) => (file.endsWith(".ndjson") ? `${file}#${name}` : file));
    const rules = [...new Set(of.map(({ expect }) => expect?.rule ?? expect?.kind).filter(Boolean))];
    if (carrier && (!good.length || !bad.length)) gaps.push(`${id}: ${good.length ? "" : "no good "}${bad.length ? "" : "no bad "}example`);
    return { item: id, label: label.vi, profile, codes: codes.map(({ system, code }) => `${system}|${code}`), good, bad, rules };
  });
  const tested = new Set(manifest.flatMap(({ profile, expect }) => (expect?.rule ? [`${profile}#${expect.rule}`] : [])));
  const anywhere = new Set([...tested].map((name) => name.split("#")[1]));
  const claimed = new Set(manifest.filter(({ expect }) => !expect).map(({ profile }) => profile));
  for (const { url, type, differential, derivation } of definitions()) {
    if (derivation !== "constraint") continue;
    if (type !== "Extension" && !claimed.has(url)) gaps.push(`${url}: no good example`);
    for (const { key } of differential.element.flatMap(({ constraint = [] }) => constraint)) if (!anywhere.has(key)) gaps.push(`${url}: no bad example for ${key}`);
  }
  return { table: `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`, gaps };
}
