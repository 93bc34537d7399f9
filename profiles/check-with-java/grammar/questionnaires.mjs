// Questionnaires and the responses to them: each type of item × each kind of answer, numbers, conditions, options, limits.

import { R4, animals, coding, pets } from "./words.mjs";

const form = (item, more = {}) => ({ resourceType: "Questionnaire", id: "form", status: "active", item, ...more });
const response = (questionnaire, item,
  more = {}) => ({ resourceType: "QuestionnaireResponse", status: "completed", contained: [questionnaire], questionnaire: "#form",
    ...(item?.length && { item }), ...more });
const question = (linkId, type, more = {}) => ({ linkId, text: `text ${linkId}`, type, ...more });
const answered = (linkId, ...answer) => ({ linkId, text: `text ${linkId}`, ...(answer.length && { answer }) });
const extended = (name, value, key) => ({ extension: [{ url: R4 + name, [key]: value }] });

const answers = {
  boolean: { valueBoolean: true }, decimal: { valueDecimal: 1.5 }, integer: { valueInteger: 5 }, date: { valueDate: "2026-01-01" },
  dateTime: { valueDateTime: "2026-01-01T00:00:00Z" }, time: { valueTime: "12:00:00" }, string: { valueString: "a" },
  uri: { valueUri: "http://example.org/a" }, attachment: { valueAttachment: { contentType: "text/plain", data: "YWJj" } },
  coding: { valueCoding: coding("cat") }, quantity: { valueQuantity: { value: 1, unit: "kg", system: "http://unitsofmeasure.org", code: "kg" } },
  reference: { valueReference: { reference: "Patient/a" } },
};
const types = ["group", "display", "boolean", "decimal", "integer", "date", "dateTime", "time", "string", "text", "url", "choice", "open-choice",
  "attachment", "reference", "quantity"];

function* typed() {
  for (const type of types) {
    const plain = form([question("a", type,
      /choice/.test(type) ? { answerOption: [{ valueCoding: coding("cat") },
        { valueCoding: coding("dog") }] } : type === "group" ? { item: [question("b", "string")] } : {})]);
    for (const [kind, answer] of Object.entries(answers)) yield { feature: "response: types of answers", name: `${type} answered by ${kind}`,
      definitions: [animals], resource: response(plain, [answered("a", answer)]) };
    yield { feature: "response: types of answers", name: `${type} not answered`, resource: response(plain, [answered("a")]) };
    yield { feature: "response: types of answers", name: `${type} left out`, resource: response(plain, []) };
  }
}

function* numbers() {
  const statuses = ["completed", "in-progress", "amended", "stopped", "entered-in-error"];
  for (const status of statuses) for (const required of [true, false]) for (const repeats of [true, false]) {
    const one = form([question("a", "string", { required, repeats }),
      question("g", "group", { required, repeats, item: [question("b", "string")] })]);
    const string = { valueString: "x" };
    const group = { linkId: "g", text: "text g", item: [answered("b", string)] };
    const lists = { "all there": [answered("a", string), group], "no answer": [answered("a"), group], "no question": [group],
      "no group": [answered("a", string)], "two answers": [answered("a", string, string), group],
      "question twice": [answered("a", string), answered("a", string), group], "group twice": [answered("a", string), group, group],
      "other order": [group, answered("a", string)], "empty group": [answered("a", string), { linkId: "g", text: "text g" }] };
    for (const [name, list] of Object.entries(lists)) yield { feature: `response: numbers, ${status}`,
      name: `required ${required}, repeats ${repeats}: ${name}`, resource: response(one, list, { status }) };
  }
  const nested = form([question("a", "boolean", { item: [question("b", "string", { required: true })] }),
    question("g", "group", { item: [question("c", "string")] })]);
  const lists = {
    "below the answer": [{ ...answered("a"), answer: [{ valueBoolean: true, item: [answered("b", { valueString: "x" })] }] }],
    "below the question": [{ ...answered("a", { valueBoolean: true }), item: [answered("b", { valueString: "x" })] }],
    "nothing below": [answered("a", { valueBoolean: true })], "outside": [answered("a", { valueBoolean: true }), answered("b", { valueString: "x" })],
    "in a group": [{ linkId: "g", text: "text g", item: [answered("c", { valueString: "x" })] }],
    "group with an answer": [{ linkId: "g", text: "text g", answer: [{ valueString: "x" }] }],
    "of another group": [{ linkId: "g", text: "text g", item: [answered("b", { valueString: "x" })] }],
    "unknown": [answered("z", { valueString: "x" })], "no link id": [{ text: "x", answer: [{ valueString: "x" }] }],
    "other text": [{ ...answered("g"), text: "other", item: [answered("c", { valueString: "x" })] }],
    "no text": [{ linkId: "g", item: [{ linkId: "c", answer: [{ valueString: "x" }] }] }],
    "empty answer": [{ linkId: "g", item: [{ linkId: "c", answer: [{}] }] }],
    "value is only an extension": [{ linkId: "g",
      item: [{ linkId: "c", answer: [{ _valueString: { extension: [{ url: `${R4}data-absent-reason`, valueCode: "unknown" }] } }] }] }],
  };
  for (const [name, list] of Object.entries(lists)) yield { feature: "response: nesting", name, resource: response(nested, list) };
}

