//! What an app asks for, each part in words, and whether the person allows it.

use maud::html;

use super::words::{Told, told};
use super::{Hidden, language};
use crate::ui::frame::{Frame, whole};
use crate::ui::say::Say;

/// What the page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub app: &'a str,
    /// Where the app is: its site, or the scheme of its address.
    pub place: &'a str,
    pub account: &'a str,
    pub hidden: Hidden<'a>,
    /// The id of the patient and her name, when there is one.
    pub patient: Option<(&'a str, &'a str)>,
    pub scope: &'a [String],
    /// Days that access may go on.
    pub days: u64,
}

/// The page.
pub fn page(say: Say, asked: &Asked<'_>) -> String {
    let title = match say.code() {
        "en" => format!("Allow {}?", asked.app),
        _ => format!("Cho phép {}?", asked.app),
    };
    let body = html! {
        p { (say.pick("Ứng dụng", "The app")) " " strong { (asked.app) } " (" code { (asked.place) } ") "
            (say.pick("xin được làm những việc dưới đây thay bạn", "asks to do what stands below for you")) ", " strong { (asked.account) } "." }
        @if let Some((_, name)) = asked.patient {
            p .card { (say.pick("Mở cho hồ sơ của", "Opened for the record of")) " " span .big { (name) } }
        }
        form method="post" action="/oauth/authorize" {
            (asked.hidden.fields())
            (language(say))
            @if let Some((id, _)) = asked.patient { input type="hidden" name="patient" value=(id); }
            fieldset {
                legend { (say.pick("Bỏ dấu ở việc bạn không cho phép", "Untick what you do not allow")) }
                @for word in asked.scope {
                    @let Told { vi, en, is_wide } = told(word, asked.days);
                    label .choice {
                        input type="checkbox" name="scope" value=(word) checked;
                        span { (say.pick(vi, en)) @if is_wide { " " span .cell .danger { (say.pick("rộng", "wide")) } }
                            " " code .dim { (word) } }
                    }
                }
            }
            p .dim { (say.pick(
                "Ứng dụng không bao giờ thấy nhiều hơn những gì bạn được xem. Bạn rút lại được ở trang Ứng dụng của tôi.",
                "The app never sees more than you may. You can take it back on the page of your apps.",
            )) }
            div .decide {
                button type="submit" name="decision" value="approve" { (say.pick("Cho phép", "Allow")) }
                button .second type="submit" name="decision" value="deny" formnovalidate { (say.pick("Từ chối", "Deny")) }
            }
        }
    };
    whole(&Frame { say, title: &title, path: "", query: &[], body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_app_calls_itself_is_no_markup() {
        let scope = ["patient/*.rs", "offline_access"].map(str::to_owned);
        let asked = Asked {
            app: "<script>x</script>",
            place: "https://app.example",
            account: "hoa",
            hidden: Hidden { token: "t", request: "a=\"b" },
            patient: Some(("p", "Hoa <b>")),
            scope: &scope,
            days: 30,
        };
        let page = page(Say::new(false), &asked);
        assert!(!page.contains("<script>") && !page.contains("Hoa <b>"), "{page}");
        assert!(page.contains("name=\"form_token\" value=\"t\""), "{page}");
        assert!(page.contains("name=\"request\" value=\"a=&quot;b\""), "{page}");
        assert!(page.contains("name=\"scope\" value=\"patient/*.rs\" checked"), "{page}");
        assert!(page.contains("name=\"decision\" value=\"deny\""), "{page}");
    }
}
