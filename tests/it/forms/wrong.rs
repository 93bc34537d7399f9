//! What is sent wrongly, from elsewhere, late.

use super::sheet::{Pairs, Sheet, fields, open, saved};
use super::{OURS, found, mother};
use crate::harness::backend::Backend;
use crate::harness::server::Server;

#[tokio::test]
async fn what_was_typed_wrongly_is_told_beside_its_field() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    server.put("/Patient/chi-hoa", mother()).await.is(201);
    let sheet = open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await;
    let typed = [
        ("visit-date", ""),
        ("P01", "30/02/2026"),
        ("P04", "\"><b>x"),
        ("P05", "9000"),
        ("O01", "1,5"),
    ];
    let page = sheet.clone().with(&typed).send(&server).await.is(422);
    for (name, value) in typed {
        let id = format!("id=\"f-{name}\"");
        assert!(
            page.text.contains(&id) && page.text.contains(&format!("href=\"#f-{name}\"")),
            "{name}"
        );
        assert!(page.text.contains(&format!("id=\"e-f-{name}\"")), "{name}");
        assert!(!value.contains('<') || !page.text.contains(value), "{name} is escaped");
    }
    assert!(page.text.contains("value=\"30/02/2026\"") && page.text.contains("value=\"9000\""));
    assert!(page.text.contains("value=\"&quot;&gt;&lt;b&gt;x\""), "{}", page.text);
    assert!(found(&server, "/QuestionnaireResponse?subject=Patient/chi-hoa").await.is_empty());
    // Mended, the same form is stored.
    let mended = Sheet { fields: fields(&page.text), ..sheet }.with(&[
        ("visit-date", "04/05/2026 08:00"),
        ("P01", "12/03/2026"),
        ("P04", "156"),
        ("P05", "49"),
        ("O01", "1"),
    ]);
    saved(&server, mended).await;
    // Half a blood pressure is what a rule says, beside the field.
    let half = open(&server, "/so/chi-hoa/ghi/kham-thai").await;
    let half = half.with(&[
        ("A04", &format!("{OURS}/CodeSystem/mch-attendant|midwife")),
        ("A07", "110"),
        ("A08", "130"),
    ]);
    let page = half.send(&server).await.is(422);
    assert!(page.text.contains("href=\"#f-A07\""), "{}", page.text);
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let server = Server::start(Backend::Sqlite).await.unwrap();
    server.put("/Patient/chi-hoa", mother()).await.is(201);
    let sheet = open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await.with(&[("P01", "2026-03-12")]);
    let other = open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await;
    let without: Pairs =
        sheet.fields.iter().filter(|(name, _)| name != "form_token").cloned().collect();
    sheet.post(&server, &sheet.cookie, &without).await.is(403);
    sheet.post(&server, &other.cookie, &sheet.fields).await.is(403);
    sheet.post(&server, "x=1", &sheet.fields).await.is(403);
    assert!(found(&server, "/EpisodeOfCare?patient=chi-hoa").await.is_empty());
    for path in [
        "/so/ai-do/ghi",
        "/so/ai-do/ghi/kham-thai",
        "/so/chi-hoa/ghi/khong-co",
        "/so/chi-hoa/ghi/kham-06",
    ] {
        let page = server.get(&format!("{}{path}", server.top())).await.is(404);
        assert!(page.text.contains("href=\"/so\""), "{path}");
    }
}

#[tokio::test]
async fn a_late_form_says_what_changed_and_keeps_what_was_typed() {
    let server = Server::start_with(Backend::Sqlite, &[("form_minutes", "60")]).await.unwrap();
    server.put("/Patient/chi-hoa", mother()).await.is(201);
    saved(
        &server,
        open(&server, "/so/chi-hoa/ghi/dang-ky-thai").await.with(&[("P01", "2026-03-12")]),
    )
    .await;
    let sheet = open(&server, "/so/chi-hoa/ghi/kham-thai").await.with(&[("A06", "51,2")]);
    // The pregnancy that the form was about is closed, another one begins.
    let episodes = found(&server, "/EpisodeOfCare?patient=chi-hoa").await;
    let mut episode = episodes[0].clone();
    episode["status"] = "entered-in-error".into();
    server
        .put(&format!("/EpisodeOfCare/{}", episode["id"].as_str().unwrap()), &episode)
        .await
        .is(200);
    let page = sheet.send(&server).await.is(409);
    assert!(page.text.contains("Sổ đã thay đổi từ lúc chị mở phiếu"), "{}", page.text);
    assert!(page.text.contains("value=\"51,2\""));
    assert_eq!(found(&server, "/Encounter?subject=Patient/chi-hoa&type=antenatal").await.len(), 1);
}
