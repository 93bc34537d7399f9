//! `/oauth/manage`: the apps that a person let in, what each may do, and the way to take it away.

use maud::html;

use super::words::told;
use super::{Hidden, language};
use crate::ui::frame::{Frame, whole};
use crate::ui::say::Say;

/// An app that was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub id: String,
    pub app: String,
    /// Whose record it was opened for.
    pub patient: Option<String>,
    pub scope: Vec<String>,
    /// When it was let in, when it was used last, and when that ends, as times in the server's zone.
    pub made: String,
    pub used: String,
    pub until: String,
}

/// The page.
pub fn page(say: Say, hidden: Hidden<'_>, apps: &[Shown], days: u64) -> String {
    let title = say.pick("Ứng dụng của tôi", "My apps");
    let body = html! {
        p { (say.pick("Những ứng dụng bạn đã cho phép và việc mỗi ứng dụng làm được.", "The apps that you let in, and what each may do.")) }
        @if apps.is_empty() { p role="status" { (say.pick("Chưa có ứng dụng nào.", "There is none.")) } }
        @for one in apps {
            section .card {
                h2 { (one.app) }
                @if let Some(patient) = &one.patient { p { (say.pick("Mở cho hồ sơ của", "Opened for the record of")) " " strong { (patient) } } }
                ul { @for word in &one.scope {
                    @let meant = told(word, days);
                    li { (say.pick(meant.vi, meant.en)) " " code .dim { (word) } }
                } }
                p .dim { (say.pick("Cho phép lúc", "Let in")) " " (one.made) ", "
                    (say.pick("dùng lần cuối", "used last")) " " (one.used) ", "
                    (say.pick("hết hạn", "ends")) " " (one.until) }
                form method="post" action="/oauth/manage" {
                    (hidden.fields())
                    (language(say))
                    input type="hidden" name="app" value=(one.id);
                    button type="submit" { (say.pick("Rút lại", "Take away")) }
                }
            }
        }
    };
    whole(&Frame { say, title, path: "/oauth/manage", query: &[], body })
}
