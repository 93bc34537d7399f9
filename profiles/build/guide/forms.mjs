// The forms of the guide: what each is about, what it is filled with, and the records that it is as a whole. What its questions
// are stands in questionnaires.mjs, what their answers become in templates.mjs.

import { allocated, extractsTo, extractsToBundle, hidden, initially, lastObserved, launchedWith, made, oncePer, per, queried, variable } from "./sdc.mjs";
import { appointment, chosenVaccine, coded, ours, resource, to, vaccines, visit } from "./templates.mjs";
import { codeSystem, settings, translation, url } from "./settings.mjs";

const subject = "%resource.subject.reference";
const episodeType = `${codeSystem("mch-episode-type")}|pregnancy`;
const encounterType = (code) => `${codeSystem("mch-encounter-type")}|${code}`;
const cccd = "http://fhir.hl7.org.vn/core/sid/cccd";
const province = "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-province";
const ward = "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ward";
// The answer of a question by the groups around it.
export const at = (...links) => `%resource${below(...links)}`;
const below = (...links) => `${links.map((link) => `.item.where(linkId = '${link}')`).join("")}.answer.value`;
const here = (...links) => below(...links).slice(1);

const ask = (linkId, vi, en, type, rest = {}) => ({ ...(rest.extension && { extension: rest.extension }), linkId, ...(rest.definition && { definition: rest.definition }), text: vi, _text: translation("en", en), type, ...Object.fromEntries(Object.entries(rest).filter(([key]) => !["extension", "definition"].includes(key))) });
const known = (linkId, vi, en, type, expression, rest = {}) => ask(linkId, vi, en, type, { extension: [hidden, initially(expression)], ...rest });

const nameOf = (who) => `${who}.name.first().select(iif(text.exists(), text, (family | given).join(' ')))`;
const name = known("patient-name", "Họ và tên", "Name", "string", nameOf("%patient"));
const patient = launchedWith("patient", "Patient", "Patient");

// The pregnancy that is going on, or the last one.
const care = (status) => queried("care", `EpisodeOfCare?patient={{%patient.id}}&type=${episodeType}&status=${status}&_sort=-date&_count=1`);
const ofPregnancy = [
  known("pregnancy", "Thai kỳ", "Pregnancy", "reference", "%care.entry.resource.diagnosis.condition.first()", { required: true }),
  known("episode", "Đợt quản lý thai", "Care of the pregnancy", "reference", "%care.entry.resource.first()", { required: true }),
];
const pregnancy = `${at("pregnancy")}.reference`;
const episode = `${at("episode")}.reference`;
const gestation = queried("gestation", "Patient/{{%patient.id}}/$gestation");
const weeks = initially("%gestation.parameter.where(name = 'weeks').value");
const visitDate = (profile) => ask("visit-date", "Ngày giờ khám", "Date and hour of the visit", "dateTime", { extension: [initially("now()")], definition: `${url("StructureDefinition", profile)}#Encounter.period.start`, required: true });
const visitPlace = ask("visit-place", "Cơ sở", "Facility", "string", { extension: [initially("%care.entry.resource.managingOrganization.display")] });
const place = ask("visit-place", "Cơ sở", "Facility", "string");
const visitBy = ask("visit-by", "Người thực hiện", "Done by", "string");
// An extension with no value is left out: it needs no context of its own.
const visitNumber = (number) => ({ extension: [{ url: url("StructureDefinition", "visit-number"), _valueInteger: made(number) }] });
const nextVisit = (kind) => [ask("next-visit", "Hẹn lần sau", "Next visit", "date", { extension: [extractsTo("t-next-visit")] }), { id: "t-next-visit", ...appointment(kind, to(subject)) }];
const resolved = coded("condition-clinical", "resolved", "Resolved");

const patch = (path, type, rest) => ({ name: "operation", part: [{ name: "type", valueCode: type }, { name: "path", valueString: path }, ...rest] });
const patching = (target, parameter) => ({ resource: { resourceType: "Parameters", parameter }, request: { method: "PATCH", _url: made(target) } });

