// Bundles of each type: names of entries, parts of other types, requests, searches, links, documents, messages.

import { HOME, NARRATIVE, URN, observation, patient, product } from "./words.mjs";

// Bundles of each type.
const entryOf = (n, more = {}) => ({ fullUrl: URN(n), resource: patient(), ...more });
const kinds = { collection: {}, batch: { request: { method: "POST", url: "Patient" } }, transaction: { request: { method: "POST", url: "Patient" } },
  searchset: { search: { mode: "match" } }, history: { request: { method: "POST", url: "Patient" }, response: { status: "201" } },
  "batch-response": { response: { status: "201" } }, "transaction-response": { response: { status: "201" } } };
const at = (id) => `${HOME}Patient/${id}`;
const entries = {
  "no entries": [], "urn": [{ fullUrl: URN(1), resource: patient() }], "urn with id": [{ fullUrl: URN(1), resource: patient({ id: "a" }) }],
  "absolute": [{ fullUrl: at("a"), resource: patient({ id: "a" }) }],
  "absolute with other id": [{ fullUrl: at("b"), resource: patient({ id: "a" }) }],
  "absolute without id": [{ fullUrl: at("a"), resource: patient() }],
  "absolute with other type": [{ fullUrl: `${HOME}Group/a`, resource: patient({ id: "a" }) }],
  "absolute that is no RESTful one": [{ fullUrl: "http://example.org/page", resource: patient({ id: "a" }) }],
  "no fullUrl": [{ resource: patient({ id: "a" }) }], "no fullUrl, no id": [{ resource: patient() }],
  "relative": [{ fullUrl: "Patient/a", resource: patient({ id: "a" }) }],
  "versioned": [{ fullUrl: `${at("a")}/_history/1`, resource: patient({ id: "a" }) }], "no resource": [{ fullUrl: URN(1) }],
  "nothing but a link": [{ link: [{ relation: "self", url: "http://example.org/a" }] }],
  "urn that is none": [{ fullUrl: "urn:uuid:a", resource: patient() }], "urn:oid": [{ fullUrl: "urn:oid:2.16.840.1.113883", resource: patient() }],
  "fragment": [{ fullUrl: "#a", resource: patient({ id: "a" }) }],
  "two the same": [{ fullUrl: URN(1), resource: patient() }, { fullUrl: URN(1), resource: patient() }],
  "two the same, other versions": [{ fullUrl: at("a"), resource: patient({ id: "a", meta: { versionId: "1" } }) },
    { fullUrl: at("a"), resource: patient({ id: "a", meta: { versionId: "2" } }) }],
  "two the same, same version": [{ fullUrl: at("a"), resource: patient({ id: "a", meta: { versionId: "1" } }) },
    { fullUrl: at("a"), resource: patient({ id: "a", meta: { versionId: "1" } }) }],
  "two ids the same, other bases": [{ fullUrl: "http://a.example.org/Patient/a", resource: patient({ id: "a" }) },
    { fullUrl: "http://b.example.org/Patient/a", resource: patient({ id: "a" }) }],
  "two without fullUrl": [{ resource: patient({ id: "a" }) }, { resource: patient({ id: "a" }) }],
  "one with, one without": [{ fullUrl: URN(1), resource: patient() }, { resource: patient({ id: "a" }) }],
  "broken inside": [{ fullUrl: URN(1), resource: patient({ gender: "x" }) }],
  "unknown type inside": [{ fullUrl: URN(1), resource: { resourceType: "Mother" } }],
};
export function* bundles() {
  for (const [type, more] of Object.entries(kinds)) for (const [name, list] of Object.entries(entries)) yield { feature: `bundle: ${type}`, name,
    resource: { resourceType: "Bundle", type, ...(list.length && { entry: list.map((one) => ({ ...one, ...more })) }) } };
  for (const type of Object.keys(kinds)) for (const [other,
    more] of Object.entries(kinds)) if (type !== other) yield { feature: "bundle: parts of other types",
    name: `${type} with parts of ${other}`, resource: { resourceType: "Bundle", type, entry: [{ ...entryOf(1), ...more }] } };
  for (const { type,
    total } of product({ type: [...Object.keys(kinds), "document", "message"], total: [0, 1] })) yield { feature: "bundle: parts of other types",
    name: `${type} with total ${total}`, resource: { resourceType: "Bundle", type, total } };
  const requests = { "no request": undefined, "GET": { method: "GET", url: "Patient/a" }, "DELETE": { method: "DELETE", url: "Patient/a" },
    "no method": { url: "Patient" }, "no url": { method: "POST" }, "unknown method": { method: "FETCH", url: "Patient" },
    "PUT": { method: "PUT", url: "Patient/a" }, "conditional": { method: "POST", url: "Patient", ifNoneExist: "identifier=a" },
    "other type in the url": { method: "POST", url: "Group" } };
  for (const { type, request } of product({ type: ["batch", "transaction"], request: Object.entries(requests) })) for (const resource of [patient(),
    null]) yield { feature: "bundle: requests",
    name: `${type} ${request[0]}${resource ? "" : " without resource"}`,
    resource: { resourceType: "Bundle", type,
      entry: [{ fullUrl: URN(1), ...(resource && { resource }), ...(request[1] && { request: request[1] }) }] } };
  const searches = { match: [patient({ id: "a" }), "match"], include: [patient({ id: "a" }), "include"],
    "outcome": [{ resourceType: "OperationOutcome", id: "a", issue: [{ severity: "warning", code: "informational" }] }, "outcome"],
    "outcome as a match": [{ resourceType: "OperationOutcome", id: "a", issue: [{ severity: "warning", code: "informational" }] }, "match"],
    "no mode": [patient({ id: "a" })], "no id": [patient(), "match"], "a resource as an outcome": [patient({ id: "a" }), "outcome"] };
  const links = { "no link": [], "self": [{ relation: "self", url: `${HOME}Patient?name=a` }],
    "self of another type": [{ relation: "self", url: `${HOME}Group?name=a` }],
    "self of two types": [{ relation: "self", url: `${HOME}?_type=Patient,Group` }],
    "self and next": [{ relation: "self", url: `${HOME}Patient` }, { relation: "next", url: `${HOME}Patient?page=2` }],
    "self twice": [{ relation: "self", url: `${HOME}Patient` }, { relation: "self", url: `${HOME}Patient` }],
    "unknown relation": [{ relation: "colour", url: `${HOME}Patient` }] };
  for (const [[mode, [resource, search]],
    [name, link]] of Object.entries(searches).flatMap((one) => Object.entries(links).map((link) => [one, link]))) yield { feature: "bundle: search",
    name: `${mode}, ${name}`,
    resource: { resourceType: "Bundle", type: "searchset", ...(link.length && { link }),
      entry: [{ fullUrl: `${HOME}${resource.resourceType}/a`, resource, ...(search && { search: { mode: search } }) }] } };
  for (const [type,
    [name, link]] of Object.keys(kinds).flatMap((type) => Object.entries(links).map((link) => [type, link]))) yield { feature: "bundle: links",
    name: `${type}, ${name}`,
    resource: { resourceType: "Bundle", type, ...(link.length && { link }),
      entry: [{ fullUrl: at("a"), resource: patient({ id: "a" }), ...kinds[type] }] } };
  for (const [type, more] of Object.entries(kinds)) for (const reference of ["Patient?identifier=urn:a:a|1", "Patient?", "Mother?name=a",
    "Patient/none", "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a09", "http://elsewhere.example.org/Patient/a"])
    yield { feature: "bundle: references", name: `${type} ${reference}`,
      resource: { resourceType: "Bundle", type,
        entry: [{ fullUrl: `${HOME}Observation/o`, resource: { ...observation({ subject: { reference } }), id: "o" }, ...more }] } };
  yield* documents();
  yield* messages();
}

