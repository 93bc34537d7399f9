//! The pages of the booklet: found, read in both languages, never kept, nothing restricted on them.

use serde_json::{Value, json};

use crate::harness::call::Reply;
use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_booklet_is_found_by_name_number_and_telephone,
    a_mothers_booklet_holds_what_is_recorded_once_with_its_colour,
    nothing_restricted_is_on_any_page,
    a_childs_vaccines_and_growth_have_pages,
    the_list_of_what_is_due_is_a_page_and_a_file,
    what_is_not_there_has_a_page_that_leads_back,
    links_of_pages_lead_on,
);

const MOTHER: &str = "me-nguyen-thi-anh-0";
const CHILD: &str = "be-pham-minh-anh-0";

async fn store(server: &Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family("01-first-pregnancy-full-antenatal-care", 0)).await.is(200);
}

/// A page, which is for one reader alone.
async fn open(server: &Server, path: &str, status: u16) -> Reply {
    let page = server.get(&format!("{}{path}", server.top())).await.is(status);
    kept_by_nobody(&page);
    page
}

#[track_caller]
fn kept_by_nobody(page: &Reply) {
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("x-robots-tag"), Some("noindex, nofollow"));
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    for outside in ["src=\"http", "<script", "url(", "@import"] {
        assert!(!page.text.contains(outside), "{outside}");
    }
    assert!(page.text.len() < 60_000, "{}", page.text.len());
}

async fn search(server: &Server, typed: &str) -> Reply {
    let form =
        format!("q={}", form_urlencoded::byte_serialize(typed.as_bytes()).collect::<String>());
    let call = server.call("POST", &format!("{}/so", server.top())).body(form);
    let page = call.header("content-type", "application/x-www-form-urlencoded").await.is(200);
    kept_by_nobody(&page);
    page
}

async fn a_booklet_is_found_by_name_number_and_telephone(server: Server) {
    store(&server).await;
    let mother = server.get(&format!("/Patient/{MOTHER}")).await.is(200).json();
    let number = mother["identifier"][0]["value"].as_str().unwrap().to_owned();
    let phone = mother["telecom"][0]["value"].as_str().unwrap().to_owned();
    let abroad = format!("+84 {}", &phone[1..]);
    let link = format!("href=\"/so/{MOTHER}\"");
    for typed in ["nguyen thi anh", "Nguyễn Thị Ánh", "NGUYEN  anh", &number, &phone, &abroad]
    {
        let page = search(&server, typed).await;
        assert!(page.text.contains(&link), "{typed}: {}", page.text);
        assert!(page.text.contains("sinh 14/03/1998"), "{typed}");
    }
    let page = search(&server, "<b>khong ai ca</b>").await;
    assert!(page.text.contains("Không tìm thấy ai.") && !page.text.contains("<b>khong"));
    // What is typed stands in no link.
    assert!(!search(&server, &number).await.text.contains(&format!("={number}\" lang")));
    let page = open(&server, "/so?lang=en", 200).await;
    assert!(page.text.contains("<html lang=\"en\">") && page.text.contains("Find a booklet"));
    let foreign = server.call("POST", &format!("{}/so", server.top())).body("q=a");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded");
    foreign.header("origin", "https://evil.example").await.is(403);
}

