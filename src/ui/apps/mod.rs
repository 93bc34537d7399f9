//! Pages about apps: who may do what with one's records, and for whom an app is opened. They work without
//! scripts, on a telephone.

pub mod consent;
pub mod manage;
pub mod patient;
pub mod refused;
pub mod words;

use maud::{Markup, html};

use super::form_token;
use super::say::Say;

/// What a form sends along unseen.
#[derive(Debug, Clone, Copy)]
pub struct Hidden<'h> {
    /// The token that makes it this server's own.
    pub token: &'h str,
    /// What the app asked for, as the text of a query.
    pub request: &'h str,
}

impl Hidden<'_> {
    fn fields(&self) -> Markup {
        html! {
            input type="hidden" name=(form_token::FIELD) value=(self.token);
            @if !self.request.is_empty() { input type="hidden" name="request" value=(self.request); }
        }
    }
}

/// Forms keep the language of their page.
fn language(say: Say) -> Markup {
    html! { @if say.code() == "en" { input type="hidden" name="lang" value="en"; } }
}
