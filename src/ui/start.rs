//! The start page: what runs here, and where to go from it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::interaction::engine::Engine;

/// The mother of the sample families that the page points at.
pub const SAMPLE: &str = "me-nguyen-thi-anh";

const STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1d2b2a}\
h1{margin-bottom:0}code{background:#eef4f2;padding:.1rem .3rem;border-radius:.2rem}a{color:#0b6e5f}\
.en{color:#5b6b69}li{margin:.4rem 0}";

/// The page.
pub async fn page(engine: &Engine) -> String {
    let sample = crate::interaction::single::read::sample(engine, SAMPLE).await;
    markup(&engine.base, sample.as_deref()).into_string()
}

fn markup(base: &str, sample: Option<&str>) -> Markup {
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { "Mebe – máy chủ FHIR R4" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Mebe" }
                p { "Máy chủ FHIR R4 cho Sổ theo dõi sức khỏe bà mẹ và trẻ em (Quyết định 140/QĐ-BYT)." br;
                    span .en lang="en" { "A FHIR R4 server for the Vietnamese maternal and child health booklet." } }
                p { "Điểm truy cập FHIR / FHIR endpoint: " code { (base) } }
                ul { (links(base, sample)) }
                p { "Tài liệu / Documentation: " code { "README.md" } ", "
                    code { "examples/*.http" } ", "
                    a href="https://hl7.org/fhir/R4/http.html" { "hl7.org/fhir/R4/http.html" } }
            }
        }
    }
}

fn links(base: &str, sample: Option<&str>) -> Markup {
    let link = |path: &str, vi: &str, en: &str| {
        let url = format!("{base}{path}");
        html! { li { a href=(url) { (vi) } " " span .en lang="en" { (en) } " – " code { (path) } } }
    };
    html! {
        (link("/metadata?_pretty=true", "Bản mô tả năng lực", "capability statement"))
        @if let Some(id) = sample {
            (link(&format!("/Patient/{id}?_pretty=true"), "Một bà mẹ mẫu", "a sample mother"))
            (link(&format!("/Encounter?patient={id}&_sort=-date&_pretty=true"), "Các lần khám của bà", "her visits"))
            (link("/Patient?name=nguyen%20thi%20anh&_pretty=true", "Tìm tên không dấu", "a name without diacritics"))
        } @else {
            (link("/Patient?_pretty=true", "Các bệnh nhân", "patients"))
            li { "Nạp dữ liệu mẫu bằng " code { "mebe serve --demo" } " " span .en lang="en" { "loads sample families" } }
        }
        li { a href="/guide" { "Bộ hướng dẫn của Sổ" } " " span .en lang="en" { "the booklet as an implementation guide" } " – " code { "/guide" } }
        li { a href="/health/ready" { "Tình trạng" } " " span .en lang="en" { "health" } " – " code { "/health/ready" } }
    }
}
