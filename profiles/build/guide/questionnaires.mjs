// One Questionnaire a visit form, with the catalogue's items: https://hl7.org/fhir/R4/questionnaire.html

import { items, sections } from "../read-catalogue.mjs";
import { definition, translation, url, valueSet } from "./settings.mjs";

const forms = [
  ["pregnancy-registration", "Đăng ký quản lý thai nghén", "Registration of a pregnancy", ["family", "obstetric-history", "disease-history", "this-pregnancy", "tetanus"], null],
  ["antenatal-visit", "Khám thai", "Antenatal visit", ["antenatal-visit"], "antenatal"],
  ["delivery", "Sinh đẻ", "Delivery and newborn", ["child", "delivery", "newborn"], "delivery"],
  ["postnatal-visit", "Khám sau sinh", "Postnatal visit", ["postnatal-visit"], null],
  ["child-growth", "Theo dõi trẻ", "Growth, development and prevention", ["growth", "development", "prevention-illness"], null],
];
const ages = { F06: ["0 đến dưới 2 tháng", "0 to under 2 months"], F07: ["2-3 tháng", "2-3 months"], F08: ["4-6 tháng", "4-6 months"], F09: ["7-9 tháng", "7-9 months"], F10: ["10-12 tháng", "10-12 months"], F11: ["13-18 tháng", "13-18 months"], F12: ["19 đến dưới 24 tháng", "19 to under 24 months"], F13: ["2 đến dưới 6 tuổi", "2 to under 6 years"] };

const elementTypes = { "Patient.birthDate": "date", "Patient.gender": "choice", "Encounter.period": "dateTime", "Encounter.period.start": "dateTime", "Encounter.period.end": "dateTime", "Encounter.extension(visit-number)": "integer", "Procedure.performed[x]": "dateTime", "Appointment.start": "date", "Coverage.period": "date", "Immunization.occurrence[x]": "date", "Observation.effective[x]": "date", "ImmunizationRecommendation.recommendation.dateCriterion": "date" };
// The booklet asks for the hour, too: a Patient has it in the extension patient-birthTime.
const itemTypes = { K03: "dateTime" };
const genders = "http://hl7.org/fhir/ValueSet/administrative-gender";

// A form can insist only on what every visit can answer: not on tests that were not done, on findings of a fetus too young to
// have them, or on a newborn that was stillborn.
const mayBeAsked = ({ id, subject, section, value = {} }) => !value.notDone && subject !== "fetus" && section !== "newborn" && id !== "A28";

function answerType({ types = [], group }, hasParts) {
  if (types.includes("CodeableConcept")) return types.includes("string") ? "open-choice" : "choice";
  if (types.includes("Quantity")) return "decimal";
  if (types.includes("integer")) return "integer";
  if (types.includes("boolean")) return "boolean";
  if (types.includes("dateTime")) return "dateTime";
  if (types.includes("string")) return "text";
  return group || hasParts ? "group" : "text";
}

// What a number may be at all.
function limits(type, range) {
  const put = (name, limit) => (limit === undefined ? [] : [{ url: `http://hl7.org/fhir/StructureDefinition/${name}`, [type === "decimal" ? "valueDecimal" : "valueInteger"]: limit }]);
  return [...put("minValue", range?.possible?.low), ...put("maxValue", range?.possible?.high)];
}

// A blood pressure asks for both.
const pressures = (id) =>
  [["8480-6", "Huyết áp tâm thu", "Systolic blood pressure"], ["8462-4", "Huyết áp tâm trương", "Diastolic blood pressure"]].map(([code, vi, en]) => ({
    extension: [{ url: "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", valueCoding: { system: "http://unitsofmeasure.org", code: "mm[Hg]", display: "mm[Hg]" } }, ...limits("decimal", items().find(({ codes, range }) => range && codes.some((coding) => coding.code === code)).range)],
    linkId: `${id}.${code}`,
    code: [{ system: "http://loinc.org", code, display: en }],
    text: vi,
    _text: translation("en", en),
    type: "decimal",
  }));

