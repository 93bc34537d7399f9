// References: each form × what it leads to × what the profile asks; where the target stands; and canonicals that lead to definitions.

import { ANIMALS, HOME, R4, URN, animals, element, named, observation, patient, product, profile } from "./words.mjs";

const women = profile("Patient", [element("Patient.gender", { min: 1, fixedCode: "female" })]);
const devices = profile("Device", [element("Device.deviceName", { min: 1 })]);
const none = `${HOME}StructureDefinition/none`;

// What stands at the end of a reference from Observation.subject.
const targets = {
  "right type": { resourceType: "Patient", gender: "male" }, "right type, keeps the profile": { resourceType: "Patient", gender: "female" },
  "another right type": { resourceType: "Device", status: "active" }, "wrong type": { resourceType: "Organization", name: "O" },
  "right type, broken in itself": { resourceType: "Patient", gender: "x" },
  "right type, with warnings": { resourceType: "Patient", gender: "female", maritalStatus: { text: "t" } },
};
const asked = {
  "R4": null, "the type": [[`${R4}Patient`]], "two types": [[`${R4}Patient`, `${R4}Device`]], "a profile": [[women.url]],
  "a profile and another": [[women.url, devices.url]], "a profile or the type": [[women.url, `${R4}Device`]], "a profile that nobody knows": [[none]],
  "two rules": [[women.url], [devices.url]], "a profile with its version": [[`${women.url}|1`]],
};
const defined = Object.fromEntries(Object.entries(asked).map(([name, rules]) => [name,
  rules && profile("Observation",
    [element("Observation.subject", { type: rules.map((targetProfile) => ({ code: "Reference", targetProfile })) })])]));

// Ways to have the target: a function of source and target that gives the whole.
const entry = (fullUrl, resource) => ({ ...(fullUrl && { fullUrl }), resource });
const collection = (...entries) => ({ resourceType: "Bundle", type: "collection", entry: entries });
const pointing = (source, reference) => ({ ...source, subject: { reference } });
const ways = {
  contained: (source, target) => ({ ...pointing(source, "#t"), contained: [{ ...target, id: "t" }] }),
  "urn in a Bundle": (source, target) => collection(entry(URN(1), pointing(source, URN(2))), entry(URN(2), target)),
  "absolute in a Bundle": (source,
    target) => collection(entry(`${HOME}Observation/o`, { ...pointing(source, `${HOME}${target.resourceType}/t`), id: "o" }),
    entry(`${HOME}${target.resourceType}/t`, { ...target, id: "t" })),
  "relative in a Bundle": (source, target) => collection(entry(`${HOME}Observation/o`, { ...pointing(source, `${target.resourceType}/t`), id: "o" }),
    entry(`${HOME}${target.resourceType}/t`, { ...target, id: "t" })),
  "relative in a Bundle, from a urn": (source, target) => collection(entry(URN(1), pointing(source, `${target.resourceType}/t`)),
    entry(`${HOME}${target.resourceType}/t`, { ...target, id: "t" })),
  "relative in a Bundle, to another base": (source,
    target) => collection(entry("http://a.example.org/fhir/Observation/o", { ...pointing(source, `${target.resourceType}/t`), id: "o" }),
    entry(`http://b.example.org/fhir/${target.resourceType}/t`, { ...target, id: "t" })),
  "relative in a Bundle, to a urn with its id": (source,
    target) => collection(entry(`${HOME}Observation/o`, { ...pointing(source, `${target.resourceType}/t`), id: "o" }),
    entry(URN(2), { ...target, id: "t" })),
  "with version in a Bundle": (source,
    target) => collection(entry(`${HOME}Observation/o`, { ...pointing(source, `${target.resourceType}/t/_history/1`), id: "o" }),
    entry(`${HOME}${target.resourceType}/t`, { ...target, id: "t", meta: { versionId: "1" } })),
  "with another version in a Bundle": (source,
    target) => collection(entry(`${HOME}Observation/o`, { ...pointing(source, `${target.resourceType}/t/_history/2`), id: "o" }),
    entry(`${HOME}${target.resourceType}/t`, { ...target, id: "t", meta: { versionId: "1" } })),
  "relative elsewhere": (source, target) => pointing(source, `${target.resourceType}/t`),
  "absolute elsewhere": (source, target) => pointing(source, `http://elsewhere.example.org/${target.resourceType}/t`),
  "with version elsewhere": (source, target) => pointing(source, `${target.resourceType}/t/_history/1`),
  "relative in a Bundle, not there": (source,
    target) => collection(entry(`${HOME}Observation/o`, { ...pointing(source, `${target.resourceType}/t`), id: "o" })),
};

