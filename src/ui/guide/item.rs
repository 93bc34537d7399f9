//! An item of the booklet: all the catalogue says of it.

use maud::{Markup, html};
use serde_json::Value;

use super::coding::cell;
use super::content::Page;
use super::example;
use super::source::{Guide, list, text, texts};
use super::words::Words;

/// The page of an item.
pub(super) fn page(guide: &Guide, words: Words, id: &str) -> Option<Page> {
    let item = guide.item(id)?;
    let label = item.get("label").map_or("", |label| words.of(label));
    let rows: Vec<&Value> =
        guide.examples.iter().filter(|row| texts(row, "items").contains(&id)).collect();
    let body = html! {
        p { (other_label(words, item)) }
        (unverified(words, item))
        dl { (place_of(guide, words, item)) (value(guide, words, item)) (origin(words, item)) }
        (codes(words, item))
        (ranges(words, item))
        (colours(guide, words, item))
        (exchange(words, item))
        (first_example(words, &rows))
        (example::listed(words, &rows))
    };
    Some(Page { title: format!("{id} – {label}"), body })
}

/// The label in the other language.
fn other_label(words: Words, item: &Value) -> Markup {
    let (language, name) = words.pick(("en", "English"), ("vi", "Tiếng Việt"));
    let label = item.get("label").map_or("", |label| text(label, language));
    html! { small { (name) ": " } span lang=(language) { (label) } }
}

/// A good example as it is written, to copy.
fn first_example(words: Words, rows: &[&Value]) -> Markup {
    let mut good = rows.iter().filter(|row| row.get("expect").is_some_and(Value::is_null));
    let resource = good.next().and_then(|row| row.get("resource"));
    html! {
        @if let Some(resource) = resource {
            h2 { (words.pick("Ghi như sau", "How it is written")) }
            pre { (example::pretty(resource)) }
        }
    }
}

fn unverified(words: Words, item: &Value) -> Markup {
    html! {
        @if item.get("verified") != Some(&Value::Bool(true)) {
            p .note { (words.pick("Chưa được đối chiếu với sổ in.", "Not verified against the printed booklet.")) }
        }
    }
}

fn pair(name: &str, value: &Markup) -> Markup {
    html! { dt { (name) } dd { (value) } }
}

fn place_of(guide: &Guide, words: Words, item: &Value) -> Markup {
    let section =
        guide.list("sections").iter().find(|one| text(one, "section") == text(item, "section"));
    let section = section.and_then(|one| one.get("title")).map_or("", |title| words.of(title));
    let carrier = item.get("carrier");
    let place = |name: &str| carrier.map(|carrier| text(carrier, name)).unwrap_or_default();
    let profiles = [text(item, "profile")].into_iter().chain(texts(item, "otherProfiles"));
    let profiles: Vec<&str> = profiles.filter(|id| !id.is_empty()).collect();
    let subject = match text(item, "subject") {
        "mother" => words.pick("mẹ", "mother"),
        "child" => words.pick("trẻ", "child"),
        _ => words.pick("thai nhi", "fetus"),
    };
    let required: Vec<&str> =
        texts(item, "requiredAt").into_iter().map(|kind| occasion(words, kind)).collect();
    let required = required.join(", ");
    html! {
        (pair(words.pick("Phần", "Section"), &html! { (section) " " small { (text(item, "page")) } }))
        @if !place("path").is_empty() {
            (pair(words.pick("Nằm ở", "Where"), &html! { code { (place("path")) }
                @if !place("also").is_empty() { " + " code { (place("also")) } } }))
        }
        @if !profiles.is_empty() {
            (pair(words.pick("Khuôn dữ liệu", "Profile"), &html! { @for id in profiles { (words.link(&format!("/profile/{id}"), id)) " " } }))
        }
        (pair(words.pick("Về ai", "About"), &html! { (subject) ", " (words.pick("mỗi ", "once per ")) (occasion(words, text(item, "per"))) " " small { (text(item, "cardinality")) } }))
        @if !required.is_empty() { (pair(words.pick("Cần có ở", "Required at"), &html! { (required) })) }
    }
}

/// What an item is recorded once for, or at.
fn occasion(words: Words, code: &str) -> &str {
    match code {
        "booklet" => words.pick("sổ", "booklet"),
        "pregnancy" => words.pick("thai kỳ", "pregnancy"),
        "delivery" => words.pick("cuộc đẻ", "delivery"),
        "birth" => words.pick("lần ra đời", "birth"),
        "visit" => words.pick("lần khám", "visit"),
        "child" => words.pick("trẻ", "child"),
        "dose" => words.pick("mũi tiêm", "dose"),
        "antenatal" => words.pick("khám thai", "antenatal visit"),
        other => other,
    }
}

