//! The part of the page about clients.

use maud::{Markup, html};

use super::{Forms, choice, field, grant, password};

/// A client, as it is shown.
#[derive(Debug, Clone, Default)]
pub struct Client {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub is_active: bool,
    pub redirect_uris: Vec<String>,
    pub scope: String,
    /// Each grant in a line.
    pub grants: Vec<String>,
}

/// All clients, and the form for a new one.
pub(super) fn section(forms: Forms<'_>, clients: &[Client], roles: &[&str]) -> Markup {
    let say = forms.say;
    html! {
        h2 #ung-dung { (say.pick("Ứng dụng và hệ thống", "Apps and systems")) " (" (clients.len()) ")" }
        ul .people { @for client in clients { li { (one(forms, client)) } } }
        details {
            summary { (say.pick("Thêm ứng dụng hay hệ thống", "Add an app or a system")) }
            (forms.form("client/add", &new(forms, roles)))
        }
    }
}

fn one(forms: Forms<'_>, client: &Client) -> Markup {
    let say = forms.say;
    html! {
        strong { (client.id) } " " (client.name) " " span .cell { (client.kind) } " "
        @if client.is_active {
            span .cell { (say.pick("đang dùng", "active")) }
        } @else {
            span .cell.danger { (say.pick("đã khóa", "disabled")) }
        }
        @for uri in &client.redirect_uris { p .dim { code { (uri) } } }
        @if !client.scope.is_empty() { p .dim { code { (client.scope) } } }
        @for grant in &client.grants { p .dim { (grant) } }
        @if client.is_active {
            details {
                summary { (say.pick("Đổi", "Change")) }
                (forms.form("client/disable", &html! {
                    input type="hidden" name="client" value=(client.id);
                    button { (say.pick("Khóa", "Disable")) }
                }))
            }
        }
    }
}

fn new(forms: Forms<'_>, roles: &[&str]) -> Markup {
    let say = forms.say;
    let kinds = [
        (
            "public",
            say.pick("public: ứng dụng không giữ bí mật", "public: an app that keeps no secret"),
        ),
        (
            "confidential",
            say.pick("confidential: ứng dụng giữ bí mật", "confidential: an app that keeps one"),
        ),
        ("system", say.pick("system: hệ thống", "system: a system for itself")),
    ];
    let none = [("", say.pick("không", "none"))];
    let roles = none.into_iter().chain(roles.iter().map(|one| (*one, *one)));
    html! {
        div .fields {
            (field("client", "client", "client_id", true))
            (choice("kind", "kind", say.pick("Loại", "Kind"), kinds.into_iter()))
            (field("name", "name", say.pick("Tên cho người đọc", "Name for people"), false))
            (field("redirect_uris", "redirect_uris", say.pick(
                "redirect_uri, cách nhau bằng khoảng trắng", "redirect_uris, with spaces",
            ), false))
            (field("scope", "scope", "scope", false))
            (field("jwks_url", "jwks_url", "jwks_url", false))
            (field("launch_uri", "launch_uri", "launch_uri", false))
            (password("secret", "secret", say.pick("Bí mật", "Secret"), false))
            (choice("client-role", "role", say.pick("Vai trò (system)", "Role (system)"), roles))
            (grant(say, "client"))
        }
        div {
            label for="jwks" { "JWKS" }
            textarea #jwks name="jwks" rows="4" maxlength="60000" spellcheck="false" {}
        }
        button { (say.pick("Thêm", "Add")) }
    }
}
