//! The page as a whole.

use maud::{Markup, html};

use super::client::{self, Client};
use super::user::{self, User};
use super::{ADMIN, Forms};
use crate::ui::frame::{Frame, whole_for};
use crate::ui::qr::svg;
use crate::ui::say::Say;

/// What came of a form.
#[derive(Debug, Clone, Default)]
pub struct Notice {
    pub is_done: bool,
    pub texts: Vec<String>,
    /// A secret of a second factor and its URI, shown this once.
    pub secret: Option<(String, String)>,
}

/// What is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    pub forms: Forms<'a>,
    /// The account of who looks.
    pub person: &'a str,
    pub users: &'a [User],
    pub clients: &'a [Client],
    /// The roles that may be granted to people, and to systems.
    pub roles: &'a [&'a str],
    pub system_roles: &'a [&'a str],
    pub notice: Option<&'a Notice>,
}

/// The page.
pub fn page(shown: &Shown<'_>) -> String {
    let Shown { forms, person, users, clients, roles, system_roles, notice } = *shown;
    let say = forms.say;
    let body = html! {
        @if let Some(notice) = notice { (told(say, notice)) }
        nav .pages aria-label=(say.pick("Phần", "Parts")) {
            a href="#tai-khoan" { (say.pick("Tài khoản", "Accounts")) }
            a href="#ung-dung" { (say.pick("Ứng dụng và hệ thống", "Apps and systems")) }
        }
        (user::section(forms, users, roles))
        (client::section(forms, clients, system_roles))
    };
    let title = say.pick("Quản trị", "Administration");
    whole_for(&Frame { say, title, path: ADMIN, query: &[], body }, Some(person))
}

/// The page for who is no administrator.
pub fn refused(say: Say, person: &str) -> String {
    let body = html! {
        p { (say.pick(
            "Trang này dành cho quản trị viên (vai trò administrator).",
            "This page is the administrator's (role administrator).",
        )) }
    };
    let title = say.pick("Không được xem", "Not allowed");
    whole_for(&Frame { say, title, path: "", query: &[], body }, Some(person))
}

fn told(say: Say, notice: &Notice) -> Markup {
    html! {
        div .card.alarm[!notice.is_done] role="status" {
            @for text in &notice.texts { p { (text) } }
            @if let Some((secret, uri)) = &notice.secret {
                p { (say.pick(
                    "Bí mật của mã xác thực thứ hai, chỉ hiện lần này. Nhập vào ứng dụng xác thực của người dùng:",
                    "The secret of the second factor, shown this once. Put it into the user's app:",
                )) }
                p .big { code { (secret) } }
                @if let Some(picture) = svg(uri, say.pick("Mã QR của bí mật", "QR code of the secret")) { (picture) }
                p { code { (uri) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_and_each_form_has_its_token() {
        let forms = Forms { say: Say::new(false), token: "tok" };
        let users = [User { name: "<i>".into(), is_active: true, ..User::default() }];
        let clients = [Client { id: "a".into(), is_active: true, ..Client::default() }];
        let shown = Shown {
            forms,
            person: "admin",
            users: &users,
            clients: &clients,
            roles: &["mother"],
            system_roles: &["vendor"],
            notice: Some(&Notice { secret: Some(("S".into(), "U".into())), ..Notice::default() }),
        };
        let page = page(&shown);
        assert!(!page.contains("<i>") && page.contains("&lt;i&gt;"), "{page}");
        let posts = page.matches("method=\"post\"").count();
        assert_eq!(page.matches("name=\"form_token\" value=\"tok\"").count(), posts);
        assert!(posts == 5 && !page.contains("<script"), "{posts}");
    }
}