function* documents() {
  const composition = (more = {}) => ({ resourceType: "Composition", id: "c", status: "final", type: { text: "t" }, subject: { reference: URN(2) },
    date: "2026-01-01T00:00:00Z", author: [{ display: "a" }], title: "t", ...more });
  const about = { fullUrl: URN(2), resource: patient({ id: "p" }) };
  const whole = (entry,
    more = {}) => ({ resourceType: "Bundle", type: "document", identifier: { system: "urn:ietf:rfc:3986", value: URN(9) },
      timestamp: "2026-01-01T00:00:00Z", entry, ...more });
  const first = { fullUrl: URN(1), resource: composition() };
  const narrated = NARRATIVE;
  const documents = {
    "sound": whole([first, about]), "no identifier": whole([first, about], { identifier: undefined }),
    "identifier without system": whole([first, about], { identifier: { value: "1" } }),
    "identifier without value": whole([first, about], { identifier: { system: "urn:a:a" } }),
    "no timestamp": whole([first, about], { timestamp: undefined }), "Composition second": whole([about, first]), "no Composition": whole([about]),
    "no entries": whole(undefined), "two Compositions": whole([first, about, { fullUrl: URN(3), resource: composition({ id: "d" }) }]),
    "subject is not there": whole([first]),
    "subject outside": whole([{ fullUrl: URN(1), resource: composition({ subject: { reference: "http://elsewhere.example.org/Patient/p" } }) }]),
    "subject relative": whole([{ fullUrl: `${HOME}Composition/c`, resource: composition({ subject: { reference: "Patient/p" } }) },
      { fullUrl: at("p"), resource: patient({ id: "p" }) }]),
    "subject relative, not there": whole([{ fullUrl: `${HOME}Composition/c`, resource: composition({ subject: { reference: "Patient/q" } }) },
      { fullUrl: at("p"), resource: patient({ id: "p" }) }]),
    "subject contained": whole([{ fullUrl: URN(1), resource: composition({ subject: { reference: "#p" }, contained: [patient({ id: "p" })] }) }]),
    "subject of wrong type": whole([{ fullUrl: URN(1), resource: composition({ author: [{ reference: URN(3) }] }) }, about,
      { fullUrl: URN(3), resource: observation() }]),
    "entry not linked": whole([first, about, { fullUrl: URN(3), resource: observation() }]),
    "entry linked backwards": whole([first, about, { fullUrl: URN(3), resource: observation({ subject: { reference: URN(2) } }) }]),
    "entry linked through another": whole([{ fullUrl: URN(1), resource: composition({ section: [{ title: "s", entry: [{ reference: URN(3) }] }] }) },
      about, { fullUrl: URN(3), resource: observation({ performer: [{ reference: URN(4) }] }) },
      { fullUrl: URN(4), resource: { resourceType: "Organization", name: "O" } }]),
    "section entry": whole([{ fullUrl: URN(1),
      resource: composition({ section: [{ title: "s", text: { status: "generated", div: narrated }, entry: [{ reference: URN(3) }] }] }) },
      about, { fullUrl: URN(3), resource: observation() }]),
    "section entry not there": whole([{ fullUrl: URN(1),
      resource: composition({ section: [{ title: "s", text: { status: "generated", div: narrated }, entry: [{ reference: URN(3) }] }] }) },
      about]),
    "empty section": whole([{ fullUrl: URN(1), resource: composition({ section: [{ title: "s" }] }) }, about]),
    "section emptyReason and entries": whole([{ fullUrl: URN(1),
      resource: composition({ section: [{ title: "s", emptyReason: { text: "e" }, entry: [{ reference: URN(2) }] }] }) },
      about]),
    "entry without fullUrl": whole([first, about, { resource: observation({ subject: { reference: URN(2) } }) }]),
    "entry twice": whole([first, about, about]), "broken inside": whole([first, { fullUrl: URN(2), resource: patient({ id: "p", gender: "x" }) }]),
    "binary linked": whole([{ fullUrl: URN(1), resource: composition({ section: [{ title: "s", entry: [{ reference: URN(3) }] }] }) }, about,
      { fullUrl: URN(3), resource: { resourceType: "Binary", contentType: "text/plain", data: "YWJj" } }]),
    "binary not linked": whole([first, about, { fullUrl: URN(3), resource: { resourceType: "Binary", contentType: "text/plain", data: "YWJj" } }]),
    "provenance about it": whole([first, about,
      { fullUrl: URN(3),
        resource: { resourceType: "Provenance", target: [{ reference: URN(1) }], recorded: "2026-01-01T00:00:00Z",
          agent: [{ who: { display: "x" } }] } }]),
    "with requests": whole([{ ...first, request: { method: "POST", url: "Composition" } }, about]),
    "with search": whole([{ ...first, search: { mode: "match" } }, about]),
  };
  for (const [name, resource] of Object.entries(documents)) yield { feature: "bundle: document", name, resource };
}

