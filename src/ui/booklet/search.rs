//! `/so`: finds somebody's booklet by name, with marks or without, by an identifier or a telephone.

use maud::{Markup, html};
use serde_json::Value;

use super::person::{line, name, place, telephone};
use super::reader::{Made, Reader, text};
use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::Failure;
use crate::search::query::{Parameter, Query};

/// People that a page lists.
const MOST: usize = 30;
/// Letters that are looked at.
const LONGEST: usize = 200;

/// The page.
pub(super) async fn page(reader: &Reader<'_, '_>) -> Result<Made, Failure> {
    let say = reader.say;
    let asked: String = reader.told("q").unwrap_or_default().chars().take(LONGEST).collect();
    let found = match asked.as_str() {
        "" => None,
        asked => Some(find(reader, asked).await?),
    };
    let title = say.pick("Tìm sổ", "Find a booklet").to_owned();
    let body = html! {
        // What is typed stands in no address.
        form method="post" action=(say.href("/so", &[])) role="search" {
            label for="q" { (say.pick("Tên, số định danh, số sổ hoặc điện thoại", "Name, identifier or telephone")) }
            input #q type="search" name="q" value=(asked) autocomplete="off" maxlength=(LONGEST);
            button type="submit" { (say.pick("Tìm", "Search")) }
        }
        p .dim { (say.pick("Gõ tên có dấu hay không dấu đều được.", "Names may be typed without their marks.")) }
        p .dim { (say.pick(
            "Có sổ hay phiếu tiêm đã in? Mở máy ảnh của điện thoại, đưa vào mã QR ở góc trên rồi bấm vào đường dẫn hiện ra: sổ mở ngay. Trong mã chỉ có địa chỉ của sổ, không có tên hay số nào.",
            "Is there a printed booklet or vaccination card? Open the camera of the phone, hold it over the QR code at the top and press the link: the booklet opens. The code holds the address alone, no name and no number.",
        )) }
        @if let Some((people, is_more)) = &found {
            h2 { (say.pick("Kết quả", "Results")) }
            @if people.is_empty() { p role="status" { (say.pick("Không tìm thấy ai.", "Nobody was found.")) } }
            (list(reader, people))
            @if *is_more { p { (say.pick("Còn người khác nữa: hãy gõ thêm.", "There are more people: type more.")) } }
        }
    };
    Ok(Made { title, body })
}

fn list(reader: &Reader<'_, '_>, people: &[Value]) -> Markup {
    let (say, today) = (reader.say, reader.today());
    html! {
        ul .people { @for one in people {
            li {
                a .big href=(say.href(&format!("/so/{}", text(one, "/id")), &[])) { (name(one, say)) }
                div { (line(one, say, today)) }
                div .dim { (place(one)) " " (telephone(one)) }
            }
        } }
    }
}

/// Who is meant: by a number where there is one, else by a name.
pub(super) async fn find(
    reader: &Reader<'_, '_>,
    asked: &str,
) -> Result<(Vec<Value>, bool), Failure> {
    let plain: String =
        asked.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect();
    let digits = plain.trim_start_matches('+');
    let (mut people, mut is_more) = (Vec::new(), false);
    if asked.chars().any(|c| c.is_ascii_digit()) {
        let local = digits.strip_prefix("84").map(|rest| format!("0{rest}"));
        let abroad = digits.strip_prefix('0').map(|rest| format!("+84{rest}"));
        let own = [asked.to_owned(), plain.to_uppercase(), plain.clone(), digits.to_owned()];
        let mut ways: Vec<String> = own.into_iter().chain(local).chain(abroad).collect();
        ways.dedup();
        let values = ways.iter().map(|one| escaped(one)).collect::<Vec<_>>().join(",");
        for by in ["identifier", "phone"] {
            take(reader, &mut people, &mut is_more, vec![Parameter::new(by, values.clone())])
                .await?;
        }
    }
    if people.is_empty() {
        let whole = vec![Parameter::new("name", escaped(asked))];
        take(reader, &mut people, &mut is_more, whole).await?;
    }
    if people.is_empty() {
        let words = asked.split_whitespace().take(8);
        let words = words.map(|word| Parameter::new("name:contains", escaped(word))).collect();
        take(reader, &mut people, &mut is_more, words).await?;
    }
    Ok((people, is_more))
}

async fn take(
    reader: &Reader<'_, '_>,
    people: &mut Vec<Value>,
    is_more: &mut bool,
    mut parameters: Vec<Parameter>,
) -> Result<(), Failure> {
    if parameters.is_empty() {
        return Ok(());
    }
    parameters.push(Parameter::new("_count", MOST.to_string()));
    let (found, more) = reader.find(ResourceKind::PATIENT, Query { parameters }).await?;
    *is_more |= more;
    for one in found {
        if people.iter().all(|known| known.get("id") != one.get("id")) {
            people.push(one);
        }
    }
    Ok(())
}

/// A value in which nothing separates.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if matches!(letter, ',' | '|' | '$' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_one_value() {
        assert_eq!(escaped("a,b|c$d\\"), "a\\,b\\|c\\$d\\\\");
        assert_eq!(escaped("Ánh"), "Ánh");
    }
}
