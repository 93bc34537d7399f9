//! The page for a request of an app that cannot be answered to the app itself.

use maud::html;

use crate::ui::frame::{Frame, whole};
use crate::ui::say::Say;

/// What is wrong, for whoever opened it, and its code for whoever made the app.
pub fn page(say: Say, code: &str, (vi, en): (&str, &str)) -> String {
    let title = say.pick("Không mở được ứng dụng", "The app cannot be opened");
    let body = html! {
        p .card .alarm role="alert" { (say.pick(vi, en)) }
        p { (say.pick(
            "Hãy đóng trang này và mở lại ứng dụng. Nếu vẫn vậy, hãy báo người làm ra ứng dụng mã sau:",
            "Close this page and open the app again. If that does not help, tell its makers this code:",
        )) " " code { (code) } }
    };
    whole(&Frame { say, title, path: "", query: &[], body })
}
