//! The link beside each entry of a page.

use maud::{Markup, html};

use crate::ui::say::Say;

/// Leads to the form that says an entry of somebody's booklet is wrong.
pub(in crate::ui::booklet) fn link(patient: &str, entry: &str, say: Say) -> Markup {
    html! {
        @if !entry.is_empty() {
            " " a .report href=(say.href(&format!("/so/{patient}/bao-sai"), &[("ve", entry)])) {
                (say.pick("báo sai", "report a mistake"))
            }
        }
    }
}
