// What the answers of a form become: for each item of the catalogue the record that a hospital's system would send, as a template
// of SDC (https://hl7.org/fhir/uv/sdc/extraction.html#template-based-extraction). The shapes are those of the whole visits.

import { read } from "../read-catalogue.mjs";
import { goodObservation } from "./observation.mjs";
import { made, per } from "./sdc.mjs";
import { codeSystem, settings, url } from "./settings.mjs";

const hl7 = (name) => `http://terminology.hl7.org/CodeSystem/${name}`;
const ucum = "http://unitsofmeasure.org";
const codes = read("codes.json");
const concept = (system, code) => codes.find(({ name }) => name === system)?.concepts.find((one) => one.code === code);
export const ours = (system, code) => ({ coding: [{ system: codeSystem(system), code, ...(concept(system, code) && { display: concept(system, code).vi }) }] });
export const coded = (system, code, display) => ({ coding: [{ system: hl7(system), code, ...(display && { display }) }] });
export const to = (expression) => ({ _reference: made(expression) });
export const resource = (resourceType, profile, rest) => ({ resourceType, ...(profile && { meta: { profile: [url("StructureDefinition", profile)] } }), language: "vi", ...rest });

// Where the value of an item that is an Observation comes from.
function value(item, type, answer) {
  const { types = [], unit } = item.value ?? {};
  const quantity = { unit, system: ucum, code: unit };
  if (type === "decimal" && unit) return { valueQuantity: { _value: made(`${answer}.value`), ...quantity } };
  if (type === "integer") return { _valueInteger: made(`${answer}.value`) };
  if (type === "boolean") return { _valueBoolean: made(`${answer}.value`) };
  if (type === "dateTime" || type === "date") return { _valueDateTime: made(`${answer}.value`) };
  if (type === "choice") return { valueCodeableConcept: { coding: [made(`${answer}.value`)] } };
  if (type === "open-choice") return { valueCodeableConcept: { coding: [made(`${answer}.value.ofType(Coding)`)], _text: made(`${answer}.value.ofType(string)`) } };
  return types.includes("string") || !types.includes("CodeableConcept") ? { _valueString: made(`${answer}.value`) } : { valueCodeableConcept: { _text: made(`${answer}.value`) } };
}

const focused = ["mch-pregnancy-observation", "mch-fetus-observation", "mch-pregnancy-dating", "mch-obstetric-count", "mch-delivery-observation", "mch-gestational-age"];

function observation(item, at, rest) {
  const { meta, language, status, category, code, method } = goodObservation(item, item.profile);
  const isMothers = item.subject !== "child" && at.mother !== undefined;
  return {
    resourceType: "Observation",
    meta,
    language,
    status,
    category,
    code,
    subject: to(isMothers ? at.mother : at.child),
    ...(isMothers && at.pregnancy && focused.includes(item.profile) && { focus: [to(at.pregnancy)] }),
    encounter: to(isMothers ? at.visitOfMother : at.visitOfChild),
    _effectiveDateTime: made(at.time),
    ...rest,
    ...(method && { method }),
  };
}

const part = (code, answer) => per(answer, { code: { coding: [{ system: "http://loinc.org", code }] }, valueQuantity: { _value: made("value"), unit: "mmHg", system: ucum, code: "mm[Hg]" } });

// Both pressures are one record, which the first that is answered brings.
export function bloodPressure(item, at, [systolic, diastolic], only) {
  const whole = observation(item, at, { component: [part("8480-6", systolic), part("8462-4", diastolic)] });
  return only ? per(only, whole) : whole;
}

export function ofComponents(item, at, parts) {
  const components = parts.map((one) => {
    const { component: [{ code }] } = goodObservation(one, one.profile);
    const { unit } = one.value;
    return per(`item.where(linkId = '${one.id}').answer`, { code, valueQuantity: { _value: made("value"), unit, system: ucum, code: unit } });
  });
  const { component, valueQuantity, ...rest } = observation(parts[0], at, {});
  return { ...rest, component: components };
}

const medicine = (code) => ({ medicationCodeableConcept: ours("mch-medicine", code) });
const cvx = (code) => concept("mch-vaccine", code)?.cvx;
export const vaccine = (code) => ({ coding: [{ system: codeSystem("mch-vaccine"), code, display: concept("mch-vaccine", code).vi }, ...(cvx(code) ? [{ system: "http://hl7.org/fhir/sid/cvx", code: cvx(code) }] : [])] });
// What can be given at a visit.
export const vaccines = codes.find(({ name }) => name === "mch-vaccine").concepts.map(({ code }) => ours("mch-vaccine", code).coding[0]);
// The code of CVX beside the one that was chosen.
export const chosenVaccine = (answer) => ({
  coding: [
    made(`${answer}.value`),
    ...codes.find(({ name }) => name === "mch-vaccine").concepts.filter((one) => one.cvx).map((one) => per(`${answer}.value.where(code = '${one.code}')`, { system: "http://hl7.org/fhir/sid/cvx", code: one.cvx })),
  ],
});