function* targetsOf() {
  for (const [what, definition] of Object.entries(defined)) for (const { way,
    target } of product({ way: Object.entries(ways), target: Object.entries(targets) })) {
    const source = observation({ ...(definition && { meta: { profile: [definition.url] } }) });
    yield { feature: `reference: ${way[0]}`, name: `${what}: ${target[0]}`, definitions: [...(definition ? [definition] : []), women, devices],
      resource: way[1](source, target[1]) };
  }
}

// References of resources in parameters: to each other, to what is in a Bundle beside them.
function* parameters() {
  const definition = defined["a profile"];
  const source = (reference) => ({ ...observation({ meta: { profile: [definition.url] }, subject: { reference } }), id: "o" });
  for (const [target, content] of Object.entries(targets)) {
    const there = { ...content, id: "t" };
    const to = `${content.resourceType}/t`;
    const wholes = {
      "parameter beside": [{ name: "a", resource: source(to) }, { name: "b", resource: there }],
      "parameter beside, absolute": [{ name: "a", resource: source(`${HOME}${to}`) }, { name: "b", resource: there }],
      "part of a parameter": [{ name: "a", part: [{ name: "b", resource: source(to) }, { name: "c", resource: there }] }],
      "parts of two": [{ name: "a", part: [{ name: "b", resource: source(to) }] }, { name: "c", part: [{ name: "d", resource: there }] }],
      "Bundle in a parameter": [{ name: "a", resource: collection(entry(URN(1), source(URN(2))), entry(URN(2), content)) }],
      "Bundle beside": [{ name: "a", resource: source(URN(2)) }, { name: "b", resource: collection(entry(URN(2), content)) }],
      "fragment": [{ name: "a", resource: source("#t") }, { name: "b", resource: there }],
      "contained": [{ name: "a", resource: { ...source("#t"), contained: [there] } }],
      "value": [{ name: "a", valueReference: { reference: to } }, { name: "b", resource: there }], "nowhere": [{ name: "a", resource: source(to) }],
    };
    for (const [way, parameter] of Object.entries(wholes)) yield { feature: "reference: in Parameters", name: `${way}: ${target}`,
      definitions: [definition, women], resource: { resourceType: "Parameters", parameter } };
  }
}

// Chains and circles: a profile whose targets have targets.
function* chains() {
  const inner = profile("Patient",
    [element("Patient.link", { min: 1 }), element("Patient.link.other", { type: [{ code: "Reference", targetProfile: [women.url] }] })]);
  const outer = profile("Observation", [element("Observation.subject", { min: 1, type: [{ code: "Reference", targetProfile: [inner.url] }] })]);
  const self = { ...profile("Patient", []), id: "circle", url: `${HOME}StructureDefinition/circle`, name: "Circle" };
  self.differential = { element: [{ id: "Patient", path: "Patient" }, element("Patient.link", { min: 1 }),
    element("Patient.link.other", { type: [{ code: "Reference", targetProfile: [self.url] }] })] };
  const pointing = profile("Observation", [element("Observation.subject", { type: [{ code: "Reference", targetProfile: [self.url] }] })]);
  const link = (reference) => [{ other: { reference }, type: "seealso" }];
  const person = (id, gender, to) => ({ resourceType: "Patient", id, gender, ...(to && { link: link(to) }) });
  for (const [name,
    [first, second]] of Object.entries({ "kept": ["female", "female"], "broken at the end": ["female", "male"],
      "broken in the middle": [undefined, "female"] })) {
    const contained = [first ? person("a", first, "#b") : { resourceType: "Patient", id: "a", gender: "male" }, person("b", second)];
    yield { feature: "reference: chains", name: `contained: ${name}`, definitions: [outer, inner, women],
      resource: observation({ contained: first ? contained : contained.slice(0, 1), subject: { reference: "#a" } }), profile: outer.url };
    yield { feature: "reference: chains", name: `bundled: ${name}`, definitions: [outer, inner, women],
      resource: collection(entry(URN(1), observation({ meta: { profile: [outer.url] }, subject: { reference: URN(2) } })),
        entry(URN(2), first ? { ...person(undefined, first, URN(3)) } : patient()), entry(URN(3), { resourceType: "Patient", gender: second })) };
  }
  for (const [name,
    [a, b]] of Object.entries({ "circle of two": ["#q", "#p"], "to itself": ["#p", "#q"],
      "open": ["#q", undefined] })) yield { feature: "reference: chains",
    name, definitions: [pointing, self],
    resource: observation({ contained: [person("p", "male", a), person("q", "male", b)], subject: { reference: "#p" },
      focus: [{ reference: "#q" }] }),
    profile: pointing.url };
}

