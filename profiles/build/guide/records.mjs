// For each rule across records (catalogue/rules.json) a transaction that breaks it and no other rule.

import { read } from "../read-catalogue.mjs";
import { codeSystem, settings, url } from "./settings.mjs";

const loinc = "http://loinc.org";
const ucum = "http://unitsofmeasure.org";
const icd10 = "http://hl7.org/fhir/sid/icd-10";
const reference = (type, id) => ({ reference: `${type}/${id}` });
const concept = (system, code) => ({ coding: [{ system, code }] });
const claims = (profile) => (profile ? { meta: { profile: [url("StructureDefinition", profile)] } } : {});
const cccd = (value) => ({ system: "http://fhir.hl7.org.vn/core/sid/cccd", value });
const temporary = (value) => ({ use: "temp", system: `${settings.canonical}/sid/temporary-child-id`, value });

const resource = (resourceType, id, profile, rest) => ({ resourceType, id, ...claims(profile), ...rest });
const person = (id, profile, identifier, text, gender, birthDate, rest = {}) => resource("Patient", id, profile, { identifier: [identifier], name: [{ text }], gender, birthDate, ...rest });
const mother = (id = "me", rest = {}) => person(id, "mch-mother", cccd(id === "me" ? "001196000951" : "001196000952"), id === "me" ? "Trần Thị Ví Dụ" : "Lê Thị Thử", "female", "1996-04-12", rest);
const child = (id = "be", rest = {}) => person(id, "mch-child", temporary(`TAM-26-${id.toUpperCase()}`), `Con bà Trần Thị Ví Dụ (${id})`, "male", "2026-03-05", rest);
const related = (baby, by = "me") => resource("RelatedPerson", `${by}-cua-${baby}`, "mch-mother-of-child", { patient: reference("Patient", baby), relationship: [concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "MTH")], name: [{ text: "Trần Thị Ví Dụ" }] });
const linked = (...babies) => ({ link: babies.map((baby) => ({ other: reference("RelatedPerson", `me-cua-${baby}`), type: "seealso" })) });
const pregnancy = (id = "thai", subject = "me", onset = "2025-05-29", end) =>
  resource("Condition", id, "mch-pregnancy", { clinicalStatus: concept("http://terminology.hl7.org/CodeSystem/condition-clinical", end ? "resolved" : "active"), code: concept(icd10, "Z34.9"), subject: reference("Patient", subject), onsetDateTime: onset, ...(end && { abatementDateTime: end }) });
const episode = (id = "quan-ly", patient = "me", condition = "thai", start = "2025-07-10", end) =>
  resource("EpisodeOfCare", id, "mch-pregnancy-episode", { status: end ? "finished" : "active", type: [concept(codeSystem("mch-episode-type"), "pregnancy")], diagnosis: [{ condition: reference("Condition", condition) }], patient: reference("Patient", patient), period: { start, ...(end && { end }) } });
