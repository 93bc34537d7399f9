//! Reads a file of grants: `[[grant]]` and `[[area]]`. All faults are told, each with its line.

use std::path::Path;

use rustc_hash::FxHashMap;
use toml::de::{DeTable, DeValue};

use crate::fhir::date::{DateRange, Zone};
use crate::fhir::id::ResourceId;
use crate::index::own::words;
use crate::mch::rule::address::is_commune;

use super::fault::{Fault, FileError};
use super::fit::fits;
use super::role::Role;
use super::table::{Table, line};
use super::{FhirUser, Grant, Holder};

/// Labels of one grant: every set of them is a value of a search.
const MOST_LABELS: usize = 7;

const GRANT: &[&str] = &[
    "user",
    "issuer",
    "subject",
    "client",
    "role",
    "fhir_user",
    "organization",
    "communes",
    "hamlets",
    "labels",
    "from",
    "until",
    "break_glass",
    "choose_ids",
];
const AREA: &[&str] = &["code", "predecessors"];

/// Reads a file.
pub fn read(path: &Path, zone: Zone) -> Result<Vec<Grant>, FileError> {
    let text =
        std::fs::read_to_string(path).map_err(|error| FileError::Unreadable(path.into(), error))?;
    grants(&text, zone).map_err(|faults| FileError::of(path, faults))
}

/// Reads the text of a file.
pub fn grants(text: &str, zone: Zone) -> Result<Vec<Grant>, Vec<Fault>> {
    let parsed = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![Fault::new(line(text, at), "", "không đúng dạng TOML", "not TOML")]
    })?;
    let mut faults = Vec::new();
    let (mut grants, mut areas) = (Vec::new(), Vec::new());
    for (key, value) in parsed.get_ref().iter() {
        let name: &str = key.get_ref().as_ref();
        let at = key.span().start;
        let (DeValue::Array(all), "grant" | "area") = (value.get_ref(), name) else {
            faults.push(Fault::new(
                line(text, at),
                name,
                "tệp chỉ có [[grant]] và [[area]]",
                "the file has [[grant]] and [[area]] only",
            ));
            continue;
        };
        for one in all.iter() {
            match (one.get_ref(), name) {
                (DeValue::Table(table), "grant") => {
                    grants.push(Table::new(text, one.span().start, table, GRANT, &mut faults));
                }
                (DeValue::Table(table), _) => {
                    areas.push(Table::new(text, one.span().start, table, AREA, &mut faults));
                }
                _ => {
                    faults.push(Fault::new(line(text, at), name, "phải là bảng", "must be a table"))
                }
            }
        }
    }
    let areas = predecessors(&areas, &mut faults);
    let read = grants.iter().filter_map(|table| grant(table, &areas, zone, &mut faults));
    let read: Vec<Grant> = read.collect();
    if faults.is_empty() {
        return Ok(read);
    }
    faults.sort_by_key(|fault| fault.line);
    Err(faults)
}

