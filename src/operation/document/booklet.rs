//! `$booklet`: the mother's or the child's booklet as a document, a section for each of its parts.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::bundle::Document;
use super::narrative;
use super::record::{Whole, whole};
use super::section::{Part, part_of, parts};
use crate::definitions::base::BASE;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::immunization::chart::Chart;
use crate::mch::immunization::series::Who;
use crate::mch::record::pregnancy::{diagnoses, is_pregnancy};
use crate::mch::record::records::{Record, Records};
use crate::operation::asked::{day, place, take, today};
use crate::operation::call::Call;
use crate::operation::immunization::answer::recommendation;

const KNOWN: [&str; 4] = ["episode", "date", "sections", "restricted"];

/// Makes the document.
pub(in crate::operation) async fn booklet(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    take(call, &KNOWN)?;
    let on = day(call, "date")?.unwrap_or_else(|| today(ctx));
    let wanted = sections(call)?;
    refuse_restricted(call)?;
    let id = call.id.ok_or_else(|| {
        Kind::NotFound
            .because("$booklet được gọi trên một Patient.", "$booklet is called on a Patient.")
    })?;
    let whole = whole(ctx, id).await?;
    let records = whole.records(ctx);
    let others = others(&records, &whole, call)?;
    let (profile, code, title) = match whole.who {
        Who::Mother => ("mch-mother-booklet", "mother-booklet", "Sổ theo dõi sức khỏe của mẹ"),
        Who::Child => ("mch-child-booklet", "child-booklet", "Sổ theo dõi sức khỏe của trẻ"),
    };
    let profiles = (profile_of("mch-document"), profile_of(profile));
    let kind = coded("mch-document-type", code);
    let mut document = Document::new((ctx, &whole), profiles, kind, title);
    let mut all: Vec<(&'static str, &str, String)> = Vec::new();
    for (address, resource) in &whole.records {
        if !whole.own.contains(address) || others.contains(address.as_str()) {
            continue;
        }
        let part = part_of(&records, Record { address, resource }, whole.who);
        let day = narrative::moment(resource).unwrap_or_default();
        all.push((part, day, address.clone()));
    }
    let forecast = forecast(&records, &whole, on, call);
    let forecast = forecast.map(|made| document.make(made));
    all.sort_by(|a, b| (a.1, &a.2).cmp(&(b.1, &b.2)));
    for part in parts().iter().filter(|part| wanted.is_none_or_has(part)) {
        let own = all.iter().filter(|(of, ..)| *of == part.id);
        let mut addresses: Vec<String> = own.map(|(.., address)| address.clone()).collect();
        if part.id == vaccines(whole.who) {
            addresses.extend(forecast.clone());
        }
        let text = (part.id == "cover").then(|| cover(&whole));
        let text = text.filter(|_| addresses.is_empty());
        let code = coded("mch-document-section", part.code());
        document.section((&part.title.vi, code), &addresses, (text, None));
    }
    Ok(document.finish())
}

/// Some of the parts, or all.
struct Wanted(Option<Vec<&'static str>>);

impl Wanted {
    fn is_none_or_has(&self, part: &Part) -> bool {
        self.0.as_ref().is_none_or(|some| some.contains(&part.id.as_str()))
    }
}

fn sections(call: &Call<'_>) -> Result<Wanted, Failure> {
    let parameters = call.parameters();
    let named = parameters.texts("sections").flat_map(|text| text.split(','));
    let mut some = Vec::new();
    for name in named.map(str::trim).filter(|name| !name.is_empty()) {
        let part = parts().iter().find(|part| part.id == name || part.code() == name);
        some.push(part.ok_or_else(|| no_part(name))?.id.as_str());
    }
    Ok(Wanted((!some.is_empty()).then_some(some)))
}

fn no_part(name: &str) -> Failure {
    let all = || parts().iter().map(|part| part.id.as_str());
    let (vi, en) = match nearest(name, all()) {
        Some(meant) => (format!("Ý bạn là '{meant}'?"), format!("Did you mean '{meant}'?")),
        None => {
            let list = all().collect::<Vec<_>>().join(", ");
            (format!("Có: {list}."), format!("There are: {list}."))
        }
    };
    Kind::Malformed
        .because(
            format!("Sổ không có phần '{name}'. {vi}"),
            format!("The booklet has no part '{name}'. {en}"),
        )
        .of(&place("sections"))
}

/// Until there is access control nobody may see what is restricted in a document.
pub(super) fn refuse_restricted(call: &Call<'_>) -> Result<(), Failure> {
    if call.parameters().truth("restricted") != Some(true) {
        return Ok(());
    }
    Err(Kind::Forbidden
        .because(
            "Dữ liệu hạn chế (kết quả HIV, sảy thai, vị thành niên, trẻ bị bỏ rơi) không vào tài liệu trên máy chủ này.",
            "Restricted data (HIV results, miscarriages, adolescents, abandoned children) enter no document on this server.",
        )
        .of(&place("restricted")))
}

pub(super) fn profile_of(name: &str) -> String {
    format!("{BASE}/StructureDefinition/{name}")
}

/// A concept of one of our code systems.
pub(super) fn coded(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": format!("{BASE}/CodeSystem/{system}"), "code": code }] })
}

fn vaccines(who: Who) -> &'static str {
    if who == Who::Child { "prevention-illness" } else { "tetanus" }
}

/// What comes next of vaccines; none where it cannot be said for that day.
fn forecast(records: &Records<'_>, whole: &Whole, day: i64, call: &Call<'_>) -> Option<Value> {
    let chart = Chart::of(records, &whole.patient, day).ok()?;
    let is_born = chart.person.birth.is_none_or(|birth| birth.first <= day);
    (is_born && chart.later_dose().is_none())
        .then(|| recommendation(&chart, &whole.patient, call.language))
}

/// Name, address and telephone, as the cover has them.
fn cover(whole: &Whole) -> String {
    let patient = whole.patient();
    let text = |pointer: &str| patient.and_then(|one| one.pointer(pointer)?.as_str());
    let parts = [text("/name/0/text"), text("/address/0/text"), text("/telecom/0/value")];
    let told: Vec<&str> = parts.into_iter().flatten().collect();
    narrative::sentence(&told.join(" · "))
}

/// What is of other pregnancies than the one the booklet is for: the one that is named, else the last.
fn others<'w>(
    records: &Records<'_>,
    whole: &'w Whole,
    call: &Call<'_>,
) -> Result<HashSet<&'w str>, Failure> {
    let episodes = whole.records.iter().filter(|(_, one)| is_pregnancy(one));
    let episodes: Vec<_> = episodes.filter(|(address, _)| whole.own.contains(address)).collect();
    let named = call.parameters().text("episode");
    let chosen = match named {
        Some(named) => {
            let id = named.rsplit('/').next().unwrap_or(named);
            let is_it = |address: &str| address.strip_prefix("EpisodeOfCare/") == Some(id);
            Some(
                episodes
                    .iter()
                    .find(|(address, _)| is_it(address))
                    .ok_or_else(|| no_episode(named))?,
            )
        }
        None => episodes.iter().max_by_key(|(_, one)| narrative::moment(one)),
    };
    let other: Vec<_> =
        episodes.iter().filter(|one| chosen.is_none_or(|it| it.0 != one.0)).collect();
    let mut known: HashSet<&str> = HashSet::new();
    for (address, episode) in other {
        known.insert(address);
        for condition in diagnoses(records, episode) {
            known.extend(
                whole.records.iter().find(|(at, _)| at == condition).map(|(at, _)| at.as_str()),
            );
        }
    }
    if known.is_empty() {
        return Ok(known);
    }
    // Visits of an episode, then what was recorded at them.
    for _ in 0..2 {
        for (address, resource) in &whole.records {
            if leads_to(records, resource, &known) {
                known.insert(address);
            }
        }
    }
    Ok(known)
}

/// Whether a record belongs to one of these.
fn leads_to(records: &Records<'_>, resource: &Value, known: &HashSet<&str>) -> bool {
    let one = ["encounter", "context"].into_iter().filter_map(|name| resource.get(name));
    let many = ["episodeOfCare", "focus", "reasonReference", "partOf"].into_iter();
    let many = many.filter_map(|name| resource.get(name)?.as_array()).flatten();
    one.chain(many).filter_map(|link| records.address(Some(link))).any(|to| known.contains(to))
}

fn no_episode(named: &str) -> Failure {
    Kind::Malformed
        .because(
            format!("Không có thai kỳ '{named}' của người này."),
            format!("This person has no pregnancy '{named}'."),
        )
        .of(&place("episode"))
}