fn value(guide: &Guide, words: Words, item: &Value) -> Markup {
    let Some(value) = item.get("value") else { return html! {} };
    let types = texts(value, "types").join(", ");
    let units: Vec<&str> = match texts(value, "units") {
        several if !several.is_empty() => several,
        _ => Some(text(value, "unit")).filter(|unit| !unit.is_empty()).into_iter().collect(),
    };
    let (set, list) = (text(value, "valueSet"), text(value, "list"));
    html! {
        @if !types.is_empty() { (pair(words.pick("Kiểu giá trị", "Type of value"), &html! { (types) })) }
        @if !units.is_empty() { (pair(words.pick("Đơn vị (UCUM)", "Unit (UCUM)"), &html! { @for unit in units { code { (unit) } " " } })) }
        @if !list.is_empty() { (pair(words.pick("Câu trả lời", "Answers"), &words.link(&format!("/code-system/{list}"), list))) }
        @if !set.is_empty() { (pair(words.pick("Bộ mã", "Value set"), &words.canonical(guide, set))) }
        @if !text(value, "notDone").is_empty() { (pair(words.pick("Không làm", "Not done"), &html! { (text(value, "notDone")) })) }
    }
}

fn origin(words: Words, item: &Value) -> Markup {
    html! {
        (pair(words.pick("Nguồn", "Source"), &html! {
            @for (at, mark) in texts(item, "source").into_iter().enumerate() {
                @if at > 0 { "; " } (mark)
                @if let Some(meaning) = marked(mark) { " " small { "– " (words.pick(meaning.0, meaning.1)) } }
            } }))
        (pair(words.pick("Mức chắc chắn", "Certainty"), &html! { (certainty(words, text(item, "certainty"))) }))
    }
}

/// What a mark in `source` stands for, as `profiles/catalogue/README.md` has it.
fn marked(mark: &str) -> Option<(&'static str, &'static str)> {
    Some(match mark {
        "BK" => ("bản chép của sổ", "transcript of the booklet"),
        "GD" => ("tài liệu hướng dẫn sử dụng sổ", "the booklet's user guide"),
        "3412" => ("QĐ 3412/QĐ-BYT, bản 1.15", "Decision 3412/QĐ-BYT, version 1.15"),
        "1551" => ("QĐ 1551/QĐ-BYT ngày 31/05/2026", "Decision 1551/QĐ-BYT of 31/05/2026"),
        "A3" => ("sổ khám thai A3/YTCS", "antenatal register A3/YTCS"),
        "X9" => ("bảng XML9, giấy chứng sinh", "birth-certificate table XML9"),
        "831" => ("QĐ 831/QĐ-BYT (2017)", "Decision 831/QĐ-BYT (2017)"),
        "T37" => ("biểu báo cáo của TT 37/2019/TT-BYT", "report form of Circular 37/2019/TT-BYT"),
        "4128" => ("QĐ 4128/QĐ-BYT (2016)", "Decision 4128/QĐ-BYT (2016)"),
        "HF" => ("phiếu khám thai của một bệnh viện", "a hospital's antenatal form"),
        "BG" => ("hiểu biết chung, chưa đọc được nguồn", "background knowledge, no source read"),
        _ => return None,
    })
}

/// How close to the booklet what was read is.
fn certainty(words: Words, code: &str) -> &str {
    match code {
        "booklet" => words.pick("đọc được trong sổ", "read in the booklet"),
        "heading" => words.pick("chỉ đọc được tên phần", "only the heading was read"),
        "proxy" => words.pick(
            "theo mẫu hoặc bộ dữ liệu chính thức khác",
            "from another official form or data set",
        ),
        "weak-proxy" => words.pick("theo mẫu của một bệnh viện", "from one hospital's form"),
        "background" => words.pick("chưa đọc được nguồn nào", "nothing was read"),
        other => other,
    }
}

fn codes(words: Words, item: &Value) -> Markup {
    html! {
        @if !list(item, "codes").is_empty() {
            h2 { (words.pick("Mã", "Codes")) }
            div .wide { table { @for coding in list(item, "codes") {
                tr { td { code { (text(coding, "system")) "|" (text(coding, "code")) } } td { (text(coding, "display")) }
                     td { small { (known(words, coding)) } } }
            } } }
            (of_vital_sign(words, item))
        }
    }
}

