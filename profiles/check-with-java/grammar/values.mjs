// What a profile asks of a value: fixed values and patterns of every type, how many, types, limits, constraints; and the formats of primitives.

import { ANIMALS, R4, animals, coding, concept, element, extension, observation, patient, pets, product, profile, valueSet } from "./words.mjs";

// Of each type: a value, and others that differ from it.
const samples = {
  boolean: [true, [false]], integer: [5, [6, 0]], decimal: [1.5, [1.6, 1]], string: ["An", ["an", "An Ba", " An"]],
  uri: ["urn:a:a", ["urn:a:b", "urn:A:a"]], url: ["http://example.org/a", ["http://example.org/b"]],
  canonical: ["http://example.org/fhir/a", ["http://example.org/fhir/a|1"]],
  code: ["a", ["b", "A"]], id: ["a", ["b"]], markdown: ["*a*", ["a"]], date: ["2026-01-02", ["2026-01-03", "2026-01"]],
  dateTime: ["2026-01-02T03:04:05Z", ["2026-01-02T04:04:05+01:00", "2026-01-02", "2026-01-02T03:04:05.000Z"]],
  instant: ["2026-01-02T03:04:05Z", ["2026-01-02T03:04:06Z"]], time: ["03:04:05", ["03:04:06"]],
  positiveInt: [1, [2]], unsignedInt: [0, [1]], oid: ["urn:oid:2.16.840.1.113883", ["urn:oid:2.16.840.1.113884"]],
  uuid: ["urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", ["urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a02"]], base64Binary: ["YWJj", ["YWJk"]],
  Coding: [{ ...coding("a", "urn:a:s"), display: "A" },
    [coding("a", "urn:a:s"), { ...coding("b", "urn:a:s"), display: "A" }, { ...coding("a", "urn:a:s"), display: "A", userSelected: true },
      { ...coding("a", "urn:a:s"), display: "A", id: "i" }]],
  CodeableConcept: [concept("a", "urn:a:s"),
    [{ ...concept("a", "urn:a:s"), text: "t" }, concept("b", "urn:a:s"), { coding: [coding("b", "urn:a:s"), coding("a", "urn:a:s")] },
      { coding: [{ ...coding("a", "urn:a:s"), display: "A" }] }, { text: "a" }]],
  Identifier: [{ system: "urn:a:s", value: "1" },
    [{ system: "urn:a:s", value: "2" }, { system: "urn:a:s" }, { system: "urn:a:s", value: "1", use: "usual" }]],
  Quantity: [{ value: 1.5, unit: "u" }, [{ value: 1.6, unit: "u" }, { value: 1.5 }, { value: 1.5, unit: "u", comparator: "<" }]],
  Period: [{ start: "2026-01-01" }, [{ start: "2026-01-01", end: "2026-01-02" }, { start: "2026-01-02" }, { end: "2026-01-01" }]],
  Range: [{ low: { value: 1 } }, [{ low: { value: 1 }, high: { value: 2 } }, { low: { value: 2 } }]],
  Ratio: [{ numerator: { value: 1 }, denominator: { value: 2 } }, [{ numerator: { value: 1 }, denominator: { value: 3 } }]],
  HumanName: [{ family: "N", given: ["A", "B"] },
    [{ family: "N", given: ["B", "A"] }, { family: "N", given: ["A", "B", "C"] }, { family: "N", given: ["A"] },
      { family: "N", given: ["A", "B"], use: "usual" }]],
  Address: [{ line: ["1", "2"], city: "C" }, [{ line: ["1"], city: "C" }, { line: ["1", "2"], city: "C", country: "VN" }]],
  ContactPoint: [{ system: "phone", value: "1" }, [{ system: "phone", value: "2" }, { system: "phone", value: "1", use: "home" }]],
  Reference: [{ reference: "http://example.org/fhir/Patient/a" },
    [{ reference: "http://example.org/fhir/Patient/b" }, { reference: "http://example.org/fhir/Patient/a", display: "A" }]],
  Attachment: [{ contentType: "text/plain", data: "YWJj" },
    [{ contentType: "text/plain", data: "YWJj", title: "t" }, { contentType: "text/plain", data: "YWJk" }]],
  Annotation: [{ text: "t" }, [{ text: "u" }, { text: "t", time: "2026" }]], Money: [{ value: 1, currency: "VND" }, [{ value: 2, currency: "VND" }]],
  Age: [{ value: 1, system: "http://unitsofmeasure.org", code: "a" }, [{ value: 2, system: "http://unitsofmeasure.org", code: "a" }]],
};
const key = (prefix, type) => `${prefix}${type[0].toUpperCase()}${type.slice(1)}`;

