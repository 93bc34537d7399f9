//! The start page: what runs here, for those who care for people, those who connect systems, and those
//! who run the server.

use maud::{Markup, html};

use super::frame::{Frame, whole};
use super::say::Say;
use crate::interaction::engine::Engine;

/// The mother of the sample families that the page points at.
pub const SAMPLE: &str = "me-nguyen-thi-anh";

/// The page.
pub async fn page(engine: &Engine, is_english: bool) -> String {
    let say = Say::new(is_english);
    let sample = crate::interaction::single::read::sample(engine, SAMPLE).await;
    let title = say.pick(
        "Mebe – Sổ theo dõi sức khỏe bà mẹ và trẻ em",
        "Mebe – the maternal and child health booklet",
    );
    let body = body(&engine.base, sample.as_deref(), say);
    whole(&Frame { say, title, path: "/", query: &[], body })
}

fn body(base: &str, sample: Option<&str>, say: Say) -> Markup {
    html! {
        p { (say.pick(
            "Máy chủ FHIR R4 cho Sổ theo dõi sức khỏe bà mẹ và trẻ em (Quyết định 140/QĐ-BYT).",
            "A FHIR R4 server for the Vietnamese maternal and child health booklet (Decision 140/QĐ-BYT).",
        )) }
        section .card {
            h2 { (say.pick("Cho cán bộ y tế và gia đình", "For health workers and families")) }
            ul {
                li { a href=(say.href("/so", &[])) { (say.pick("Tìm sổ", "Find a booklet")) } " – "
                    (say.pick("theo tên, số định danh, điện thoại", "by name, identifier, telephone")) }
                li { a href=(say.href("/den-han", &[])) { (say.pick("Danh sách đến hạn", "The list of what is due")) } " – "
                    (say.pick("của một xã, phường hay một cơ sở", "of a commune or a facility")) }
                @if let Some(id) = sample {
                    li { a href=(say.href(&format!("/so/{id}"), &[])) { (say.pick("Sổ của một bà mẹ ví dụ", "The booklet of a sample mother")) } }
                }
            }
        }
        section .card {
            h2 { (say.pick("Cho người kết nối phần mềm", "For those who connect systems")) }
            p { (say.pick("Điểm truy cập FHIR", "FHIR endpoint")) ": " code { (base) } }
            ul { (examples(base, sample, say)) }
        }
        section .card {
            h2 { (say.pick("Cho người vận hành", "For those who run the server")) }
            ul {
                li { a href="/health/ready" { (say.pick("Tình trạng", "Health")) } " – " code { "/health/ready" } }
                li { (say.pick("Tài liệu", "Documentation")) ": " code { "README.md" } ", " code { "docs/" } ", " code { "examples/*.http" } }
                @if sample.is_none() {
                    li { (say.pick("Nạp các gia đình ví dụ bằng", "Sample families are loaded by")) " " code { "mebe serve --demo" } }
                }
            }
        }
    }
}

fn examples(base: &str, sample: Option<&str>, say: Say) -> Markup {
    let link = |path: &str, label: &str| {
        let url = format!("{base}{path}");
        html! { li { a href=(url) { (label) } " – " code { (path) } } }
    };
    html! {
        (link("/metadata?_pretty=true", say.pick("Bản mô tả năng lực", "Capability statement")))
        @if let Some(id) = sample {
            (link(&format!("/Patient/{id}?_pretty=true"), say.pick("Một bà mẹ ví dụ", "A sample mother")))
            (link(&format!("/Encounter?patient={id}&_sort=-date&_pretty=true"), say.pick("Các lần khám của chị", "Her visits")))
            (link("/Patient?name=nguyen%20thi%20anh&_pretty=true", say.pick("Tìm tên không dấu", "A name without its marks")))
        } @else {
            (link("/Patient?_pretty=true", say.pick("Mọi người", "Patients")))
        }
        li { a href=(say.href("/guide", &[])) { (say.pick("Bộ hướng dẫn của Sổ", "The booklet as an implementation guide")) } " – " code { "/guide" } }
        li { a href="https://hl7.org/fhir/R4/http.html" { "hl7.org/fhir/R4/http.html" } }
    }
}
