// One Questionnaire a visit form, with the catalogue's items: https://hl7.org/fhir/R4/questionnaire.html

import { items, sections } from "../read-catalogue.mjs";
import { extractsTo, extractsToBundle, forms, initially, made, per } from "./forms.mjs";
import { allocated } from "./sdc.mjs";
import { bloodPressure, ofComponents, ours, resource, templateOf, to } from "./templates.mjs";
import { codeSystem, definition, translation, url, valueSet } from "./settings.mjs";

const visits = [
  ["pregnancy-registration", "Đăng ký quản lý thai nghén", "Registration of a pregnancy", ["family", "obstetric-history", "disease-history", "this-pregnancy", "tetanus"], null, "booking"],
  ["antenatal-visit", "Khám thai", "Antenatal visit", ["antenatal-visit"], "antenatal", "antenatal"],
  ["delivery", "Sinh đẻ", "Delivery and newborn", ["child", "delivery", "newborn"], "delivery", "delivery"],
  ["postnatal-visit", "Khám sau sinh", "Postnatal visit", ["postnatal-visit"], null, "postnatal"],
  ["child-growth", "Theo dõi trẻ", "Growth, development and prevention", ["growth", "development", "prevention-illness"], null, "growth"],
  ["vaccination", "Tiêm chủng", "Vaccination", ["prevention-illness"], null, "vaccination"],
];
// What stands in a form of its own, or is no question of a visit: doses and what is looked at with them, signatures, a date that is
// asked already.
const ofDoses = ["W03", "W04", "W05"];
const leftOut = { growth: [...ofDoses, "V01", "V13"], checkup: ["F06-CKS_NGUOI_KET_LUAN", "F06-CKS_BENH_VIEN"] };
// Of whom nothing is recorded by a form: what the server knows is shown.
const isOfPatient = ({ carrier }) => carrier?.path.startsWith("Patient.");
const ofPatient = {
  F01: "%patient.name.first().text", F02: "%patient.birthDate", F06: "%patient.identifier.where(system.endsWith('/sid/cccd')).value.first()", F07: "%patient.identifier.where(system.endsWith('/sid/bhyt')).value.first()", F09: "%patient.address.first().text",
  F03: "%patient.extension.where(url.endsWith('vn-ext-ethnicity')).value.coding", F04: "%patient.extension.where(url.endsWith('extension-occupation')).value.coding", F05: "%patient.extension.where(url.endsWith('extension-education-level')).value.coding.display.first()",
};
const ages = { F06: ["0 đến dưới 2 tháng", "0 to under 2 months"], F07: ["2-3 tháng", "2-3 months"], F08: ["4-6 tháng", "4-6 months"], F09: ["7-9 tháng", "7-9 months"], F10: ["10-12 tháng", "10-12 months"], F11: ["13-18 tháng", "13-18 months"], F12: ["19 đến dưới 24 tháng", "19 to under 24 months"], F13: ["2 đến dưới 6 tuổi", "2 to under 6 years"] };

const elementTypes = { "Patient.birthDate": "date", "Patient.gender": "choice", "Encounter.period": "dateTime", "Encounter.period.start": "dateTime", "Encounter.period.end": "dateTime", "Encounter.extension(visit-number)": "integer", "Procedure.performed[x]": "dateTime", "Appointment.start": "date", "Coverage.period": "date", "Immunization.occurrence[x]": "date", "Observation.effective[x]": "date", "ImmunizationRecommendation.recommendation.dateCriterion": "date" };
// The booklet asks for the hour, too: a Patient has it in the extension patient-birthTime.
const itemTypes = { K03: "dateTime" };
const genders = "http://hl7.org/fhir/ValueSet/administrative-gender";

// A form can insist only on what every visit can answer: not on tests that were not done, on findings of a fetus too young to
// have them, or on a newborn that was stillborn.
const mayBeAsked = ({ id, subject, section, value = {} }) => !value.notDone && subject !== "fetus" && section !== "newborn" && id !== "A28";