async fn a_mothers_booklet_holds_what_is_recorded_once_with_its_colour(server: Server) {
    store(&server).await;
    let page = open(&server, &format!("/so/{MOTHER}"), 200).await.text;
    for tab in ["mang-thai", "sinh-no", "sau-sinh", "dinh-duong", "khi-con-om"] {
        assert!(page.contains(&format!("<section id=\"{tab}\">")), "{tab}");
        assert!(page.contains(&format!("href=\"#{tab}\"")), "{tab}");
    }
    assert!(page.contains(&format!("href=\"/so/{CHILD}\"")), "the child");
    assert!(page.contains("39 tuần 4 ngày") && page.contains("Mức: "), "{page}");
    // Of the weight there are six records and one line.
    assert_eq!(page.matches("<b>Cân nặng</b>").count(), 1);
    assert!(page.contains("60,6 kg") && page.contains("5 lần ghi trước"));
    assert!(page.contains("<span class=\"cell white\">trắng</span>"));
    assert!(page.contains("Chưa ghi: "), "what nobody wrote");
    let visits = open(&server, &format!("/so/{MOTHER}/kham-thai"), 200).await.text;
    assert!(visits.contains("<th scope=\"row\">Huyết áp</th>") && visits.contains("<svg"));
    assert!(visits.contains("02/10/2025<br>8 tuần"), "{visits}");
    let english = open(&server, &format!("/so/{MOTHER}?lang=en"), 200).await.text;
    assert!(english.contains("39 weeks 4 days") && english.contains("5 earlier"));
    assert!(english.contains(&format!("href=\"/so/{MOTHER}/kham-thai?lang=en\"")));
    let print = open(&server, &format!("/so/{MOTHER}?in=1&kho=a5"), 200).await.text;
    assert!(print.contains("<body class=\"in a5\">") && print.contains("<details open>"));

    // What was not done says so, and its cell has no colour.
    let absent = json!({ "resourceType": "Observation", "id": "khong-lam", "status": "final",
        "code": { "coding": [{ "system": "http://loinc.org", "code": "11881-0" }], "text": "Bề cao" },
        "subject": { "reference": format!("Patient/{MOTHER}") },
        "encounter": { "reference": "Encounter/nguyen-thi-anh-anc1-0" },
        "effectiveDateTime": "2025-10-02T09:00:00+07:00",
        "dataAbsentReason": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-performed" }] } });
    server.put("/Observation/khong-lam", absent).await.is(201);
    let visits = open(&server, &format!("/so/{MOTHER}/kham-thai"), 200).await.text;
    assert!(visits.contains("<div>không làm <a class=\"report\""), "{visits}");
}

async fn nothing_restricted_is_on_any_page(server: Server) {
    store(&server).await;
    let result = |id: &str, code: Value, label: Option<&str>| {
        let mut one = json!({ "resourceType": "Observation", "id": id, "status": "final",
            "code": { "coding": [code], "text": "Chuyện kín" },
            "subject": { "reference": format!("Patient/{MOTHER}") },
            "encounter": { "reference": "Encounter/nguyen-thi-anh-anc1-0" },
            "effectiveDateTime": "2025-10-02T09:00:00+07:00", "valueString": "DUONG-TINH-KIN" });
        if let Some(label) = label {
            one["meta"] = json!({ "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": label }] });
        }
        one
    };
    let loinc = |code: &str| json!({ "system": "http://loinc.org", "code": code });
    for (id, code) in [("hiv-1", "75622-1"), ("hiv-2", "7918-6"), ("hiv-3", "68961-2")] {
        server.put(&format!("/Observation/{id}"), result(id, loinc(code), None)).await.is(201);
    }
    let hidden = result("kin", json!({ "system": "urn:x", "code": "x" }), Some("R"));
    server.put("/Observation/kin", hidden).await.is(201);
    // A record that may be shown is, so that the others are hidden for what they are.
    let plain = result("thuong", json!({ "system": "urn:x", "code": "y" }), None);
    server.put("/Observation/thuong", plain.to_string().replace("KIN", "THUONG")).await.is(201);
    let mut shown = 0;
    for below in ["", "/kham-thai", "/tiem-chung", "/y-ba", "?lang=en"] {
        let page = open(&server, &format!("/so/{MOTHER}{below}"), 200).await.text;
        assert!(!page.contains("DUONG-TINH-KIN"), "{below}");
        shown += usize::from(page.contains("DUONG-TINH-THUONG"));
    }
    assert!(shown >= 3, "{shown}");
    let page = open(&server, &format!("/so/{MOTHER}"), 200).await.text;
    assert!(!page.contains("XN HIV</b></td><td>có"), "that a test was done is no result");

    let secret = json!({ "resourceType": "Patient", "id": "kin", "name": [{ "text": "Người Kín" }],
        "meta": { "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" }] } });
    server.put("/Patient/kin", secret).await.is(201);
    open(&server, "/so/kin", 404).await;
    assert!(!search(&server, "nguoi kin").await.text.contains("/so/kin"));
}