function* conditions() {
  const operators = ["exists", "=", "!=", ">", "<", ">=", "<="];
  const wanted = { boolean: ["answerBoolean", true, [{ valueBoolean: true }, { valueBoolean: false }]],
    integer: ["answerInteger", 5, [{ valueInteger: 4 }, { valueInteger: 5 }, { valueInteger: 6 }]],
    decimal: ["answerDecimal", 1.5, [{ valueDecimal: 1.4 }, { valueDecimal: 1.5 }, { valueDecimal: 1.6 }]],
    date: ["answerDate", "2026-01-02", [{ valueDate: "2026-01-01" }, { valueDate: "2026-01-02" }, { valueDate: "2026-01-03" }]],
    string: ["answerString", "a", [{ valueString: "a" }, { valueString: "b" }]],
    choice: ["answerCoding", coding("cat"), [{ valueCoding: coding("cat") }, { valueCoding: coding("dog") }]],
    quantity: ["answerQuantity", { value: 5, system: "http://unitsofmeasure.org", code: "kg" },
      [4, 5, 6].map((value) => ({ valueQuantity: { value, system: "http://unitsofmeasure.org", code: "kg" } }))] };
  for (const [type, [key, value, given]] of Object.entries(wanted)) for (const operator of operators) {
    if (/[<>]/.test(operator) && ["boolean", "string", "choice"].includes(type)) continue;
    const when = operator === "exists" ? [true,
      false].map((answerBoolean) => ({ question: "a", operator, answerBoolean })) : [{ question: "a", operator, [key]: value }];
    for (const [at, condition] of when.entries()) for (const required of [false, true]) {
      const one = form([question("a", type,
        type === "choice" ? { answerOption: [{ valueCoding: coding("cat") }, { valueCoding: coding("dog") }] } : {}),
        question("b", "string", { required, enableWhen: [condition] })]);
      for (const [number, answer] of [undefined, ...given].entries()) for (const there of [true,
        false]) yield { feature: `response: enableWhen ${operator}`,
        name: `${type} ${at} ${required ? "required" : "optional"} ${number} ${there ? "there" : "not there"}`, definitions: [animals],
        resource: response(one, [...(answer ? [answered("a", answer)] : []), ...(there ? [answered("b", { valueString: "x" })] : [])]) };
    }
  }
  for (const enableBehavior of ["all", "any", undefined]) for (const [x, y] of [[true, true], [true, false], [false, true],
    [false, false]]) for (const there of [true, false]) {
    const one = form([question("a", "boolean"), question("b", "boolean"),
      question("c", "string",
        { ...(enableBehavior && { enableBehavior }),
          enableWhen: ["a", "b"].map((name) => ({ question: name, operator: "=", answerBoolean: true })) })]);
    yield { feature: "response: enableBehavior", name: `${enableBehavior} ${x} ${y} ${there}`,
      resource: response(one,
        [answered("a", { valueBoolean: x }), answered("b", { valueBoolean: y }), ...(there ? [answered("c", { valueString: "x" })] : [])]) };
  }
}

