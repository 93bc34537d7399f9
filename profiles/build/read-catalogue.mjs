// Reads the item catalogue, `catalogue/`: sections, items in printed order, lists of answers.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "catalogue");
export const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));

export const sections = () => read("sections.json");
export const lists = () => read("lists.json");
export const rules = () => read("rules.json");
export const itemFiles = () => readdirSync(join(folder, "items")).filter((name) => name.endsWith(".json")).sort();
export const schedule = () => readdirSync(join(folder, "schedule")).filter((name) => name.endsWith(".json")).sort().filter((name) => !name.startsWith("vaccine")).flatMap((name) => read("schedule", name));
// The rows of vaccines, each with the label of its product.
export const doses = () =>
  readdirSync(join(folder, "schedule")).filter((name) => name.startsWith("vaccine")).flatMap((name) => {
    const { products, rows } = read("schedule", name);
    const byCode = new Map(products.map(({ code, vi, en }) => [code, { vi, en }]));
    return rows.map(({ id, vaccine, dose }) => ({ id, dose, label: byCode.get(vaccine) ?? { vi: vaccine, en: vaccine } }));
  });
export const items = () => sections().flatMap(({ section }) => read("items", `${section}.json`));