async fn a_childs_vaccines_and_growth_have_pages(server: Server) {
    store(&server).await;
    let page = open(&server, &format!("/so/{CHILD}/tiem-chung"), 200).await.text;
    assert!(page.contains("Lao (BCG)") && page.contains("hợp lệ"), "{page}");
    assert!(page.contains("Mũi tiếp theo") && page.contains("nên tiêm "), "{page}");
    // Too early is not valid, and the page says why.
    let early = json!({ "resourceType": "Immunization", "id": "som", "status": "completed",
        "vaccineCode": { "coding": [{ "system": "http://hl7.org/fhir/sid/cvx", "code": "05" }], "text": "Sởi" },
        "patient": { "reference": format!("Patient/{CHILD}") }, "occurrenceDateTime": "2026-07-01" });
    server.put("/Immunization/som", early).await;
    let page = open(&server, &format!("/so/{CHILD}/tiem-chung"), 200).await.text;
    let row = page.split("<tr>").find(|row| row.contains("01/07/2026")).expect("the dose");
    assert!(row.contains("không tính") && row.contains("<li>"), "{row}");
    let english = open(&server, &format!("/so/{CHILD}/tiem-chung?lang=en"), 200).await.text;
    assert!(english.contains("does not count") && english.contains("What comes next"));

    let page = open(&server, &format!("/so/{CHILD}/tang-truong"), 200).await.text;
    assert!(page.contains("<svg") && page.contains("Các lần cân đo"), "{page}");
    assert!(page.contains("href=\"/so/me-nguyen-thi-anh-0\""), "the mother");
    let svg = |query: &str| format!("{}/so/{CHILD}/tang-truong.svg{query}", server.top());
    let drawing = server.get(&svg("?indicator=lhfa&basis=chronological")).await.is(200);
    assert_eq!(drawing.header("content-type"), Some("image/svg+xml"));
    assert_eq!(drawing.header("cache-control"), Some("no-store"));
    assert!(drawing.text.starts_with("<svg xmlns="), "{}", drawing.text);
    assert!(drawing.text.matches("<path").count() > 14 && drawing.text.contains("<circle"));
    for z in ["-3", "-2", "-1", ">0<", "+1", "+2", "+3"] {
        assert!(drawing.text.contains(z), "{z}");
    }
    server.get(&svg("?indicator=khong-co")).await.is(404);
    server.get(&svg("?basis=khong-co")).await.is(404);
}

async fn the_list_of_what_is_due_is_a_page_and_a_file(server: Server) {
    store(&server).await;
    let list = "/den-han?commune=00004&date=2026-12-01&status=due,overdue";
    let due = server.get("/$due?commune=00004&date=2026-12-01").await.is(200).json();
    let total = due["total"].as_u64().unwrap();
    assert!(total > 0, "{due}");
    let page = open(&server, list, 200).await.text;
    assert!(page.contains(&format!("Ngày 01/12/2026: {total} việc.")), "{page}");
    assert!(page.contains(&format!("href=\"/so/{CHILD}\"")) && page.contains("Phường Ba Đình"));
    let file = server.get(&format!("{}{list}&csv=1", server.top())).await.is(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(file.header("cache-control"), Some("no-store"));
    assert!(file.text.starts_with("\u{feff}Họ tên,"), "{}", file.text);
    assert_eq!(u64::try_from(file.text.lines().count()).unwrap(), total + 1);
    assert!(open(&server, "/den-han", 200).await.text.contains("Hãy nêu xã"));
    let wrong = open(&server, "/den-han?commune=99999&lang=en", 400).await.text;
    assert!(wrong.contains("no commune of the list") && wrong.contains("href=\"/so?lang=en\""));
}

async fn what_is_not_there_has_a_page_that_leads_back(server: Server) {
    store(&server).await;
    server.put("/Patient/di", json!({ "resourceType": "Patient", "id": "di" })).await.is(201);
    server.delete("/Patient/di").await;
    for path in
        ["/so/nobody", "/so/di", "/so/a%20b", "/so/x/y/z", &format!("/so/{MOTHER}/khong-co")]
    {
        let page = open(&server, path, 404).await.text;
        assert!(page.contains("Không tìm thấy") && page.contains("href=\"/so\""), "{path}");
    }
    let page = open(&server, "/so/nobody?lang=en", 404).await.text;
    assert!(page.contains("Not found") && page.contains("href=\"/so?lang=en\""));
    let page = open(&server, "/so/%3Cscript%3E?x=%3Cscript%3E", 404).await.text;
    assert!(!page.contains("<script"));
}

async fn links_of_pages_lead_on(server: Server) {
    store(&server).await;
    let start = server.get(&format!("{}/", server.top())).await.is(200).text;
    assert!(start.contains("href=\"/so\"") && start.contains("href=\"/den-han\""));
    let english = server.get(&format!("{}/?lang=en", server.top())).await.is(200).text;
    assert!(english.contains("For those who connect systems"));
    for who in [MOTHER, CHILD] {
        let page = open(&server, &format!("/so/{who}"), 200).await.text;
        let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let links: Vec<String> = links
            .filter(|link| link.starts_with('/'))
            .map(|link| link.replace("&amp;", "&"))
            .collect();
        assert!(links.len() > 8, "{links:?}");
        for link in links {
            server.get(&format!("{}{link}", server.top())).await.is(200);
        }
    }
}
