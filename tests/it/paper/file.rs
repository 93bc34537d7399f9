//! Pages as PDF, with fonts and codes, on both sizes of paper.

use std::time::{Duration, Instant};

use crate::harness::backend::Backend;
use crate::harness::family::{facilities, family};
use crate::harness::server::Server;

const MOTHER: &str = "me-nguyen-thi-anh-0";
const CHILD: &str = "be-pham-minh-anh-0";

async fn server() -> Server {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    server.post("", facilities()).await.is(200);
    server.post("", family("01-first-pregnancy-full-antenatal-care", 0)).await.is(200);
    server
}

#[tokio::test]
async fn every_page_of_a_booklet_is_a_file() {
    let server = server().await;
    let pages = [
        (format!("/so/{MOTHER}.pdf"), "so.pdf"),
        (format!("/so/{MOTHER}/kham-thai.pdf"), "kham-thai.pdf"),
        (format!("/so/{CHILD}/tiem-chung.pdf"), "tiem-chung.pdf"),
        (format!("/so/{CHILD}/tang-truong.pdf?indicator=lhfa"), "tang-truong.pdf"),
        (format!("/so/{CHILD}/y-ba.pdf?lang=en"), "y-ba.pdf"),
        ("/den-han.pdf?commune=00004".to_owned(), "den-han.pdf"),
    ];
    for (path, name) in &pages {
        let joint = if path.contains('?') { '&' } else { '?' };
        for (size, wide) in [("", "595.3"), ("kho=a5", "419.5")] {
            let url = format!("{}{path}{joint}{size}", server.top());
            let start = Instant::now();
            let file = server.get(&url).await.is(200);
            assert_eq!(file.header("content-type"), Some("application/pdf"), "{path}");
            assert_eq!(file.header("cache-control"), Some("no-store"));
            assert_eq!(file.header("x-robots-tag"), Some("noindex, nofollow"));
            let kept = format!("inline; filename=\"{name}\"");
            assert_eq!(file.header("content-disposition"), Some(kept.as_str()));
            assert!(
                file.text.starts_with("%PDF-") && file.text.trim_end().ends_with("%%EOF"),
                "{path}"
            );
            assert!(
                file.text.contains("Roboto-Regular") && file.text.contains("/FontFile"),
                "{path}"
            );
            assert!(file.text.contains(&format!("/MediaBox[0 0 {wide} ")), "{path} {size}");
            assert!(file.bytes.len() < 200_000 && start.elapsed() < Duration::from_secs(20));
        }
    }
    let missing = server.get(&format!("{}/so/khong-co.pdf", server.top())).await.is(404);
    assert_eq!(missing.header("content-type"), Some("text/html; charset=utf-8"));
    server.get(&format!("{}/so/{MOTHER}/khong-co.pdf", server.top())).await.is(404);
}

#[tokio::test]
async fn what_is_printed_leads_back_by_its_code() {
    let server = server().await;
    for path in [format!("/so/{MOTHER}"), format!("/so/{CHILD}/tiem-chung")] {
        let page = server.get(&format!("{}{path}", server.top())).await.is(200).text;
        assert_eq!(page.matches("<svg class=\"qr\"").count(), 1, "{path}");
        let drawing = page.split("class=\"qr\"").nth(1).unwrap().split("</svg>").next().unwrap();
        let side: usize = drawing
            .split("viewBox=\"0 0 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        // The address of the record, as it is known here; 4 light modules around.
        let id = path.split('/').nth(2).unwrap();
        let code = qrcode::QrCode::with_error_correction_level(
            format!("{}/so/{id}", server.top()).as_bytes(),
            qrcode::EcLevel::M,
        );
        let code = code.unwrap();
        assert_eq!(side, code.width() + 8);
        let dark = code.to_colors().iter().filter(|one| **one == qrcode::Color::Dark).count();
        let path = drawing.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let drawn = path.split('h').skip(1).step_by(2);
        let drawn: usize =
            drawn.map(|run| run.split('v').next().unwrap().parse::<usize>().unwrap()).sum();
        assert_eq!(drawn, dark);
    }
    let icon = server.get(&format!("{}/favicon.svg", server.top())).await.is(200);
    assert_eq!(icon.header("content-type"), Some("image/svg+xml"));
}

#[tokio::test]
async fn a_record_in_a_browser_switches_its_language() {
    let server = server().await;
    let open = |path: String| server.get(&path).header("accept", "text/html,*/*;q=0.8");
    let page = open(format!("/Patient/{MOTHER}")).await.is(200).text;
    assert!(page.contains("<html lang=\"vi\">") && page.contains("Các phiên bản"));
    let other = format!("href=\"/fhir/Patient/{MOTHER}?lang=en\"");
    assert!(page.contains(&other), "{page}");
    assert!(page.contains("_format=xml") && page.contains(&format!("href=\"/so/{MOTHER}\"")));
    super::html::checked("/Patient", &page);
    let page = open(format!("/Patient/{MOTHER}?lang=en")).await.is(200).text;
    assert!(page.contains("<html lang=\"en\">") && page.contains("Versions"));
    let list = open("/Observation?_count=5&lang=en".to_owned()).await.is(200).text;
    assert!(list.contains("Results") && list.contains("Next page") && list.contains("lang=en"));
    super::html::checked("/Observation", &list);
    // For software it is a parameter like any other that is not known.
    let json = server.get("/Patient?lang=en").header("prefer", "handling=strict").await;
    assert_eq!(json.status, 400, "{}", json.text);
}
