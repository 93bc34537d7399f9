//! “Báo sai”: a mistake is reported from a page, waits in the list of its facility, and is answered;
//! nothing of the entry changes.

use serde_json::Value;

use super::html::checked;
use crate::harness::call::Reply;
use crate::harness::family::{facilities, family};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    a_mistake_is_reported_and_answered,
    only_forms_of_this_server_count,
    what_is_sent_is_checked
);

const MOTHER: &str = "me-nguyen-thi-anh-0";
const CHILD: &str = "be-pham-minh-anh-0";
const VISIT: &str = "Encounter/nguyen-thi-anh-anc1-0";

async fn store(server: &Server) {
    server.post("", facilities()).await.is(200);
    server.post("", family("01-first-pregnancy-full-antenatal-care", 0)).await.is(200);
}

/// A page with a form: its token and the cookie that goes with it.
async fn form(server: &Server, path: &str) -> (Reply, String, String) {
    let page = server.get(&format!("{}{path}", server.top())).await.is(200);
    let token = page.text.split("name=\"form_token\" value=\"").nth(1).expect("a token");
    let token = token.split('"').next().unwrap().to_owned();
    let cookie = page.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned();
    (page, token, cookie)
}

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn send(server: &Server, path: &str, fields: &[(&str, &str)], cookie: &str) -> Reply {
    let call = server.call("POST", &format!("{}{path}", server.top())).body(encoded(fields));
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    if cookie.is_empty() { call.await } else { call.header("cookie", cookie).await }
}

async fn tasks(server: &Server) -> Vec<Value> {
    let code = "http://hl7.org/fhir/CodeSystem/task-code|change";
    let found = server
        .get(&format!("/Task?code={code}&intent=proposal&_sort=authored-on"))
        .await
        .is(200)
        .json();
    let entries = found["entry"].as_array().cloned().unwrap_or_default();
    entries.into_iter().map(|entry| entry["resource"].clone()).collect()
}

/// Whether a form was taken: a browser is led on, which the client of the tests may follow.
fn is_taken(reply: &Reply) -> bool {
    matches!(reply.status, 200 | 303) && !reply.text.contains("role=\"alert\"")
}

async fn a_mistake_is_reported_and_answered(server: Server) {
    store(&server).await;
    let before = server.get(&format!("/{VISIT}")).await.is(200).json();
    let path = format!("/so/{MOTHER}/bao-sai");
    let (page, token, cookie) = form(&server, &format!("{path}?ve={VISIT}")).await;
    checked(&path, &page.text);
    let said = "Khám ngày 03/10/2025 <b>chứ không</b> phải 02/10";
    let fields =
        [("form_token", token.as_str()), ("ve", VISIT), ("dung", said), ("nguoi", "Bà ngoại")];
    let reply = send(&server, &path, &fields, &cookie).await;
    assert!(is_taken(&reply), "{} {}", reply.status, reply.text);

    let all = tasks(&server).await;
    let [task] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(task["status"], "requested");
    assert_eq!(task["focus"]["reference"], VISIT);
    assert_eq!(task["for"]["reference"], format!("Patient/{MOTHER}"));
    assert_eq!(task["owner"]["reference"], before["serviceProvider"]["reference"]);
    assert_eq!(task["input"][0]["valueString"], said);
    assert_eq!(task["requester"]["display"], "Bà ngoại");
    let booklet = server.get(&format!("{}/so/{MOTHER}", server.top())).await.is(200).text;
    assert!(
        booklet.contains("chờ cơ sở trả lời") && booklet.contains("&lt;b&gt;chứ không&lt;/b&gt;")
    );
    checked("/so", &booklet);
    // That something is said to be wrong is no record of care.
    let document = server.get(&format!("/Patient/{MOTHER}/$booklet")).await.is(200).text;
    assert!(!document.contains("chứ không"));

    answered(&server, &before, &task["id"]).await;
}

