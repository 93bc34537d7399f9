//! Break-Glass: in an emergency, somebody who may have a person's record opened says why, and it is open to
//! them for a time, in spite of role and consent. It is recorded before anything is shown.

use std::sync::Arc;

use crate::criteria::access::Doing;
use crate::fhir::kind::ResourceKind;
use crate::fhir::text::percent;
use crate::fhir::time;
use crate::interaction::audit::trail::{Trail, Who};
use crate::interaction::engine::Engine;
use crate::interaction::failure::{Failure, Kind};
use crate::store::audit::event::{Context, EMERGENCY, Event, Opening, What};

use super::control::Asker;
use super::policy::Rights;

/// Characters that a reason has at the least, and at the most.
const SHORTEST: usize = 10;
const LONGEST: usize = 1_000;
const MINUTE: i64 = 60_000_000;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Glass<'h> {
    /// The header `Break-Glass`.
    pub header: &'h [u8],
    /// Ids of the patients whom the request names.
    pub patients: Vec<String>,
}

/// Learns whom Break-Glass has opened to somebody.
pub(super) async fn known(
    engine: &Engine,
    asker: &Asker,
    (rights, now): (&mut Rights, i64),
) -> Result<(), Failure> {
    if rights.breaks_glass() {
        let opened = engine.rows.opened(&asker.issuer, &asker.subject, now).await?;
        let indexer = engine.indexer();
        rights.opened = opened.iter().map(|id| indexer.patient(id)).collect();
        rights.opened_ids = opened;
    }
    Ok(())
}

/// Opens the record of the person whom the request names, if that is asked for; until when.
pub(super) async fn open(
    engine: &Engine,
    glass: Option<Glass<'_>>,
    (rights, who): (&mut Rights, &mut Who),
    (trail, minutes): (&Trail, u32),
) -> Result<Option<i64>, Failure> {
    let Some(glass) = glass else { return Ok(None) };
    if !rights.breaks_glass() {
        return Err(Kind::Forbidden.because(
            "Không có quyền Break-Glass (break_glass trong quyền được cấp).",
            "There is no right to break the glass (break_glass of a grant).",
        ));
    }
    let reason = reason(glass.header)?;
    let [patient] = glass.patients.as_slice() else { return Err(nobody()) };
    let now = time::now().micros();
    let until = now.saturating_add(i64::from(minutes).saturating_mul(MINUTE));
    let acting = rights.acts(Doing::Read, None);
    let agent = trail.agent_of(who, acting);
    let context = Context {
        purpose: EMERGENCY.to_owned(),
        reason: reason.clone(),
        token: who.token.clone(),
        ..trail.origin()
    };
    let event = Event {
        at: now,
        what: What::BreakGlass,
        status: 200,
        agent,
        context: Arc::new(context),
        kind: Some(ResourceKind::PATIENT),
        id: patient.clone(),
        version: 0,
        patients: vec![patient.clone()],
        query: String::new(),
    };
    let (issuer, subject) = (who.issuer.clone(), who.subject.clone());
    let opening = Opening { issuer, subject, patient: patient.clone(), until };
    engine.rows.break_glass(opening, vec![event]).await?;
    rights.opened.push(engine.indexer().patient(patient));
    who.opened.push(patient.clone());
    who.reason = reason;
    Ok(Some(until))
}

/// The reason that the header gives:
/// `purpose=BTG; reason="…"`, or `reason*=UTF-8''…` ([RFC 8187](https://www.rfc-editor.org/rfc/rfc8187)).
fn reason(header: &[u8]) -> Result<String, Failure> {
    let text = std::str::from_utf8(header).map_err(|_not_utf8| malformed())?;
    let (mut purpose, mut plain, mut extended) = (None, None, None);
    for (name, value) in parameters(text).ok_or_else(malformed)? {
        match name.to_ascii_lowercase().as_str() {
            "purpose" => purpose = Some(value),
            "reason" => plain = Some(value),
            "reason*" => extended = Some(decoded(&value).ok_or_else(malformed)?),
            _ => {}
        }
    }
    if purpose.as_deref() != Some(EMERGENCY) {
        return Err(malformed());
    }
    let reason = extended.or(plain).unwrap_or_default();
    let reason: String = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = reason.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) || reason.chars().any(char::is_control) {
        return Err(malformed());
    }
    Ok(reason)
}

/// The parameters of a header, parted by semicolons; a value may be a quoted string.
fn parameters(text: &str) -> Option<Vec<(String, String)>> {
    let mut all = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let name = name.trim().to_owned();
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                let (value, left) = after.split_at(end);
                (value.trim().to_owned(), left)
            }
        };
        all.push((name, value));
        rest = match left.trim_start() {
            "" => "",
            left => left.strip_prefix(';')?.trim_start(),
        };
    }
    Some(all)
}

/// A quoted string behind its first quote, and what comes after it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let (mut value, mut characters) = (String::new(), text.chars());
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
}

/// `UTF-8'vi'C%E1%BA%A5p`
fn decoded(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    if !charset.eq_ignore_ascii_case("UTF-8") {
        return None;
    }
    percent::decoded(text, b"")
}

fn malformed() -> Failure {
    Kind::Malformed
        .because(
            "Tiêu đề Break-Glass cần: purpose=BTG; reason=\"…\" (lý do từ 10 ký tự, UTF-8, hoặc reason*=UTF-8''…).",
            "The header Break-Glass needs: purpose=BTG; reason=\"…\" (a reason of 10 characters or more, UTF-8, or reason*=UTF-8''…).",
        )
        .of("http.Break-Glass")
}

fn nobody() -> Failure {
    Kind::Malformed
        .because(
            "Break-Glass cần một yêu cầu nêu đúng một người: Patient/[id]…, patient= hoặc subject=.",
            "Break-Glass needs a request that names one person: Patient/[id]…, patient= or subject=.",
        )
        .of("http.Break-Glass")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_in_both_ways() {
        let check = |header: &str, expected: Option<&str>| {
            let found = reason(header.as_bytes()).ok();
            assert_eq!(found.as_deref(), expected, "{header}");
        };
        let why = "cấp cứu băng huyết";
        check(&format!("purpose=BTG; reason=\"{why}\""), Some(why));
        check(&format!("reason=\"{why}\";purpose=\"BTG\""), Some(why));
        check(
            "purpose=BTG; reason*=UTF-8''c%E1%BA%A5p%20c%E1%BB%A9u%20m%E1%BA%B9",
            Some("cấp cứu mẹ"),
        );
        check("purpose=BTG; reason=\"x; \\\"y\\\" and more\"", Some("x; \"y\" and more"));
        check("purpose=BTG; reason=\"short\"", None);
        check("purpose=BTG; reason=\"   s h o   \"", None);
        check("purpose=BTG", None);
        check("purpose=TREAT; reason=\"a long enough reason\"", None);
        check("reason=\"a long enough reason\"", None);
        check("purpose=BTG; reason=\"never closed at all", None);
        check("purpose=BTG; reason*=latin1''a%20long%20enough%20reason", None);
        check("purpose=BTG; reason*=UTF-8''%FF%FF%FF%FF%FF%FF%FF%FF%FF%FF", None);
        check("", None);
        assert!(
            reason(b"purpose=BTG; reason=\"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\"").is_err()
        );
    }
}