const forms = {
  "type alone": { type: "Patient" }, "right type beside": { reference: "Patient/a", type: "Patient" },
  "other type beside": { reference: "Patient/a", type: "Group" }, "type that is not allowed": { type: "Organization", identifier: { value: "1" } },
  "unknown type": { type: "Mother", display: "m" }, "type as a URL": { reference: "Patient/a", type: `${R4}Patient` },
  "identifier alone": { identifier: { system: "urn:a:a", value: "1" } }, "display alone": { display: "d" }, "nothing": {},
  "empty text": { reference: "" }, "only an extension": { extension: [{ url: "http://example.org/x", valueCode: "a" }] },
  "type alone in the text": { reference: "Patient" }, "no id": { reference: "Patient/" }, "lower case": { reference: "patient/a" },
  "misspelt": { reference: "Pateint/a" }, "slash first": { reference: "/Patient/a" }, "too many parts": { reference: "Patient/a/b" },
  "id with an underscore": { reference: "Patient/a_b" }, "space": { reference: "Patient/a b" }, "a search": { reference: "Patient?name=a" },
  "number alone": { reference: "1" }, "history without version": { reference: "Patient/a/_history" },
  "unknown fragment": { reference: "#none" }, "fragment alone": { reference: "#" }, "fragment of another": { reference: "Patient/a#b" },
  "absolute with other words": { reference: "http://example.org/page.html" },
  "absolute with wrong type": { reference: "http://example.org/fhir/Organization/a" },
  "absolute, unknown type": { reference: "http://example.org/fhir/Mother/a" }, "urn:uuid": { reference: URN(1) },
  "urn:uuid in capitals": { reference: URN(1).toUpperCase().replace("URN:UUID", "urn:uuid") }, "urn:oid": { reference: "urn:oid:1.2.3" },
  "urn that is none": { reference: "urn:uuid:abc" }, "mailto": { reference: "mailto:a@example.org" },
  "abstract type": { reference: "DomainResource/a" }, "http in capitals": { reference: "HTTP://example.org/fhir/Patient/a" },
};
function* spellings() {
  for (const [name, subject] of Object.entries(forms)) {
    yield { feature: "reference: spelling", name, resource: observation({ subject }) };
    yield { feature: "reference: spelling, to any type", name, resource: observation({ focus: [subject] }) };
    yield { feature: "reference: spelling, in a Bundle", name,
      resource: collection(entry(`${HOME}Observation/o`, { ...observation({ subject }), id: "o" })) };
    const definition = defined["a profile"];
    yield { feature: "reference: spelling, to a profile", name, definitions: [definition, women], resource: observation({ subject }),
      profile: definition.url };
  }
}

function* aggregations() {
  for (const modes of [["contained"], ["bundled"], ["referenced"], ["contained", "bundled"], ["referenced", "contained"]]) {
    const definition = profile("Observation",
      [element("Observation.subject", { type: [{ code: "Reference", targetProfile: [`${R4}Patient`], aggregation: modes }] })]);
    const source = observation({ meta: { profile: [definition.url] } });
    for (const [way, make] of Object.entries(ways)) yield { feature: "reference: aggregation", name: `${modes.join(" or ")}: ${way}`,
      definitions: [definition], resource: make(source, targets["right type"]) };
    for (const [name, subject] of Object.entries(forms).slice(0, 10)) yield { feature: "reference: aggregation",
      name: `${modes.join(" or ")}: ${name}`, definitions: [definition], resource: { ...source, subject } };
  }
}

