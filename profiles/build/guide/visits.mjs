// A whole transaction for each kind of visit, as a form sends it: one mother, her pregnancy and her child. Each stands alone: it
// brings the persons and the pregnancy it speaks of, and sent again it changes nothing.

import { items, read } from "../read-catalogue.mjs";
import { goodObservation, goodValue } from "./observation.mjs";
import { codeSystem, settings, url } from "./settings.mjs";

const ucum = "http://unitsofmeasure.org";
const hl7 = (name) => `http://terminology.hl7.org/CodeSystem/${name}`;
const to = (type, id) => ({ reference: `${type}/vi-du-${id}` });
const codes = read("codes.json");
const named = (system, code) => codes.find(({ name }) => name === system)?.concepts.find((one) => one.code === code)?.vi;
const ours = (system, code) => ({ coding: [{ system: codeSystem(system), code, ...(named(system, code) && { display: named(system, code) }) }] });
const coded = (system, code, display) => ({ coding: [{ system, code, ...(display && { display }) }] });
const made = (resourceType, id, profile, rest) => ({ resourceType, id: `vi-du-${id}`, meta: { profile: [url("StructureDefinition", profile)] }, language: "vi", ...rest });
const quantity = (value, code) => ({ valueQuantity: { value, unit: code, system: ucum, code } });
const number = (valueInteger) => ({ valueInteger });
const day = (valueDateTime) => ({ valueDateTime });
const yes = (valueBoolean) => ({ valueBoolean });
const absent = (code) => ({ dataAbsentReason: coded(hl7("data-absent-reason"), code) });
const station = { display: "Trạm y tế Phường Ba Đình (mẫu)" };

// ------------------------------------------------------------------------------------------------ persons and pregnancy

const address = [
  {
    use: "home",
    extension: [
      { url: "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-province", valueCoding: { system: codeSystem("vn-province"), code: "01" } },
      { url: "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward", valueCoding: { system: codeSystem("vn-commune"), code: "00004" } },
    ],
    text: "Số 1, phố Ví Dụ, Phường Ba Đình, Thành phố Hà Nội",
    country: "VN",
  },
];
const cccd = { use: "official", system: "http://fhir.hl7.org.vn/core/sid/cccd", value: "001196000991" };
const mother = (rest = {}) =>
  made("Patient", "me", "mch-mother", { identifier: [cccd, { system: `${settings.canonical}/sid/mch-booklet`, value: "SBMTE-01-2026-000991" }], name: [{ use: "official", text: "Trần Thị Ví Dụ" }], telecom: [{ system: "phone", value: "0990000991", use: "mobile" }], gender: "female", birthDate: "1996-04-12", address, ...rest });