// ------------------------------------------------------------------------------------------------ mother

function booking() {
  const time = at("visit-date");
  const lmp = at("this-pregnancy", "P01");
  return {
    at: { mother: subject, pregnancy: "%pregnancy", visitOfMother: "%visit", time },
    before: [name, ask("open-pregnancy", "Đang có thai kỳ quản lý từ", "A pregnancy is being cared for since", "date", { extension: [initially("%care.entry.resource.period.start")], readOnly: true }), visitDate("mch-antenatal-visit"), place, visitBy],
    extension: [patient, care("active"), ...["pregnancy", "episode", "visit"].map(allocated), extractsTo("t-pregnancy", "%pregnancy"), extractsTo("t-episode", "%episode"), extractsTo("t-visit", "%visit")],
    contained: [
      { id: "t-pregnancy", ...resource("Condition", "mch-pregnancy", { clinicalStatus: coded("condition-clinical", "active", "Active"), code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code: "Z34.9" }], text: "Theo dõi thai nghén" }, subject: to(subject), _onsetDateTime: made(lmp), _recordedDate: made(time) }) },
      { id: "t-episode", ...resource("EpisodeOfCare", "mch-pregnancy-episode", { status: "active", type: [ours("mch-episode-type", "pregnancy")], diagnosis: [{ condition: to("%pregnancy") }], patient: to(subject), managingOrganization: per(at("visit-place"), { _display: made("$this") }), period: { _start: made(`${time}.toString().substring(0, 10)`) } }) },
      { id: "t-visit", ...visit("antenatal", "mch-antenatal-visit", subject, time, { before: { extension: [{ url: url("StructureDefinition", "visit-number"), valueInteger: 1 }] }, episode: "%episode", by: at("visit-by"), at: at("visit-place") }) },
    ],
    fill: { P04: [lastObserved(20, "a")], P07: [lastObserved(20, "a")] },
    next: nextVisit("antenatal"),
    obstetric: true,
  };
}

const antenatal = () => ({
  at: { mother: subject, pregnancy, visitOfMother: "%visit", time: at("antenatal-visit", "A01"), next: "antenatal" },
  before: [name, ...ofPregnancy],
  extension: [patient, care("active"), gestation, queried("visits", `Encounter?episode-of-care={{%care.entry.resource.first().id}}&type=${encounterType("antenatal")}&_count=50`), allocated("visit"), extractsTo("t-visit", "%visit")],
  contained: [{ id: "t-visit", ...visit("antenatal", "mch-antenatal-visit", subject, at("antenatal-visit", "A01"), { before: visitNumber(at("antenatal-visit", "A02")), episode, by: `${at("antenatal-visit", "A04")}.display`, at: at("antenatal-visit", "A03") }) }],
  fill: { A01: [initially("now()")], A02: [initially("%visits.entry.count() + 1")], A03: [initially("%care.entry.resource.managingOrganization.display")], A05: [weeks], A06: [lastObserved(42, "wk")] },
});