function answerType({ types = [], group, list, valueSet: set }, hasParts) {
  if (types.includes("boolean") && !types.includes("Quantity") && !list && !set) return types[0] === "string" ? "text" : "boolean";
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

// A medicine of several is chosen.
const medicineOptions = ({ medicines = [] }) => (medicines.length > 1 ? medicines.map((code) => ({ valueCoding: ours("mch-medicine", code).coding[0] })) : undefined);

// Where the template of an item stands, and what it is: one for the item, or for all parts that one record has.
function extraction(item, type, parts, form) {
  const { at: place } = form;
  if (!place) return undefined;
  if (item.panel) {
    const both = parts.filter((one) => one.panel?.code === item.panel.code);
    if (both.length !== 2) return undefined;
    const answers = both.map((one) => `%resource.item.where(linkId = '${one.section}').item.where(linkId = '${one.id}').answer`);
    return bloodPressure(item, place, answers, item.id === both[1].id ? `where(${answers[0]}.empty())` : undefined);
  }
  if (item.profile === "mch-blood-pressure" && type === "group") return bloodPressure(item, place, ["8480-6", "8462-4"].map((code) => `item.where(linkId = '${item.id}.${code}').answer`));
  const components = parts.filter((one) => one.partOf === item.id && one.carrier.path === "Observation.component");
  if (components.length) return ofComponents(item, place, components);
  if (item.id === "P11") return resource("CarePlan", "mch-care-plan", { status: "active", intent: "plan", title: "Kế hoạch sinh", subject: to(place.mother), _created: made(place.time), activity: [per("item.where(answer.exists())", { detail: { status: "not-started", _description: made("text + ': ' + answer.value") } })] });
  if (item.id === "A29") return ultrasound(parts.filter((one) => one.partOf === "A29"), place);
  return templateOf(item, type, place);
}

const measured = (id) => `us${id.replace("A29-", "")}`;
const ultrasound = (parts, place) =>
  resource("DiagnosticReport", "mch-ultrasound", { status: "final", code: { coding: [{ system: codeSystem("mch-booklet-item"), code: "A29" }, { system: "http://loinc.org", code: "11525-3" }] }, subject: to(place.mother), encounter: to(place.visitOfMother), _effectiveDateTime: made(place.time), result: parts.map(({ id }) => per(`item.where(linkId = '${id}' and answer.exists())`, to(`%${measured(id)}`))) });

// What is contained has no security label (dom-5): a template with one is the entry of a Bundle.
const labelled = ({ extension, ...template }) => ({ resourceType: "Bundle", type: "transaction", entry: [{ ...(extension && { extension }), resource: template, request: { method: "POST", url: template.resourceType } }] });

// The template of an item, contained in the form; what is recorded of somebody whom only the group knows starts from the group.
function attach(item, type, parts, form, path) {
  const made = extraction(item, type, parts, form);
  if (!made) return [];
  const id = `t-${item.id.replace(/[^A-Za-z0-9.-]/g, "-")}`;
  const fromGroup = form.groupOf?.(item);
  if (fromGroup) {
    const link = path.map((one) => `item.where(linkId = '${one}')`).join(".");
    const moved = JSON.parse(JSON.stringify(made), (key, value) => (typeof value === "string" && key === "valueString" ? value.replace(/(^|[^.\w])answer\b/g, `$1${link}.answer`).replace(/(^|[^.\w])item\.where\(linkId = '(B\d+\.\d)/g, `$1${link}.item.where(linkId = '$2`) : value));
    form.contained.push({ id, ...per(`where(${link}.answer.exists() or ${link}.item.answer.exists())`, moved) });
    form.ofGroup.push(extractsTo(id));
    return [];
  }
  if (made.meta?.security) {
    form.contained.push({ id, ...labelled(made) });
    return [extractsToBundle(id)];
  }
  form.contained.push({ id, ...made });
  return [extractsTo(id, item.partOf === "A29" ? `%${measured(item.id)}` : undefined)];
}

// A question, and the parts of it that can be answered without it; what a question is a group of stands in it.
function question(item, parts, visit, form, path = []) {
  const { id, label, carrier, codes, value = {}, range, profile, requiredAt = [] } = item;
  const text = { text: label.vi, _text: translation("en", label.en) };
  if (carrier === null) return [{ linkId: id, ...text, type: "display" }];
  const observation = carrier.resource === "Observation" && codes.length > 0;
  const own = parts.filter(({ partOf }) => partOf === id);
  const hasPressures = profile === "mch-blood-pressure" && value.group;
  const hasParts = own.length > 0 || hasPressures;
  const options = medicineOptions(value ?? {});
  let type = observation ? answerType(value, hasParts) : (itemTypes[id] ?? elementTypes[carrier.path] ?? (value.valueSet || value.list || options ? "choice" : value.vaccine || value.medicines ? "boolean" : "text"));
  if (hasParts && (value.group || (!observation && !(carrier.path in elementTypes)))) type = "group";
  // What only names its parts is the heading of them: two numbers, or the same list for each.
  const sameList = own.some((part) => part.value?.list && part.value.list === value.list);
  if (observation && own.length > 0 && id !== "A02" && id !== "O09" && (type === "decimal" || type === "integer" || sameList)) type = "group";
  const isGroup = type === "group";
  const inside = own.flatMap((part) => question(part, parts, visit, form, isGroup ? [...path, id] : path));
  if (hasPressures) inside.push(...pressures(id));
  const extension = [];
  if (type === "decimal" && value.unit) extension.push({ url: "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", valueCoding: { system: "http://unitsofmeasure.org", code: value.unit, display: value.unit } });
  if (type === "decimal" || type === "integer") extension.push(...limits(type, range));
  const answers = !options && (type === "choice" || type === "open-choice") ? (value.list ? valueSet(value.list) : (value.valueSet ?? (carrier.path === "Patient.gender" ? genders : undefined))) : undefined;
  if (type === "choice" && !answers && !options) type = "text";
  if (type === "open-choice" && !answers) type = "text";
  const filled = form.fill?.[id] ?? (form.obstetric && ofPatient[id] ? [initially(ofPatient[id])] : form.filledDose && value.vaccine ? form.filledDose(value.vaccine, Number(/MUI(\d)|(?:LAN|L)(\d)/.exec(id)?.slice(1).find(Boolean) ?? 1)) : []);
  // What is known of the person is shown; a form does not change it.
  const isShown = (form.obstetric || form.filledDose) && ((isOfPatient(item) && filled.length > 0) || (form.filledDose && value.vaccine));
  extension.push(...filled);
  if (item.id === "A29" && form.at) extension.push(...own.map((one) => allocated(measured(one.id))));
  extension.push(...attach(item, type, parts, form, [...path, id]));
  const base = profile ? url("StructureDefinition", profile) : `http://hl7.org/fhir/StructureDefinition/${carrier.resource}`;
  const element = carrier.path.replace(/\(.*\)/, "");
  const asked = {
    ...(extension.length && { extension }),
    linkId: id,
    definition: `${base}#${observation ? "Observation.value[x]" : element}`,
    ...(codes.length && { code: codes.filter(({ system }) => system !== "http://snomed.info/sct").map(({ system, code, display }) => ({ system, code, display })) }),
    ...text,
    type,
    ...(visit && requiredAt.includes(visit) && type !== "group" && !isShown && !own.some((part) => part.carrier.resource === "Observation" && observation) && mayBeAsked(item) && { required: true }),
    ...(type === "date" && /\*|0\.\.5/.test(item.cardinality ?? "") && { repeats: true }),
    ...(isShown && { readOnly: true }),
    ...(options && { answerOption: options }),
    ...(answers && type !== "text" && { answerValueSet: answers }),
    ...(isGroup && inside.length && { item: inside }),
  };
  return isGroup ? [asked] : [asked, ...inside];
}

function section(name, rows, visit, form) {
  const { title } = sections().find((other) => other.section === name);
  return { linkId: name, text: title.vi, _text: translation("en", title.en), type: "group", item: rows.filter(({ partOf }) => !partOf).flatMap((item) => question(item, rows, visit, form)) };
}

// A form as a whole: what it knows before anything is asked, its questions, and the records it is.
function whole(form, sections) {
  const groups = form.around ? form.around(sections) : sections;
  const [next, template] = form.next ?? [];
  for (const group of groups) if (form.ofGroup.length && group.repeats) group.extension.push(...form.ofGroup);
  return { extension: form.extension, contained: [...form.contained, ...(template ? [template] : [])], item: [...form.before, ...groups, ...(next ? [next] : [])] };
}

const begun = (name) => ({ ofGroup: [], ...forms[name]() });

const questionnaire = (id, title, source, { extension, contained, item }) => {
  const { resourceType, ...rest } = definition("Questionnaire", id, title, { vi: `${title.vi}: các mục theo danh mục. Nguồn: ${source}. Chưa đối chiếu với mẫu in.`, en: `${title.en}: items of the catalogue. Source: ${source}. Not verified against the printed form.` });
  return { resourceType, ...rest, ...(contained?.length && { contained: contained.map(({ id: name, resourceType: kind, ...template }) => ({ resourceType: kind, id: name, ...template })) }), ...(extension?.length && { extension }), subjectType: ["Patient"], item };
};

export function questionnaires() {
  const rows = items();
  const made = visits.map(([id, vi, en, parts, visit, name]) => {
    const form = begun(name);
    const isAsked = (item) => (name === "vaccination" ? ["W04", "W05"].includes(item.id) : !(leftOut[name] ?? []).includes(item.id));
    const groups = parts.map((part) => section(part, rows.filter((item) => item.section === part && isAsked(item)), visit, form));
    if (form.doses) {
      groups.push(form.doses);
      form.contained.push(form.dose);
    }
    return questionnaire(`mch-${id}-form`, { vi, en }, "QĐ 140/QĐ-BYT (2020), QĐ 3412/QĐ-BYT", whole(form, groups));
  });
  const formSections = sections().filter(({ section: name }) => name.startsWith("form-"));
  const checkups = Object.entries(ages).map(([id, [vi, en]]) => {
    const form = begun("checkup");
    const isAsked = (item, name) => item.section === name && item.forms.includes(id) && !leftOut.checkup.includes(item.id);
    const groups = formSections.map(({ section: name }) => section(name, rows.filter((item) => isAsked(item, name)), null, form)).filter(({ item }) => item.length > 0);
    return questionnaire(`mch-checkup-${id.toLowerCase()}`, { vi: `Khám sức khỏe trẻ em, mẫu ${id.slice(1)}: ${vi}`, en: `Child check-up, form ${id.slice(1)}: ${en}` }, `QĐ 1551/QĐ-BYT (2026), mẫu ${id.slice(1)}`, whole(form, groups));
  });
  const family = questionnaire("mch-family-notes", { vi: "Trang gia đình ghi", en: "Pages of the family" }, "QĐ 140/QĐ-BYT (2020)", {
    item: [
      { linkId: "A40", text: "Câu hỏi, cảm nhận khi mang thai", _text: translation("en", "Questions and feelings in pregnancy"), type: "text", repeats: true },
      { linkId: "W10", text: "Nhật ký của trẻ: lẫy, ngồi, đi, nói; cảm nghĩ", _text: translation("en", "Diary of the child: rolling, sitting, walking, talking; thoughts"), type: "text", repeats: true },
      { linkId: "W10-1", text: "Ngày trẻ biết làm", _text: translation("en", "Day the child first did it"), type: "date" },
    ],
  });
  return [...made, ...checkups, family];
}
