//! The part of the page about accounts.

use maud::{Markup, html};

use super::{Forms, choice, field, grant, password, tick};

/// An account, as it is shown.
#[derive(Debug, Clone, Default)]
pub struct User {
    pub name: String,
    pub is_active: bool,
    pub has_second_factor: bool,
    /// Each grant in a line.
    pub grants: Vec<String>,
}

/// All accounts, and the form for a new one.
pub(super) fn section(forms: Forms<'_>, users: &[User], roles: &[&str]) -> Markup {
    let say = forms.say;
    html! {
        h2 #tai-khoan { (say.pick("Tài khoản", "Accounts")) " (" (users.len()) ")" }
        ul .people {
            @for (at, user) in users.iter().enumerate() { li { (one(forms, at, user)) } }
        }
        details {
            summary { (say.pick("Thêm tài khoản", "Add an account")) }
            (forms.form("user/add", &new(forms, roles)))
        }
    }
}

fn one(forms: Forms<'_>, at: usize, user: &User) -> Markup {
    let say = forms.say;
    let named = |body: Markup| html! { input type="hidden" name="user" value=(user.name); (body) };
    let id = format!("password-{at}");
    html! {
        strong { (user.name) } " "
        @if user.is_active {
            span .cell { (say.pick("đang dùng", "active")) }
        } @else {
            span .cell.danger { (say.pick("đã khóa", "disabled")) }
        }
        " "
        span .dim { @if user.has_second_factor {
            (say.pick("có mã xác thực thứ hai", "has a second factor"))
        } @else {
            (say.pick("không có mã xác thực thứ hai", "no second factor"))
        } }
        @for grant in &user.grants { p .dim { (grant) } }
        details {
            summary { (say.pick("Đổi", "Change")) }
            (forms.form("user/password", &named(html! {
                (password(&id, "password", say.pick("Mật khẩu mới", "New password"), true))
                p { (tick("new_second_factor", say.pick(
                    "làm mã xác thực thứ hai mới", "make another second factor",
                ), false)) }
                button { (say.pick("Đặt mật khẩu", "Set the password")) }
            })))
            @if user.is_active {
                (forms.form("user/disable", &named(html! {
                    button { (say.pick("Khóa tài khoản", "Disable the account")) }
                })))
            } @else {
                (forms.form("user/enable", &named(html! {
                    button { (say.pick("Mở lại tài khoản", "Enable the account")) }
                })))
            }
        }
    }
}

fn new(forms: Forms<'_>, roles: &[&str]) -> Markup {
    let say = forms.say;
    let languages = [("vi", "Tiếng Việt"), ("en", "English")];
    html! {
        div .fields {
            (field("user", "user", say.pick("Tên đăng nhập", "User name"), true))
            (password("password", "password", say.pick("Mật khẩu", "Password"), true))
            (choice("role", "role", say.pick("Vai trò", "Role"), roles.iter().map(|one| (*one, *one))))
            (field("fhir_user", "fhir_user", say.pick(
                "Là ai (Patient/…, Practitioner/…, RelatedPerson/…)",
                "Who it is (Patient/…, Practitioner/…, RelatedPerson/…)",
            ), false))
            (grant(say, "user"))
            (field("hamlets", "hamlets", say.pick("Thôn, bản, tổ", "Hamlets"), false))
            (choice("language", "language", say.pick("Ngôn ngữ", "Language"), languages.into_iter()))
        }
        p { (tick("second_factor", say.pick("có mã xác thực thứ hai", "with a second factor"), true)) }
        p { (tick("choose_ids", say.pick("được chọn id", "may choose ids"), false)) }
        p { (tick("break_glass", say.pick(
            "được mở hồ sơ khi khẩn cấp", "may open records in an emergency",
        ), false)) }
        button { (say.pick("Thêm tài khoản", "Add the account")) }
    }
}
