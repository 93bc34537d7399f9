// A good Observation for an item of the catalogue: its codes, its category, at the visit it is recorded at, with a white value.

import { items, lists } from "../read-catalogue.mjs";
import { codeSystem, url } from "./settings.mjs";

const ucum = "http://unitsofmeasure.org";
const loinc = "http://loinc.org";
const mother = { reference: "Patient/vi-du-me" };
const child = { reference: "Patient/vi-du-be" };
const pregnancy = { reference: "Condition/vi-du-thai-ky" };

// What is not found by looking at somebody: answers, counts and dates that are told, and results of a laboratory.
const categories = { "mch-laboratory": "laboratory", "mch-hiv-result": "laboratory", "mch-milestone": "survey", "mch-apgar": "survey", "mch-obstetric-count": "survey", "mch-pregnancy-dating": "survey", "mch-child-observation": "survey" };

// The visit at which a section is filled in, as the examples of whole visits have it, and its day.
const booking = ["dang-ky", "2025-08-01"];
const antenatal = ["kham-thai", "2025-12-01"];
const delivery = ["sinh", "2026-03-05"];
const birth = ["ra-doi", "2026-03-05"];
const checkup = ["kham-tre", "2026-09-05"];
const bySection = { family: booking, "obstetric-history": booking, "disease-history": booking, "this-pregnancy": booking, tetanus: booking, "antenatal-visit": antenatal, delivery, child: birth, newborn: birth };

export function visitOf({ section, subject }) {
  if (section === "postnatal-visit") return [subject === "child" ? "sau-sinh-con" : "sau-sinh-me", "2026-03-12"];
  return bySection[section] ?? checkup;
}

const middle = (low, high) => Math.round(((low + high) / 2) * 10) / 10;

function number({ colours = [], range = {} }) {
  const white = colours.find(({ colour, when, of }) => colour === "white" && !of && !("boolean" in when || "component" in when))?.when;
  if (white?.low !== undefined) return white.low;
  if (white?.high !== undefined) return white.high;
  if (white?.below !== undefined) return Math.round(white.below * 9) / 10;
  const { low, high } = range.plausible ?? range.possible ?? {};
  if (low !== undefined && high !== undefined) return high - low > 200 ? low + 50 : middle(low, high);
  return (low ?? 0) + 1;
}

export function goodValue(item) {
  const { types = [], unit, list } = item.value;
  if (types.includes("Quantity") && unit) return { valueQuantity: { value: number(item), unit, system: ucum, code: unit } };
  if (types.includes("integer")) return { valueInteger: Math.floor(number(item)) };
  if (list) {
    const { concepts } = lists().find(({ name }) => name === list);
    const { code, vi } = concepts.find(({ colour }) => colour === "white") ?? concepts[0];
    return { valueCodeableConcept: { coding: [{ system: codeSystem(list), code, display: vi }] } };
  }
  if (types.includes("boolean")) return { valueBoolean: item.colours?.find(({ colour }) => colour === "white")?.when.boolean ?? true };
  if (types.includes("CodeableConcept")) return { valueCodeableConcept: { text: "Theo sổ" } };
  if (types.includes("dateTime")) return { valueDateTime: "2025-05-29" };
  if (types.includes("string")) return { valueString: "Theo lời mẹ kể" };
  return { hasMember: [{ reference: "Observation/vi-du-thanh-phan" }] };
}

export function goodObservation(item, profile) {
  const hasInternational = ({ codes }) => codes.some(({ system }) => system === loinc);
  const parts = profile === "mch-vital-sign" && !hasInternational(item) ? items().filter(({ partOf }) => partOf === item.id) : [];
  const meant = parts.find(hasInternational) ?? item;
  const codings = [item.codes[0], ...meant.codes.filter(({ system }) => system === loinc).slice(0, 1)].map(({ system, code, display }) => ({ system, code, ...(system === loinc && { display }) }));
  // R4 (https://hl7.org/fhir/R4/oxygensat.html): saturation by pulse oximetry carries the code of saturation as well.
  const pulse = codings.findIndex(({ code }) => code === "59408-5");
  if (pulse >= 0) codings.splice(pulse, 0, { system: loinc, code: "2708-6", display: "Oxygen saturation in Arterial blood" });
  const vital = pulse >= 0 || profile === "mch-vital-sign" || profile === "mch-blood-pressure";
  const about = { resourceType: "Observation", id: `item-${item.id.toLowerCase().replace(/_/g, "-")}`, meta: { profile: [url("StructureDefinition", profile)] }, language: "vi" };
  if (profile === "mch-hiv-result") about.meta.security = [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" }];
  const category = [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: vital ? "vital-signs" : (categories[profile] ?? "exam") }] }];
  const subject = item.subject === "child" && profile !== "mch-fetus-observation" ? child : mother;
  const focus = ["mch-pregnancy-observation", "mch-fetus-observation", "mch-pregnancy-dating"].includes(profile) ? { focus: [pregnancy] } : {};
  const [visit, day] = visitOf(item);
  const body = (coding, rest) => ({ ...about, status: "final", category, code: { coding }, subject, ...focus, encounter: { reference: `Encounter/vi-du-${visit}` }, effectiveDateTime: day, ...rest });
  const pressure = (code, value) => ({ code: { coding: [{ system: loinc, code }] }, valueQuantity: { value, unit: "mmHg", system: ucum, code: "mm[Hg]" } });
  // Both pressures are one record: it has the codes of both items.
  const ofPanel = items().filter(({ panel }) => panel && panel.code === item.panel?.code);
  if (profile === "mch-blood-pressure")
    return body([{ system: loinc, code: "85354-9" }, ...(ofPanel.length ? ofPanel : [item]).map(({ codes: [{ system, code }] }) => ({ system, code }))], { component: [pressure("8480-6", 110), pressure("8462-4", 70)] });
  if (item.carrier.path === "Observation.component")
    return body([{ system: item.codes[0].system, code: item.partOf }], { component: [{ code: { coding: codings }, ...goodValue(item) }] });
  return body(codings, { ...goodValue(meant), ...(profile === "mch-growth-score" && { method: { coding: [{ system: codeSystem("mch-growth-method"), code: "who-2006" }] } }) });
}