function delivery() {
  const born = at("delivery", "D03");
  const discharged = `%resource.item.where(linkId = 'baby').item.where(linkId = 'newborn').item.where(linkId = 'N31').item.where(linkId = 'N31-3').answer.value.first()`;
  const end = `iif(${discharged}.exists(), ${discharged}, ${born})`;
  const live = "where(item.where(linkId = 'newborn').item.where(linkId = 'N01').answer.exists(value = true).not())";
  const time = `iif(${here("child", "K03")}.exists(), ${here("child", "K03")}, ${born})`;
  const number = (link, rest) => per(`item.where(linkId = 'child').item.where(linkId = '${link}').answer`, { ...rest, _value: made("value") });
  const sex = `(${here("child", "K02")} | ${here("newborn", "N03")}).first().code`;
  const motherName = at("patient-name");
  const certificate = `(${here("child", "K12")} | ${here("newborn", "N29")}).first()`;
  const child = resource("Patient", "mch-child", {
    extension: [
      { url: "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ethnicity", valueCodeableConcept: { coding: [made(here("child", "K10"))] } },
      { url: "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", valueAddress: { _text: made(here("child", "K05")) } },
    ],
    identifier: [
      number("K13", { use: "official", system: cccd }),
      number("K14", { use: "official", system: "http://fhir.hl7.org.vn/core/sid/bhyt" }),
      per(certificate, { system: `${settings.canonical}/sid/birth-certificate`, _value: made("$this") }),
      per("where(item.where(linkId = 'child').item.where(linkId = 'K13').answer.empty())", { use: "temp", system: `${settings.canonical}/sid/temporary-child-id`, _value: made("%child.replace('urn:uuid:', '')") }),
    ],
    name: [{ _text: made(`iif(${here("child", "K01")}.exists(), ${here("child", "K01")}, 'Con bà ' + ${motherName})`) }],
    _gender: made(sex),
    _birthDate: { extension: [...made(`${time}.toString().substring(0, 10)`).extension, { url: "http://hl7.org/fhir/StructureDefinition/patient-birthTime", _valueDateTime: made(time) }] },
    address: [per(`%resource.where(${at("patient-address")}.exists())`, { extension: [{ url: province, valueCoding: made(at("patient-province")) }, { url: ward, valueCoding: made(at("patient-commune")) }], use: "home", _text: made(at("patient-address")), country: "VN" })],
    _multipleBirthBoolean: made("%resource.item.where(linkId = 'baby').count() > 1"),
  });
  const procedure = (profile, category, who, encounter, rest) => resource("Procedure", profile, { ...rest.before, status: "completed", category: ours("mch-procedure-category", category), code: { coding: [made(at("delivery", "D13"))] }, subject: to(who), encounter: to(encounter), _performedDateTime: made(born), ...rest.after });
  return {
    at: { mother: subject, child: "%child", pregnancy, visitOfMother: "%visit", visitOfChild: "%birthVisit", time: born, givesDoses: true },
    before: [
      name,
      ...ofPregnancy,
      known("patient-cccd", "Số định danh của mẹ", "The mother's number", "string", `%patient.identifier.where(system = '${cccd}').value.first()`),
      known("patient-address", "Địa chỉ", "Address", "string", "%patient.address.first().text"),
      known("patient-province", "Tỉnh", "Province", "open-choice", `%patient.address.first().extension.where(url = '${province}').value`),
      known("patient-commune", "Xã", "Commune", "open-choice", `%patient.address.first().extension.where(url = '${ward}').value`),
    ],
    extension: [patient, care("active"), gestation, allocated("visit"), allocated("delivery"), extractsTo("t-visit", "%visit"), extractsTo("t-delivery", "%delivery"), extractsToBundle("t-pregnancy-ends")],
    contained: [
      { id: "t-visit", ...visit("delivery", "mch-delivery-encounter", subject, at("delivery", "D01"), { episode, end }) },
      { id: "t-delivery", ...procedure("mch-delivery", "delivery", subject, "%visit", { after: { reasonReference: [to(pregnancy)] } }) },
      { resourceType: "Bundle", id: "t-pregnancy-ends", type: "transaction", entry: [patching(pregnancy, [patch("Condition.clinicalStatus", "replace", [{ name: "value", valueCodeableConcept: resolved }]), patch("Condition", "add", [{ name: "name", valueString: "abatement" }, { name: "value", _valueDateTime: made(born) }])])] },
      { id: "t-child", ...per(live, child) },
      { id: "t-mother-of-child", ...per(live, resource("RelatedPerson", "mch-mother-of-child", { identifier: [per(at("patient-cccd"), { use: "official", system: cccd, _value: made("$this") })], patient: to("%child"), relationship: [coded("v3-RoleCode", "MTH", "mother")], name: [{ _text: made(motherName) }] })) },
      { id: "t-birth-visit", ...per(live, visit("birth", "mch-birth-encounter", "%child", time, { end, after: { partOf: to("%visit") } })) },
      { id: "t-birth", ...per(live, procedure("mch-birth", "birth", "%child", "%birthVisit", { before: { partOf: [to("%delivery")] } })) },
      { resourceType: "Bundle", id: "t-link", type: "transaction", entry: [per(live, patching(subject, [patch("Patient", "add", [{ name: "name", valueString: "link" }, { name: "value", part: [{ name: "other", valueReference: to("%mother") }, { name: "type", valueCode: "seealso" }] }])]))] },
    ],
    // Each child of the birth, with all that is recorded of it.
    around: (sections) => {
      const [ofChild, ofBirth, ofNewborn] = sections;
      const baby = ask("baby", "Cháu", "Child", "group", { extension: [...["child", "mother", "birthVisit"].map(allocated), extractsTo("t-child", "%child"), extractsTo("t-mother-of-child", "%mother"), extractsTo("t-birth-visit", "%birthVisit"), extractsTo("t-birth"), extractsToBundle("t-link")], repeats: true, item: [ofChild, ofNewborn] });
      return [ofBirth, baby];
    },
    fill: { "D01-1": [weeks], K06: [weeks] },
  };
}

