//! Which format a resource is in, <https://hl7.org/fhir/R4/http.html#mime-type>.
//!
//! `_format` wins over `Accept`. A client that leaves it open gets the format of what it sent, or
//! JSON. Whoever asks for a general type such as `application/xml` gets it under that name.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderName};

use crate::interaction::failure::{Failure, Kind};

use super::request::head::Head;

/// <https://www.rfc-editor.org/rfc/rfc5789#section-3.1>
pub(super) const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// A format of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
    /// A resource a line: of replies only.
    Ndjson,
    /// A page for people: of replies to what a browser opens.
    Html,
}

/// A format, under the name a client knows it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MediaType {
    pub(super) format: Format,
    /// The `Content-Type` of a reply.
    pub(super) content_type: &'static str,
}

const FHIR_JSON: MediaType =
    MediaType { format: Format::Json, content_type: "application/fhir+json; charset=utf-8" };

const FHIR_XML: MediaType =
    MediaType { format: Format::Xml, content_type: "application/fhir+xml; charset=utf-8" };

const FHIR_NDJSON: MediaType =
    MediaType { format: Format::Ndjson, content_type: "application/fhir+ndjson" };

const HTML: MediaType =
    MediaType { format: Format::Html, content_type: "text/html; charset=utf-8" };

/// The general types that stand for a format, and those of the time before FHIR 3.
const GENERAL: [(&str, Format, &str); 8] = [
    ("application/json", Format::Json, "application/json; charset=utf-8"),
    ("text/json", Format::Json, "text/json; charset=utf-8"),
    ("application/json+fhir", Format::Json, FHIR_JSON.content_type),
    ("application/xml", Format::Xml, "application/xml; charset=utf-8"),
    ("text/xml", Format::Xml, "text/xml; charset=utf-8"),
    ("application/xml+fhir", Format::Xml, FHIR_XML.content_type),
    ("application/ndjson", Format::Ndjson, "application/ndjson"),
    ("application/x-ndjson", Format::Ndjson, "application/x-ndjson"),
];

impl Default for MediaType {
    fn default() -> Self {
        FHIR_JSON
    }
}

impl MediaType {
    /// The formal type of a format.
    fn of(format: Format) -> Self {
        match format {
            Format::Json => FHIR_JSON,
            Format::Xml => FHIR_XML,
            Format::Ndjson => FHIR_NDJSON,
            Format::Html => HTML,
        }
    }

    fn named(name: &str) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if let Some(formal) = [FHIR_JSON, FHIR_XML, FHIR_NDJSON]
            .into_iter()
            .find(|formal| formal.content_type.split(';').next().is_some_and(is))
        {
            return Some(formal);
        }
        let (_, format, content_type) = GENERAL.into_iter().find(|known| is(known.0))?;
        Some(Self { format, content_type })
    }
}

/// What is known of a media type that stands for a format.
pub(super) struct Known {
    /// Whether it is one of FHIR's own.
    pub(super) is_formal: bool,
}

/// A media type with its parameters, when it is one that resources come in.
pub(super) fn known(text: &str) -> Option<Known> {
    let name = Range::read(text.trim()).name;
    let media = MediaType::named(name)?;
    let formal = [FHIR_JSON, FHIR_XML, FHIR_NDJSON].map(|formal| formal.content_type);
    Some(Known { is_formal: formal.contains(&media.content_type) })
}

/// Those ranges of an `Accept` header that nothing is liked better than.
pub(super) fn liked_best(accepted: &str) -> Vec<&str> {
    let ranges = || accepted.split(',').map(str::trim).filter(|range| !range.is_empty());
    let best = ranges().map(|range| Range::read(range).weight).max();
    ranges().filter(|range| Some(Range::read(range).weight) == best).collect()
}

/// One range of an `Accept` header, or a `Content-Type`.
struct Range<'r> {
    name: &'r str,
    /// From 0 (not at all) to 1000.
    weight: u16,
    /// Whether it means this version of FHIR, or any.
    is_r4: bool,
}

impl<'r> Range<'r> {
    fn read(text: &'r str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let mut range = Self { name, weight: 1000, is_r4: true };
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"');
            if key.trim().eq_ignore_ascii_case("q") {
                range.weight = weight(value);
            } else if key.trim().eq_ignore_ascii_case("fhirVersion") {
                range.is_r4 = value == "4.0" || value.starts_with("4.0.");
            }
        }
        range
    }

    /// What the range names; for one that leaves it open, the first of these that is not refused.
    fn media_type(&self, open: &[MediaType]) -> Option<MediaType> {
        if !self.is_r4 {
            return None;
        }
        match self.name {
            // A browser is shown resources as they are.
            "*/*" | "application/*" | "text/html" => open.first().copied(),
            name => MediaType::named(name),
        }
    }

    fn is_open(&self) -> bool {
        MediaType::named(self.name).is_none()
    }
}