// Canonicals that lead to definitions: of the right type, of another, of none.
function* canonicals() {
  const form = named("Questionnaire", { status: "draft", version: "1", item: [{ linkId: "a", type: "string", text: "A" }] });
  const activity = named("ActivityDefinition", { status: "draft", version: "1" });
  const library = named("Library",
    { status: "draft", version: "1", type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/library-type", code: "logic-library" }] } });
  const measure = named("Measure", { status: "draft", version: "1" });
  const ends = { Questionnaire: form.url, ActivityDefinition: activity.url, Library: library.url, Measure: measure.url, CodeSystem: ANIMALS,
    ValueSet: "http://hl7.org/fhir/ValueSet/administrative-gender", StructureDefinition: women.url, "type of R4": `${R4}Patient`,
    none: `${HOME}Questionnaire/none`, "right version": `${form.url}|1`, "wrong version": `${form.url}|9`, "fragment that is not there": "#none",
    fragment: "#c", relative: `Questionnaire/${form.id}`, text: "a" };
  const places = {
    "QuestionnaireResponse.questionnaire": (url) => ({ resourceType: "QuestionnaireResponse", status: "completed", questionnaire: url,
      item: [{ linkId: "a", text: "A", answer: [{ valueString: "x" }] }], ...(url === "#c" && { contained: [{ ...form, id: "c" }] }) }),
    "ServiceRequest.instantiatesCanonical": (url) => ({ resourceType: "ServiceRequest", status: "draft", intent: "order", subject: { display: "x" },
      instantiatesCanonical: [url], ...(url === "#c" && { contained: [{ ...activity, id: "c" }] }) }),
    "PlanDefinition.library": (url) => ({ resourceType: "PlanDefinition", status: "draft", library: [url],
      ...(url === "#c" && { contained: [{ ...library, id: "c" }] }) }),
    "MeasureReport.measure": (url) => ({ resourceType: "MeasureReport", status: "complete", type: "summary", period: { start: "2026" }, measure: url,
      ...(url === "#c" && { contained: [{ ...measure, id: "c" }] }) }),
    "Questionnaire.item.answerValueSet": (url) => ({ resourceType: "Questionnaire", status: "draft",
      item: [{ linkId: "a", type: "choice", text: "t", answerValueSet: url }],
      ...(url === "#c" && { contained: [{ resourceType: "ValueSet", id: "c", status: "draft" }] }) }),
    "ValueSet.compose.include.valueSet": (url) => ({ resourceType: "ValueSet", status: "draft", compose: { include: [{ valueSet: [url] }] } }),
    "ValueSet.compose.include.system": (url) => ({ resourceType: "ValueSet", status: "draft", compose: { include: [{ system: url }] } }),
    "meta.profile": (url) => patient({ meta: { profile: [url] } }),
    "Coding.system": (url) => observation({ code: { coding: [{ system: url, code: "cat" }] } }),
    "CodeSystem.valueSet": (url) => ({ ...animals, id: "x", url: `${HOME}CodeSystem/x`, valueSet: url }),
    "CodeSystem.supplements": (url) => ({ resourceType: "CodeSystem", status: "draft", content: "supplement", supplements: url }),
    "PlanDefinition.action.definitionCanonical": (url) => ({ resourceType: "PlanDefinition", status: "draft",
      action: [{ definitionCanonical: url }] }),
    "ConceptMap.sourceCanonical": (url) => ({ resourceType: "ConceptMap", status: "draft", sourceCanonical: url }),
    "OperationDefinition.parameter.targetProfile": (url) => ({ resourceType: "OperationDefinition", name: "A", status: "draft", kind: "query",
      code: "a", system: false, type: false, instance: true,
      parameter: [{ name: "a", use: "in", min: 0, max: "1", type: "Reference", targetProfile: [url] }] }),
    "OperationDefinition.base": (url) => ({ resourceType: "OperationDefinition", name: "A", status: "draft", kind: "query", code: "a", base: url,
      system: false, type: false, instance: true }),
    "CapabilityStatement.instantiates": (url) => ({ resourceType: "CapabilityStatement", status: "draft", date: "2026", kind: "requirements",
      fhirVersion: "4.0.1", format: ["json"], description: "d", rest: [{ mode: "server" }], instantiates: [url] }),
    "CarePlan.instantiatesCanonical": (url) => ({ resourceType: "CarePlan", status: "draft", intent: "plan", subject: { display: "x" },
      instantiatesCanonical: [url] }),
  };
  for (const [place, make] of Object.entries(places)) for (const [name, url] of Object.entries(ends)) yield { feature: `canonical: ${place}`, name,
    definitions: [form, activity, library, measure, animals, women], resource: make(url) };
}

// Maps: codes of their systems and sets, and others.
function* maps() {
  const set = named("ValueSet", { status: "draft", compose: { include: [{ system: ANIMALS, concept: [{ code: "cat" }, { code: "dog" }] }] } });
  const colours = named("CodeSystem",
    { status: "draft", caseSensitive: true, content: "complete", concept: [{ code: "red", display: "Red" }, { code: "blue" }] });
  const reds = named("ValueSet", { status: "draft", compose: { include: [{ system: colours.url, concept: [{ code: "red" }] }] } });
  const ways = { "no sets": {}, "source set": { sourceCanonical: set.url }, "target set": { targetCanonical: reds.url },
    "both sets": { sourceCanonical: set.url, targetCanonical: reds.url }, "sets as uri": { sourceUri: set.url, targetUri: reds.url },
    "unknown sets": { sourceCanonical: `${HOME}ValueSet/none`, targetCanonical: `${HOME}ValueSet/none` } };
  for (const { way, from, to,
    more } of product({ way: Object.entries(ways), from: ["cat", "cow", "unicorn"], to: ["red", "blue", "green"],
      more: [["plain", {}], ["with displays", { d: true }]] })) {
    if (more[1].d && from === "unicorn") continue;
    const display = more[1].d ? { display: "Cat" } : {};
    const group = { source: ANIMALS, target: colours.url,
      element: [{ code: from, ...display, target: [{ code: to, ...(more[1].d && { display: "Red" }), equivalence: "equivalent" }] }] };
    yield { feature: "concept map", name: `${way[0]}: ${from} to ${to} ${more[0]}`, definitions: [animals, set, colours, reds],
      resource: { resourceType: "ConceptMap", status: "draft", ...way[1], group: [group] } };
  }
  const odd = { "no source": { target: colours.url, element: [{ code: "cat", target: [{ code: "red", equivalence: "equal" }] }] },
    "no target": { source: ANIMALS, element: [{ code: "cat", target: [{ code: "red", equivalence: "equal" }] }] },
    "unknown source": { source: `${HOME}CodeSystem/none`, target: colours.url,
      element: [{ code: "cat", target: [{ code: "red", equivalence: "equal" }] }] },
    unmatched: { source: ANIMALS, target: colours.url, element: [{ code: "cat", target: [{ equivalence: "unmatched" }] }] },
    "unmapped fixed": { source: ANIMALS, target: colours.url, element: [{ code: "cat", target: [{ code: "red", equivalence: "equal" }] }],
      unmapped: { mode: "fixed", code: "red" } },
    "unmapped without code": { source: ANIMALS, target: colours.url, element: [{ code: "cat", target: [{ code: "red", equivalence: "equal" }] }],
      unmapped: { mode: "fixed" } },
    "narrower without comment": { source: ANIMALS, target: colours.url,
      element: [{ code: "cat", target: [{ code: "red", equivalence: "narrower" }] }] } };
  for (const [name, group] of Object.entries(odd)) for (const sets of ["no sets", "both sets"]) yield { feature: "concept map",
    name: `${sets}: ${name}`, definitions: [animals, set, colours, reds],
    resource: { resourceType: "ConceptMap", status: "draft", ...ways[sets], group: [group] } };
}

export function* references() {
  yield* targetsOf();
  yield* parameters();
  yield* chains();
  yield* spellings();
  yield* aggregations();
  yield* canonicals();
  yield* maps();
}
