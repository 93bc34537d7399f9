//! `/so/{patient}/tang-truong` and its drawing: WHO's lines from −3 to +3, the child's points, and the
//! same as a table beside it.

use maud::{Markup, html};
use serde_json::Value;

use super::super::correction::link;
use super::super::item::told;
use super::super::person::{self, Known, head, name};
use super::super::reader::{Made, Reader, nowhere};
use super::chart::{Chart, Line};
use crate::budget;
use crate::fhir::id::ResourceId;
use crate::interaction::failure::Failure;
use crate::mch::growth::child::{Child, Measurement, Unknown, child, measurements};
use crate::mch::growth::curve::{point, value_at};
use crate::mch::growth::facts::facts;
use crate::mch::growth::indicator::{Edition, Indicator};
use crate::ui::say::Say;

/// The indicators that have a page, in the order of the booklet.
const SHOWN: [Indicator; 7] = [
    Indicator::WeightForAge,
    Indicator::LengthForAge,
    Indicator::WeightForLength,
    Indicator::WeightForHeight,
    Indicator::BmiForAge,
    Indicator::HeadForAge,
    Indicator::ArmForAge,
];
/// WHO's lines: z, colour, dashes. Colours are not all that tells them apart.
const LINES: [(f64, &str, &str, &str); 7] = [
    (-3.0, "-3", "#000", ""),
    (-2.0, "-2", "#a11a12", "7 3"),
    (-1.0, "-1", "#8a6d00", "2 3"),
    (0.0, "0", "#1b6e34", ""),
    (1.0, "+1", "#8a6d00", "2 3"),
    (2.0, "+2", "#a11a12", "7 3"),
    (3.0, "+3", "#000", ""),
];
/// Points that a line is drawn by.
const POINTS: i32 = 48;
/// Ages in days, and lengths in centimetres, that a chart begins and ends with.
const TWO_YEARS: f64 = 730.0;
const FIVE_YEARS: f64 = 1_856.0;
const LYING: (f64, f64) = (45.0, 110.0);
const STANDING: (f64, f64) = (65.0, 120.0);
/// Months of age in the reference of 2007.
const OLDER: (f64, f64) = (61.0, 228.0);

/// Which chart is wanted.
#[derive(Clone, Copy)]
struct Wanted {
    indicator: Indicator,
    is_corrected: bool,
}

fn wanted(reader: &Reader<'_, '_>) -> Result<Wanted, Failure> {
    let code = reader.told("indicator").unwrap_or("wfa");
    let indicator = SHOWN.into_iter().find(|one| one.code() == code).ok_or_else(nowhere)?;
    let is_corrected = match reader.told("basis") {
        None | Some("chronological") => false,
        Some("corrected") => true,
        Some(_) => return Err(nowhere()),
    };
    Ok(Wanted { indicator, is_corrected })
}

/// The page.
pub(in crate::ui::booklet) async fn page(
    reader: &Reader<'_, '_>,
    id: &ResourceId,
) -> Result<Made, Failure> {
    let (say, wanted) = (reader.say, wanted(reader)?);
    let person = person::open(reader, id).await?;
    let records = person.records(reader.ctx);
    let known = Known::of(reader, &person, &records);
    let patient = person.patient().unwrap_or(&Value::Null);
    let care = &reader.ctx.engine.care;
    let content = match child(&records, &known.address) {
        Err(unknown) => html! { p { (why(unknown, say)) } },
        Ok(child) => {
            let all = measurements(&records, &child, known.today, care.corrected_months);
            budget::spend(all.len() * 64)?;
            content(&child, &all, (wanted, known.id()), say)
        }
    };
    let title = format!("{}: {}", say.pick("Tăng trưởng", "Growth"), name(patient, say));
    let body = html! {
        (head(reader, &person, (&records, &known), "/tang-truong"))
        (content)
    };
    Ok(Made { title, body })
}

/// The drawing alone.
pub(in crate::ui::booklet) async fn picture(
    reader: &Reader<'_, '_>,
    id: &ResourceId,
) -> Result<String, Failure> {
    let wanted = wanted(reader)?;
    let person = person::open(reader, id).await?;
    let records = person.records(reader.ctx);
    let child = child(&records, &person.address).map_err(|_unknown| nowhere())?;
    let months = reader.ctx.engine.care.corrected_months;
    let all = measurements(&records, &child, reader.today(), months);
    budget::spend(all.len() * 64)?;
    Ok(chart(&child, &all, wanted, reader.say).svg(true).into_string())
}

