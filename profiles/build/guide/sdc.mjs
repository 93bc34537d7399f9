// The extensions of HL7's SDC that make a form fill itself and become records: https://hl7.org/fhir/uv/sdc/

import { definition } from "./settings.mjs";

const sdc = (name) => `http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-${name}`;
const fhirpath = (expression, name) => ({ ...(name && { name }), language: "text/fhirpath", expression });
const search = (expression, name) => ({ ...(name && { name }), language: "application/x-fhir-query", expression });

// ------------------------------------------------------------------------------------------------ population

export const launchedWith = (name, type, display) => ({
  url: sdc("launchContext"),
  extension: [
    { url: "name", valueCoding: { system: "http://hl7.org/fhir/uv/sdc/CodeSystem/launchContext", code: name, display } },
    { url: "type", valueCode: type },
  ],
});
export const variable = (name, expression) => ({ url: "http://hl7.org/fhir/StructureDefinition/variable", valueExpression: fhirpath(expression, name) });
export const queried = (name, query) => ({ url: "http://hl7.org/fhir/StructureDefinition/variable", valueExpression: search(query, name) });
export const initially = (expression) => ({ url: sdc("initialExpression"), valueExpression: fhirpath(expression) });
export const oncePer = (name, expression) => ({ url: sdc("itemPopulationContext"), valueExpression: fhirpath(expression, name) });
export const lastObserved = (value, code) => ({ url: sdc("observationLinkPeriod"), valueDuration: { value, unit: code, system: "http://unitsofmeasure.org", code } });
export const hidden = { url: "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", valueBoolean: true };

// ------------------------------------------------------------------------------------------------ extraction

export const allocated = (name) => ({ url: sdc("extractAllocateId"), valueString: name });
export const extractsTo = (template, fullUrl) => ({
  url: sdc("templateExtract"),
  extension: [{ url: "template", valueReference: { reference: `#${template}` } }, ...(fullUrl ? [{ url: "fullUrl", valueString: fullUrl }] : [])],
});
export const extractsToBundle = (template) => ({ url: sdc("templateExtractBundle"), valueReference: { reference: `#${template}` } });
// What is in a primitive (`{ _birthDate: made("…") }`), or in an element.
export const made = (expression) => ({ extension: [{ url: sdc("templateExtractValue"), valueString: expression }] });
// How often an element is there, and what the expressions in it start from.
export const per = (expression, element) => ({ extension: [{ url: sdc("templateExtractContext"), valueString: expression }, ...(element.extension ?? [])], ...Object.fromEntries(Object.entries(element).filter(([key]) => key !== "extension")) });

// ------------------------------------------------------------------------------------------------ stand-ins

// The extensions under HL7's own URLs, so that a form of the guide is valid where SDC's package is not loaded.
const used = {
  launchContext: ["Ngữ cảnh khi mở phiếu", "Launch context"],
  initialExpression: ["Biểu thức điền sẵn", "Initial expression"],
  itemPopulationContext: ["Ngữ cảnh điền nhóm", "Context that a group is filled from"],
  calculatedExpression: ["Biểu thức tính", "Calculated expression"],
  observationLinkPeriod: ["Kết quả cũ tới bao lâu", "How old an observation may be"],
  extractAllocateId: ["Tên cấp khi trích", "Name given out when extracting"],
  templateExtract: ["Trích theo mẫu", "Extraction by a template"],
  templateExtractBundle: ["Trích theo mẫu Bundle", "Extraction by a template Bundle"],
  templateExtractContext: ["Ngữ cảnh trong mẫu", "Context in a template"],
  templateExtractValue: ["Giá trị trong mẫu", "Value in a template"],
};

export const standIns = () =>
  Object.entries(used).map(([name, [vi, en]]) => {
    const { resourceType, id, language, url: own, ...rest } = definition("StructureDefinition", `sdc-questionnaire-${name}`, { vi, en }, { vi: `${vi}, của SDC.`, en: `${en}, of SDC.` });
    return {
      resourceType, id, language, url: sdc(name), ...rest,
      experimental: true,
      purpose: "Stand-in: the definition of HL7's SDC is the original.",
      fhirVersion: "4.0.1",
      kind: "complex-type",
      abstract: false,
      context: [{ type: "element", expression: "Element" }],
      type: "Extension",
      baseDefinition: "http://hl7.org/fhir/StructureDefinition/Extension",
      derivation: "constraint",
      differential: { element: [{ id: "Extension", path: "Extension" }, { id: "Extension.url", path: "Extension.url", fixedUri: sdc(name) }] },
    };
  });