function valued(type, more, name) {
  const made = extension({ types: [type], name: `${name} ${JSON.stringify(more)}` });
  made.differential.element = made.differential.element.map((one) => (one.id === "Extension.value[x]" ? { ...one, ...more } : one));
  return made;
}
const holding = ({ url }, type, value, more = {}) => patient({ extension: [{ url, [key("value", type)]: value, ...more }] });

function* fixed() {
  for (const [type, [value, others]] of Object.entries(samples)) for (const how of ["fixed", "pattern"]) {
    const definition = valued(type, { [key(how, type)]: value }, how);
    for (const [name, one] of [["same", value], ...others.map((other, at) => [`other ${at}`, other])]) yield { feature: `${how} value`,
      name: `${type} ${name}`, definitions: [definition], resource: holding(definition, type, one) };
    if (typeof value !== "object") yield { feature: `${how} value`, name: `${type} same with an extension`, definitions: [definition],
      resource: holding(definition, type, value, { [`_${key("value", type)}`]: { extension: [{ url: "http://example.org/x", valueCode: "a" }] } }) };
    else yield { feature: `${how} value`, name: `${type} same with an extension`, definitions: [definition],
      resource: holding(definition, type, { ...value, extension: [{ url: "http://example.org/x", valueCode: "a" }] }) };
  }
}