function postnatal() {
  const time = at("postnatal-visit", "B01");
  const child = `${here("child")}.reference`;
  return {
    at: { mother: subject, child, pregnancy, visitOfMother: "%visit", visitOfChild: "%childVisit", time },
    before: [name, ...ofPregnancy],
    extension: [
      patient, care("active,finished"),
      queried("related", "RelatedPerson?_id={{%patient.link.where(type = 'seealso').other.reference.select(replace('RelatedPerson/', ''))}}"),
      queried("children", "Patient?_id={{%related.entry.resource.patient.reference.select(replace('Patient/', ''))}}&_sort=-birthdate"),
      variable("newborns", "%children.entry.resource.where(birthDate = %children.entry.resource.birthDate.first())"),
      allocated("visit"), extractsTo("t-visit", "%visit"),
    ],
    contained: [
      { id: "t-visit", ...visit("postnatal-mother", "mch-postnatal-mother-visit", subject, time, { episode, by: at("visit-by"), at: at("visit-place") }) },
      { id: "t-child-visit", ...per("where(item.where(linkId != 'child' and linkId != 'child-name').descendants().where(value.exists()).exists())", visit("postnatal-newborn", "mch-postnatal-newborn-visit", child, time, { by: at("visit-by"), at: at("visit-place") })) },
    ],
    around: ([section]) => {
      const isOfChild = ({ linkId }) => /^B(1[4-9]|2[01])/.test(linkId);
      const group = ask("newborn-visit", "Cháu", "Child", "group", {
        extension: [oncePer("newborn", "%newborns"), allocated("childVisit"), extractsTo("t-child-visit", "%childVisit")],
        repeats: true,
        item: [known("child", "Cháu", "Child", "reference", "%newborn"), ask("child-name", "Tên cháu", "Name of the child", "string", { extension: [initially(nameOf("%newborn"))], readOnly: true }), ...section.item.filter(isOfChild)],
      });
      return [{ ...section, item: section.item.filter((item) => !isOfChild(item)) }, group, place, visitBy];
    },
    // Templates of what is recorded of a child stand at its group, which knows which child it is.
    groupOf: (item) => item.subject === "child",
    fill: { B01: [initially("now()")] },
    next: nextVisit("postnatal-mother"),
  };
}

// ------------------------------------------------------------------------------------------------ child

function ofChild(type, profile, time, rest = {}) {
  return {
    at: { child: subject, visitOfChild: "%visit", time, next: type },
    before: [name, ...(rest.before ?? [])],
    extension: [patient, ...(rest.extension ?? []), allocated("visit"), extractsTo("t-visit", "%visit")],
    contained: [{ id: "t-visit", ...visit(type, profile, subject, time, { by: at("visit-by"), at: at("visit-place"), ...rest.visit }) }],
    fill: rest.fill ?? {},
    next: nextVisit(type),
  };
}