/// Reads `0.8` as 800.
fn weight(text: &str) -> u16 {
    let weight: f32 = text.parse().unwrap_or(1.0);
    // The greatest number of thousandths that is not above the weight.
    (0..=1000_u16).rev().find(|thousandths| f32::from(*thousandths) <= weight * 1000.0).unwrap_or(0)
}

/// The type of a reply.
pub(super) fn of_reply(request: Head<'_>) -> Result<MediaType, Failure> {
    let sent = of_body(request).ok().flatten().unwrap_or(Format::Json);
    let asked = form_urlencoded::parse(request.query_string().as_bytes())
        .find_map(|(name, value)| (name == "_format").then(|| value.replace(' ', "+")))
        .filter(|asked| !asked.is_empty());
    if let Some(asked) = asked {
        return of_parameter(&asked, sent).ok_or_else(not_acceptable);
    }
    let headers = request.headers.get_all(header::ACCEPT);
    let accepted = headers.filter_map(|value| value.to_str().ok());
    // A header that names nothing is as good as none.
    let accepted: Vec<&str> = accepted.filter(|text| !text.trim().is_empty()).collect();
    if accepted.is_empty() {
        return Ok(MediaType::of(sent));
    }
    let accepted = accepted.join(",");
    let is_read = matches!(*request.method, Method::GET | Method::HEAD);
    if is_read && is_of_browser(&accepted) {
        return Ok(HTML);
    }
    of_accept(&accepted, sent).ok_or_else(not_acceptable)
}

/// Whether the reply is a page for people.
pub(super) fn is_page(request: Head<'_>) -> bool {
    of_reply(request).is_ok_and(|media| media.format == Format::Html)
}

/// Whether nothing is liked better than a page, and that is named.
fn is_of_browser(accepted: &str) -> bool {
    let ranges = || accepted.split(',').map(|text| Range::read(text.trim()));
    let best = ranges().map(|range| range.weight).max().unwrap_or_default();
    let is_page = |range: &Range<'_>| range.name.eq_ignore_ascii_case("text/html");
    let is_named = |range: &Range<'_>| MediaType::named(range.name).is_some();
    let page = ranges().find(is_page).map(|page| page.weight);
    page == Some(best) && !ranges().any(|range| is_named(&range) && range.weight == best)
}

/// What `_format` means: a word or a type.
fn of_parameter(asked: &str, sent: Format) -> Option<MediaType> {
    let range = Range::read(asked);
    let format = match range.name {
        "json" => Format::Json,
        "xml" => Format::Xml,
        "ndjson" => Format::Ndjson,
        "html" => sent,
        _ => range.media_type(&[MediaType::of(sent)])?.format,
    };
    range.is_r4.then(|| MediaType::of(format))
}

/// The best of what `Accept` names: by weight, then what it names over what it leaves open, then the
/// first.
fn of_accept(accepted: &str, sent: Format) -> Option<MediaType> {
    let ranges: Vec<Range<'_>> = accepted.split(',').map(|text| Range::read(text.trim())).collect();
    let is_refused = |media: &MediaType| {
        let of = |range: &Range<'_>| range.media_type(&[]) == Some(*media) && range.weight == 0;
        ranges.iter().any(of)
    };
    let other = if sent == Format::Json { Format::Xml } else { Format::Json };
    let mut open = vec![MediaType::of(sent), MediaType::of(other)];
    open.retain(|media| !is_refused(media));
    let mut best: Option<(u16, bool, MediaType)> = None;
    for range in ranges.iter().filter(|range| range.weight > 0) {
        let Some(media) = range.media_type(&open) else { continue };
        let rank = (range.weight, !range.is_open());
        if best.is_none_or(|(weight, is_named, _)| rank > (weight, is_named)) {
            best = Some((rank.0, rank.1, media));
        }
    }
    best.map(|(.., media)| media)
}

