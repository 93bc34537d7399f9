//! A form with a photograph: `multipart/form-data`, <https://www.rfc-editor.org/rfc/rfc7578>.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, web};
use futures_util::stream::once;
use multer::{Constraints, Field, Multipart, SizeLimit, parse_boundary};

use super::body;
use super::form::Form;
use super::head::Head;
use super::header::text;
use crate::fhir::issue::Text;
use crate::http::house::House;
use crate::interaction::failure::{Failure, Kind};
use crate::ui::booklet::page::Photo;

/// Kinds of pictures that are taken, and how their bytes begin.
const KINDS: [(&str, &[u8]); 2] =
    [("image/jpeg", &[0xff, 0xd8, 0xff]), ("image/png", b"\x89PNG\r\n\x1a\n")];

/// What was sent: the fields, the photograph, and what is wrong with it.
#[derive(Debug, Default)]
pub(in crate::http) struct Sent {
    pub(in crate::http) form: Form,
    pub(in crate::http) photo: Option<Photo>,
    pub(in crate::http) fault: Option<Text>,
}

impl Sent {
    /// Reads a form, with a photograph or as any other.
    pub(in crate::http) async fn read(
        request: &HttpRequest,
        payload: &mut web::Payload,
        house: &House,
    ) -> Result<Self, Failure> {
        let head = Head::of(request);
        let boundary = text(head, &CONTENT_TYPE).and_then(|media| parse_boundary(media).ok());
        let Some(boundary) = boundary else {
            let form = Form::read(request, payload, house).await?;
            return Ok(Self { form, ..Self::default() });
        };
        let mut limits = house.limits;
        limits.body = limits.body.min(limits.form + limits.photo);
        let sent = body::read(head, payload, &limits, &house.bodies).await?;
        let most = u64::try_from(limits.body).unwrap_or(u64::MAX);
        let sizes = SizeLimit::new().whole_stream(most).per_field(most);
        let whole = once(async move { Ok::<_, std::convert::Infallible>(sent.bytes.clone()) });
        let rules = Constraints::new().size_limit(sizes);
        let mut parts = Multipart::with_constraints(whole, boundary, rules);
        let mut sent = Self::default();
        while let Some(field) = parts.next_field().await.map_err(|error| unread(&error))? {
            sent.take(field, limits.form).await?;
        }
        Ok(sent)
    }

    async fn take(&mut self, field: Field<'static>, most: usize) -> Result<(), Failure> {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_none() {
            let value = field.text().await.map_err(|error| unread(&error))?;
            let known: usize = self.form.fields.iter().map(|(_, value)| value.len()).sum();
            if known + value.len() > most {
                return Err(body::too_large(most));
            }
            self.form.fields.push((name, value));
            return Ok(());
        }
        let bytes = field.bytes().await.map_err(|error| unread(&error))?;
        // A browser sends a file without bytes where none was chosen.
        if bytes.is_empty() {
            return Ok(());
        }
        match KINDS.iter().find(|(_, start)| bytes.starts_with(start)) {
            Some((media, _)) => self.photo = Some(Photo { media, bytes: bytes.to_vec().into() }),
            None => {
                self.fault = Some(Text::new(
                    "Ảnh phải là JPEG hoặc PNG.",
                    "The photograph is a JPEG or a PNG.",
                ));
            }
        }
        Ok(())
    }
}

fn unread(error: &multer::Error) -> Failure {
    Kind::Malformed.because(
        format!("Không đọc được biểu mẫu có tệp: {error}."),
        format!("The form with a file cannot be read: {error}."),
    )
}
