//! `$birth-notice`: what a commune station needs to open a newborn's record, and what the
//! certificate of birth holds. Of the mother it takes what birth needs; a stillborn child has no
//! Patient: the notice is then the mother's, with `episode`.

use serde_json::Value;

use super::booklet::{coded, profile_of};
use super::bundle::Document;
use super::record::{Whole, whole};
use super::section::part_of;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::mch::immunization::series::Who;
use crate::mch::record::pregnancy::is_pregnancy;
use crate::mch::record::records::{Record, Records};
use crate::operation::asked::{place, take};
use crate::operation::call::Call;

/// Makes the notice.
pub(in crate::operation) async fn birth_notice(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    take(call, &["episode"])?;
    let id = call.id.ok_or_else(|| {
        Kind::NotFound.because(
            "$birth-notice được gọi trên một Patient.",
            "$birth-notice is called on a Patient.",
        )
    })?;
    let whole = whole(ctx, id, false).await?;
    let records = whole.records(ctx);
    let (mother, newborn) = match whole.who {
        Who::Child => of_child(&whole, &records)?,
        Who::Mother => of_mother(&whole, &records, call)?,
    };
    let profiles = (profile_of("mch-document"), profile_of("mch-birth-notice"));
    let kind = coded("mch-document-type", "birth-notice");
    let mut document = Document::new((ctx, &whole), profiles, kind, "Giấy báo sinh");
    let focus = mother.first().map(String::as_str);
    let section = |code: &str| coded("mch-document-section", code);
    document.section(("Mẹ", section("mother")), &mother, (None, focus));
    document.section(("Trẻ sơ sinh", section("newborn")), &newborn, (None, None));
    Ok(document.finish())
}

/// The mother with her delivery, and the newborn.
type Both = (Vec<String>, Vec<String>);

fn of_child(whole: &Whole, records: &Records<'_>) -> Result<Both, Failure> {
    let mothers = records.mothers(&whole.patient);
    let Some(mother) = mothers.first() else {
        return Err(Kind::Unprocessable.because(
            format!("Chưa biết mẹ của {}: cần một RelatedPerson (MTH) và Patient.link của mẹ.", whole.patient),
            format!("The mother of {} is not known: a RelatedPerson (MTH) and the mother's Patient.link are needed.", whole.patient),
        ));
    };
    let mut newborn = vec![whole.patient.clone()];
    newborn.extend(own(whole, records, &["newborn"]));
    let mut hers = vec![(*mother).to_owned()];
    // What the birth is part of: the delivery, and the stay for it.
    let delivery = whole.records.iter().filter(|(address, _)| !whole.own.contains(address));
    let is_delivery =
        |address: &&String| address.starts_with("Procedure/") || address.starts_with("Encounter/");
    hers.extend(delivery.map(|(address, _)| address).filter(is_delivery).cloned());
    Ok((hers, newborn))
}

/// Of a child that has no Patient.
fn of_mother(whole: &Whole, records: &Records<'_>, call: &Call<'_>) -> Result<Both, Failure> {
    let named = call.parameters().text("episode").ok_or_else(|| {
        Kind::Unprocessable
            .because(
                format!("{} là mẹ. Giấy báo sinh được gọi trên trẻ; trẻ chết lưu thì trên mẹ, kèm 'episode'.", whole.patient),
                format!("{} is a mother. The notice is called on the child; of a stillborn child on the mother, with 'episode'.", whole.patient),
            )
            .of(&place("episode"))
    })?;
    let id = named.rsplit('/').next().unwrap_or(named);
    let address = format!("EpisodeOfCare/{id}");
    let episode = records.at(&address).filter(|one| is_pregnancy(one.resource));
    if episode.is_none() || !whole.own.contains(&address) {
        return Err(Kind::Malformed
            .because(
                format!("Không có thai kỳ '{named}' của người này."),
                format!("This person has no pregnancy '{named}'."),
            )
            .of(&place("episode")));
    }
    let mut hers = vec![whole.patient.clone(), address];
    hers.extend(own(whole, records, &["delivery"]));
    Ok((hers, own(whole, records, &["newborn"])))
}

/// The person's records of some parts of the booklet.
fn own(whole: &Whole, records: &Records<'_>, parts: &[&str]) -> Vec<String> {
    let own = whole.records.iter().filter(|(address, _)| whole.own.contains(address));
    let of = own.filter(|(address, resource)| {
        parts.contains(&part_of(records, Record { address, resource }, whole.who))
    });
    of.map(|(address, _)| address.clone()).collect()
}
