// Code systems and value sets from the catalogue: items, milestones, fields of the forms, lists of answers, areas.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { doses, folder, items, lists, read, schedule, sections } from "../read-catalogue.mjs";
import { codeSystem, definition, valueSet } from "./settings.mjs";

const designation = (en) => (en ? [{ language: "en", value: en }] : undefined);
const concept = (code, vi, en, more = {}) => ({ code, display: vi, ...(en && { designation: designation(en) }), ...more });

function system(id, title, description, concept, more = {}) {
  const count = concept.reduce((sum, { concept: parts = [] }) => sum + 1 + parts.length, 0);
  return {
    ...definition("CodeSystem", id, title, description),
    caseSensitive: true,
    valueSet: valueSet(id),
    ...more,
    content: "complete",
    count,
    concept,
  };
}

const all = (id, title) => ({
  ...definition("ValueSet", id, title, { vi: `Mọi mã của hệ mã cùng tên: ${title.vi}.`, en: `Every code of the code system of the same name: ${title.en}.` }),
  compose: { include: [{ system: codeSystem(id) }] },
});

const both = (id, title, description, concept, more) => [system(id, title, description, concept, more), all(id, title)];

const colourProperty = {
  property: [
    {
      code: "colour",
      uri: codeSystem("mch-booklet-colour"),
      description: "Proposed colour of the cell: white-cell or yellow-cell. Not verified against the printed form.",
      type: "code",
    },
  ],
};
const colour = (value) => (value ? { property: [{ code: "colour", valueCode: `${value}-cell` }] } : {});

function itemCode(item, parts) {
  const inside = parts.filter(({ partOf }) => partOf === item.id).map((part) => itemCode(part, []));
  return concept(item.id, item.label.vi, item.label.en, inside.length ? { concept: inside } : {});
}

function itemSystems() {
  const rows = items();
  const booklet = rows.filter(({ id }) => /^[A-Z]\d\d(-\d+)?$/.test(id));
  const milestones = rows.filter(({ section }) => section === "form-milestones");
  const fields = rows.filter(({ section }) => section.startsWith("form-") && section !== "form-milestones");
  return [
    ...both(
      "mch-booklet-item",
      { vi: "Mục của Sổ theo dõi sức khỏe bà mẹ và trẻ em", en: "Items of the maternal and child health booklet" },
      { vi: "Mỗi mã là một mục của Sổ (QĐ 140/QĐ-BYT năm 2020) hoặc một phần của mục.", en: "Each code is one item of the booklet (Decision 140/QĐ-BYT, 2020) or one part of an item." },
      booklet.filter(({ partOf }) => !partOf).map((item) => itemCode(item, booklet)),
      { hierarchyMeaning: "part-of" },
    ),
    ...both(
      "mch-milestone",
      { vi: "Mốc phát triển", en: "Developmental milestones" },
      { vi: "Số mẫu và tên trường của QĐ 1551/QĐ-BYT (2026), mẫu 06-13.", en: "Form number and field name of Decision 1551/QĐ-BYT (2026), forms 06-13." },
      milestones.map(({ id, label }) => concept(id, label.vi, label.en)),
    ),
    ...both(
      "mch-child-form",
      { vi: "Mục của mẫu khám sức khỏe trẻ em", en: "Fields of the child check-up forms" },
      { vi: "Số mẫu đầu tiên có mục và tên trường của QĐ 1551/QĐ-BYT (2026), mẫu 06-13.", en: "Number of the first form that has the field, and its name, of Decision 1551/QĐ-BYT (2026), forms 06-13." },
      fields.map(({ id, label }) => concept(id, label.vi, label.en)),
    ),
  ];
}

function answerSystems() {
  return lists().flatMap(({ name, title, source, note, concepts }) =>
    both(
      name,
      title,
      {
        vi: `Câu trả lời của mục ${title.vi}. Màu ô là đề xuất, chưa đối chiếu với sổ in. Nguồn: ${source.join(", ")}.`,
        en: `Answers of the item ${title.en}. Colours are proposals, not verified against the printed form. Source: ${source.join(", ")}.${note ? ` ${note}` : ""}`,
      },
      concepts.map(({ code, vi, en, colour: value }) => concept(code, vi, en, colour(value))),
      colourProperty,
    ),
  );
}

function otherSystems() {
  const withOwnValueSet = new Set(["mch-encounter-type", "mch-document-section", "mch-vaccine", "mch-medicine"]);
  const withOthers = new Set(["mch-vaccine", "mch-medicine"]);
  return read("codes.json").flatMap(({ name, title, concepts }) => {
    const made = both(
      name,
      title,
      { vi: `${title.vi}: mã của Mebe.`, en: `${title.en}: codes of Mebe.` },
      concepts.map(({ code, vi, en }) => concept(code, vi, en)),
    );
    if (!withOwnValueSet.has(name)) return made;
    // `valueSet` promises all codes of the system and no others.
    const { valueSet: all, ...system } = made[0];
    return [withOthers.has(name) ? system : { ...system, valueSet: all }];
  });
}

