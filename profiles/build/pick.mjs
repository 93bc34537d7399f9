// Copies chosen properties, in the order in which they are asked for: the same input gives the same bytes.

export function pick(source, names) {
  const copy = {};
  for (const name of names) {
    if (source[name] !== undefined) copy[name] = source[name];
  }
  return copy;
}

// Leaves out what has no value, so that optional parts need no `if` where an object is built.
export function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
