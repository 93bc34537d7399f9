//! The contents of the guide, and the list of items by section.

use maud::{Markup, html};
use serde_json::Value;

use super::begin;
use super::content::Page;
use super::source::{Guide, text};
use super::words::Words;

/// The contents.
pub(super) fn page(guide: &Guide, words: Words) -> Page {
    let title = words.pick("Bộ hướng dẫn của Sổ", "The booklet as an implementation guide");
    let about = guide.of_type("ImplementationGuide").next();
    let is_extension = |one: &&Value| text(one, "type") == "Extension";
    let structures: Vec<&Value> = guide.of_type("StructureDefinition").collect();
    let (extensions, profiles): (Vec<&Value>, Vec<&Value>) =
        structures.into_iter().partition(is_extension);
    let body = html! {
        p .note { (words.pick(
            "Bộ khuôn dữ liệu FHIR R4 làm theo Sổ theo dõi sức khỏe bà mẹ và trẻ em (Quyết định 140/QĐ-BYT) và các mẫu khám trẻ em của Quyết định 1551/QĐ-BYT. Chưa được đối chiếu với sổ in và không do cơ quan nhà nước ban hành.",
            about.map_or("", |about| text(about, "description")))) }
        p { a href="/fhir/package.tgz" { (words.pick("Tải gói FHIR (package.tgz)", "Download the FHIR package (package.tgz)")) } }
        (begin::steps(guide, words))
        (listed(words, words.pick("Biểu mẫu", "Forms"), "form", &all(guide, "Questionnaire")))
        (begin::by_type(words, &profiles))
        (listed(words, words.pick("Phần mở rộng", "Extensions"), "profile", &extensions))
        (listed(words, words.pick("Hệ mã", "Code systems"), "code-system", &all(guide, "CodeSystem")))
        (listed(words, words.pick("Bộ mã", "Value sets"), "value-set", &all(guide, "ValueSet")))
        (listed(words, words.pick("Bảng chuyển mã", "Concept maps"), "map", &all(guide, "ConceptMap")))
        (identifiers(guide, words))
        (searches(guide, words))
    };
    Page { title: title.to_owned(), body }
}

fn all<'g>(guide: &'g Guide, kind: &'g str) -> Vec<&'g Value> {
    guide.of_type(kind).collect()
}

fn listed(words: Words, heading: &str, page: &str, definitions: &[&Value]) -> Markup {
    html! {
        h2 { (heading) " (" (definitions.len()) ")" }
        ul { @for one in definitions {
            li { (words.link(&format!("/{page}/{}", text(one, "id")), words.translated(one, "title")))
                 " " small { (text(one, "id")) } }
        } }
    }
}

fn identifiers(guide: &Guide, words: Words) -> Markup {
    html! {
        h2 id="identifiers" { (words.pick("Hệ thống định danh", "Identifier systems")) }
        div .wide { table {
            @for one in guide.of_type("NamingSystem") {
                tr { td { (text(one, "name")) } td { (words.translated(one, "description")) }
                     td { @for id in super::source::list(one, "uniqueId") { code { (text(id, "value")) } br; } } }
            }
        } }
    }
}

fn searches(guide: &Guide, words: Words) -> Markup {
    html! {
        h2 { (words.pick("Tham số tìm kiếm", "Search parameters")) }
        div .wide { table {
            @for one in guide.of_type("SearchParameter") {
                tr { td { code { (super::source::texts(one, "base").join(", ")) "?" (text(one, "code")) "=" } }
                     td { (text(one, "description")) } td { code { (text(one, "expression")) } } }
            }
        } }
    }
}

/// The items, section by section.
pub(super) fn items(guide: &Guide, words: Words) -> Page {
    let title = words.pick("Các mục của sổ", "Items of the booklet").to_owned();
    let body = html! {
        @for section in guide.list("sections") {
            @let name = text(section, "section");
            @let items = guide.list("items").iter().filter(|item| text(item, "section") == name);
            details {
                summary { (section.get("title").map_or(name, |title| words.of(title)))
                          " " small { (text(section, "form")) } }
                ul { @for item in items {
                    @let id = text(item, "id");
                    li { (words.link(&format!("/item/{id}"), id)) " "
                         (item.get("label").map_or("", |label| words.of(label))) }
                } }
            }
        }
    };
    Page { title, body }
}