function* options() {
  const sets = {
    "codes": ["choice", { answerOption: [{ valueCoding: coding("cat") }, { valueCoding: coding("dog") }] }],
    "codes, open": ["open-choice", { answerOption: [{ valueCoding: coding("cat") }] }],
    "strings": ["choice", { answerOption: [{ valueString: "a" }, { valueString: "b" }] }],
    "integers": ["integer", { answerOption: [{ valueInteger: 1 }, { valueInteger: 2 }] }],
    "dates": ["date", { answerOption: [{ valueDate: "2026-01-01" }] }], "strings of a string": ["string", { answerOption: [{ valueString: "a" }] }],
    "value set": ["choice", { answerValueSet: pets.url }], "value set, open": ["open-choice", { answerValueSet: pets.url }],
    "unknown value set": ["choice", { answerValueSet: "http://example.org/fhir/ValueSet/none" }], "none": ["choice", {}],
    "contained value set": ["choice", { answerValueSet: "#set" }],
  };
  const given = { "cat": { valueCoding: coding("cat") }, "cow": { valueCoding: coding("cow") }, "unicorn": { valueCoding: coding("unicorn") },
    "cat without system": { valueCoding: { code: "cat" } }, "cat of another system": { valueCoding: coding("cat", "http://example.org/none") },
    "cat with its display": { valueCoding: { ...coding("cat"), display: "Cat" } },
    "cat with another's display": { valueCoding: { ...coding("cat"), display: "Dog" } }, "display alone": { valueCoding: { display: "Cat" } },
    "string a": { valueString: "a" }, "string z": { valueString: "z" }, "1": { valueInteger: 1 }, "9": { valueInteger: 9 },
    "day": { valueDate: "2026-01-01" }, "other day": { valueDate: "2026-01-09" } };
  for (const [[set, [type, more]],
    [name, answer]] of Object.entries(sets).flatMap((a) => Object.entries(given).map((b) => [a, b]))) yield { feature: `response: options, ${set}`,
    name, definitions: [animals, pets],
    resource: response({ ...form([question("a", type, more)]) }, [answered("a", answer)],
      set === "contained value set" ? { contained: [form([question("a", type, more)]), { ...pets, id: "set" }] } : {}) };
}

function* limits() {
  const cases = {
    "maxLength": [question("a", "string", { maxLength: 3 }), [{ valueString: "abc" }, { valueString: "abcd" }]],
    "minLength": [question("a", "string", extended("minLength", 3, "valueInteger")), [{ valueString: "ab" }, { valueString: "abc" }]],
    "regex": [question("a", "string", extended("regex", "[a-c]+", "valueString")), [{ valueString: "abc" }, { valueString: "abd" }]],
    "minValue": [question("a", "integer", extended("minValue", 3, "valueInteger")), [{ valueInteger: 2 }, { valueInteger: 3 }]],
    "maxValue": [question("a", "integer", extended("maxValue", 3, "valueInteger")), [{ valueInteger: 3 }, { valueInteger: 4 }]],
    "minValue of a decimal": [question("a", "decimal", extended("minValue", 1.5, "valueDecimal")), [{ valueDecimal: 1.4 }, { valueDecimal: 1.5 }]],
    "minValue of a date": [question("a", "date", extended("minValue", "2026-01-02", "valueDate")),
      [{ valueDate: "2026-01-01" }, { valueDate: "2026-01-02" }, { valueDate: "2026-01" }]],
    "maxValue of a date": [question("a", "date", extended("maxValue", "2026-01-02", "valueDate")),
      [{ valueDate: "2026-01-02" }, { valueDate: "2026-01-03" }]],
    "maxDecimalPlaces": [question("a", "decimal", extended("maxDecimalPlaces", 1, "valueInteger")), [{ valueDecimal: 1.5 }, { valueDecimal: 1.55 }]],
    "minOccurs": [question("a", "string", { repeats: true, required: true, ...extended("questionnaire-minOccurs", 2, "valueInteger") }),
      [{ valueString: "x" }]],
    "maxOccurs": [question("a", "string", { repeats: true, ...extended("questionnaire-maxOccurs", 1, "valueInteger") }), [{ valueString: "x" }]],
    "mimeType": [question("a", "attachment", extended("mimeType", "image/png", "valueCode")),
      [{ valueAttachment: { contentType: "image/png", data: "YWJj" } }, { valueAttachment: { contentType: "text/plain", data: "YWJj" } }]],
    "referenceResource": [question("a", "reference", extended("questionnaire-referenceResource", "Patient", "valueCode")),
      [{ valueReference: { reference: "Patient/a" } }, { valueReference: { reference: "Group/a" } }]],
    "unit": [question("a", "quantity", extended("questionnaire-unit", { system: "http://unitsofmeasure.org", code: "kg" }, "valueCoding")),
      [{ valueQuantity: { value: 1, system: "http://unitsofmeasure.org", code: "kg" } },
        { valueQuantity: { value: 1, system: "http://unitsofmeasure.org", code: "g" } }]],
    "unitOption": [question("a", "quantity",
      extended("questionnaire-unitOption", { system: "http://unitsofmeasure.org", code: "kg" }, "valueCoding")),
      [{ valueQuantity: { value: 1, system: "http://unitsofmeasure.org", code: "kg" } },
        { valueQuantity: { value: 1, system: "http://unitsofmeasure.org", code: "g" } }]],
    "readOnly": [question("a", "string", { readOnly: true, initial: [{ valueString: "x" }] }), [{ valueString: "x" }, { valueString: "y" }]],
    "hidden": [question("a", "string", extended("questionnaire-hidden", true, "valueBoolean")), [{ valueString: "x" }]],
    "exclusive option": [question("a", "choice",
      { repeats: true,
        answerOption: [{ valueCoding: coding("cat") },
          { valueCoding: coding("dog"), ...extended("questionnaire-optionExclusive", true, "valueBoolean") }] }),
      [{ valueCoding: coding("cat") }, { valueCoding: coding("dog") }]],
  };
  for (const [name, [item, list]] of Object.entries(cases)) {
    for (const [at, answer] of list.entries()) yield { feature: "response: limits", name: `${name} ${at}`, definitions: [animals],
      resource: response(form([item]), [answered("a", answer)]) };
    yield { feature: "response: limits", name: `${name} twice`, definitions: [animals],
      resource: response(form([item]), [answered("a", list[0], list[1] ?? list[0])]) };
  }
}

