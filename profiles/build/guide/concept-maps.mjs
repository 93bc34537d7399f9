// Maps from our codes to the Ministry's exchange formats and to international code systems.

import { items, lists, read } from "../read-catalogue.mjs";
import { codeSystem, definition, valueSet } from "./settings.mjs";

const element = (code, display, targets) => ({ code, display, target: targets });
// R4 asks for a comment where theirs is narrower.
const equivalent = (code, display, equivalence = "equivalent") => ({ code, ...(display && { display }), equivalence, ...(equivalence === "narrower" && { comment: "One of several that ours takes in." }) });

function map(id, title, description, groups, source, target) {
  return { ...definition("ConceptMap", id, title, description), ...(source && { sourceCanonical: source }), ...(target && { targetCanonical: target }), group: groups.filter(({ element }) => element.length > 0) };
}

// Field names of an exchange format, by the code system their item belongs to.
function fields(id, standard, title) {
  const bySystem = new Map();
  const target = codeSystem(`${id.replace(/-map$/, "")}`);
  const names = new Set();
  for (const { codes, label, exchange } of items()) {
    if (codes.length === 0) continue;
    const list = [...new Set(exchange.filter((entry) => entry.standard === standard && entry.field).flatMap(({ field }) => field.split(" / ")))];
    if (list.length === 0) continue;
    list.forEach((name) => names.add(name));
    const { system, code } = codes[0];
    if (!bySystem.has(system)) bySystem.set(system, []);
    bySystem.get(system).push(element(code, label.vi, list.map((name) => equivalent(name))));
  }
  const groups = [...bySystem].map(([source, elements]) => ({ source, target, element: elements }));
  const system = {
    ...definition("CodeSystem", id.replace(/-map$/, ""), { vi: `Tên trường của ${standard}`, en: `Field names of ${standard}` }, { vi: `Các trường có mục tương ứng trong danh mục và đọc được tên.`, en: "Fields that an item of the catalogue corresponds to and whose name was read." }),
    caseSensitive: true,
    content: "fragment",
    count: names.size,
    concept: [...names].sort().map((code) => ({ code })),
  };
  return [system, map(id, title, { vi: `Mục của danh mục sang tên trường của ${standard}.`, en: `Items of the catalogue to field names of ${standard}.` }, groups)];
}

function loinc() {
  const bySystem = new Map();
  for (const { codes, label } of items()) {
    const targets = codes.filter(({ system }) => system === "http://loinc.org");
    if (targets.length === 0) continue;
    const { system, code } = codes[0];
    if (!bySystem.has(system)) bySystem.set(system, []);
    bySystem.get(system).push(element(code, label.vi, targets.map((coding) => ({ ...equivalent(coding.code, coding.display, targets.length > 1 ? "narrower" : "equivalent"), ...(coding.certainty === "memory" && { comment: "Not looked up: check with a terminology server." }) }))));
  }
  return map("mch-item-to-loinc", { vi: "Mục của sổ sang LOINC", en: "Booklet items to LOINC" }, { vi: "Mã LOINC của các mục có mã ấy.", en: "LOINC codes of the items that have one." }, [...bySystem].map(([source, elements]) => ({ source, target: "http://loinc.org", element: elements })));
}

function normality() {
  const source = codeSystem("mch-normality");
  const form = (name, abnormal) => ({ source, target: codeSystem(name), element: [element("normal", "Bình thường", [equivalent("1", "Bình thường")]), element("abnormal", "Không bình thường", [equivalent(abnormal, "Không bình thường")])] });
  return map("mch-normality-to-qd1551", { vi: "Bình thường hay không, theo mẫu QĐ 1551", en: "Normal or not, by form of Decision 1551" }, { vi: "Mẫu 06 và 07 ghi không bình thường là 0; mẫu 08-13 ghi là 2 ở ba mục sinh tồn.", en: "Forms 06 and 07 write not normal as 0; forms 08-13 write 2 for the three vital signs." }, [form("qd1551-binh-thuong-0", "0"), form("qd1551-binh-thuong-2", "2")]);
}

// A row of maps.json: our code, [their code, its display], and how near it comes when it is not the same.
function small() {
  const display = new Map();
  for (const { id, label } of items()) display.set(`mch-booklet-item|${id}`, label.vi);
  for (const { name, concepts } of [...lists(), ...read("codes.json")]) for (const { code, vi } of concepts) display.set(`${name}|${code}`, vi);
  const vaccines = read("codes.json").find(({ name }) => name === "mch-vaccine").concepts.filter(({ cvx }) => cvx);
  const cvx = { id: "mch-vaccine-to-cvx", title: { vi: "Vắc xin sang CVX", en: "Vaccines to CVX" }, from: "mch-vaccine", target: "http://hl7.org/fhir/sid/cvx", origin: "CVX, CDC", rows: vaccines.map(({ code, cvx: value }) => [code, [value]]) };
  return [cvx, ...read("maps.json")].map(({ id, title, from, target, origin, rows }) =>
    map(id, title, { vi: `${title.vi}. Nguồn: ${origin}.`, en: `${title.en}. Source: ${origin}.` }, [{ source: codeSystem(from), target, element: rows.map(([code, [value, name], how]) => {
      if (!display.has(`${from}|${code}`)) throw new Error(`${id}: ${from} has no ${code}`);
      return element(code, display.get(`${from}|${code}`), [equivalent(value, name, how)]);
    }) }], valueSet(from)),
  );
}

// A code system that a map leads to and that no package of HL7 has: tools should know that the address is one.
function whoAnc() {
  const { rows, target } = read("maps.json").find(({ id }) => id === "mch-item-to-who-anc");
  const concepts = new Map(rows.map(([, [code, display]]) => [code, display]));
  const title = { vi: "Mã ANC của WHO", en: "WHO ANC custom codes" };
  return {
    ...definition("CodeSystem", "who-anc-custom-codes", title, { vi: "Chỉ các mã mà bảng ánh xạ dùng; bản gốc là của WHO (SMART ANC).", en: "Only the codes that a map uses; the original is that of WHO (SMART ANC)." }),
    language: "en",
    url: target,
    title: title.en,
    experimental: true,
    caseSensitive: true,
    content: "fragment",
    count: concepts.size,
    concept: [...concepts].sort().map(([code, display]) => ({ code, display })),
  };
}

export const conceptMaps = () => [...fields("qd1551-field-map", "QĐ 1551/QĐ-BYT", { vi: "Mục sang trường của QĐ 1551", en: "Items to fields of Decision 1551" }), ...fields("qd3412-field-map", "QĐ 3412/QĐ-BYT", { vi: "Mục sang trường của QĐ 3412", en: "Items to fields of Decision 3412" }), loinc(), normality(), whoAnc(), ...small()];