fn why(unknown: Unknown, say: Say) -> &'static str {
    match unknown {
        Unknown::Sex => say.pick(
            "Chưa vẽ được biểu đồ: chưa ghi giới tính của trẻ.",
            "There is no chart: the child's sex is not recorded.",
        ),
        Unknown::Birth => say.pick(
            "Chưa vẽ được biểu đồ: chưa ghi đủ ngày, tháng, năm sinh của trẻ.",
            "There is no chart: the day, month and year of birth are not all recorded.",
        ),
    }
}

fn content(
    child: &Child<'_>,
    all: &[Measurement<'_>],
    (wanted, id): (Wanted, &str),
    say: Say,
) -> Markup {
    let path = format!("/so/{id}/tang-truong");
    let is_preterm = all.iter().any(|one| one.corrected_age.is_some());
    let link = |indicator: Indicator, basis: &str| {
        say.href(&path, &[("indicator", indicator.code()), ("basis", basis)])
    };
    let basis = if wanted.is_corrected { "corrected" } else { "" };
    html! {
        nav .pages aria-label=(say.pick("Biểu đồ", "Charts")) { @for one in SHOWN {
            a href=(link(one, basis)) aria-current=[(one == wanted.indicator).then_some("true")] { (label(one, say)) }
        } }
        @if is_preterm {
            p { (say.pick("Trẻ sinh non: ", "Born before term: "))
                @if wanted.is_corrected {
                    b { (say.pick("đang theo tuổi hiệu chỉnh", "by the corrected age")) } " · "
                    a href=(link(wanted.indicator, "chronological")) { (say.pick("theo tuổi từ khi sinh", "by the age since birth")) }
                } @else {
                    b { (say.pick("đang theo tuổi từ khi sinh", "by the age since birth")) } " · "
                    a href=(link(wanted.indicator, "corrected")) { (say.pick("theo tuổi hiệu chỉnh", "by the corrected age")) }
                }
            }
        }
        h2 { (label(wanted.indicator, say)) @if wanted.is_corrected { (say.pick(" – tuổi hiệu chỉnh", " – corrected age")) } }
        (chart(child, all, wanted, say).svg(false))
        p .note { (say.pick("Đường của WHO (2006, từ 5 tuổi: 2007), từ −3 đến +3. Chấm: số đo của trẻ.", "Lines of WHO (2006; from five years 2007), from −3 to +3. Points: the child.")) }
        (table(child, all, (wanted, id), say))
    }
}

fn label(indicator: Indicator, say: Say) -> &'static str {
    facts().of(indicator).map_or(indicator.code(), |fact| match say.code() {
        "en" => fact.label.en.as_str(),
        _ => fact.label.vi.as_str(),
    })
}

fn unit(indicator: Indicator) -> &'static str {
    match indicator {
        Indicator::WeightForAge | Indicator::WeightForLength | Indicator::WeightForHeight => "kg",
        Indicator::BmiForAge => "kg/m²",
        Indicator::TricepsForAge | Indicator::SubscapularForAge => "mm",
        _ => "cm",
    }
}

/// The chart for the child's age: to two years, to five, or beyond.
fn chart(child: &Child<'_>, all: &[Measurement<'_>], wanted: Wanted, say: Say) -> Chart {
    let Wanted { indicator, is_corrected } = wanted;
    let points: Vec<(Edition, f64, f64)> =
        all.iter().filter_map(|one| point(one, indicator, is_corrected)).collect();
    let edition = points.last().map_or(Edition::Who2006, |(edition, ..)| *edition);
    let own: Vec<(f64, f64)> = points
        .iter()
        .filter(|(of, ..)| *of == edition)
        .map(|(_, by, value)| (*by, *value))
        .collect();
    let most = own.iter().map(|(by, _)| *by).fold(0.0, f64::max);
    let (from, to) = match (indicator, edition) {
        (Indicator::WeightForLength, _) => LYING,
        (Indicator::WeightForHeight, _) => STANDING,
        (_, Edition::Who2007) => OLDER,
        _ if most <= TWO_YEARS => (0.0, TWO_YEARS),
        _ => (0.0, FIVE_YEARS),
    };
    let mut lines: Vec<Line> = LINES
        .iter()
        .map(|(z, name, colour, dash)| {
            let at = |step: i32| {
                let by = from + (to - from) * f64::from(step) / f64::from(POINTS);
                // Tables go by whole days.
                let by = if edition == Edition::Who2006 && !indicator.is_by_length() {
                    by.round()
                } else {
                    by
                };
                Some((by, value_at(child.sex, (indicator, edition), by, *z)?))
            };
            let points = (0..=POINTS).filter_map(at).collect();
            Line { name: (*name).to_owned(), colour, dash, is_marked: false, points }
        })
        .collect();
    let own =
        Line { name: String::new(), colour: "#0a3d91", dash: "", is_marked: true, points: own };
    lines.push(own);
    let is_older = edition == Edition::Who2007;
    let (across, ticks) = match indicator.is_by_length() {
        true => {
            (say.pick("chiều dài hay chiều cao (cm)", "length or height (cm)"), lengths(from, to))
        }
        false => (say.pick("tuổi (tháng)", "age (months)"), months((from, to), is_older)),
    };
    let basis =
        if is_corrected { say.pick(", tuổi hiệu chỉnh", ", corrected age") } else { "" };
    Chart {
        title: format!("{}{basis}", label(indicator, say)),
        across: format!("{across}{basis}"),
        up: unit(indicator).to_owned(),
        ticks,
        lines,
    }
}