function question(item, parts, visit) {
  const { id, label, carrier, codes, value = {}, range, profile, requiredAt = [] } = item;
  if (carrier === null) return { linkId: id, text: label.vi, _text: translation("en", label.en), type: "display" };
  const observation = carrier.resource === "Observation" && codes.length > 0;
  const inside = parts.filter(({ partOf }) => partOf === id).map((part) => question(part, [], visit));
  if (profile === "mch-blood-pressure" && value.group) inside.push(...pressures(id));
  let type = observation ? answerType(value, inside.length > 0) : (itemTypes[id] ?? elementTypes[carrier.path] ?? (value.valueSet || value.list ? "choice" : value.vaccine || value.medicines ? "boolean" : "text"));
  if (inside.length && value.group) type = "group";
  if (inside.length && !observation && !(carrier.path in elementTypes)) type = "group";
  const extension = [];
  if (type === "decimal" && value.unit) extension.push({ url: "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", valueCoding: { system: "http://unitsofmeasure.org", code: value.unit, display: value.unit } });
  if (type === "decimal" || type === "integer") extension.push(...limits(type, range));
  const answers = type === "choice" || type === "open-choice" ? (value.list ? valueSet(value.list) : (value.valueSet ?? (carrier.path === "Patient.gender" ? genders : undefined))) : undefined;
  if (type === "choice" && !answers) type = "text";
  if (type === "open-choice" && !answers) type = "text";
  const base = profile ? url("StructureDefinition", profile) : `http://hl7.org/fhir/StructureDefinition/${carrier.resource}`;
  const path = carrier.path.replace(/\(.*\)/, "");
  return {
    ...(extension.length && { extension }),
    linkId: id,
    definition: `${base}#${observation ? "Observation.value[x]" : path}`,
    ...(codes.length && { code: codes.filter(({ system }) => system !== "http://snomed.info/sct").map(({ system, code, display }) => ({ system, code, display })) }),
    text: label.vi,
    _text: translation("en", label.en),
    type,
    ...(visit && requiredAt.includes(visit) && type !== "group" && mayBeAsked(item) && { required: true }),
    ...(type !== "display" && type !== "group" && /\*/.test(item.cardinality ?? "") && { repeats: true }),
    ...(answers && type !== "text" && { answerValueSet: answers }),
    ...(inside.length && { item: inside }),
  };
}

function section(name, rows, visit) {
  const { title } = sections().find((other) => other.section === name);
  return { linkId: name, text: title.vi, _text: translation("en", title.en), type: "group", item: rows.filter(({ partOf }) => !partOf).map((item) => question(item, rows, visit)) };
}

const questionnaire = (id, title, source, item) => ({
  ...definition("Questionnaire", id, title, { vi: `${title.vi}: các mục theo danh mục. Nguồn: ${source}. Chưa đối chiếu với mẫu in.`, en: `${title.en}: items of the catalogue. Source: ${source}. Not verified against the printed form.` }),
  subjectType: ["Patient"],
  item,
});

export function questionnaires() {
  const rows = items();
  const visits = forms.map(([id, vi, en, parts, visit]) =>
    questionnaire(`mch-${id}-form`, { vi, en }, "QĐ 140/QĐ-BYT (2020), QĐ 3412/QĐ-BYT", parts.map((name) => section(name, rows.filter((item) => item.section === name), visit))),
  );
  const formSections = sections().filter(({ section: name }) => name.startsWith("form-"));
  const checkups = Object.entries(ages).map(([form, [vi, en]]) =>
    questionnaire(
      `mch-checkup-${form.toLowerCase()}`,
      { vi: `Khám sức khỏe trẻ em, mẫu ${form.slice(1)}: ${vi}`, en: `Child check-up, form ${form.slice(1)}: ${en}` },
      `QĐ 1551/QĐ-BYT (2026), mẫu ${form.slice(1)}`,
      formSections.map(({ section: name }) => section(name, rows.filter((item) => item.section === name && item.forms.includes(form)), null)).filter(({ item }) => item.length > 0),
    ),
  );
  const family = questionnaire("mch-family-notes", { vi: "Trang gia đình ghi", en: "Pages of the family" }, "QĐ 140/QĐ-BYT (2020)", [
    { linkId: "A40", text: "Câu hỏi, cảm nhận khi mang thai", _text: translation("en", "Questions and feelings in pregnancy"), type: "text", repeats: true },
    { linkId: "W10", text: "Nhật ký của trẻ: lẫy, ngồi, đi, nói; cảm nghĩ", _text: translation("en", "Diary of the child: rolling, sitting, walking, talking; thoughts"), type: "text", repeats: true },
    { linkId: "W10-1", text: "Ngày trẻ biết làm", _text: translation("en", "Day the child first did it"), type: "date" },
  ]);
  return [...visits, ...checkups, family];
}