// After the birth: her record points to what relates her to the child.
const motherOfOne = mother({ link: [{ other: to("RelatedPerson", "me-cua-be"), type: "seealso" }] });
const related = made("RelatedPerson", "me-cua-be", "mch-mother-of-child", { identifier: [cccd], patient: to("Patient", "be"), relationship: [coded(hl7("v3-RoleCode"), "MTH", "mother")], name: [{ text: "Trần Thị Ví Dụ" }] });
const born = "2026-03-05T04:20:00+07:00";
const child = made("Patient", "be", "mch-child", {
  identifier: [{ use: "temp", system: `${settings.canonical}/sid/temporary-child-id`, value: "TAM-01-26-000991" }, { system: `${settings.canonical}/sid/birth-certificate`, value: "00991.GCS.01999.26" }],
  name: [{ use: "temp", text: "Con bà Trần Thị Ví Dụ" }],
  gender: "male",
  birthDate: born.slice(0, 10),
  _birthDate: { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/patient-birthTime", valueDateTime: born }] },
  address,
  multipleBirthBoolean: false,
});
const pregnancy = (end) => made("Condition", "thai-ky", "mch-pregnancy", { clinicalStatus: coded(hl7("condition-clinical"), end ? "resolved" : "active"), code: { ...coded("http://hl7.org/fhir/sid/icd-10", "Z34.0"), text: "Theo dõi thai con so bình thường" }, subject: to("Patient", "me"), onsetDateTime: "2025-05-29", ...(end && { abatementDateTime: end }), recordedDate: "2025-08-01" });
const episode = (end) =>
  made("EpisodeOfCare", "quan-ly-thai", "mch-pregnancy-episode", { identifier: [{ system: `${settings.canonical}/sid/pregnancy`, value: "THAI-01-2025-000991" }], status: end ? "finished" : "active", type: [ours("mch-episode-type", "pregnancy")], diagnosis: [{ condition: to("Condition", "thai-ky") }], patient: to("Patient", "me"), managingOrganization: station, period: { start: "2025-08-01", ...(end && { end }) } });

// ------------------------------------------------------------------------------------------------ a visit and what is recorded at it

const encounter = (id, type, profile, who, start, rest = {}) =>
  made("Encounter", id, profile, { status: "finished", class: { system: hl7("v3-ActCode"), code: rest.partOf || type === "delivery" ? "IMP" : "AMB" }, type: [ours("mch-encounter-type", type)], subject: to("Patient", who), period: { start, end: start }, participant: [{ individual: { display: "Hộ sinh Lê Thị Mẫu" } }], serviceProvider: station, ...rest });
const ofPregnancy = { episodeOfCare: [to("EpisodeOfCare", "quan-ly-thai")] };
const about = { "mch-pregnancy-observation": true, "mch-fetus-observation": true, "mch-pregnancy-dating": true, "mch-obstetric-count": true, "mch-delivery-observation": true };

// The items of a visit: an item alone has a white value, or the value that follows it.
function results(visit, time, wanted) {
  return wanted.map((one) => {
    const [id, value] = Array.isArray(one) ? one : [one];
    const item = items().find((row) => row.id === id);
    const { meta, language, status, category, code, subject, component, ...observed } = goodObservation(item, item.profile);
    const rest = component ? { component } : { ...(value ?? goodValue(item)), ...(observed.method && { method: observed.method }) };
    const isPregnancy = about[item.profile] && subject.reference === "Patient/vi-du-me";
    return { resourceType: "Observation", id: `vi-du-${visit}-${id.toLowerCase().replace(/_/g, "-")}`, meta, language, status, category, code, subject, ...(isPregnancy && { focus: [to("Condition", "thai-ky")] }), encounter: to("Encounter", visit), effectiveDateTime: time, ...rest };
  });
}

const cvx = new Map(codes.find(({ name }) => name === "mch-vaccine").concepts.map(({ code, cvx: value }) => [code, value]));
const dose = (id, vaccine, time, doseNumberPositiveInt, visit) =>
  made("Immunization", id, "mch-immunization", { status: "completed", vaccineCode: { coding: [{ system: codeSystem("mch-vaccine"), code: vaccine, display: named("mch-vaccine", vaccine) }, { system: "http://hl7.org/fhir/sid/cvx", code: cvx.get(vaccine) }] }, patient: to("Patient", "be"), encounter: to("Encounter", visit), occurrenceDateTime: time, primarySource: true, lotNumber: `MAU-${vaccine}`, protocolApplied: [{ doseNumberPositiveInt }] });
const medicine = (code) => ({ medicationCodeableConcept: ours("mch-medicine", code) });
const next = (id, type, who, start) => made("Appointment", id, "mch-appointment", { status: "booked", serviceType: [ours("mch-encounter-type", type)], start: `${start}T08:00:00+07:00`, end: `${start}T08:30:00+07:00`, participant: [{ actor: to("Patient", who), status: "accepted" }] });
const pressure = "A07";

// ------------------------------------------------------------------------------------------------ the visits

const at = { booking: "2025-08-01T08:00:00+07:00", antenatal: "2025-12-01T08:00:00+07:00", admission: "2026-03-04T22:00:00+07:00", postnatal: "2026-03-12T09:00:00+07:00", vaccination: "2026-05-06T08:00:00+07:00", sick: "2026-06-10T08:00:00+07:00", checkup: "2026-09-05T08:00:00+07:00" };

const all = () => ({
  booking: [
    mother(), pregnancy(), episode(),
    encounter("dang-ky", "antenatal", "mch-antenatal-visit", "me", at.booking, { ...ofPregnancy, extension: [{ url: url("StructureDefinition", "visit-number"), valueInteger: 1 }] }),
    ...results("dang-ky", at.booking, [["P01", day("2025-05-29")], ["P02", day("2026-03-05")], ["P04", quantity(156, "cm")], ["P05", quantity(49, "kg")], "P07", ["P08", number(1)], ["O01", number(1)], ["O02", number(0)], ["O03", number(0)], ["O04", number(0)], ["O05", number(0)], "H01", ["T01", number(2)], ["A05", quantity(9, "wk")], ["A06", quantity(50.5, "kg")], pressure, ["A19", quantity(118, "g/L")], "A18", "A20", "A25", "A26", "A24"]),
    next("hen-kham-thai", "antenatal", "me", "2025-12-01"),
  ],
  antenatal: [
    mother(), pregnancy(), episode(),
    encounter("kham-thai", "antenatal", "mch-antenatal-visit", "me", at.antenatal, { ...ofPregnancy, extension: [{ url: url("StructureDefinition", "visit-number"), valueInteger: 2 }] }),
    ...results("kham-thai", at.antenatal, [["A05", quantity(26, "wk")], ["A06", quantity(56.5, "kg")], pressure, "A10", ["A12", quantity(25, "cm")], ["A15", quantity(142, "/min")], "A17", "A18", ["A19", quantity(112, "g/L")], "A20", "A22", ["A25", absent("not-performed")], ["A26", absent("not-performed")], ["A24", absent("not-performed")], "A28", ["A33", number(2)], "A35"]),
    made("MedicationStatement", "vien-sat", "mch-supplement", { status: "active", ...medicine("iron-folic"), subject: to("Patient", "me"), context: to("Encounter", "kham-thai"), effectivePeriod: { start: "2025-08-01" }, dosage: [{ text: "Mỗi ngày 1 viên" }] }),
    next("hen-kham-thai-3", "antenatal", "me", "2026-01-05"),
  ],
  birth: [
    motherOfOne, related, child, pregnancy("2026-03-05"), episode(),
    encounter("sinh", "delivery", "mch-delivery-encounter", "me", at.admission, { ...ofPregnancy, period: { start: at.admission, end: "2026-03-07T10:00:00+07:00" } }),
    encounter("ra-doi", "birth", "mch-birth-encounter", "be", born, { partOf: to("Encounter", "sinh"), period: { start: born, end: "2026-03-07T10:00:00+07:00" } }),
    made("Procedure", "cuoc-de", "mch-delivery", { status: "completed", category: ours("mch-procedure-category", "delivery"), code: coded(codeSystem("qd3412-cach-de"), "1", "Đẻ thường"), subject: to("Patient", "me"), encounter: to("Encounter", "sinh"), performedDateTime: born, reasonReference: [to("Condition", "thai-ky")] }),
    made("Procedure", "ra-doi", "mch-birth", { partOf: [to("Procedure", "cuoc-de")], status: "completed", category: ours("mch-procedure-category", "birth"), code: coded(codeSystem("qd3412-cach-de"), "1", "Đẻ thường"), subject: to("Patient", "be"), encounter: to("Encounter", "ra-doi"), performedDateTime: born }),
    ...results("sinh", born, ["D02", ["D04", number(1)], ["D05", yes(true)], ["D06-1", yes(true)], "D06-2", "D06-3", "D08-1", ["D09", yes(true)], "D13", "D14", ["D15", quantity(250, "mL")], ["D20-1", number(1)], ["D20-2", number(1)], "D21", ["D22", yes(false)], ["N01", yes(false)]]),
    ...results("ra-doi", born, ["N02", ["N04", quantity(3200, "g")], ["N05", quantity(50, "cm")], ["N06", quantity(34, "cm")], ["N07", number(8)], ["N08", number(9)], ["N11", yes(true)], "N12", ["N13", yes(true)], "N20", ["N22", absent("not-performed")]]),
    dose("viem-gan-b", "VGB-SS", "2026-03-05T10:00:00+07:00", 1, "ra-doi"),
    made("MedicationAdministration", "vitamin-k1", "mch-medication-administration", { status: "completed", ...medicine("vitamin-k1"), subject: to("Patient", "be"), context: to("Encounter", "ra-doi"), effectiveDateTime: "2026-03-05T05:00:00+07:00", dosage: { dose: { value: 1, unit: "mg", system: ucum, code: "mg" } } }),
  ],
  postnatal: [
    motherOfOne, related, child, pregnancy("2026-03-05"), episode(),
    encounter("sau-sinh-me", "postnatal-mother", "mch-postnatal-mother-visit", "me", at.postnatal, ofPregnancy),
    encounter("sau-sinh-con", "postnatal-newborn", "mch-postnatal-newborn-visit", "be", at.postnatal),
    ...results("sau-sinh-me", at.postnatal, ["B02", ["B03-1", quantity(78, "/min")], "B03-2", ["B03-3", quantity(36.8, "Cel")], "B05", "B06", "B07", "B08", "B09", "B10", ["B11", yes(false)], ["D23-1", yes(true)]]),
    ...results("sau-sinh-con", at.postnatal, ["B14", "B15", ["B16-1", quantity(44, "/min")], ["B16-2", quantity(36.9, "Cel")], "B17", "B18", "B19", ["B20", quantity(3250, "g")], ["B21", yes(false)]]),
  ],
  vaccination: [
    child,
    encounter("tiem-chung", "vaccination", "mch-vaccination-visit", "be", at.vaccination),
    ...results("tiem-chung", at.vaccination, ["W04"]),
    dose("nam-trong-mot-1", "DPT-VGB-HIB", at.vaccination, 1, "tiem-chung"),
    dose("bai-liet-1", "BOPV", at.vaccination, 1, "tiem-chung"),
    ...results("tiem-chung", "2026-05-06T08:30:00+07:00", [["W05", { valueString: "Không có phản ứng sau 30 phút" }]]),
    next("hen-tiem", "vaccination", "be", "2026-06-06"),
  ],
  "sick-child": [
    child,
    encounter("kham-benh", "sick-child", "mch-sick-visit", "be", at.sick, { reasonCode: [{ text: "Sốt, ho hai ngày" }] }),
    ...results("kham-benh", at.sick, [["V03-1", quantity(38.4, "Cel")], ["V03-3", quantity(42, "/min")], ["G02", quantity(6.1, "kg")], ["W08-1", yes(false)]]),
    made("Condition", "viem-hong", "mch-condition", { clinicalStatus: coded(hl7("condition-clinical"), "active"), category: [coded(hl7("condition-category"), "encounter-diagnosis")], code: { ...coded("http://hl7.org/fhir/sid/icd-10", "J02.9"), text: "Viêm họng cấp" }, subject: to("Patient", "be"), encounter: to("Encounter", "kham-benh"), recordedDate: at.sick }),
  ],
  "child-checkup": [
    child,
    encounter("kham-tre", "child-checkup", "mch-child-checkup", "be", at.checkup),
    ...results("kham-tre", at.checkup, [["G02", quantity(7.8, "kg")], ["G03", quantity(67, "cm")], ["G04", quantity(43, "cm")], "G09", ["G10", yes(false)], "G11", "V04", ["V03-1", quantity(36.8, "Cel")], ["V09-1", number(2)], ["F08-BIET_LAY", yes(true)]]),
  ],
});

// Links between the entries go by fullUrl, so that ids may be left to the server.
function bundle(id, entries) {
  const urls = new Map(entries.map(({ resourceType, id: name }, index) => [`${resourceType}/${name}`, `urn:uuid:00000000-0000-4000-8000-${String(index + 1).padStart(12, "0")}`]));
  const entry = entries.map((resource) => {
    const key = `${resource.resourceType}/${resource.id}`;
    return { fullUrl: urls.get(key), resource: JSON.parse(JSON.stringify(resource), (name, value) => (name === "reference" && urls.get(value)) || value), request: { method: "PUT", url: key } };
  });
  return { resourceType: "Bundle", id, type: "transaction", entry };
}

export const visits = () => Object.entries(all()).map(([name, entries]) => bundle(`visit-${name}`, entries));