/// The format of a body, as its `Content-Type` says; none when it says nothing.
pub(super) fn of_body(request: Head<'_>) -> Result<Option<Format>, Failure> {
    let Some(named) = request.headers.get(header::CONTENT_TYPE) else { return Ok(None) };
    let named = named.to_str().unwrap_or_default();
    let range = Range::read(named);
    let is_body = |media: &MediaType| range.is_r4 && media.format != Format::Ndjson;
    match MediaType::named(range.name).filter(is_body) {
        Some(media) => Ok(Some(media.format)),
        None => Err(Kind::UnsupportedMediaType.because(
            format!(
                "Máy chủ không đọc '{named}'. Hãy gửi Content-Type: application/fhir+json hoặc application/fhir+xml, FHIR R4."
            ),
            format!(
                "This server does not read '{named}'. Send Content-Type: application/fhir+json or application/fhir+xml, FHIR R4."
            ),
        )),
    }
}

/// A body of which nothing says what it is: any page of any site may send one.
pub(super) fn unknown_type() -> Failure {
    Kind::UnsupportedMediaType.because(
        "Yêu cầu không nói phần thân là gì. Hãy gửi Content-Type: application/fhir+json hoặc application/fhir+xml.",
        "The request does not say what its body is. Send Content-Type: application/fhir+json or application/fhir+xml.",
    )
}

fn not_acceptable() -> Failure {
    Kind::NotAcceptable.because(
        "Máy chủ trả lời bằng JSON, XML hoặc NDJSON của FHIR R4: Accept: application/fhir+json, application/fhir+xml hoặc application/fhir+ndjson, hay _format=json, xml hoặc ndjson.",
        "This server answers in JSON, XML or NDJSON of FHIR R4: Accept: application/fhir+json, application/fhir+xml or application/fhir+ndjson, or _format=json, xml or ndjson.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accepted: &str, expected: Option<&str>) {
        let found = of_accept(accepted, Format::Json).map(|media| media.content_type);
        let found = found.and_then(|text| text.strip_suffix("; charset=utf-8"));
        assert_eq!(found, expected, "{accepted}");
    }

    #[test]
    fn the_best_of_what_is_accepted_is_chosen() {
        check("application/fhir+xml", Some("application/fhir+xml"));
        check("application/fhir+xml;q=0.5, application/fhir+json", Some("application/fhir+json"));
        check("application/json;q=0.5,text/xml;q=0.8", Some("text/xml"));
        check("Application/FHIR+XML ; Q=1", Some("application/fhir+xml"));
        check("*/*", Some("application/fhir+json"));
        check("*/*, application/xml", Some("application/xml"));
        check("*/*, application/fhir+json;q=0", Some("application/fhir+xml"));
        check("application/fhir+xml, */*;q=0.1", Some("application/fhir+xml"));
        check("application/xml+fhir", Some("application/fhir+xml"));
    }

    #[test]
    fn browsers_are_shown_pages() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        check(browser, Some("application/fhir+json"));
        assert!(is_of_browser(browser) && is_of_browser("text/html"));
        for other in [
            "*/*",
            "application/fhir+json, text/html",
            "text/html;q=0.9, application/json",
            "text/html;q=0.5, */*",
        ] {
            assert!(!is_of_browser(other), "{other}");
        }
    }

    #[test]
    fn other_formats_and_versions_are_not_had() {
        check("text/turtle", None);
        check("application/fhir+xml;q=0", None);
        check("application/fhir+xml;q=0.000", None);
        check("application/fhir+xml; fhirVersion=3.0", None);
        check("application/fhir+xml; fhirVersion=4.0", Some("application/fhir+xml"));
        check("", None);
    }

    #[test]
    fn what_is_left_open_is_the_format_of_the_body() {
        let open = of_accept("*/*", Format::Xml).map(|media| media.format);
        assert_eq!(open, Some(Format::Xml));
    }

    #[test]
    fn words_and_types_are_formats() {
        for (word, format) in [
            ("xml", Some(Format::Xml)),
            ("text/xml", Some(Format::Xml)),
            ("application/xml", Some(Format::Xml)),
            ("application/fhir+xml", Some(Format::Xml)),
            ("json", Some(Format::Json)),
            ("application/json", Some(Format::Json)),
            ("application/fhir+json; fhirVersion=4.0", Some(Format::Json)),
            ("html", Some(Format::Json)),
            ("ndjson", Some(Format::Ndjson)),
            ("application/x-ndjson", Some(Format::Ndjson)),
            ("ttl", None),
            ("application/fhir+json; fhirVersion=5.0", None),
        ] {
            let found = of_parameter(word, Format::Json);
            assert_eq!(found.map(|media| media.format), format, "{word}");
            assert!(found.is_none_or(|media| media.content_type.contains("fhir+")), "{word}");
        }
    }
}