fn lengths(from: f64, to: f64) -> Vec<(f64, String)> {
    let all = (4..=12).map(|ten| f64::from(ten) * 10.0).filter(|at| (from..=to).contains(at));
    all.map(|at| (at, format!("{at:.0}"))).collect()
}

/// Every three months to two years, every six to five, every year beyond.
fn months((from, to): (f64, f64), is_older: bool) -> Vec<(f64, String)> {
    let (step, scale) = match (is_older, to <= TWO_YEARS) {
        (true, _) => (12, 1.0),
        (false, true) => (3, facts().days_in_month),
        (false, false) => (6, facts().days_in_month),
    };
    let all = (0..=228).step_by(step).map(|month| (f64::from(month) * scale, month.to_string()));
    all.filter(|(at, _)| (from..=to + 1.0).contains(at)).collect()
}

fn table(
    child: &Child<'_>,
    all: &[Measurement<'_>],
    (wanted, id): (Wanted, &str),
    say: Say,
) -> Markup {
    let number = |number: Option<f64>, unit: &str| {
        number
            .map_or_else(String::new, |one| format!("{} {unit}", say.number(&format!("{one:.1}"))))
    };
    html! {
        @if all.is_empty() { p .dim { (say.pick("Chưa ghi lần cân đo nào.", "No measurement is recorded.")) } }
        @else {
            div .wide .stack { table {
                caption { (say.pick("Các lần cân đo", "Measurements")) }
                thead { tr {
                    th scope="col" { (say.pick("Ngày, tuổi", "Day, age")) }
                    th scope="col" { (say.pick("Cân nặng", "Weight")) }
                    th scope="col" { (say.pick("Dài/cao", "Length")) }
                    th scope="col" { (say.pick("Vòng đầu", "Head")) }
                    th scope="col" { (say.pick("Đánh giá (z-score của WHO)", "Classes (z-scores of WHO)")) }
                } }
                tbody { @for one in all.iter().rev() { tr {
                    td { b { (say.day(one.day)) } " · " (say.age(child.born, one.day))
                        @if wanted.is_corrected { @if let Some(age) = one.corrected_age {
                            div .dim { (say.pick("hiệu chỉnh", "corrected")) ": " @if age < 0 { (say.pick("chưa tới ngày dự sinh", "before the due date")) } @else { (say.age(one.day - age, one.day)) } }
                        } } }
                    td data-name=(say.pick("cân nặng", "weight")) { (number(one.measured.weight, "kg")) }
                    td data-name=(say.pick("dài/cao", "length")) { (number(one.measured.length, "cm")) }
                    td data-name=(say.pick("vòng đầu", "head")) { (number(one.measured.head, "cm")) }
                    td { (scores(one, wanted, say))
                        @for source in &one.sources { div .report { (told(source.resource, say).label) (link(id, source.address, say)) } }
                    }
                } } }
            } }
        }
    }
}

fn scores(one: &Measurement<'_>, wanted: Wanted, say: Say) -> Markup {
    let all = if wanted.is_corrected { &one.corrected } else { &one.scores };
    html! {
        @for score in all {
            @let class = score.class.map_or(say.pick("bình thường", "normal"), |class| if say.code() == "en" { class.label.en.as_str() } else { class.label.vi.as_str() });
            div {
                (label(score.indicator, say)) ": " (say.number(&format!("{:+.2}", score.z)).replace('-', "−"))
                @if let Some(colour) = score.colour() { " " span class={ "cell " (colour) } { (class) } }
                @if score.is_flagged { " " b { (say.pick("xem lại số đo", "look at the measurement again")) } }
            }
        }
    }
}