// What is to be done, as due lists name it: the rows of the schedule without its limits, each once whatever its edition.
function dueSystem() {
  const rows = new Map();
  for (const { id, kind, label, parameters } of schedule()) if (kind !== "limit" && !parameters?.code && !rows.has(id)) rows.set(id, label);
  for (const { id, dose, label } of doses()) rows.set(id, { vi: `${label.vi}, mũi ${dose}`, en: `${label.en}, dose ${dose}` });
  return both(
    "mch-due",
    { vi: "Việc cần làm theo lịch", en: "What is due" },
    { vi: "Mỗi mã là một dòng của lịch khám, tiêm chủng, cân đo.", en: "Each code is one row of the schedule of visits, vaccines and measurements." },
    [...rows].map(([id, label]) => concept(id, label.vi, label.en)),
  );
}

// Small tables without quoted cells.
function table(path) {
  const [head, ...rows] = readFileSync(join(folder, path), "utf8").trim().split("\n");
  const names = head.split(",");
  return rows.map((row) => {
    const cells = row.match(/("[^"]*"|[^,]*)(,|$)/g).map((cell) => cell.replace(/,$/, "").replace(/^"|"$/g, ""));
    return Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  });
}

function areas() {
  const provinces = table("areas/provinces.csv");
  const communes = table("areas/communes.csv");
  const source = { vi: "QĐ 19/2025/QĐ-TTg, có hiệu lực từ 01/07/2025.", en: "Decision 19/2025/QĐ-TTg, in force since 2025-07-01." };
  return [
    ...both("vn-province", { vi: "Tỉnh, thành phố", en: "Provinces" }, source, provinces.map(({ code, name, name_en }) => concept(code, name, name_en))),
    ...both(
      "vn-commune",
      { vi: "Xã, phường, đặc khu", en: "Communes" },
      source,
      communes.map(({ code, name, name_en, province }) => concept(code, name, name_en, { property: [{ code: "province", valueCode: province }] })),
      { property: [{ code: "province", description: "Code of the province in vn-province.", type: "code" }] },
    ),
  ];
}

// Systems of the Ministry's VN Core draft that are used as they are.
function ministry() {
  const base = "http://fhir.ehealth.gov.vn/core/CodeSystem";
  const set = (id, title, name, file) => ({
    ...definition("ValueSet", id, title, { vi: `${title.vi}, theo VN Core của Bộ Y tế (bản thảo).`, en: `${title.en}, as in the Ministry's VN Core (draft).` }),
    compose: { include: [{ system: `${base}/${name}`, concept: table(file).map(({ code, name: display }) => ({ code, display })) }] },
  });
  return [
    set("vn-ethnic-group", { vi: "Dân tộc", en: "Ethnic groups" }, "vn-core-race", "ethnic-groups.csv"),
    set("vn-occupation", { vi: "Nghề nghiệp", en: "Occupations" }, "vn-core-occupation-4069", "occupations.csv"),
  ];
}

// For each Observation profile the codes that its items have.
function itemSets() {
  const titles = new Map(sections().map(({ section, title }) => [section, title]));
  const byProfile = new Map();
  for (const item of items()) {
    if (item.codes.length === 0) continue;
    for (const profile of [item.profile, ...(item.otherProfiles ?? [])]) {
      if (item.carrier.resource !== "Observation" && profile === item.profile) continue;
      if (!byProfile.has(profile)) byProfile.set(profile, []);
      byProfile.get(profile).push(item);
    }
  }
  const sets = [];
  for (const [profile, rows] of [...byProfile].sort()) {
    const codes = new Map();
    const put = ({ system, code, display }) => {
      if (!codes.has(system)) codes.set(system, new Map());
      codes.get(system).set(code, display);
    };
    for (const item of rows) {
      item.codes.filter(({ system }) => system !== "http://snomed.info/sct").forEach(put);
      if (item.panel) put(item.panel);
    }
    for (const item of items()) for (const coding of item.result ?? []) if (coding.profile === profile) put(coding);
    const id = `${profile}-item`;
    const parts = [...new Set(rows.map(({ section }) => titles.get(section).vi))].join("; ");
    sets.push({
      ...definition("ValueSet", id, { vi: `Mục của ${profile}`, en: `Items of ${profile}` }, { vi: `Mã của các mục theo hồ sơ ${profile}: ${parts}.`, en: `Codes of the items under the profile ${profile}.` }),
      compose: {
        include: [...codes].map(([system, list]) => ({
          system,
          concept: [...list].map(([code, display]) => (system.startsWith("http://loinc") ? { code, display } : { code })),
        })),
      },
    });
  }
  return sets;
}

export const terminology = () => [...itemSystems(), ...answerSystems(), ...otherSystems(), ...dueSystem(), ...areas(), ...ministry(), ...itemSets()];

