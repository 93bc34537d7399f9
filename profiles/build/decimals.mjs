// Keeps decimals as they are written, 3.0 as 3.0: to JavaScript both are the number 3.
//
// A decimal travels as a string that begins with a character no text of FHIR may have.

export function keepDecimals(json) {
  const stringOrDecimal = /"(?:[^"\\]|\\.)*"|-?\d+\.\d+(?:[eE][+-]?\d+)?/g;
  return json.replace(stringOrDecimal, (found) => (found.startsWith('"') ? found : `"\\u0001${found}"`));
}

export function restoreDecimals(json) {
  return json.replace(/"\\u0001([^"]*)"/g, "$1");
}