function* messages() {
  const header = (more = {}) => ({ resourceType: "MessageHeader", id: "h", eventUri: "urn:a:event", source: { endpoint: "http://example.org/a" },
    ...more });
  const whole = (entry,
    more = {}) => ({ resourceType: "Bundle", type: "message", timestamp: "2026-01-01T00:00:00Z", ...(entry && { entry }), ...more });
  const first = { fullUrl: URN(1), resource: header() };
  const focused = { fullUrl: URN(1), resource: header({ focus: [{ reference: URN(2) }] }) };
  const about = { fullUrl: URN(2), resource: patient() };
  const messages = { "sound": whole([focused, about]), "no focus": whole([first]), "header second": whole([about, focused]),
    "no header": whole([about]), "no entries": whole(), "focus not there": whole([focused]),
    "focus outside": whole([{ fullUrl: URN(1), resource: header({ focus: [{ reference: "http://elsewhere.example.org/Patient/a" }] }) }]),
    "focus relative": whole([{ fullUrl: `${HOME}MessageHeader/h`, resource: header({ focus: [{ reference: "Patient/a" }] }) },
      { fullUrl: at("a"), resource: patient({ id: "a" }) }]),
    "focus by id to a urn": whole([{ fullUrl: URN(1), resource: header({ focus: [{ reference: "Patient/a" }] }) },
      { fullUrl: URN(2), resource: patient({ id: "a" }) }]),
    "entry not linked": whole([focused, about, { fullUrl: URN(3), resource: observation() }]),
    "two headers": whole([focused, about, { fullUrl: URN(3), resource: header({ id: "i" }) }]),
    "no timestamp": whole([focused, about], { timestamp: undefined }), "identifier": whole([focused, about], { identifier: { value: "1" } }),
    "source without endpoint": whole([{ fullUrl: URN(1), resource: header({ source: {} }) }]),
    "event as a coding": whole([{ fullUrl: URN(1), resource: header({ eventUri: undefined, eventCoding: { system: "urn:a:a", code: "a" } }) }]),
    "no event": whole([{ fullUrl: URN(1), resource: header({ eventUri: undefined }) }]),
    "response": whole([{ fullUrl: URN(1), resource: header({ response: { identifier: "a", code: "ok" } }) }]),
    "response of an unknown code": whole([{ fullUrl: URN(1), resource: header({ response: { identifier: "a", code: "maybe" } }) }]) };
  for (const [name, resource] of Object.entries(messages)) yield { feature: "bundle: message", name, resource };
}