// Questionnaires alone.
function* forms() {
  const cases = {
    sound: [question("a", "string")], "link id twice": [question("a", "string"), question("a", "string")],
    "no link id": [{ type: "string", text: "t" }], "no type": [{ linkId: "a", text: "t" }], "unknown type": [question("a", "colour")],
    "question is abstract": [question("a", "question")], "group without items": [question("a", "group")],
    "display with items": [question("a", "display", { item: [question("b", "string")] })],
    "display that is required": [question("a", "display", { required: true })], "display that repeats": [question("a", "display", { repeats: true })],
    "display, read only": [question("a", "display", { readOnly: true })],
    "display with a code": [question("a", "display", { code: [coding("cat")] })],
    "group with an initial value": [question("a", "group", { initial: [{ valueString: "x" }], item: [question("b", "string")] })],
    "two initial values": [question("a", "string", { initial: [{ valueString: "x" }, { valueString: "y" }] })],
    "two initial values, repeats": [question("a", "string", { repeats: true, initial: [{ valueString: "x" }, { valueString: "y" }] })],
    "initial value and options": [question("a", "choice",
      { initial: [{ valueCoding: coding("cat") }], answerOption: [{ valueCoding: coding("cat") }] })],
    "options and a value set": [question("a", "choice", { answerValueSet: pets.url, answerOption: [{ valueCoding: coding("cat") }] })],
    "options of a boolean": [question("a", "boolean", { answerOption: [{ valueString: "a" }] })],
    "value set of a string": [question("a", "string", { answerValueSet: pets.url })],
    "maxLength of an integer": [question("a", "integer", { maxLength: 3 })],
    "initial value of another type": [question("a", "string", { initial: [{ valueBoolean: true }] })],
    "option of another type": [question("a", "integer", { answerOption: [{ valueString: "a" }] })],
    "enableWhen of a later item": [question("a", "string", { enableWhen: [{ question: "b", operator: "exists", answerBoolean: true }] }),
      question("b", "string")],
    "enableWhen of itself": [question("a", "string", { enableWhen: [{ question: "a", operator: "exists", answerBoolean: true }] })],
    "enableWhen of nobody": [question("a", "string", { enableWhen: [{ question: "z", operator: "exists", answerBoolean: true }] })],
    "enableWhen of what is below": [question("a", "group",
      { enableWhen: [{ question: "b", operator: "exists", answerBoolean: true }], item: [question("b", "string")] })],
    "enableWhen exists with a string": [question("a", "string"),
      question("b", "string", { enableWhen: [{ question: "a", operator: "exists", answerString: "x" }] })],
    "enableWhen of another type": [question("a", "string"),
      question("b", "string", { enableWhen: [{ question: "a", operator: "=", answerInteger: 1 }] })],
    "two enableWhen": [question("a", "string"),
      question("b", "string",
        { enableWhen: [{ question: "a", operator: "exists", answerBoolean: true }, { question: "a", operator: "=", answerString: "x" }] })],
    "two enableWhen, any": [question("a", "string"),
      question("b", "string",
        { enableBehavior: "any",
          enableWhen: [{ question: "a", operator: "exists", answerBoolean: true }, { question: "a", operator: "=", answerString: "x" }] })],
    "definition": [question("a", "string", { definition: `${R4}Patient#Patient.name` })],
    "definition of nobody": [question("a", "string", { definition: "http://example.org/fhir/StructureDefinition/none#a" })],
    "prefix": [question("a", "string", { prefix: "1." })], "no text": [{ linkId: "a", type: "string" }],
  };
  for (const [name, item] of Object.entries(cases)) yield { feature: "questionnaire", name, definitions: [animals, pets], resource: form(item) };
}

export function* questionnaires() {
  yield* typed();
  yield* numbers();
  yield* conditions();
  yield* options();
  yield* limits();
  yield* forms();
}

