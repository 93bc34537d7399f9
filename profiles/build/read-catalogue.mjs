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
export const schedule = () => readdirSync(join(folder, "schedule")).filter((name) => name.endsWith(".json")).sort().flatMap((name) => read("schedule", name));
export const items = () => sections().flatMap(({ section }) => read("items", `${section}.json`));
