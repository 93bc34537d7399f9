//! Forms that are sent to pages and to the authorization server: `application/x-www-form-urlencoded`,
//! read in one way, <https://url.spec.whatwg.org/#application/x-www-form-urlencoded>.

use actix_web::{HttpRequest, web};

use crate::http::house::House;
use crate::interaction::failure::{Failure, Kind};

use super::body;
use super::head::Head;

/// The fields of a form in their order; a name may be there several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::http) struct Form {
    pub(in crate::http) fields: Vec<(String, String)>,
}

impl Form {
    /// Reads the body of a request, of `form_kib` at the most; none is an empty form.
    pub(in crate::http) async fn read(
        request: &HttpRequest,
        payload: &mut web::Payload,
        house: &House,
    ) -> Result<Self, Failure> {
        let head = Head::of(request);
        let mut limits = house.limits;
        limits.body = limits.body.min(limits.form);
        let sent = body::read(head, payload, &limits, &house.bodies).await;
        let sent = sent.map_err(|failure| match failure.kind {
            Kind::TooLarge => too_large(limits.body),
            _ => failure,
        })?;
        Self::parse(&body::form(head, &sent.bytes)?)
    }

    /// Reads the text of a form, or of a query.
    pub(in crate::http) fn parse(text: &str) -> Result<Self, Failure> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let fields = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        });
        fields.collect::<Option<_>>().map(|fields| Self { fields }).ok_or_else(|| {
            Kind::Malformed.because(
                "Biểu mẫu phải là UTF-8 được mã hóa đúng (%XX).",
                "The form must be UTF-8 that is encoded rightly (%XX).",
            )
        })
    }

    /// The value of a field; none when it is not there, or there several times.
    pub(in crate::http) fn one(&self, name: &str) -> Option<&str> {
        let (first, again) = (self.all(name).next(), self.is_repeated(name));
        first.filter(|_| !again)
    }

    /// The values of a field.
    pub(in crate::http) fn all<'f>(&'f self, name: &str) -> impl Iterator<Item = &'f str> {
        let named = self.fields.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether a field is there several times.
    pub(in crate::http) fn is_repeated(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }
}

/// What is written `%XX`, and `+` for a space; none when that is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn too_large(limit: usize) -> Failure {
    let kib = limit >> 10;
    Kind::TooLarge.because(
        format!("Biểu mẫu lớn hơn {kib} KiB (cài đặt form_kib)."),
        format!("The form is larger than {kib} KiB (setting form_kib)."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_their_number() {
        let form = Form::parse("scope=a+b&q=%C3%A1%2B&scope=c&empty=&&alone").expect("a form");
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("scope", "a b"), ("q", "á+"), ("scope", "c"), ("empty", ""), ("alone", "")];
        assert_eq!(fields, expected);
        assert_eq!((form.one("q"), form.one("scope"), form.one("no")), (Some("á+"), None, None));
        assert_eq!(form.all("scope").collect::<Vec<_>>(), ["a b", "c"]);
        assert!(form.is_repeated("scope") && !form.is_repeated("q"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bad in ["a=%", "a=%4", "a=%zz", "a=%+1", "a=%ff", "%C3=1"] {
            assert!(Form::parse(bad).is_err(), "{bad}");
        }
    }
}