/// What each unit was before.
fn predecessors(areas: &[Table<'_>], faults: &mut Vec<Fault>) -> FxHashMap<String, Vec<String>> {
    let mut all: FxHashMap<String, Vec<String>> = FxHashMap::default();
    for area in areas {
        let Some(code) = area.text("code", faults) else {
            faults.push(Fault::new(area.line, "code", "còn thiếu", "is missing"));
            continue;
        };
        let before = area.texts("predecessors", faults).into_iter().map(|one| one.value);
        all.entry(code.value).or_default().extend(before);
    }
    all
}

fn grant(
    table: &Table<'_>,
    areas: &FxHashMap<String, Vec<String>>,
    zone: Zone,
    faults: &mut Vec<Fault>,
) -> Option<Grant> {
    let before = faults.len();
    let holder = holder(table, faults);
    let role = role(table, faults);
    let (from, until) = (time(table, "from", zone, faults), time(table, "until", zone, faults));
    let grant = Grant {
        line: table.line,
        holder: holder?,
        role: role?,
        fhir_user: fhir_user(table, faults),
        organization: organization(table, faults),
        communes: communes(table, areas, faults),
        hamlets: table.texts("hamlets", faults).iter().map(|one| words(&one.value)).collect(),
        labels: labels(table, faults),
        from,
        until,
        break_glass: table.switch("break_glass", faults),
        choose_ids: table.switch("choose_ids", faults),
    };
    fits(table, &grant, faults);
    (faults.len() == before).then_some(grant)
}

fn holder(table: &Table<'_>, faults: &mut Vec<Fault>) -> Option<Holder> {
    let mut text = |key| table.text(key, faults).map(|found| found.value);
    let (user, issuer, subject, client) =
        (text("user"), text("issuer"), text("subject"), text("client"));
    match (user, issuer, subject, client) {
        (Some(user), None, None, None) => Some(Holder::User(user)),
        (None, Some(issuer), Some(subject), None) => Some(Holder::Subject { issuer, subject }),
        (None, None, None, Some(client)) => Some(Holder::Client(client)),
        _ => {
            faults.push(Fault::new(
                table.line_of("issuer"),
                "issuer",
                "cần đúng một trong: user; issuer và subject; client",
                "exactly one of these is needed: user; issuer and subject; client",
            ));
            None
        }
    }
}

fn role(table: &Table<'_>, faults: &mut Vec<Fault>) -> Option<Role> {
    let Some(found) = table.text("role", faults) else {
        faults.push(Fault::new(table.line, "role", "còn thiếu", "is missing"));
        return None;
    };
    let role = Role::parse(&found.value);
    if role.is_none() {
        let known = Role::ALL.map(Role::name).join(", ");
        faults.push(Fault::new(
            found.line,
            "role",
            format!("không có vai trò {}; có: {known}", found.value),
            format!("there is no role {}; these are: {known}", found.value),
        ));
    }
    role
}

fn time(table: &Table<'_>, key: &str, zone: Zone, faults: &mut Vec<Fault>) -> Option<i64> {
    let found = table.time(key, faults)?;
    let range = DateRange::parse(&found.value, zone);
    if range.is_none() {
        faults.push(Fault::new(
            found.line,
            key,
            "phải là ngày hoặc thời điểm như 2026-12-01",
            "must be a date or dateTime such as 2026-12-01",
        ));
    }
    range.map(|range| range.low)
}

fn fhir_user(table: &Table<'_>, faults: &mut Vec<Fault>) -> Vec<(FhirUser, ResourceId)> {
    const KINDS: [FhirUser; 3] =
        [FhirUser::Patient, FhirUser::RelatedPerson, FhirUser::Practitioner];
    let mut all = Vec::new();
    for found in table.texts("fhir_user", faults) {
        let parsed = found.value.split_once('/').and_then(|(kind, id)| {
            let kind = KINDS.into_iter().find(|one| one.name() == kind)?;
            Some((kind, ResourceId::parse(id)?))
        });
        match parsed {
            Some(parsed) => all.push(parsed),
            None => faults.push(Fault::new(
                found.line,
                "fhir_user",
                "phải là Patient/id, RelatedPerson/id hoặc Practitioner/id",
                "must be Patient/id, RelatedPerson/id or Practitioner/id",
            )),
        }
    }
    all
}

fn organization(table: &Table<'_>, faults: &mut Vec<Fault>) -> Option<ResourceId> {
    let found = table.text("organization", faults)?;
    let id = found.value.strip_prefix("Organization/").and_then(ResourceId::parse);
    if id.is_none() {
        faults.push(Fault::new(
            found.line,
            "organization",
            "phải là Organization/id",
            "must be Organization/id",
        ));
    }
    id
}

/// The communes with what they were before.
fn communes(
    table: &Table<'_>,
    areas: &FxHashMap<String, Vec<String>>,
    faults: &mut Vec<Fault>,
) -> Vec<String> {
    let mut all = Vec::new();
    for found in table.texts("communes", faults) {
        let before = areas.get(&found.value);
        if before.is_none() && !is_commune(&found.value) {
            faults.push(Fault::new(
                found.line,
                "communes",
                format!("vn-commune không có mã {}, và không có [[area]] nào", found.value),
                format!("vn-commune has no code {}, nor is there an [[area]]", found.value),
            ));
        }
        all.extend(before.into_iter().flatten().cloned());
        all.push(found.value);
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn labels(table: &Table<'_>, faults: &mut Vec<Fault>) -> Vec<String> {
    let found = table.texts("labels", faults);
    if found.len() > MOST_LABELS {
        faults.push(Fault::new(
            table.line_of("labels"),
            "labels",
            format!("nhiều nhất {MOST_LABELS} nhãn"),
            format!("has {MOST_LABELS} labels at the most"),
        ));
    }
    let mut labels: Vec<String> = found.into_iter().map(|one| one.value).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[area]]
code = "00004"
predecessors = ["99901"]

[[grant]]
issuer = "https://idp.example"
subject = "midwife"
role = "village-midwife"
fhir_user = "Practitioner/p"
communes = ["00004"]
hamlets = ["Nà Lầu"]
labels = ["HIV", "R"]
from = 2026-01-01
until = "2027-01-01"

[[grant]]
client = "his"
role = "vendor"
organization = "Organization/o"
choose_ids = true
"#;

    #[test]
    fn a_file_is_read() {
        let grants = grants(GOOD, Zone::default()).expect("grants");
        let [midwife, vendor] = grants.as_slice() else { panic!("{grants:?}") };
        assert_eq!(midwife.communes, ["00004", "99901"]);
        assert_eq!(midwife.hamlets, [" na lau "]);
        assert!(!midwife.holds(0) && midwife.holds(1_780_000_000_000_000));
        assert!(!midwife.holds(1_800_000_000_000_000));
        assert_eq!(vendor.holder, Holder::Client("his".into()));
        assert!(vendor.choose_ids && vendor.line > midwife.line);
    }

    /// Changes one line of a good file, and looks at what is said of which line and key.
    #[track_caller]
    fn check(line: &str, with: &str, key: &str) {
        assert!(GOOD.contains(line), "{line}");
        let text = GOOD.replacen(line, with, 1);
        let faults = grants(&text, Zone::default()).expect_err(with);
        let at = text.lines().position(|one| one == with.lines().last().unwrap_or_default());
        let is_told = |fault: &Fault| fault.key == key && Some(fault.line) == at.map(|at| at + 1);
        assert!(faults.iter().any(is_told), "{with}: {faults:?}");
    }

    #[test]
    fn faults_name_line_and_key() {
        check("role = \"vendor\"", "role = \"boss\"", "role");
        check("communes = [\"00004\"]", "communes = [\"12\"]", "communes");
        check("until = \"2027-01-01\"", "until = \"soon\"", "until");
        check("organization = \"Organization/o\"", "organization = \"o\"", "organization");
        check("choose_ids = true", "chose_ids = true", "chose_ids");
        check("choose_ids = true", "break_glass = 1", "break_glass");
        check("choose_ids = true", "choose_ids = 1", "choose_ids");
        check("fhir_user = \"Practitioner/p\"", "fhir_user = \"Group/p\"", "fhir_user");
        check("[[area]]", "[[place]]", "place");
        let faults = grants("[[grant]\n", Zone::default()).expect_err("no TOML");
        assert_eq!(faults[0].line, 1);
    }

    #[test]
    fn a_role_has_the_keys_that_it_needs() {
        let one = |rest: &str| {
            grants(&format!("[[grant]]\nissuer = \"i\"\nsubject = \"s\"\n{rest}"), Zone::default())
        };
        for bad in [
            "role = \"mother\"",
            "role = \"mother\"\nfhir_user = \"Practitioner/p\"",
            "role = \"caregiver\"\nfhir_user = [\"Patient/p\"]",
            "role = \"hospital\"\ncommunes = [\"00004\"]",
            "role = \"commune-station\"",
            "role = \"hospital\"\norganization = \"Organization/o\"\nhamlets = [\"x\"]",
            "role = \"village-midwife\"\ncommunes = [\"00004\"]\nhamlets = [\"-\"]",
        ] {
            assert!(one(bad).is_err(), "{bad}");
        }
        assert!(one("role = \"mother\"\nfhir_user = \"Patient/p\"").is_ok());
        assert!(one("role = \"administrator\"").is_ok());
        assert!(one("").is_err());
    }
}
