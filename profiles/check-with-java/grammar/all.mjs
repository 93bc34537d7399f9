// Every part of the grammar.

import { bindings } from "./bindings.mjs";
import { bundles } from "./bundles.mjs";
import { narratives } from "./narratives.mjs";
import { questionnaires } from "./questionnaires.mjs";
import { references } from "./references.mjs";
import { slicing } from "./slicing.mjs";
import { values } from "./values.mjs";
import { wholes } from "./wholes.mjs";

// The cases of a seed; all but those of `mixed` are the same for every seed.
export function* cases(seed) {
  yield* slicing(seed);
  yield* values();
  yield* bindings();
  yield* references();
  yield* narratives();
  yield* bundles();
  yield* wholes();
  yield* questionnaires();
}
