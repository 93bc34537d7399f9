// Writes into `examples/families` the profile that each resource claims. Run again after a change of the families; with
// `--to FOLDER` the result is written elsewhere, with `--check` nothing is written and a difference is a failure.
//
// The first diagnosis of an episode of care is the pregnancy. Which profile it is follows from the resource: its type, its kind of visit or category, the booklet item of its code.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, settings } from "./guide/settings.mjs";
import { items } from "./read-catalogue.mjs";

const families = join(root, "..", "examples", "families");
const ours = (system) => `${settings.canonical}/CodeSystem/${system}`;
const byCode = new Map(items().filter(({ codes }) => codes.length).map((item) => [`${item.codes[0].system}|${item.codes[0].code}`, item]));
const codings = (concept) => concept?.coding ?? [];
const code = (concepts, system) => [concepts].flat().flatMap(codings).find((coding) => coding.system === ours(system))?.code;

const visits = { antenatal: "mch-antenatal-visit", delivery: "mch-delivery-encounter", birth: "mch-birth-encounter", "postnatal-mother": "mch-postnatal-mother-visit", "postnatal-newborn": "mch-postnatal-newborn-visit", "child-checkup": "mch-child-checkup", vaccination: "mch-vaccination-visit", "sick-child": "mch-sick-visit" };
const episodes = { pregnancy: "mch-pregnancy-episode", child: "mch-child-episode" };
const procedures = { delivery: "mch-delivery", birth: "mch-birth" };
const vitalSigns = new Set(["29463-7", "8302-2", "8306-3", "39156-5", "9843-4", "8867-4", "9279-1", "8310-5"]);
const laboratory = new Set(["14749-6", "14771-0", "14995-5", "718-7", "20454-5", "5195-3", "20507-0"]);

// Where the code alone does not say it: a stillborn child is recorded on its mother, with the pregnancy as focus.
function observation(resource) {
  const loinc = codings(resource.code).filter(({ system }) => system === "http://loinc.org").map(({ code: value }) => value);
  if (loinc.includes("7918-6")) return "mch-hiv-result";
  if (loinc.includes("85354-9")) return "mch-blood-pressure";
  const item = codings(resource.code).map(({ system, code: value }) => byCode.get(`${system}|${value}`)).find(Boolean);
  if (!item) return loinc.some((value) => vitalSigns.has(value)) ? "mch-vital-sign" : loinc.some((value) => laboratory.has(value)) ? "mch-laboratory" : null;
  const alternatives = [item.carrier.resource === "Observation" ? item.profile : null, ...(item.otherProfiles ?? [])].filter(Boolean);
  const [usual, ...others] = alternatives;
  if (resource.focus && others.includes("mch-fetus-observation")) return "mch-fetus-observation";
  if (item.id === "D21" && !resource.focus) return "mch-newborn-observation";
  return usual;
}

function profile(resource, mothers, pregnancies) {
  const { resourceType } = resource;
  switch (resourceType) {
    case "Patient":
      return mothers.has(resource.id) ? "mch-mother" : "mch-child";
    case "RelatedPerson":
      return codings(resource.relationship?.[0]).some(({ code: value }) => ["MTH", "NMTH", "GESTM"].includes(value)) ? "mch-mother-of-child" : "mch-caregiver";
    case "EpisodeOfCare":
      return episodes[code(resource.type, "mch-episode-type")] ?? null;
    case "Condition":
      return pregnancies.has(resource.id) ? "mch-pregnancy" : "mch-condition";
    case "Encounter":
      return visits[code(resource.type, "mch-encounter-type")] ?? null;
    case "Procedure":
      return procedures[code(resource.category ?? {}, "mch-procedure-category")] ?? null;
    case "Observation":
      return observation(resource);
    case "DiagnosticReport":
      return code(resource.code, "mch-booklet-item") === "A29" ? "mch-ultrasound" : null;
    case "ServiceRequest":
      return code(resource.category, "mch-request-category") === "referral" ? "mch-referral" : null;
    default:
      return { Immunization: "mch-immunization", ImmunizationRecommendation: "mch-immunization-recommendation", MedicationStatement: "mch-supplement", MedicationAdministration: "mch-medication-administration", Appointment: "mch-appointment", CarePlan: "mch-care-plan", Flag: "mch-flag", RiskAssessment: "mch-risk-assessment", QuestionnaireResponse: "mch-family-page", Consent: "mch-consent", Provenance: "mch-provenance" }[resourceType] ?? null;
  }
}

function claimed(bundle) {
  const byUrl = new Map(bundle.entry.map(({ fullUrl, resource }) => [fullUrl, resource]));
  const episodesOfCare = bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === "EpisodeOfCare");
  const id = ({ reference }) => byUrl.get(reference)?.id;
  const mothers = new Set(episodesOfCare.map(({ patient }) => id(patient)));
  const pregnancies = new Set(episodesOfCare.map(({ diagnosis: [first] }) => id(first.condition)));
  for (const { resource } of bundle.entry) {
    const name = profile(resource, mothers, pregnancies);
    const others = (resource.meta?.profile ?? []).filter((canonical) => !canonical.startsWith(`${settings.canonical}/`));
    const list = name ? [...others, `${settings.canonical}/StructureDefinition/${name}`] : others;
    const { resourceType, id: key, meta, ...rest } = resource;
    const { profile: _, ...more } = meta ?? {};
    const next = { ...(list.length && { profile: list }), ...more };
    for (const field of Object.keys(resource)) delete resource[field];
    Object.assign(resource, { resourceType, id: key, ...(Object.keys(next).length && { meta: next }) }, rest);
  }
  return bundle;
}

// Numbers keep their text: 20.0 stays 20.0.
const mark = "\u0001";
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const parse = (source) => JSON.parse(source.replace(token, (found) => (found[0] === '"' ? found : JSON.stringify(mark + found))));
const print = (value, indent) => JSON.stringify(value, null, indent).replace(/"\\u0001([^"]*)"/g, "$1");

const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const target = process.argv.includes("--to") ? option("--to") : families;
let differ = 0;
for (const name of readdirSync(families).filter((file) => file.endsWith(".json")).sort()) {
  const source = readFileSync(join(families, name), "utf8");
  const indent = /\n( +)"/.exec(source)?.[1].length ?? 2;
  const text = `${print(claimed(parse(source)), indent)}\n`;
  if (text === source) continue;
  differ += 1;
  if (!process.argv.includes("--check")) writeFileSync(join(target, name), text);
}
console.log(`${differ} files ${process.argv.includes("--check") ? "differ" : "written"}`);
if (process.argv.includes("--check") && differ) process.exitCode = 1;
