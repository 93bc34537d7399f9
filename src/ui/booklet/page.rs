//! Which page is at which path, and what is answered where there is none.

use maud::html;

use super::correction::{answer, report};
use super::reader::{Made, Reader, framed, nowhere};
use super::sheet::{accesses, antenatal, growth, illness, overview, vaccination};
use super::{list, search};
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::Failure;
use crate::ui::frame::asked as told;
use crate::ui::say::Say;

pub use super::reader::{Asked, Photo, Reply, is_typed};

/// The end of the path of a report of a mistake.
const REPORT: &str = "/bao-sai";

/// Whether a path, without what is a proxy's own, is that of one of these pages.
pub fn is_ours(path: &str) -> bool {
    matches!(path, "/so" | "/den-han" | "/den-han.pdf") || path.starts_with("/so/")
}

/// Whether a form may be sent to a path.
pub fn is_posted(path: &str) -> bool {
    path == "/so" || path == answer::PATH || (path.starts_with("/so/") && path.ends_with(REPORT))
}

/// What the forms of a page are for, which their tokens are bound to; none where there is none that
/// changes something.
pub fn purpose(path: &str) -> Option<String> {
    if matches!(path, "/den-han" | answer::PATH) {
        return Some(answer::PATH.to_owned());
    }
    (path.starts_with("/so/") && path.ends_with(REPORT)).then(|| path.to_owned())
}

/// What is said of a form without the token of its page.
pub fn unproven() -> Text {
    Text::new(
        "Trang này đã mở quá lâu hoặc không mở từ đây; xin bấm gửi lần nữa.",
        "This page was open for too long, or was not opened here; please send it once more.",
    )
}

/// The page at a path.
pub async fn reply(ctx: &Ctx<'_>, asked: &Asked) -> Reply {
    let say = Say::new(told(&asked.query, "lang") == Some("en"));
    let reader = Reader { ctx, say, asked };
    match Box::pin(made(&reader)).await {
        Ok(reply) => reply,
        Err(failure) => failed(say, asked, &failure),
    }
}

/// What stands below each sheet of a page on paper: when it was printed, and where it is.
pub fn foot(ctx: &Ctx<'_>, asked: &Asked) -> String {
    let say = Say::new(told(&asked.query, "lang") == Some("en"));
    let reader = Reader { ctx, say, asked };
    let printed = say.pick("in ngày", "printed on");
    format!("Mebe · {printed} {} · {}", say.day(reader.today()), reader.address(&asked.path))
}

/// The page for what could not be read at all.
pub fn failure(failure: &Failure) -> Reply {
    failed(Say::new(false), &Asked { path: "/so".to_owned(), ..Asked::default() }, failure)
}

async fn made(reader: &Reader<'_, '_>) -> Result<Reply, Failure> {
    let path = reader.asked.path.trim_end_matches('/');
    if path == "/so" {
        return Ok(framed((reader.say, reader.asked), 200, search::page(reader).await?));
    }
    if path == "/den-han" {
        return list::page(reader).await;
    }
    if path == answer::PATH {
        return answer::send(reader).await;
    }
    let below = path.strip_prefix("/so/").unwrap_or_default();
    let (id, page) = below.split_once('/').unwrap_or((below, ""));
    let id = ResourceId::parse(id).ok_or_else(nowhere)?;
    let made = match page {
        "" => overview::page(reader, &id).await?,
        "tiem-chung" => vaccination::page(reader, &id).await?,
        "tang-truong" => growth::page(reader, &id).await?,
        "tang-truong.svg" => {
            let body = growth::picture(reader, &id).await?;
            return Ok(Reply { status: 200, media: "image/svg+xml", body, ..Reply::default() });
        }
        "kham-thai" => antenatal::page(reader, &id).await?,
        "bao-sai" => return report::page(reader, &id).await,
        "y-ba" => illness::page(reader, &id).await?,
        "ai-da-xem" => accesses::page(reader, &id).await?,
        _ => return Err(nowhere()),
    };
    Ok(framed((reader.say, reader.asked), 200, made))
}

/// A page that says what is wrong and leads back.
fn failed(say: Say, asked: &Asked, failure: &Failure) -> Reply {
    // Whether somebody was deleted is nobody's business here.
    let status = if failure.status() == 410 { 404 } else { failure.status() };
    let title = match status {
        404 => say.pick("Không tìm thấy", "Not found"),
        400 | 422 => say.pick("Không trả lời được", "This cannot be answered"),
        _ => say.pick("Chưa làm được", "That did not work"),
    };
    let is_missing = status == 404;
    let body = html! {
        @if is_missing && asked.path.starts_with("/so/") {
            p { (say.pick("Không có sổ hay trang này, hoặc chị không được xem.", "There is no such booklet or page, or you may not see it.")) }
        } @else {
            ul { @for issue in &failure.issues { li { (say.text(&issue.text)) } } }
        }
        p { a href=(say.href("/so", &[])) { (say.pick("Về trang tìm sổ", "Back to the search")) } }
    };
    framed((say, asked), status, Made { title: title.to_owned(), body })
}