/// What R4 asks of a vital sign besides our code.
fn of_vital_sign(words: Words, item: &Value) -> Markup {
    let profile = text(item, "profile");
    html! {
        @if ["mch-vital-sign", "mch-blood-pressure"].contains(&profile) {
            p { b { (words.pick("Dấu hiệu sinh tồn của R4: ", "A vital sign of R4: ")) }
                (words.pick("phải có category ", "it needs the category ")) code { "vital-signs" }
                @if profile == "mch-blood-pressure" {
                    (words.pick(", mã LOINC ", ", the LOINC code ")) code { "85354-9" }
                    (words.pick(" và hai component ", " and two components, ")) code { "8480-6" } ", " code { "8462-4" } "." }
                @else { (words.pick(" và mã LOINC bên cạnh mã của sổ.", " and the LOINC code beside the booklet's.")) } }
        }
    }
}

/// How much is known of a code.
fn known(words: Words, coding: &Value) -> Markup {
    let source = text(coding, "source");
    html! {
        @match text(coding, "certainty") {
            "local" => { (words.pick("của bộ hướng dẫn này", "of this guide")) },
            "memory" => { (words.pick("cần xác nhận bằng máy chủ thuật ngữ", "to be confirmed by a terminology server")) },
            _ => { (words.pick("cùng nghĩa trong ", "with this meaning in ")) (source) },
        }
    }
}

fn ranges(words: Words, item: &Value) -> Markup {
    let range = |name: &str| item.get("range").and_then(|ranges| ranges.get(name));
    let own = |limits: &Value| ends(limits, ["low", "high"], ["low", "high"]);
    let others = |limits: &Value| ends(limits, ["lowOfOthers", "highOfOthers"], ["low", "high"]);
    let rows = [
        ("possible", words.pick("Có thể (ngoài khoảng: bị từ chối)", "Possible (refused outside)")),
        (
            "plausible",
            words.pick("Thường gặp (ngoài khoảng: cảnh báo)", "Usual (a warning outside)"),
        ),
    ];
    let unit = item.get("value").map(|value| text(value, "unit")).unwrap_or_default();
    html! {
        @if item.get("range").is_some() {
            h2 { (words.pick("Khoảng giá trị", "Ranges")) }
            div .wide { table { @for (name, label) in rows {
                @if let Some(limits) = range(name) {
                    tr { td { (label) }
                         td { (own(limits)) " " (unit)
                              @if others(limits) != own(limits) { br; small { (words.pick("chỉ có mã quốc tế: ", "by an international code alone: ")) (others(limits)) " " (unit) } } }
                         td { small { (text(limits, "source")) } } }
                }
            } } }
        }
    }
}

/// The ends of a range: those of the first names, else those of the others.
fn ends(limits: &Value, names: [&str; 2], else_names: [&str; 2]) -> String {
    let end = |(name, other): (&str, &str)| limits.get(name).or_else(|| limits.get(other));
    let ends: Vec<_> = names.into_iter().zip(else_names).map(end).collect();
    match ends[..] {
        [Some(low), Some(high)] => format!("{low} – {high}"),
        [Some(low), None] => format!("≥ {low}"),
        [None, Some(high)] => format!("≤ {high}"),
        _ => String::new(),
    }
}

fn colours(guide: &Guide, words: Words, item: &Value) -> Markup {
    let name = item.get("value").map(|value| text(value, "list")).unwrap_or_default();
    let answers = guide.list("lists").iter().find(|one| text(one, "name") == name);
    let answers = answers.map(|one| list(one, "concepts")).unwrap_or_default();
    html! {
        @if !answers.is_empty() || !list(item, "colours").is_empty() {
            h2 { (words.pick("Màu ô (đề xuất)", "Cell colours (proposed)")) }
            ul {
                @for answer in answers {
                    li { (cell(words, text(answer, "colour"))) " " code { (text(answer, "code")) } " " (words.of(answer)) } }
                @for colour in list(item, "colours") {
                    li { (cell(words, text(colour, "colour"))) " " (colour.get("when").map(condition).unwrap_or_default()) } }
            }
        }
    }
}

/// When a cell has a colour.
fn condition(when: &Value) -> String {
    let signs = [("low", "≥"), ("above", ">"), ("high", "≤"), ("below", "<"), ("boolean", "=")];
    let parts = signs.iter().filter_map(|(name, sign)| Some(format!("{sign} {}", when.get(name)?)));
    parts.collect::<Vec<_>>().join(", ")
}

fn exchange(words: Words, item: &Value) -> Markup {
    html! {
        @if !list(item, "exchange").is_empty() {
            h2 { (words.pick("Mã trao đổi của Bộ Y tế", "Exchange codes of the Ministry")) }
            div .wide { table { @for row in list(item, "exchange") {
                @let field = text(row, "field");
                tr { td { (text(row, "standard")) }
                     td { @if field.is_empty() { small { (words.pick("có mục này", "has the item")) } }
                          @else { code { (field) } } }
                     td { small { (text(row, "values")) } } }
            } } }
        }
    }
}