const growth = () => ofChild("child-checkup", "mch-child-checkup", at("growth", "G01"), { before: [place, visitBy], fill: { G01: [initially("today()")] } });

const ofPatient = (expression) => [initially(`%patient${expression}`)];
const extensionOf = (where, address) => `${where}.extension.where(url = '${address}').value`;
const recorded = (code, number) => [initially(`%doses.entry.resource.where(status = 'completed' and vaccineCode.coding.exists(system = '${codeSystem("mch-vaccine")}' and code = '${code}')).count() >= ${number}`)];

const checkup = () => ({
  ...ofChild("child-checkup", "mch-child-checkup", at("form-administration", "F06-NGAY_VAO"), {
    extension: [queried("doses", "Immunization?patient={{%patient.id}}&_count=200")],
    fill: {
      "F06-HO_TEN": [initially(nameOf("%patient"))],
      "F06-NGAY_SINH": ofPatient(".birthDate"),
      "F06-GIOI_TINH": ofPatient(".gender"),
      "F06-MA_DAN_TOC": ofPatient(`${extensionOf("", "http://fhir.hl7.org.vn/core/StructureDefinition/vn-ext-ethnicity")}.coding`),
      "F06-DIA_CHI": ofPatient(".address.first().text"),
      "F06-MATINH_CU_TRU": ofPatient(extensionOf(".address.first()", province)),
      "F06-MAXA_CU_TRU": ofPatient(extensionOf(".address.first()", ward)),
      "F06-NHOM_MAU": [lastObserved(20, "a")],
      "F06-NGAY_VAO": [initially("now()")],
    },
    visit: { by: undefined, at: at("form-administration", "F06-MA_CSKCB") },
  }),
  // The doses of the past come from the record, not from what is ticked here.
  filledDose: recorded,
});

function vaccination() {
  const time = at("visit-date");
  const dose = "t-dose";
  return {
    ...ofChild("vaccination", "mch-vaccination-visit", time, { before: [visitDate("mch-vaccination-visit"), place, visitBy] }),
    doses: ask("W03", "Mũi tiêm", "Dose", "group", {
      extension: [extractsTo(dose)],
      definition: `${url("StructureDefinition", "mch-immunization")}#Immunization`,
      repeats: true,
      item: [
        ask("W03-vaccine", "Vắc xin", "Vaccine", "choice", { definition: `${url("StructureDefinition", "mch-immunization")}#Immunization.vaccineCode`, required: true, answerOption: vaccines.map((valueCoding) => ({ valueCoding })) }),
        ask("W03-dose", "Mũi thứ", "Dose number", "integer", { extension: [{ url: "http://hl7.org/fhir/StructureDefinition/minValue", valueInteger: 1 }] }),
        ask("W03-lot", "Số lô", "Lot number", "string"),
        ask("W03-expiry", "Hạn dùng của lô", "Expiry of the lot", "date"),
      ],
    }),
    dose: {
      id: dose,
      ...resource("Immunization", "mch-immunization", {
        status: "completed",
        vaccineCode: chosenVaccine("item.where(linkId = 'W03-vaccine').answer"),
        patient: to(subject),
        encounter: to("%visit"),
        _occurrenceDateTime: made(time),
        primarySource: true,
        _lotNumber: made(here("W03-lot")),
        _expirationDate: made(here("W03-expiry")),
        performer: [per(at("visit-by"), { actor: { _display: made("$this") } })],
        protocolApplied: [per(here("W03-dose"), { _doseNumberPositiveInt: made("$this") })],
      }),
    },
  };
}

export const forms = { booking, antenatal, delivery, postnatal, growth, checkup, vaccination };
export { extractsTo, extractsToBundle, initially, made, per };