const visit = (id, type, profile, subject, start, rest = {}) => resource("Encounter", id, profile, { status: "finished", class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" }, type: [concept(codeSystem("mch-encounter-type"), type)], subject: reference("Patient", subject), period: { start }, ...rest });
const antenatal = (id, start, subject = "me", care = "quan-ly") => visit(id, "antenatal", "mch-antenatal-visit", subject, start, { episodeOfCare: [reference("EpisodeOfCare", care)] });
const delivery = (day = "2026-03-05") => resource("Procedure", "cuoc-de", "mch-delivery", { status: "completed", category: concept(codeSystem("mch-procedure-category"), "delivery"), code: concept(codeSystem("qd3412-cach-de"), "1"), subject: reference("Patient", "me"), performedDateTime: day, reasonReference: [reference("Condition", "thai")] });
const stay = () => visit("sinh", "delivery", "mch-delivery-encounter", "me", "2026-03-05", { episodeOfCare: [reference("EpisodeOfCare", "quan-ly")] });
const birth = (baby) => resource("Procedure", `ra-doi-${baby}`, "mch-birth", { partOf: [reference("Procedure", "cuoc-de")], status: "completed", category: concept(codeSystem("mch-procedure-category"), "birth"), code: concept(codeSystem("qd3412-cach-de"), "1"), subject: reference("Patient", baby), performedDateTime: "2026-03-05" });
const observed = (id, profile, codes, subject, effectiveDateTime, rest, category = "exam") =>
  resource("Observation", id, profile, { status: "final", category: [concept("http://terminology.hl7.org/CodeSystem/observation-category", category)], code: { coding: codes.map((code) => ({ system: /^\d/.test(code) ? loinc : codeSystem("mch-booklet-item"), code })) }, subject: reference("Patient", subject), effectiveDateTime, ...rest });
const focus = (condition = "thai") => ({ focus: [reference("Condition", condition)] });
const quantity = (value, unit) => ({ valueQuantity: { value, unit, system: ucum, code: unit } });
const lmp = (valueDateTime, day = "2026-03-12") => observed("kinh-cuoi", "mch-pregnancy-dating", ["8665-2", "P01"], "me", day, { ...focus(), valueDateTime }, "survey");
const weight = (id, day, value) => observed(id, "mch-vital-sign", ["29463-7", "G02"], "be", day, quantity(value, "kg"), "vital-signs");
const apgar = (id, code, item, valueInteger) => observed(id, "mch-apgar", [code, item], "be", "2026-03-05", { valueInteger }, "survey");
const cvx = new Map(read("codes.json").find(({ name }) => name === "mch-vaccine").concepts.map(({ code, cvx: value }) => [code, value]));
const vaccines = (code) => ({ coding: [{ system: codeSystem("mch-vaccine"), code }, { system: "http://hl7.org/fhir/sid/cvx", code: cvx.get(code) }] });
const dose = (id, vaccine, occurrenceDateTime, doseNumberPositiveInt) => resource("Immunization", id, "mch-immunization", { status: "completed", vaccineCode: vaccines(vaccine), patient: reference("Patient", "be"), occurrenceDateTime, primarySource: true, ...(doseNumberPositiveInt && { protocolApplied: [{ doseNumberPositiveInt }] }) });
const count = (id, code, item, valueInteger) => observed(id, "mch-obstetric-count", [code, item], "me", "2025-07-10", { ...focus(), valueInteger }, "survey");
const address = (province, commune, rest = {}) => ({ address: [{ extension: [{ url: "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-province", valueCoding: { system: codeSystem("vn-province"), code: province } }, { url: "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward", valueCoding: { system: codeSystem("vn-commune"), code: commune } }], text: "Số 1, phố Ví Dụ", country: "VN", ...rest }] });
const now = [mother(), pregnancy("thai", "me", "2026-01-01"), episode("quan-ly", "me", "thai", "2026-02-10")];

// Rule: what breaks it (the last one is where it shows), and the element.
const cases = {
  "mebe-wrong-twin": [[mother("me", linked("be-a", "be-b")), child("be-a", { multipleBirthInteger: 1 }), child("be-b", { multipleBirthInteger: 2 }), related("be-a"), related("be-b"), pregnancy("thai", "me", "2025-05-29", "2026-03-05"), episode("quan-ly", "me", "thai", "2025-07-10", "2026-04-16"), stay(), visit("sinh-be-b", "birth", "mch-birth-encounter", "be-b", "2026-03-05", { partOf: reference("Encounter", "sinh") }), observed("can-nang", "mch-newborn-observation", ["8339-4", "N04"], "be-a", "2026-03-05", { encounter: reference("Encounter", "sinh-be-b"), ...quantity(2600, "g") })], "Observation.encounter"],
  "mebe-not-linked": [[mother(), child(), related("be"), pregnancy("thai", "me", "2025-05-29", "2026-03-05"), episode("quan-ly", "me", "thai", "2025-07-10", "2026-04-16"), stay(), visit("ra-doi", "birth", "mch-birth-encounter", "be", "2026-03-05", { partOf: reference("Encounter", "sinh") })], "Encounter.partOf"],
  "mebe-wrong-person": [[mother(), observed("bu-som", "mch-newborn-observation", ["N13"], "me", "2026-03-05", { valueBoolean: true })], "Observation.subject"],
  "mebe-wrong-episode": [[mother(), mother("chi"), pregnancy("thai-chi", "chi"), episode("quan-ly-chi", "chi", "thai-chi"), antenatal("kham", "2025-10-01", "me", "quan-ly-chi")], "Encounter.episodeOfCare"],
  "mebe-wrong-pregnancy": [[mother(), mother("chi"), pregnancy("thai-chi", "chi"), observed("tu-cung", "mch-pregnancy-observation", ["11881-0", "A12"], "me", "2025-12-01", { ...focus("thai-chi"), ...quantity(24, "cm") })], "Observation.focus"],
  "mebe-before-lmp": [[mother(), pregnancy("thai", "me", "2026-02-01"), episode("quan-ly", "me", "thai", "2026-01-05"), lmp("2026-02-01"), antenatal("kham", "2026-01-10")], "Encounter.period"],
  "mebe-after-episode": [[mother(), pregnancy("thai", "me", "2025-05-29", "2026-03-05"), episode("quan-ly", "me", "thai", "2025-07-10", "2026-04-16"), antenatal("kham", "2026-05-10")], "Encounter.period"],
  "mebe-two-pregnancies": [[...now, pregnancy("thai-2", "me", "2026-01-03"), episode("quan-ly-2", "me", "thai-2", "2026-02-12")], "EpisodeOfCare.status"],
  "mebe-gestation-disagrees": [[...now, lmp("2026-01-01"), observed("tuoi-thai", "mch-gestational-age", ["11884-4", "A05"], "me", "2026-03-12", { ...focus(), ...quantity(20, "wk") })], "Observation.value"],
  "mebe-due-date-disagrees": [[...now, lmp("2026-01-01"), observed("du-sinh", "mch-pregnancy-dating", ["11779-6", "P02"], "me", "2026-03-12", { ...focus(), valueDateTime: "2026-12-01" })], "Observation.value"],
  "mebe-in-future": [[mother(), observed("phu", "mch-maternal-observation", ["A10"], "me", "2199-01-01", { valueBoolean: false })], "Observation.effective"],
  "mebe-lmp-in-future": [[mother(), pregnancy("thai", "me", "2026-05-01"), lmp("2026-05-01", "2026-03-12")], "Observation.value"],
  "mebe-birth-outside-pregnancy": [[mother("me", linked("be")), pregnancy("thai", "me", "2023-02-01", "2023-11-08"), episode("quan-ly", "me", "thai", "2023-03-20", "2023-12-20"), related("be"), child()], "Patient.birthDate"],
  "mebe-mother-too-young": [[person("me", "mch-mother", { use: "temp", system: `${settings.canonical}/sid/temporary-id`, value: "TAM-26-ME" }, "Trần Thị Ví Dụ", "female", "2018", linked("be")), child(), related("be")], "RelatedPerson.patient"],
  "mebe-number-of-mother": [[mother("me", linked("be")), related("be"), person("be", "mch-child", cccd("001196000951"), "Nguyễn Thị Thử", "female", "2026-03-05")], "Patient.identifier", ["mebe-cccd-birth-year", "mebe-cccd-sex"]],
  "mebe-male-mother": [[person("me", null, cccd("001096000953"), "Trần Văn Ví Dụ", "male", "1996-04-12"), pregnancy("thai", "me", "2026-01-01"), episode("quan-ly", "me", "thai", "2026-02-10")], "EpisodeOfCare.patient"],
  "mebe-plurality": [[mother("me", linked("be-a", "be-b")), pregnancy("thai", "me", "2025-05-29", "2026-03-05"), episode("quan-ly", "me", "thai", "2025-07-10", "2026-04-16"), stay(), observed("so-con", "mch-delivery-observation", ["73773-4", "D20"], "me", "2026-03-05", { ...focus(), encounter: reference("Encounter", "sinh"), valueInteger: 1 }), child("be-a", { multipleBirthInteger: 1 }), child("be-b", { multipleBirthInteger: 2 }), related("be-a"), related("be-b"), { ...delivery(), encounter: reference("Encounter", "sinh") }, birth("be-a"), birth("be-b")], "Procedure.partOf"],
  "mebe-stillborn-and-live": [[child(), apgar("apgar-5", "9274-2", "N08", 9), observed("chet-luu", "mch-delivery-observation", ["N01"], "be", "2026-03-05", { valueBoolean: true })], "Observation.value"],
  "mebe-para-gravida": [[...now, count("lan-co-thai", "11996-6", "O01", 2), count("du-thang", "11639-2", "O02", 3)], "Observation.value"],
  "mebe-postnatal-before-birth": [[mother(), pregnancy("thai", "me", "2025-05-29", "2026-03-05"), episode("quan-ly", "me", "thai", "2025-07-10"), stay(), visit("sau-sinh", "postnatal-mother", "mch-postnatal-mother-visit", "me", "2026-03-01", { episodeOfCare: [reference("EpisodeOfCare", "quan-ly")] })], "Encounter.period"],
  "mebe-child-before-birth": [[child(), weight("can-nang", "2026-02-01", 3.2)], "Observation.effective"],
  "mebe-growth-jump": [[child(), weight("can-nang-1", "2026-04-05", 4.2), weight("can-nang-2", "2026-05-05", 8.2)], "Observation.value"],
  "mebe-z-score": [[child(), weight("can-nang", "2026-05-05", 15)], "Observation.value"],
  "mebe-z-score-disagrees": [[child(), weight("can-nang", "2026-05-05", 5.6), observed("z", "mch-growth-score", ["G06"], "be", "2026-05-05", { ...quantity(-2.5, "{Zscore}"), method: concept(codeSystem("mch-growth-method"), "who-2006") })], "Observation.value"],
  "mebe-apgar-falls": [[child(), apgar("apgar-1", "9272-6", "N07", 8), apgar("apgar-5", "9274-2", "N08", 6)], "Observation.value"],
  "mebe-vaccine-too-early": [[child(), dose("mui-1", "DPT-VGB-HIB", "2026-03-26", 1)], "Immunization.occurrence"],
  "mebe-vaccine-interval": [[child(), dose("mui-1", "DPT-VGB-HIB", "2026-05-06", 1), dose("mui-2", "DPT-VGB-HIB", "2026-05-16", 2)], "Immunization.occurrence"],
  "mebe-dose-order": [[child(), dose("mui-2", "DPT-VGB-HIB", "2026-05-06", 2), dose("mui-1", "DPT-VGB-HIB", "2026-06-10", 1)], "Immunization.protocolApplied.doseNumber"],
  "mebe-same-antigen-same-day": [[child(), dose("mui-1", "DPT-VGB-HIB", "2026-05-06", 1), dose("vgb", "VGB", "2026-05-06")], "Immunization.occurrence"],
  "mebe-cccd-birth-year": [[person("me", "mch-mother", cccd("001196000951"), "Trần Thị Ví Dụ", "female", "1990-04-12")], "Patient.birthDate"],
  "mebe-cccd-sex": [[person("me", "mch-mother", cccd("001096000951"), "Trần Thị Ví Dụ", "female", "1996-04-12")], "Patient.gender"],
  "mebe-district-after-2025": [[mother("me", address("01", "00004", { district: "Quận Ba Đình", period: { start: "2025-08-01" } }))], "Patient.address.district"],
  "mebe-commune-of-province": [[mother("me", address("79", "00004"))], "Patient.address"],
  "mebe-code-death-only": [[mother(), resource("Condition", "ket-luan", "mch-condition", { clinicalStatus: concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"), code: concept(icd10, "O95"), subject: reference("Patient", "me") })], "Condition.code"],
};

const bundle = (entries) => ({ resourceType: "Bundle", type: "transaction", entry: entries.map((entry) => ({ resource: entry, request: { method: "PUT", url: `${entry.resourceType}/${entry.id}` } })) });

// Ids carry the rule's name, so that the transactions may be sent to one server.
function named(entries, name) {
  const ids = new Map(entries.map(({ resourceType, id }) => [`${resourceType}/${id}`, `${name}-${id}`]));
  return JSON.parse(JSON.stringify(entries), (key, value) => {
    if (key === "reference" && ids.has(value)) return `${value.split("/")[0]}/${ids.get(value)}`;
    if (value?.resourceType && ids.has(`${value.resourceType}/${value.id}`)) return { ...value, id: ids.get(`${value.resourceType}/${value.id}`) };
    return value;
  });
}

export function records(rules) {
  const made = [];
  const gaps = [];
  for (const { id, severity, example } of rules) {
    if (!cases[id]) {
      if (!example) gaps.push(`${id}: no example`);
      continue;
    }
    const [entries, element, also] = cases[id];
    const all = named(entries, id.replace("mebe-", ""));
    made.push({ file: `records/${id}.json`, resource: bundle(all), id: all.at(-1).id, expect: { severity, element, rule: id, kind: "records", ...(also && { also }) } });
  }
  return { made, gaps };
}