/// The facility answers, and the person sees it.
async fn answered(server: &Server, before: &Value, id: &Value) {
    let owner = before["serviceProvider"]["reference"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let list = format!("/den-han?organization={owner}");
    let (page, token, cookie) = form(server, &list).await;
    assert!(page.text.contains("Báo sai chờ trả lời") && page.text.contains("Bà ngoại"));
    checked(&list, &page.text);
    let commune = server.get(&format!("{}/den-han?commune=00004", server.top())).await.is(200).text;
    assert!(commune.contains("Báo sai chờ trả lời"), "{commune}");
    let id = id.as_str().unwrap();
    let why = "Đã xem lại sổ khám: đúng là ngày 02/10.";
    let fields = [
        ("form_token", token.as_str()),
        ("viec", id),
        ("ly-do", why),
        ("tra-loi", "khong-sua"),
        ("organization", &owner),
    ];
    let reply = send(server, "/den-han/bao-sai", &fields, &cookie).await;
    assert!(is_taken(&reply), "{} {}", reply.status, reply.text);
    let task = server.get(&format!("/Task/{id}")).await.is(200).json();
    assert_eq!(
        (task["status"].as_str(), task["statusReason"]["text"].as_str()),
        (Some("rejected"), Some(why))
    );
    let booklet = server.get(&format!("{}/so/{MOTHER}", server.top())).await.is(200).text;
    assert!(booklet.contains("không sửa") && booklet.contains(why));
    assert!(
        !server.get(&format!("{}{list}", server.top())).await.is(200).text.contains("Báo sai chờ")
    );
    // What is answered stays so.
    assert_eq!(send(server, "/den-han/bao-sai", &fields, &cookie).await.status, 409);
    assert_eq!(
        server.get(&format!("/{VISIT}")).await.is(200).json(),
        *before,
        "nothing of the entry changed"
    );
}

async fn only_forms_of_this_server_count(server: Server) {
    store(&server).await;
    let path = format!("/so/{MOTHER}/bao-sai");
    let (_, token, cookie) = form(&server, &format!("{path}?ve={VISIT}")).await;
    let with = |token: &str| {
        [
            ("form_token", token.to_owned()),
            ("ve", VISIT.to_owned()),
            ("dung", "Điều đã gõ".to_owned()),
        ]
    };
    let other = form(&server, &format!("/so/{CHILD}/bao-sai?ve=Patient/{CHILD}")).await;
    for (token, cookie) in [
        ("", ""),
        ("x.y", cookie.as_str()),
        (token.as_str(), ""),
        (other.1.as_str(), cookie.as_str()),
        (token.as_str(), other.2.as_str()),
    ] {
        let fields = with(token);
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = send(&server, &path, &fields, cookie).await.is(403);
        // What was typed is not lost.
        assert!(
            reply.text.contains("Điều đã gõ") && reply.text.contains("bấm gửi lần nữa"),
            "{}",
            reply.text
        );
        checked(&path, &reply.text);
    }
    assert_eq!(send(&server, "/den-han/bao-sai", &[("viec", "x")], "").await.status, 403);
    assert!(tasks(&server).await.is_empty());
}

async fn what_is_sent_is_checked(server: Server) {
    store(&server).await;
    let path = format!("/so/{MOTHER}/bao-sai");
    for entry in ["", "Observation/khong-co", "x", &format!("Patient/{CHILD}")] {
        server.get(&format!("{}{path}?ve={entry}", server.top())).await.is(404);
    }
    let (_, token, cookie) = form(&server, &format!("{path}?ve={VISIT}")).await;
    let empty = [("form_token", token.as_str()), ("ve", VISIT), ("dung", " ")];
    let reply = send(&server, &path, &empty, &cookie).await.is(422);
    assert!(reply.text.contains("role=\"alert\"") && reply.text.contains("aria-invalid=\"true\""));
    checked(&path, &reply.text);

    let picture = b"\x89PNG\r\n\x1a\nrest of the picture";
    let reply = with_photo(&server, (&path, &cookie), &token, picture).await;
    assert!(is_taken(&reply), "{} {}", reply.status, reply.text);
    let all = tasks(&server).await;
    let url =
        all[0]["input"][1]["valueAttachment"]["url"].as_str().expect("a photograph").to_owned();
    let binary = server
        .get(&format!("/{url}"))
        .header("accept", "application/fhir+json")
        .await
        .is(200)
        .json();
    assert_eq!(binary["contentType"], "image/png");
    assert_eq!(binary["securityContext"]["reference"], format!("Patient/{MOTHER}"));
    let reply =
        with_photo(&server, (&path, &cookie), &token, b"<svg onload=alert(1)>").await.is(422);
    assert!(reply.text.contains("JPEG hoặc PNG"), "{}", reply.text);
    let huge = [b"\x89PNG\r\n\x1a\n".as_slice(), &vec![0; 5 << 20]].concat();
    with_photo(&server, (&path, &cookie), &token, &huge).await.is(413);
    assert_eq!(tasks(&server).await.len(), 1);
}

async fn with_photo(
    server: &Server,
    (path, cookie): (&str, &str),
    token: &str,
    photo: &[u8],
) -> Reply {
    let mut body = Vec::new();
    for (name, value) in [("form_token", token), ("ve", VISIT), ("dung", "44,5 kg")] {
        body.extend(
            format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    body.extend(b"--xyz\r\nContent-Disposition: form-data; name=\"anh\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n");
    body.extend(photo);
    body.extend(b"\r\n--xyz--\r\n");
    let call = server.call("POST", &format!("{}{path}", server.top())).bytes(body);
    let call = call.header("content-type", "multipart/form-data; boundary=xyz");
    call.header("cookie", cookie).await
}
