// What stands in resources: contained ones, resources in elements of type Resource, extensions.

import { HOME, NARRATIVE, R4, URN, XHTML, element, extension, observation, patient, profile } from "./words.mjs";

// Contained resources.
function* containers() {
  const holder = (contained, reference = "#p", more = {}) => observation({ contained, ...(reference && { subject: { reference } }), ...more });
  const one = patient({ id: "p" });
  const linked = (href) => ({ text: { status: "generated", div: `<div xmlns="${XHTML}"><a href="${href}">x</a></div>` } });
  const cases = {
    sound: holder([one]), "no id": holder([patient()], null), "not referred to": holder([one], null),
    "referred to from the narrative": holder([one], null, linked("#p")), "id with #": holder([patient({ id: "#p" })]),
    "same id twice": holder([one, one]), "same id, other types": holder([one, { resourceType: "Organization", id: "p", name: "O" }]),
    "contains one itself": holder([{ ...one, contained: [{ resourceType: "Organization", id: "o", name: "O" }],
      managingOrganization: { reference: "#o" } }]),
    "refers to a sibling": holder([{ ...one, managingOrganization: { reference: "#o" } }, { resourceType: "Organization", id: "o", name: "O" }]),
    "sibling refers, not the whole": holder([{ ...one, managingOrganization: { reference: "#o" } },
      { resourceType: "Organization", id: "o", name: "O" }],
      null),
    "refers to the whole": observation({ contained: [{ resourceType: "Provenance", id: "v", target: [{ reference: "#" }],
      recorded: "2026-01-01T00:00:00Z", agent: [{ who: { display: "x" } }] }] }),
    "refers to itself": holder([{ ...one, link: [{ other: { reference: "#p" }, type: "seealso" }] }], null),
    "narrative inside": holder([{ ...one, text: { status: "generated", div: NARRATIVE } }]),
    "versionId": holder([{ ...one, meta: { versionId: "1" } }]), lastUpdated: holder([{ ...one, meta: { lastUpdated: "2026-01-01T00:00:00Z" } }]),
    security: holder([{ ...one, meta: { security: [{ system: "urn:a:a", code: "a" }] } }]),
    profile: holder([{ ...one, meta: { profile: [`${R4}Patient`] } }]), tag: holder([{ ...one, meta: { tag: [{ system: "urn:a:a", code: "a" }] } }]),
    broken: holder([{ ...one, gender: "x" }]), "wrong type": holder([{ resourceType: "Organization", id: "p", name: "O" }]),
    "a Bundle": holder([{ resourceType: "Bundle", id: "p", type: "collection" }], null, { focus: [{ reference: "#p" }] }),
    "Parameters": holder([{ resourceType: "Parameters", id: "p" }], null, { focus: [{ reference: "#p" }] }), "without type": holder([{ id: "p" }]),
    "referred to by a canonical": { resourceType: "QuestionnaireResponse", status: "completed", questionnaire: "#q",
      contained: [{ resourceType: "Questionnaire", id: "q", status: "draft" }] },
    "referred to by a uri": patient({ contained: [one], extension: [{ url: "http://example.org/x", valueUri: "#p" }] }),
    "referred to by an extension": patient({ contained: [one], extension: [{ url: "http://example.org/x", valueReference: { reference: "#p" } }] }),
    "referred to in other case": holder([one], "#P"),
    "circle": holder([{ ...one, link: [{ other: { reference: "#q" }, type: "seealso" }] },
      { ...one, id: "q", link: [{ other: { reference: "#p" }, type: "seealso" }] }],
      null),
    "id of an element": observation({ subject: { reference: "#e" }, code: { id: "e", text: "x" } }),
    "in an entry, from another": { resourceType: "Bundle", type: "collection",
      entry: [{ fullUrl: URN(1), resource: holder([one]) }, { fullUrl: URN(2), resource: observation({ subject: { reference: "#p" } }) }] },
  };
  for (const [name, resource] of Object.entries(cases)) yield { feature: "contained", name, resource };
}