// What is recorded of an item that is no Observation; none where its answer stays in the form.
function other(item, type, at) {
  const isMothers = item.subject !== "child" && at.mother !== undefined;
  const who = to(isMothers ? at.mother : at.child);
  const visit = to(isMothers ? at.visitOfMother : at.visitOfChild);
  const { vaccine: code, medicines = [] } = item.value ?? {};
  const medication = () => (medicines.length > 1 ? { medicationCodeableConcept: { coding: [made("answer.value")] } } : medicine(medicines[0]));
  const isGiven = (template) => (type === "boolean" ? per("where(answer.value = true)", template) : template);
  const dose = (occurrence, context, rest = {}) => per(context, resource("Immunization", "mch-immunization", { status: "completed", vaccineCode: vaccine(code), patient: who, encounter: visit, _occurrenceDateTime: made(occurrence), primarySource: true, ...rest }));
  switch (item.carrier.path) {
    case "MedicationStatement.medication[x]":
      return isGiven(resource("MedicationStatement", "mch-supplement", { status: "active", ...medication(), subject: who, context: visit, effectivePeriod: { _start: made(at.time) } }));
    case "MedicationAdministration.medication[x]":
      return isGiven(resource("MedicationAdministration", "mch-medication-administration", { status: "completed", ...medication(), subject: who, context: visit, _effectiveDateTime: made(at.time) }));
    case "Immunization.occurrence[x]":
      return code ? dose("value", "answer", { encounter: undefined }) : undefined;
    case "Immunization.vaccineCode":
      if (!code || !at.givesDoses) return undefined;
      return type === "boolean" ? dose(at.time, "where(answer.value = true)") : dose(at.time, "where(answer.value.code != '0')", { protocolApplied: [{ doseNumberPositiveInt: 1 }] });
    case "Condition.code":
      return resource("Condition", "mch-condition", { clinicalStatus: coded("condition-clinical", "active"), ...(item.section.includes("history") ? {} : { category: [coded("condition-category", "encounter-diagnosis")] }), code: { _text: made("answer.value") }, subject: who, encounter: visit, _recordedDate: made(at.time) });
    case "FamilyMemberHistory.condition.code":
      return resource("FamilyMemberHistory", null, { status: "completed", patient: who, _date: made(at.time), relationship: coded("v3-RoleCode", "FAMMEMB", "family member"), condition: [{ code: { _text: made("answer.value") } }] });
    case "AllergyIntolerance.code":
      return resource("AllergyIntolerance", null, { clinicalStatus: coded("allergyintolerance-clinical", "active"), code: { _text: made("answer.value") }, patient: who, _recordedDate: made(at.time) });
    case "Appointment.start":
      return appointment(at.next, who);
    case "ServiceRequest":
      return resource("ServiceRequest", "mch-referral", { status: "active", intent: "order", category: [ours("mch-request-category", "referral")], subject: who, encounter: visit, _authoredOn: made(at.time), reasonCode: [{ _text: made("answer.value") }] });
    default:
      return undefined;
  }
}

export const appointment = (kind, who) =>
  resource("Appointment", "mch-appointment", { status: "booked", serviceType: [ours("mch-encounter-type", kind)], _start: made("answer.value.toString() + 'T08:00:00+07:00'"), _end: made("answer.value.toString() + 'T08:30:00+07:00'"), participant: [{ actor: who, status: "accepted" }] });

// The template of an item, started from the item of the response.
export function templateOf(item, type, at) {
  if (item.carrier.resource !== "Observation" || item.carrier.path !== "Observation") return other(item, type, at);
  if (item.codes.length === 0 || type === "group" || type === "display") return undefined;
  return observation(item, at, value(item, type, "answer"));
}

export const visit = (type, profile, who, start, rest = {}) =>
  resource("Encounter", profile, { ...rest.before, status: "finished", class: { system: hl7("v3-ActCode"), code: type === "birth" || type === "delivery" ? "IMP" : "AMB" }, type: [ours("mch-encounter-type", type)], subject: to(who), ...(rest.episode && { episodeOfCare: [to(rest.episode)] }), ...(rest.by && { participant: [per(rest.by, { individual: { _display: made("$this") } })] }), period: { _start: made(start), _end: made(rest.end ?? start) }, ...(rest.at && { serviceProvider: per(rest.at, { _display: made("$this") }) }), ...rest.after });

export { made, per, settings };
