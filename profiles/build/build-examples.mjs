// Writes `examples/`: the bad examples, the good and bad one of every item, the manifest that says what each must meet, and the
// coverage of the catalogue. With `--check` nothing is written: stale files and items without examples are failures.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { coverage } from "./guide/coverage.mjs";
import { examples } from "./guide/examples.mjs";
import { root } from "./guide/settings.mjs";

const folder = join(root, "examples");
const hand = new Map(readdirSync(join(folder, "good")).filter((name) => name.endsWith(".json")).sort().map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(join(folder, "good", name), "utf8"))]));
const changes = JSON.parse(readFileSync(join(folder, "changes.json"), "utf8"));
const { files, manifest, gaps: unbroken } = examples(hand, changes);
const { table, gaps: uncovered } = coverage(manifest);
const gaps = [...unbroken, ...uncovered];
files.set("coverage.json", table);

const checking = process.argv.includes("--check");
let stale = 0;
const made = ["bad", "bad/items", "good/items", "records"].flatMap((name) => (existsSync(join(folder, name)) ? readdirSync(join(folder, name)).map((file) => `${name}/${file}`) : [])).filter((name) => /\.(nd)?json$/.test(name));
for (const name of made) {
  if (files.has(name)) continue;
  stale += 1;
  if (!checking) rmSync(join(folder, name));
}
for (const [name, content] of files) {
  const path = join(folder, name);
  if (existsSync(path) && readFileSync(path, "utf8") === content) continue;
  stale += 1;
  if (checking) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
for (const gap of gaps) console.error(gap);
console.log(`${manifest.filter(({ expect }) => !expect).length} good, ${manifest.filter(({ expect }) => expect).length} bad; ${stale} files ${checking ? "stale" : "changed"}; ${gaps.length} gaps`);
if (gaps.length || (checking && stale)) process.exitCode = 1;