// Profiles on elements of type Resource.
function* resources() {
  const women = profile("Patient", [element("Patient.gender", { min: 1, fixedCode: "female" })]);
  const any = profile("Resource", [element("Resource.id", { min: 1 })], { abstract: true });
  const rules = { "Patient": [{ code: "Patient" }], "Patient by a profile": [{ code: "Patient", profile: [women.url] }],
    "Resource by a profile of Patient": [{ code: "Resource", profile: [women.url] }],
    "Resource by a profile of it": [{ code: "Resource", profile: [any.url] }], "Resource": [{ code: "Resource" }],
    "Resource by Patient": [{ code: "Resource", profile: [`${R4}Patient`] }],
    "Resource by two types": [{ code: "Resource", profile: [`${R4}Patient`, `${R4}Observation`] }],
    "two types": [{ code: "Patient" }, { code: "Observation" }],
    "Patient by an unknown profile": [{ code: "Patient", profile: [`${HOME}StructureDefinition/none`] }] };
  const inside = { woman: patient({ id: "p", gender: "female" }), man: patient({ id: "p", gender: "male" }),
    "woman with language": patient({ id: "p", gender: "female", language: "vi" }), "without id": patient({ gender: "female" }),
    observation: observation({ id: "p" }), broken: patient({ id: "p", gender: "x" }), parameters: { resourceType: "Parameters", id: "p" },
    organization: { resourceType: "Organization", id: "p", name: "O" } };
  const places = {
    "Bundle.entry.resource": (resource) => ({ resourceType: "Bundle", type: "collection",
      entry: [{ fullUrl: resource.id ? `${HOME}${resource.resourceType}/p` : URN(1), resource }] }),
    "Parameters.parameter.resource": (resource) => ({ resourceType: "Parameters", parameter: [{ name: "a", resource }] }),
    "Observation.contained": (resource) => observation({ contained: [resource], focus: [{ reference: "#p" }] }),
    "Bundle.entry.response.outcome": (outcome) => ({ resourceType: "Bundle", type: "batch-response",
      entry: [{ response: { status: "200", outcome } }] }),
  };
  for (const [[place, make], [rule, type],
    [name, resource]] of Object.entries(places).flatMap((a) => Object.entries(rules).flatMap((b) => Object.entries(inside).map((c) => [a, b, c])))) {
    if (place === "Observation.contained" && name === "without id") continue;
    const definition = profile(place.split(".")[0], [element(place, { type })]);
    yield { feature: `resource in ${place}`, name: `${rule}: ${name}`, definitions: [definition, women, any], resource: make(resource),
      profile: definition.url };
  }
}

