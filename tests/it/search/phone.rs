//! Phone numbers, however they are written.

use serde_json::{Value, json};

use super::{check, store};
use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_number_is_found_however_it_is_written);

fn reached(id: &str, system: &str, value: &str) -> Value {
    let telecom = json!([{ "system": system, "value": value }]);
    json!({ "resourceType": "Patient", "id": id, "telecom": telecom })
}

async fn a_number_is_found_however_it_is_written(server: Server) {
    store(
        &server,
        &[
            reached("plain", "phone", "0912345678"),
            reached("abroad", "phone", "+84 912 345 678"),
            reached("dots", "phone", "0912.345.678"),
            reached("other", "phone", "0912345679"),
            reached("mail", "email", "me.0912345678@example.vn"),
            reached("fixed", "phone", "(024) 3825 3531"),
        ],
    )
    .await;
    for number in [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "%2B84912345678",
        "+84 912 345 678",
        "0084912345678",
    ] {
        for name in ["phone", "telecom"] {
            check(&server, &format!("Patient?{name}={number}"), &["plain", "abroad", "dots"]).await;
        }
    }
    check(&server, "Patient?phone=%2B842438253531", &["fixed"]).await;
    check(&server, "Patient?phone=024.3825.3531,0912345679", &["fixed", "other"]).await;
    check(&server, "Patient?email=me.0912345678@example.vn", &["mail"]).await;
    check(&server, "Patient?phone=%2B84 912 345 678&telecom:not=0912345678", &[]).await;
}