// How many: an element of one kind, held to a minimum and a maximum, with some of it there.
function* counts() {
  const name = (n) => Array.from({ length: n }, (_, at) => ({ text: `n${at}` }));
  const places = {
    "list": { path: "Patient.name", make: (n) => patient(n ? { name: name(n) } : {}) },
    "list of primitives": { path: "Patient.name.given",
      make: (n) => patient({ name: [{ family: "N", ...(n && { given: Array.from({ length: n }, (_, at) => `g${at}`) }) }] }) },
    "below what is not there": { path: "Patient.contact.name", make: (n) => patient(n ? { contact: [{ name: { text: "a" }, gender: "male" }] } : {}),
      most: 1 },
    "below each": { path: "Patient.contact.telecom",
      make: (n) => patient({ contact: [{ name: { text: "a" },
        ...(n && { telecom: Array.from({ length: n }, (_, at) => ({ system: "phone", value: `${at}` })) }) },
        { name: { text: "a" }, telecom: [{ system: "phone", value: "1" }] }] }) },
    "one": { path: "Patient.gender", make: (n) => patient(n ? { gender: "male" } : {}), most: 1 },
    "primitive with only an extension": { path: "Patient.birthDate",
      make: (n) => patient(n ? { _birthDate: { extension: [{ url: `${R4}data-absent-reason`, valueCode: "unknown" }] } } : {}), most: 1 },
    "choice": { path: "Observation.value[x]", make: (n) => observation(n ? { valueString: "a" } : {}), most: 1 },
    "choice by its short name": { path: "Observation.valueString", make: (n) => observation(n ? { valueString: "a" } : {}), most: 1 },
    "choice of another type": { path: "Observation.valueQuantity", make: (n) => observation(n ? { valueString: "a" } : {}), most: 1 },
    "extension": { path: "Patient.extension",
      make: (n) => patient(n ? { extension: Array.from({ length: n }, () => ({ url: "http://example.org/x", valueCode: "a" })) } : {}) },
    "contained": { path: "Observation.contained",
      make: (n) => observation(n ? { contained: [{ resourceType: "Patient", id: "p" }], subject: { reference: "#p" } } : {}), most: 1 },
    "entry": { path: "Bundle.entry",
      make: (n) => ({ resourceType: "Bundle", type: "collection",
        ...(n && { entry: Array.from({ length: n },
          (_, at) => ({ fullUrl: `http://example.org/fhir/Patient/p${at}`, resource: { resourceType: "Patient", id: `p${at}` } })) }) }) },
    "reference alone": { path: "Observation.subject.reference",
      make: (n) => observation({ subject: n ? { reference: "http://example.org/fhir/Patient/a" } : { display: "x" } }), most: 1 },
    "narrative": { path: "Patient.text",
      make: (n) => patient(n ? { text: { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' } } : {}), most: 1 },
    "item in item": { path: "Questionnaire.item.item",
      make: (n) => ({ resourceType: "Questionnaire", status: "draft",
        item: [{ linkId: "a", type: "group", text: "t",
          ...(n && { item: Array.from({ length: n }, (_, at) => ({ linkId: `${at}`, type: "string", text: "t" })) }) }] }) },
  };
  for (const [kind, { path, make, most = 3 }] of Object.entries(places)) for (const [min, max] of [[0, "1"], [1, undefined], [0, "0"], [2, undefined],
    [0, "2"]]) {
    if (most === 1 && (min > 1 || max === "2")) continue;
    const definition = profile(path.split(".")[0], [element(path, { ...(min && { min }), ...(max && { max }) })]);
    for (let n = 0; n <= most; n += 1) yield { feature: `cardinality: ${kind}`, name: `${min}..${max ?? ""}: ${n}`, definitions: [definition],
      resource: make(n), profile: definition.url };
  }
}

const limits = {
  integer: [[5], ["4", "5", "6"].map(Number)], positiveInt: [[5], [4, 5, 6]], unsignedInt: [[5], [4, 5, 6]],
  decimal: [[1.5], [1.4, 1.5, 1.50001, 1.6]], date: [["2026-03-15"], ["2026-03-14", "2026-03-15", "2026-03-16", "2026-03", "2026", "2027", "2025"]],
  time: [["12:00:00"], ["11:59:59", "12:00:00", "12:00:01"]],
  dateTime: [["2026-03-15T12:00:00Z"],
    ["2026-03-15T11:59:59Z", "2026-03-15T12:00:00Z", "2026-03-15T12:00:01Z", "2026-03-15T19:30:00+07:00", "2026-03-15T18:30:00+07:00", "2026-03-14",
      "2026-03-15", "2026-03-16", "2026"]],
  instant: [["2026-03-15T12:00:00Z"], ["2026-03-15T11:59:59Z", "2026-03-15T12:00:00Z", "2026-03-15T12:00:01Z"]],
  Quantity: [[{ value: 5, system: "http://unitsofmeasure.org", code: "kg" }],
    [4, 5,
      6].map((value) => ({ value, system: "http://unitsofmeasure.org", code: "kg" })).concat([{ value: 5000, system: "http://unitsofmeasure.org",
        code: "g" },
        { value: 4000, system: "http://unitsofmeasure.org", code: "g" }, { value: 6000, system: "http://unitsofmeasure.org", code: "g" },
        { value: 4 }, { value: 6, unit: "kg" }, { value: 5, system: "http://unitsofmeasure.org", code: "m" }])],
};
function* ranges() {
  for (const [type, [[limit], values]] of Object.entries(limits)) for (const which of ["minValue", "maxValue"]) {
    const definition = valued(type, { [key(which, type)]: limit }, which);
    for (const value of values) yield { feature: which, name: `${type} ${JSON.stringify(value)}`, definitions: [definition],
      resource: holding(definition, type, value) };
  }
  const texts = { string: ["", "a", "abc", "abcd", "ấẩẫ", "ấẩẫậ", "👶👶👶", "👶👶👶👶", " abc"], code: ["abc", "abcd"], uri: ["a:b", "a:bc"],
    markdown: ["abc", "abcd"] };
  for (const [type, values] of Object.entries(texts)) for (const maxLength of [3]) {
    const definition = valued(type, { maxLength }, "maxLength");
    for (const value of values) yield { feature: "maxLength", name: `${type} ${value}`, definitions: [definition],
      resource: holding(definition, type, value) };
  }
}

function* types() {
  const allowed = { one: ["string"], two: ["string", "Quantity"], "none else than the base": undefined };
  for (const [kind, codes] of Object.entries(allowed)) {
    const definition = profile("Observation", [element("Observation.value[x]", codes ? { type: codes.map((code) => ({ code })) } : { min: 1 })]);
    const values = { none: {}, string: { valueString: "a" }, Quantity: { valueQuantity: { value: 1 } }, boolean: { valueBoolean: true },
      "not of the base": { valueCode: "a" }, "two at once": { valueString: "a", valueBoolean: true },
      "only an extension": { _valueString: { extension: [{ url: "http://example.org/x", valueCode: "a" }] } },
      "only an extension, other type": { _valueBoolean: { extension: [{ url: "http://example.org/x", valueCode: "a" }] } } };
    for (const [name, value] of Object.entries(values)) yield { feature: "types of a choice", name: `${kind}: ${name}`, definitions: [definition],
      resource: observation(value), profile: definition.url };
  }
}

function* constraints() {
  const sound = { true: "true", false: "false", "is true": "gender = 'male'", "is false": "gender = 'female'", empty: "name.given = 'x'",
    "not Boolean": "gender", nothing: "name", "cannot be read": "gender = = 'male'", "unknown function": "gender.foo()",
    "unknown element": "colour.exists()", "%resource": "%resource.gender = 'male'", "%context": "%context.gender = 'female'",
    "in a list": "telecom.all(value.exists())", "several values": "telecom.value = 'x'", "of a type": "gender is code", "a number": "1",
    "matches": "gender.matches('^fem')", "resolve()": "managingOrganization.resolve() is Organization", "hasValue": "birthDate.hasValue()",
    "today": "birthDate <= today()", "%unknown": "%colour = 'a'", "conformsTo": `conformsTo('${R4}Patient')`,
    "memberOf": "gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')",
    "memberOf of an unknown set": "gender.memberOf('http://example.org/none')", "htmlChecks": "text.div.htmlChecks()",
    "extension()": "extension('http://example.org/x').exists()", "trace": "gender.trace('a').exists()" };
  const resource = patient({ gender: "male", birthDate: "2000-01-01", telecom: [{ system: "phone", value: "1" }, { system: "phone", value: "2" }],
    managingOrganization: { display: "o" } });
  for (const [[name, expression], severity] of Object.entries(sound).flatMap((one) => [[one, "error"], [one, "warning"]])) {
    const definition = profile("Patient", [element("Patient", { constraint: [{ key: "gen-2", severity, human: "as said", expression }] })]);
    definition.differential.element.shift();
    yield { feature: "constraint", name: `${severity} ${name}`, definitions: [definition], resource, profile: definition.url };
  }
  const places = { "Patient.telecom": "value = '1'", "Patient.gender": "$this = 'female'", "Patient.contact": "gender.exists()",
    "Patient.contact.name": "family.exists()", "Patient.name": "family.exists()" };
  for (const [path, expression] of Object.entries(places)) {
    const definition = profile("Patient", [element(path, { constraint: [{ key: "gen-3", severity: "error", human: "as said", expression }] })]);
    yield { feature: "constraint", name: `at ${path}`, definitions: [definition], resource: { ...resource, contact: [{ name: { text: "a" } }] },
      profile: definition.url };
    yield { feature: "constraint", name: `at ${path}, not there`, definitions: [definition], resource: patient(), profile: definition.url };
  }
}

const formats = {
  boolean: [[true, false], ["true", 1, "yes", null]], integer: [[0, -1, 2147483647], [2147483648, 1.5, "1", 1e3]],
  decimal: [[0, 1.5, -0.001, 1e3], ["1.5", "x", true]], positiveInt: [[1], [0, -1]], unsignedInt: [[0, 1], [-1]],
  string: [["a", "ấ", "a\tb", "a\nb", " a", "a "], ["", " ", "a\u0000b", "a\u0001b", 1, "\u00a0"]], markdown: [["# a\n\nb", "<b>x</b>"], ["", " "]],
  code: [["a", "a b", "a-b_c"], ["", " a", "a ", "a  b", "a\tb", "a\nb"]],
  id: [["a", "A-1.b", "a".repeat(64)], ["", "a".repeat(65), "a_b", "a b", "ấ"]],
  uri: [["urn:a:b", "http://example.org/a", "urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", "urn:oid:2.16.840.1.113883", "a/b",
    "http://example.org/ấ"],
    ["", "a b", " urn:a:b", "urn:uuid:x", "urn:oid:01.2", "urn:uuid:4B7B1F6C-9D6C-4E2E-8A52-1C5B7B0F6A01", "http://example.org/a b"]],
  url: [["http://example.org/a", "mailto:a@b.c", "ftp://a/b", "tel:+84", "mllp:a"], ["a b", "example", "/a/b"]],
  canonical: [["http://example.org/fhir/a", "http://example.org/fhir/a|1", "urn:oid:2.16.840.1.113883", "#a"],
    ["a", "a|1", "http://example.org/fhir/a b", "Patient/1"]],
  oid: [["urn:oid:1.2.3", "urn:oid:2.16.840.1.113883"], ["1.2.3", "urn:oid:3.2", "urn:oid:1.02", "urn:oid:1", "urn:oid:"]],
  uuid: [["urn:uuid:4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01"],
    ["4b7b1f6c-9d6c-4e2e-8a52-1c5b7b0f6a01", "urn:uuid:x", "urn:uuid:4B7B1F6C-9D6C-4E2E-8A52-1C5B7B0F6A01", "urn:uuid:"]],
  date: [["2026", "2026-02", "2026-02-28", "2024-02-29", "0001", "9999-12-31"],
    ["2026-02-29", "2026-13", "2026-2-1", "26-01-01", "2026-01-01T00:00:00Z", "2026/01/01", "20260101", "0000", "2026-00-01", "2026-01-32"]],
  dateTime: [["2026", "2026-02", "2026-02-28", "2026-02-28T12:00:00Z", "2026-02-28T12:00:00.123+07:00", "2026-02-28T23:59:60Z",
    "2026-02-28T12:00:00-00:00"],
    ["2026-02-28T12:00", "2026-02-28T12:00:00", "2026-02-28T12:00Z", "2026-02-28T24:00:00Z", "2026-02-28T12:60:00Z", "2026-02-30T12:00:00Z",
      "2026-02-28 12:00:00Z", "2026-02-28T12:00:00+15:00", "2026-02-28T12:00:00z", "1800-01-01", "3000-01-01"]],
  instant: [["2026-02-28T12:00:00Z", "2026-02-28T12:00:00.123+07:00"], ["2026-02-28", "2026-02-28T12:00:00", "2026", "2026-02-29T12:00:00Z"]],
  time: [["12:00:00", "23:59:60", "00:00:00.123"], ["12:00", "24:00:00", "12:00:00Z", "1:00:00", "12:60:00"]],
  base64Binary: [["YWJj", "YWI=", "YW Jj", "YW\nJj"], ["Y", "YWJj=", "a!b", "YWJ", "YW=="].slice(0, 4)],
};
function* primitives() {
  for (const [type, [good, bad]] of Object.entries(formats)) {
    const definition = extension({ types: [type], name: "format" });
    for (const value of [...good, ...bad]) yield { feature: `format: ${type}`, name: JSON.stringify(value), definitions: [definition],
      resource: holding(definition, type, value) };
    const text = `<Patient xmlns="http://hl7.org/fhir"><extension url="${definition.url}"><value${key("", type)} value="%"/></extension></Patient>`;
    const escape = (value) => String(value).replace(/[&<"\n\t]/g, (one) => `&#${one.charCodeAt(0)};`);
    for (const value of [...good,
      ...bad].filter((one) => ["string", "number",
        "boolean"].includes(typeof one) && !/[\u0000\u0001]/.test(String(one)))) yield { feature: `format in XML: ${type}`,
      name: JSON.stringify(value), definitions: [definition], resource: text.replace("%", escape(value)) };
  }
  const oddities = {
    "object for a list": { name: { text: "a" } }, "list for one": { gender: ["male"] }, "text for an object": { name: ["a"] },
    "empty object": { maritalStatus: {} }, "empty list": { name: [] }, "null": { gender: null }, "null in a list": { name: [null] },
    "unknown element": { colour: "red" }, "unknown element below": { name: [{ colour: "red" }] },
    "nulls beside extensions": { name: [{ given: ["a", null], _given: [null, { extension: [{ url: "http://example.org/x", valueCode: "a" }] }] }] },
    "nulls beside nothing": { name: [{ given: ["a", null], _given: [null, null] }] },
    "lists of other length": { name: [{ given: ["a"], _given: [null, { extension: [{ url: "http://example.org/x", valueCode: "a" }] }] }] },
    "id with only an id": { _gender: { id: "a" } }, "underscore of a complex": { _name: [{ id: "a" }] }, "fhir_comments": { fhir_comments: ["a"] },
    "resourceType below": { name: [{ resourceType: "HumanName", text: "a" }] }, "id beside the value": { gender: "male", _gender: { id: "a" } },
    "two ids": { name: [{ id: "a", text: "x" }, { id: "a", text: "y" }] }, "id with a space": { name: [{ id: "a b", text: "x" }] },
    "id with an underscore": { id: "a_b" }, "id too long": { id: "a".repeat(65) },
  };
  for (const [name, more] of Object.entries(oddities)) yield { feature: "JSON", name, resource: patient(more) };
  for (const [name,
    text] of Object.entries({ "cut off": '{"resourceType":"Patient"', "key twice": '{"resourceType":"Patient","gender":"male","gender":"male"}',
      "comma at the end": '{"resourceType":"Patient","gender":"male",}', "comment": '{"resourceType":"Patient" /* a */}',
      "single quotes": "{'resourceType':'Patient'}", "no type": '{"gender":"male"}', "unknown type": '{"resourceType":"Mother"}',
      "abstract type": '{"resourceType":"DomainResource"}', "data type": '{"resourceType":"HumanName"}',
      "type at the end": '{"gender":"male","resourceType":"Patient"}',
      "number with zeros": '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":01}}',
      "NaN": '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":NaN}}',
      "text after": '{"resourceType":"Patient"} x', "a list": "[]", "nothing": "",
      "byte order mark": '\ufeff{"resourceType":"Patient"}' })) yield { feature: "JSON",
    name: `text: ${name}`, resource: text };
}

// What extensions of a definition ask of an element.
function* extras() {
  const asks = {
    "minLength": [[{ url: `${R4}minLength`, valueInteger: 3 }]], "regex": [[{ url: `${R4}regex`, valueString: "[a-c]+" }]],
    "must have a value": [[{ url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.mustHaveValue", valueBoolean: true }]],
    "value alternatives": [[{ url: "http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.valueAlternatives",
      valueCanonical: `${R4}data-absent-reason` }]],
  };
  const texts = { "ab": "ab", "abc": "abc", "abd": "abd", "only an extension": null, "another extension": undefined };
  for (const [[ask, [extension_]], [name, text]] of Object.entries(asks).flatMap((a) => Object.entries(texts).map((b) => [a, b]))) {
    const definition = profile("Patient", [element("Patient.name"), element("Patient.name.family", { extension: extension_ })]);
    const absent = { extension: [text === null ? { url: `${R4}data-absent-reason`, valueCode: "unknown" } : { url: "http://example.org/x",
      valueCode: "a" }] };
    yield { feature: "extensions of an element's definition", name: `${ask}: ${name}`, definitions: [definition],
      resource: patient({ name: [text ? { family: text } : { _family: absent }] }), profile: definition.url };
  }
  const all = valueSet({ system: ANIMALS });
  for (const strength of ["extensible", "preferred"]) for (const code of ["cat", "cow", "unicorn"]) for (const system of [ANIMALS,
    "http://example.org/none"]) {
    const binding = { strength, valueSet: pets.url, extension: [{ url: `${R4}elementdefinition-maxValueSet`, valueCanonical: all.url }] };
    const definition = profile("Observation", [element("Observation.code", { binding })]);
    yield { feature: "extensions of an element's definition", name: `maxValueSet ${strength}: ${system} ${code}`,
      definitions: [definition, animals, pets, all], resource: observation({ code: { coding: [coding(code, system)] } }), profile: definition.url };
  }
  for (const severity of ["error", "warning"]) for (const practice of [true, false]) {
    const definition = profile("Patient", []);
    definition.differential.element = [element("Patient",
      { constraint: [{ key: "gen-4", severity, human: "as said", expression: "false",
        ...(practice && { extension: [{ url: `${R4}elementdefinition-bestpractice`, valueBoolean: true }] }) }] })];
    yield { feature: "extensions of an element's definition", name: `best practice ${practice}, ${severity}`,
      definitions: [{ ...definition, id: `practice-${practice}-${severity}`,
        url: `http://example.org/fhir/StructureDefinition/practice-${practice}-${severity}` }],
      resource: patient(), profile: `http://example.org/fhir/StructureDefinition/practice-${practice}-${severity}` };
  }
}

// Profiles on profiles: both hold.
function* layers() {
  const below = profile("Patient", [element("Patient.name", { min: 1 }), element("Patient.gender", { min: 1 })]);
  const above = profile("Patient", [element("Patient.birthDate", { min: 1 }), element("Patient.gender", { fixedCode: "female" })],
    { baseDefinition: below.url });
  const sliced = profile("Patient",
    [element("Patient.identifier", { slicing: { discriminator: [{ type: "value", path: "system" }], rules: "open" } }),
      element("Patient.identifier:a"), element("Patient.identifier:a.system", { min: 1, fixedUri: "urn:a:a" })]);
  const more = profile("Patient",
    [element("Patient.identifier"), element("Patient.identifier:a", { min: 1 }), element("Patient.identifier:b", { min: 1 }),
      element("Patient.identifier:b.system", { min: 1, fixedUri: "urn:b:b" })],
    { baseDefinition: sliced.url });
  const lists = product({ name: [undefined, [{ text: "a" }]], gender: [undefined, "male", "female"], birthDate: [undefined, "2000"] });
  for (const one of lists) for (const [which, definition] of [["below", below], ["above", above]]) yield { feature: "profiles on profiles",
    name: `${which} ${JSON.stringify(one)}`, definitions: [above, below], resource: patient(one), profile: definition.url };
  for (const systems of [[], ["urn:a:a"], ["urn:b:b"], ["urn:a:a", "urn:b:b"], ["urn:o:o"]]) for (const [which, definition] of [["below", sliced],
    ["above", more]]) yield { feature: "profiles on profiles",
    name: `slices ${which} ${systems}`, definitions: [sliced, more],
    resource: systems.length ? patient({ identifier: systems.map((system) => ({ system })) }) : patient(), profile: definition.url };
  for (const claimed of [[above.url], [below.url, sliced.url], [`${below.url}|9`], ["http://example.org/fhir/StructureDefinition/none"],
    [`${R4}Patient`], [`${R4}Observation`], [`${R4}DomainResource`]]) for (const one of [{},
    { name: [{ text: "a" }], gender: "female", birthDate: "2000" }]) yield { feature: "claimed profiles",
    name: `${claimed} ${JSON.stringify(one)}`, definitions: [above, below, sliced], resource: patient({ meta: { profile: claimed }, ...one }) };
  const named_ = profile("HumanName", [element("HumanName.family", { min: 1 })], { kind: "complex-type" });
  for (const [path,
    make] of Object.entries({ "Patient.name": (name) => patient({ name: [name] }),
      "Patient.contact.name": (name) => patient({ contact: [{ name }] }) })) for (const name of [{ family: "N" },
    { text: "t" }]) {
    const definition = profile("Patient", [element(path, { type: [{ code: "HumanName", profile: [named_.url] }] })]);
    yield { feature: "profiles of types", name: `${path} ${JSON.stringify(name)}`, definitions: [definition, named_], resource: make(name),
      profile: definition.url };
  }
}

export function* values() {
  yield* extras();
  yield* layers();
  yield* fixed();
  yield* counts();
  yield* ranges();
  yield* types();
  yield* constraints();
  yield* primitives();
}
