//! The pages for signing in and out: forms without scripts, for a telephone too.

use maud::{Markup, html};

use super::admin::ADMIN;
use super::form_token::FIELD;
use super::frame::{Frame, whole};
use super::say::Say;

/// Where the forms are sent.
pub const SIGN_IN: &str = "/sign-in";
pub const SECOND_FACTOR: &str = "/sign-in/code";
pub const SIGN_OUT: &str = "/sign-out";

/// What is wrong with what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Of name and password, nobody is told which.
    Wrong,
    WrongCode,
    /// The form is too old, or of another browser.
    Stale,
    NoFactor,
    /// Too many attempts; minutes to wait.
    Throttled(i64),
}

/// A form, and where it leads.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    pub say: Say,
    pub token: &'a str,
    /// The page to go on at.
    pub back: &'a str,
    /// The name that was typed.
    pub username: &'a str,
    pub fault: Option<Fault>,
}

fn said(say: Say, fault: Fault) -> Markup {
    let text = match fault {
        Fault::Wrong => say
            .pick("Tên hoặc mật khẩu không đúng.", "The name or the password is wrong.")
            .to_owned(),
        Fault::WrongCode => say
            .pick(
                "Mã không đúng hoặc đã dùng rồi. Hãy đợi mã mới.",
                "The code is wrong, or was used already. Wait for a new one.",
            )
            .to_owned(),
        Fault::Stale => say
            .pick(
                "Trang đã mở quá lâu, hoặc trình duyệt không giữ cookie. Hãy gửi lại.",
                "The page was open for too long, or the browser keeps no cookies. Send it again.",
            )
            .to_owned(),
        Fault::NoFactor => say
            .pick(
                "Tài khoản này phải có mã xác thực thứ hai mà chưa có. Hãy hỏi quản trị viên.",
                "This account must have a second factor and has none. Ask the administrator.",
            )
            .to_owned(),
        Fault::Throttled(minutes) => say.pick(
            format!("Thử sai quá nhiều lần. Hãy thử lại sau {minutes} phút."),
            format!("Too many attempts. Try again in {minutes} minutes."),
        ),
    };
    html! { p .notice role="alert" { (text) } }
}

/// The page for a name and a password.
pub fn password(shown: &Shown<'_>) -> String {
    let Shown { say, token, back, username, fault } = *shown;
    let body = html! {
        @if let Some(fault) = fault { (said(say, fault)) }
        form .find method="post" action=(say.href(SIGN_IN, &[])) {
            input type="hidden" name=(FIELD) value=(token);
            input type="hidden" name="back" value=(back);
            p {
                label for="username" { (say.pick("Tên đăng nhập", "User name")) }
                input #username name="username" value=(username) required autocomplete="username"
                    autocapitalize="none" spellcheck="false" maxlength="256";
            }
            p {
                label for="password" { (say.pick("Mật khẩu", "Password")) }
                input #password name="password" type="password" required
                    autocomplete="current-password" maxlength="1024";
            }
            p { button { (say.pick("Đăng nhập", "Sign in")) } }
        }
    };
    framed(say, say.pick("Đăng nhập", "Sign in"), back, body)
}

/// The page for the code of a second factor.
pub fn code(shown: &Shown<'_>) -> String {
    let Shown { say, token, back, username, fault } = *shown;
    let body = html! {
        @if let Some(fault) = fault { (said(say, fault)) }
        form .find method="post" action=(say.href(SECOND_FACTOR, &[])) {
            input type="hidden" name=(FIELD) value=(token);
            input type="hidden" name="back" value=(back);
            input type="hidden" name="username" value=(username);
            p {
                label for="code" { (say.pick(
                    "Mã 6 chữ số trong ứng dụng xác thực", "The 6 digits that your app shows",
                )) }
                input #code name="code" required inputmode="numeric" autocomplete="one-time-code"
                    maxlength="16";
            }
            p { button { (say.pick("Tiếp tục", "Go on")) } }
        }
    };
    framed(say, say.pick("Xác thực bước hai", "Second factor"), back, body)
}

/// The page that asks whether somebody wants to sign out; none signs out without having been asked.
pub fn sign_out(say: Say, token: &str, (account, is_administrator): (&str, bool)) -> String {
    let body = html! {
        p { (say.pick("Đang đăng nhập:", "Signed in:")) " " strong { (account) } }
        form method="post" action=(say.href(SIGN_OUT, &[])) {
            input type="hidden" name=(FIELD) value=(token);
            p { button { (say.pick("Đăng xuất", "Sign out")) } }
        }
        @if is_administrator {
            p { a href=(say.href(ADMIN, &[])) { (say.pick("Tài khoản và ứng dụng", "Accounts and apps")) } }
        }
    };
    let title = say.pick("Đăng xuất", "Sign out");
    whole(&Frame { say, title, path: SIGN_OUT, query: &[], body })
}

/// The page for who has signed out.
pub fn signed_out(say: Say) -> String {
    let body = html! {
        p { a href=(say.href(SIGN_IN, &[])) { (say.pick("Đăng nhập lại", "Sign in again")) } }
    };
    let title = say.pick("Đã đăng xuất", "Signed out");
    whole(&Frame { say, title, path: "", query: &[], body })
}

fn framed(say: Say, title: &str, back: &str, body: Markup) -> String {
    let query = [("back".to_owned(), back.to_owned())];
    whole(&Frame { say, title, path: SIGN_IN, query: &query, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_have_the_names_that_are_fixed_and_quote_what_was_typed() {
        let shown = Shown {
            say: Say::new(false),
            token: "t",
            back: "/so?q=\"x\"&y",
            username: "<b>",
            fault: Some(Fault::Wrong),
        };
        let page = password(&shown);
        for part in [
            "name=\"username\" value=\"&lt;b&gt;\"",
            "name=\"password\"",
            "name=\"form_token\" value=\"t\"",
            "value=\"/so?q=&quot;x&quot;&amp;y\"",
            "action=\"/sign-in\"",
            "không đúng",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        let page = code(&Shown { say: Say::new(true), fault: None, ..shown });
        assert!(
            page.contains("name=\"code\"") && page.contains("action=\"/sign-in/code?lang=en\"")
        );
    }
}