// Extensions: where they may stand, and what is in them.
function* extensions() {
  const contexts = { Element: ["Element"], Patient: ["Patient"], "Patient.name": ["Patient.name"], HumanName: ["HumanName"],
    Observation: ["Observation"], Resource: ["Resource"], DomainResource: ["DomainResource"], "Patient.contact.name": ["Patient.contact.name"],
    string: ["string"], "Patient.name.family": ["Patient.name.family"], "HumanName.family": ["HumanName.family"],
    BackboneElement: ["BackboneElement"], "Patient.contact": ["Patient.contact"], code: ["code"], "Patient.gender": ["Patient.gender"],
    Extension: ["Extension"], Coding: ["Coding"], "two": ["Observation", "Patient.name"],
    "fhirpath Patient": [{ type: "fhirpath", expression: "Patient" }], "fhirpath name": [{ type: "fhirpath", expression: "Patient.name" }],
    "fhirpath where": [{ type: "fhirpath", expression: "Patient.where(gender = 'male')" }],
    "fhirpath of no context": [{ type: "fhirpath", expression: "Patient.contact" }],
    "extension": [{ type: "extension", expression: `${HOME}StructureDefinition/outer` }], "CanonicalResource": ["CanonicalResource"],
    "Extension.value[x]": ["Extension.value[x]"] };
  const places = { root: (e) => patient({ gender: "male", extension: [e] }),
    name: (e) => patient({ gender: "male", name: [{ text: "a", extension: [e] }] }),
    "contact's name": (e) => patient({ gender: "male", contact: [{ name: { text: "a", extension: [e] } }] }),
    family: (e) => patient({ gender: "male", name: [{ family: "a", _family: { extension: [e] } }] }),
    contact: (e) => patient({ gender: "male", contact: [{ name: { text: "a" }, extension: [e] }] }),
    gender: (e) => patient({ gender: "male", _gender: { extension: [e] } }),
    "another extension": (e) => patient({ gender: "male", extension: [{ url: `${HOME}StructureDefinition/outer`, extension: [e] }] }),
    "an extension's value": (e) => patient({ gender: "male",
      extension: [{ url: "http://example.org/x", valueHumanName: { text: "a", extension: [e] } }] }),
    "the value of outer": (e) => patient({ gender: "male",
      extension: [{ url: `${HOME}StructureDefinition/outer`, valueHumanName: { text: "a", extension: [e] } }] }),
    "the string of outer": (e) => patient({ gender: "male",
      extension: [{ url: `${HOME}StructureDefinition/outer`, valueString: "a", _valueString: { extension: [e] } }] }),
    "below the value of outer": (e) => patient({ gender: "male",
      extension: [{ url: `${HOME}StructureDefinition/outer`, valueHumanName: { family: "a", _family: { extension: [e] } } }] }),
    "an extension's coding": (e) => patient({ gender: "male",
      extension: [{ url: "http://example.org/x", valueCoding: { system: "urn:a:a", code: "a", extension: [e] } }] }),
    "an extension's string": (e) => patient({ gender: "male",
      extension: [{ url: "http://example.org/x", valueString: "a", _valueString: { extension: [e] } }] }),
    meta: (e) => patient({ gender: "male", meta: { versionId: "1", extension: [e] } }),
    definition: (e) => ({ resourceType: "ValueSet", status: "draft", extension: [e] }),
    "parameters": (e) => ({ resourceType: "Parameters", parameter: [{ name: "a", valueString: "b", extension: [e] }] }),
    contained: (e) => observation({ contained: [patient({ id: "p", gender: "male", extension: [e] })], subject: { reference: "#p" } }),
    entry: (e) => ({ resourceType: "Bundle", type: "collection",
      entry: [{ fullUrl: URN(1), resource: patient({ gender: "male", extension: [e] }) }] }) };
  for (const [[kind, context], [place, make]] of Object.entries(contexts).flatMap((a) => Object.entries(places).map((b) => [a, b]))) {
    const definition = extension({ types: ["string"], context, name: "context" });
    yield { feature: `extension context: ${kind}`, name: place, definitions: [definition],
      resource: make({ url: definition.url, valueString: "a" }) };
  }
  const simple = extension({ types: ["string"], context: ["Patient"], name: "simple" });
  const two = extension({ types: ["string", "Coding"], context: ["Patient"], name: "two types" });
  const modifier = extension({ types: ["string"], context: ["Patient"], modifier: true, name: "modifier" });
  const part = (name, code, more = {}) => [element(`Extension.extension:${name}`, { min: 0, max: "1", ...more }),
    element(`Extension.extension:${name}.url`, { fixedUri: name }), element(`Extension.extension:${name}.value[x]`, { min: 1, type: [{ code }] })];
  const sliced = (rules) => element("Extension.extension", { slicing: { discriminator: [{ type: "value", path: "url" }], rules } });
  const nested = extension({ types: [], context: ["Patient"], name: "nested",
    elements: [sliced("open"), ...part("a", "string", { min: 1 }), ...part("b", "Coding")] });
  const closed = extension({ types: [], context: ["Patient"], name: "closed",
    elements: [sliced("closed"), ...part("a", "string", { min: 1 }), ...part("b", "Coding")] });
  const holder = (...list) => patient({ extension: list });
  const contents = { sound: { valueString: "a" }, "no value": {}, "other type": { valueCode: "a" },
    "Coding": { valueCoding: { system: "urn:a:a", code: "a" } }, "two values": { valueString: "a", valueBoolean: true },
    "value and parts": { valueString: "a", extension: [{ url: "a", valueString: "b" }] }, "parts": { extension: [{ url: "a", valueString: "b" }] },
    "both parts": { extension: [{ url: "a", valueString: "b" }, { url: "b", valueCoding: { system: "urn:a:a", code: "a" } }] },
    "needed part missing": { extension: [{ url: "b", valueCoding: { system: "urn:a:a", code: "a" } }] },
    "part of another type": { extension: [{ url: "a", valueCode: "b" }] },
    "part twice": { extension: [{ url: "a", valueString: "b" }, { url: "a", valueString: "c" }] },
    "unknown part": { extension: [{ url: "a", valueString: "b" }, { url: "z", valueString: "b" }] },
    "part by a URL": { extension: [{ url: "a", valueString: "b" }, { url: "http://example.org/x", valueString: "b" }] },
    "value only an extension": { _valueString: { extension: [{ url: `${R4}data-absent-reason`, valueCode: "unknown" }] } },
    "empty text": { valueString: "" } };
  for (const [[kind, definition],
    [name, content]] of Object.entries({ simple, two, nested,
      closed }).flatMap((a) => Object.entries(contents).map((b) => [a, b]))) yield { feature: `extension content: ${kind}`,
    name, definitions: [definition], resource: holder({ url: definition.url, ...content }) };
  for (const [name,
    url] of Object.entries({ "unknown, example": "http://example.org/none", "unknown, example below a profile's": `${HOME}StructureDefinition/none`,
      "unknown, hospital": "http://hospital.vn/none", "unknown, HL7": `${R4}none`, "unknown, urn": "urn:oid:1.2.3", "relative": "none",
      "with version": `${simple.url}|1`, "a profile that is no extension": `${R4}Patient`, "a type": `${R4}Coding`, "empty": "",
      "with space": "http://example.org/a b", "none": undefined,
      "element of R5": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Patient.contact",
      "element of R4": "http://hl7.org/fhir/4.0/StructureDefinition/extension-Patient.contact" })) for (const key of ["extension",
    "modifierExtension"]) yield { feature: "extension url",
    name: `${key} ${name}`, definitions: [simple], resource: patient({ [key]: [{ ...(url !== undefined && { url }), valueString: "a" }] }) };
  for (const [[name, definition],
    key] of Object.entries({ simple, modifier }).flatMap((a) => ["extension", "modifierExtension"].map((b) => [a, b]))) for (const place of ["root",
    "contact", "name"]) {
    const found = { [key]: [{ url: definition.url, valueString: "a" }] };
    yield { feature: "modifier extension", name: `${name} as ${key} at ${place}`, definitions: [definition],
      resource: place === "root" ? patient(found) : place === "contact" ? patient({ contact: [{ name: { text: "a" },
        ...found }] }) : patient({ name: [{ text: "a", ...found }] }) };
  }
  for (const [min, max] of [[0, "*"], [1, "1"], [0, "0"], [0, "1"], [2, "*"]]) for (const rules of ["open", "closed"]) {
    const definition = profile("Patient",
      [element("Patient.extension", { slicing: { discriminator: [{ type: "value", path: "url" }], rules } }),
        element("Patient.extension:a", { min, max, type: [{ code: "Extension", profile: [simple.url] }] })]);
    for (const [name,
      list] of Object.entries({ none: [], one: [simple], two: [simple, simple], another: [two],
        both: [simple, two] })) yield { feature: "extension slice",
      name: `${rules} ${min}..${max}: ${name}`, definitions: [definition, simple, two],
      resource: list.length ? holder(...list.map(({ url }) => ({ url, valueString: "a" }))) : patient(), profile: definition.url };
  }
  const known = { "of R4": [{ url: `${R4}patient-birthPlace`, valueAddress: { city: "H" } }],
    "of R4, twice": [{ url: `${R4}patient-birthPlace`, valueAddress: { city: "H" } },
      { url: `${R4}patient-birthPlace`, valueAddress: { city: "H" } }],
    "of R4, other type": [{ url: `${R4}patient-birthPlace`, valueString: "H" }],
    "of R4, at another place": [{ url: `${R4}observation-bodyPosition`, valueCodeableConcept: { text: "x" } }],
    "of R4, wrong code": [{ url: `${R4}data-absent-reason`, valueCode: "xx" }],
    "of R4, right code": [{ url: `${R4}data-absent-reason`, valueCode: "unknown" }],
    "of R4, nested": [{ url: `${R4}patient-nationality`, extension: [{ url: "code", valueCodeableConcept: { text: "VN" } }] }],
    "of R4, nested, unknown part": [{ url: `${R4}patient-nationality`, extension: [{ url: "colour", valueString: "VN" }] }],
    "of R4, with a rule": [{ url: `${R4}patient-citizenship`,
      extension: [{ url: "code", valueCodeableConcept: { text: "VN" } }, { url: "period", valuePeriod: { start: "2026" } }] }],
    "of R4, a boolean": [{ url: `${R4}patient-cadavericDonor`, valueBoolean: true }],
    "of R4, a boolean as text": [{ url: `${R4}patient-cadavericDonor`, valueBoolean: "true" }] };
  for (const [name, list] of Object.entries(known)) for (const key of ["extension", "modifierExtension"]) yield { feature: "extension of R4",
    name: `${key} ${name}`, resource: patient({ [key]: list }) };
}

export function* wholes() {
  yield* containers();
  yield* resources();
  yield* extensions();
}
