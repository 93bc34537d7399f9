//! The administrator's page: accounts and clients, as a list with a form for each thing that may be done.

pub mod client;
pub mod page;
pub mod user;

use maud::{Markup, html};

use super::form_token::FIELD;
use super::say::Say;

/// Where the page is; its forms are sent below it.
pub const ADMIN: &str = "/admin";

/// What every form needs.
#[derive(Debug, Clone, Copy)]
pub struct Forms<'a> {
    pub say: Say,
    pub token: &'a str,
}

impl Forms<'_> {
    /// A form that is sent to a place below the page.
    fn form(self, place: &str, body: &Markup) -> Markup {
        html! {
            form method="post" action=(self.say.href(&format!("{ADMIN}/{place}"), &[])) {
                input type="hidden" name=(FIELD) value=(self.token);
                (body)
            }
        }
    }
}

/// A field of text with its label.
fn field(id: &str, name: &str, label: &str, is_needed: bool) -> Markup {
    html! {
        div {
            label for=(id) { (label) }
            input id=(id) type="text" name=(name) required[is_needed] autocapitalize="none"
                autocomplete="off" spellcheck="false" maxlength="4096";
        }
    }
}

/// A field of a new password.
fn password(id: &str, name: &str, label: &str, is_needed: bool) -> Markup {
    html! {
        div {
            label for=(id) { (label) }
            input id=(id) type="password" name=(name) required[is_needed]
                autocomplete="new-password" maxlength="1024";
        }
    }
}

/// A field that is one of several.
fn choice<'c>(
    id: &str,
    name: &str,
    label: &str,
    choices: impl Iterator<Item = (&'c str, &'c str)>,
) -> Markup {
    html! {
        div {
            label for=(id) { (label) }
            select id=(id) name=(name) {
                @for (value, told) in choices { option value=(value) { (told) } }
            }
        }
    }
}

/// A box to tick.
fn tick(name: &str, label: &str, is_ticked: bool) -> Markup {
    html! {
        label { input type="checkbox" name=(name) value="1" checked[is_ticked]; " " (label) }
    }
}

/// What may be filled in of a grant, but for the role.
fn grant(say: Say, id: &str) -> Markup {
    let field = |name: &str, label| field(&format!("{id}-{name}"), name, label, false);
    html! {
        (field("organization", say.pick("Cơ sở (Organization/id)", "Facility (Organization/id)")))
        (field("communes", say.pick("Mã xã, cách nhau bằng dấu phẩy", "Codes of communes, with commas")))
        (field("labels", say.pick("Nhãn bảo mật được mở", "Security labels that are opened")))
        (field("from", say.pick("Từ ngày (2026-12-01)", "From (2026-12-01)")))
        (field("until", say.pick("Trước ngày", "Until")))
    }
}
