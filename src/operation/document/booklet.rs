//! `$booklet`: the mother's or the child's booklet as a document, a section for each of its parts.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::bundle::Document;
use super::computed::{Computing, computed};
use super::narrative;
use super::record::{Whole, whole};
use super::section::{Part, part_of, parts};
use crate::definitions::base::BASE;
use crate::fhir::text::suggestion::nearest;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::immunization::series::Who;
use crate::mch::record::pregnancy::{diagnoses, is_pregnancy};
use crate::mch::record::records::{Record, Records};
use crate::operation::asked::{day, is_born, place, take, today};
use crate::operation::call::Call;

const KNOWN: [&str; 4] = ["episode", "date", "sections", "restricted"];

/// Makes the document.
pub(in crate::operation) async fn booklet(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    take(call, &KNOWN)?;
    let on = day(call, "date")?.unwrap_or_else(|| today(ctx));
    let wanted = sections(call)?;
    let with_restricted = is_restricted_wanted(ctx, call)?;
    let id = call.id.ok_or_else(|| {
        Kind::NotFound
            .because("$booklet được gọi trên một Patient.", "$booklet is called on a Patient.")
    })?;
    let whole = whole(ctx, id, with_restricted).await?;
    let records = whole.records(ctx);
    is_born(&records, &whole.patient, on, "date")?;
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
    let asked = Computing { id, day: on, with_restricted, language: call.language };
    let chosen = chosen(&whole, &others);
    let computed = computed(ctx, asked, (&whole, chosen)).await?;
    let computed: Vec<(&'static str, String)> = computed
        .into_iter()
        .map(|one| (one.part, document.make_told(one.made, one.told)))
        .collect();
    all.sort_by(|a, b| (a.1, &a.2).cmp(&(b.1, &b.2)));
    for part in parts().iter().filter(|part| wanted.is_none_or_has(part)) {
        let own = all.iter().filter(|(of, ..)| *of == part.id);
        let mut addresses: Vec<String> = own.map(|(.., address)| address.clone()).collect();
        let made = computed.iter().filter(|(of, _)| *of == part.id);
        addresses.extend(made.map(|(_, address)| address.clone()));
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

/// Whether what is restricted is wanted. Where access is controlled, rights decide what of it is
/// there; else the setting does.
fn is_restricted_wanted(ctx: &Ctx<'_>, call: &Call<'_>) -> Result<bool, Failure> {
    let parameters = call.parameters();
    if parameters.value("restricted").is_none() {
        return Ok(false);
    }
    let wanted = parameters.truth("restricted").ok_or_else(|| {
        Kind::Malformed
            .because(
                "Tham số 'restricted' là true hoặc false.",
                "The parameter 'restricted' is true or false.",
            )
            .of(&place("restricted"))
    })?;
    if !wanted || !ctx.engine.is_open || ctx.engine.care.restricted_documents {
        return Ok(wanted);
    }
    Err(Kind::Forbidden
        .because(
            "Dữ liệu hạn chế (kết quả HIV, sảy thai, vị thành niên, trẻ bị bỏ rơi) không vào tài liệu trên máy chủ này (cài đặt restricted_documents).",
            "Restricted data (HIV results, miscarriages, adolescents, abandoned children) enter no document on this server (setting restricted_documents).",
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

/// The pregnancy that the booklet is for.
fn chosen<'w>(whole: &'w Whole, others: &HashSet<&str>) -> Option<&'w str> {
    let episodes = whole.records.iter().filter(|(address, one)| {
        is_pregnancy(one) && whole.own.contains(address) && !others.contains(address.as_str())
    });
    episodes.map(|(address, _)| address.as_str()).next()
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
