//! Strings, <https://hl7.org/fhir/R4/search.html#string>.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(
    names_are_found_without_marks_case_and_order_of_code_points,
    a_value_is_the_start_of_a_part,
    exact_compares_the_text_as_it_is,
    contains_finds_the_value_anywhere,
    values_and_parameters_combine,
    long_texts_are_told_apart_as_far_as_they_are_indexed,
    addresses_are_found_by_every_part,
);

fn named(id: &str, family: &str, given: &[&str]) -> Value {
    json!({ "resourceType": "Patient", "id": id, "name": [{ "family": family, "given": given }] })
}

async fn people(server: &Server) {
    store(server, &[
        named("anh", "Nguyễn", &["Thị", "Ánh"]),
        // The same letters, decomposed.
        named("anh-nfd", "Nguye\u{302}\u{303}n", &["Thi\u{323}", "A\u{301}nh"]),
        named("dao", "Đặng", &["Thị", "Đào"]),
        named("len", "Êban", &["H'Len"]),
        named("comma", "Lê, Trần", &["50% \\ a_b|c$d"]),
        json!({ "resourceType": "Patient", "id": "text", "name": [{ "text": "Nguyễn Thị Ánh" }] }),
    ])
    .await;
}

async fn names_are_found_without_marks_case_and_order_of_code_points(server: Server) {
    people(&server).await;
    let anh = ["anh", "anh-nfd", "text"];
    for name in [
        "nguyen thi anh",
        "NGUYEN THI ANH",
        "Nguyễn Thị Ánh",
        "nguyen  thi  anh",
        "Nguye%CC%82%CC%83n Thi%CC%A3 A%CC%81nh",
        "nguyễn",
    ] {
        check(&server, &format!("Patient?name={name}"), &anh).await;
    }
    for name in ["dang thi dao", "đặng", "Đào", "dao", "DANG"] {
        check(&server, &format!("Patient?name={name}"), &["dao"]).await;
    }
    check(&server, "Patient?family=eban", &["len"]).await;
    check(&server, "Patient?given=h'len", &["len"]).await;
}

async fn a_value_is_the_start_of_a_part(server: Server) {
    people(&server).await;
    check(&server, "Patient?family=ngu", &["anh", "anh-nfd"]).await;
    check(&server, "Patient?family=guyen", &[]).await;
    check(&server, "Patient?given=an", &["anh", "anh-nfd"]).await;
    check(&server, "Patient?family=anh", &[]).await;
    check(&server, "Patient?phonetic=nguyen", &["anh", "anh-nfd", "text"]).await;
}

async fn exact_compares_the_text_as_it_is(server: Server) {
    people(&server).await;
    check(&server, "Patient?family:exact=Nguyễn", &["anh"]).await;
    check(&server, "Patient?family:exact=Nguyen", &[]).await;
    check(&server, "Patient?family:exact=nguyễn", &[]).await;
    check(&server, "Patient?family:exact=Nguy", &[]).await;
    check(&server, "Patient?family:exact=Nguye%CC%82%CC%83n", &["anh-nfd"]).await;
}

async fn contains_finds_the_value_anywhere(server: Server) {
    people(&server).await;
    check(&server, "Patient?family:contains=uye", &["anh", "anh-nfd"]).await;
    check(&server, "Patient?name:contains=thi anh", &["anh", "anh-nfd", "text"]).await;
    check(&server, "Patient?given:contains=%25", &["comma"]).await;
    check(&server, "Patient?given:contains=_b", &["comma"]).await;
    check(&server, "Patient?given:contains=x_b", &[]).await;
}

async fn values_and_parameters_combine(server: Server) {
    people(&server).await;
    check(&server, "Patient?family=dang,eban", &["dao", "len"]).await;
    check(&server, "Patient?name=nguyen&name=anh", &["anh", "anh-nfd", "text"]).await;
    check(&server, "Patient?given=thi&family=dang", &["dao"]).await;
    check(&server, r"Patient?family=le\, tran", &["comma"]).await;
    check(&server, "Patient?family=le, tran", &["comma"]).await;
    check(&server, r"Patient?given=50%25 \\ a_b\|c\$d", &["comma"]).await;
    check(&server, r"Patient?given:exact=50%25 \\ a_b\|c\$d", &["comma"]).await;
}

async fn addresses_are_found_by_every_part(server: Server) {
    let address = json!({
        "line": ["12 ngõ 5"], "city": "Phường Ba Đình", "state": "Hà Nội", "country": "VN",
        "postalCode": "11100",
    });
    let patient = json!({ "resourceType": "Patient", "id": "me", "address": [address] });
    store(&server, &[patient]).await;
    for query in [
        "address=phuong ba dinh",
        "address=12 ngo",
        "address-city=phuong",
        "address-state=ha noi",
        "address-country=vn",
        "address-postalcode=111",
        "address=ha n",
    ] {
        check(&server, &format!("Patient?{query}"), &["me"]).await;
    }
    check(&server, "Patient?address-city=ha noi", &[]).await;
}

async fn long_texts_are_told_apart_as_far_as_they_are_indexed(server: Server) {
    let city = "Dài ".repeat(90) + "hết";
    let patient = json!({ "resourceType": "Patient", "id": "me", "address": [{ "city": city }] });
    store(&server, &[patient]).await;
    for modifier in ["", ":exact", ":contains"] {
        check(&server, &format!("Patient?address-city{modifier}={city}"), &["me"]).await;
        check(&server, &format!("Patient?address-city{modifier}={city} không"), &[]).await;
    }
}
