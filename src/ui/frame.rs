//! What all pages look like: one style sheet, one header, one way to switch the language, print.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::say::Say;

/// The style sheet of every page. Colours have words and borders beside them, so that they survive a
/// printer without colours; nothing is fetched.
pub const STYLE: &str = include_str!("frame.css");

/// The icon of every page, which this server has itself.
pub const ICON: &str = include_str!("icon.svg");
/// Where it is.
pub const ICON_PATH: &str = "/favicon.svg";

/// A page before it stands in the frame.
#[derive(Debug)]
pub struct Frame<'f> {
    pub say: Say,
    pub title: &'f str,
    /// The path of the page, empty where there is none in another language, and what stands behind
    /// the question mark but for the language.
    pub path: &'f str,
    pub query: &'f [(String, String)],
    pub body: Markup,
}

/// The page, with the header that leads to all others.
pub fn whole(frame: &Frame<'_>) -> String {
    whole_for(frame, None)
}

/// The same for somebody who is signed in, by the name of her account.
pub fn whole_for(frame: &Frame<'_>, person: Option<&str>) -> String {
    let Frame { say, title, path, query, body } = frame;
    let paper = match asked(query, "in") {
        Some("1") if asked(query, "kho") == Some("a5") => "in a5",
        Some("1") => "in",
        _ => "",
    };
    let markup = html! {
        (DOCTYPE)
        html lang=(say.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="robots" content="noindex,nofollow";
                meta name="theme-color" content="#0a5a51";
                title { (title) " – Mebe" }
                link rel="icon" href=(ICON_PATH) type="image/svg+xml";
                style { (PreEscaped(STYLE)) }
            }
            body class=[(!paper.is_empty()).then_some(paper)] {
                a .skip href="#noi-dung" { (say.pick("Tới nội dung", "To the content")) }
                (header(*say, path, query, person))
                main #noi-dung { h1 { (title) } (body) }
            }
        }
    };
    markup.into_string()
}

/// The header of every page.
fn header(say: Say, path: &str, query: &[(String, String)], person: Option<&str>) -> Markup {
    let other = Say::new(say.code() == "vi");
    // Which language a link without one means depends on the page: this one says it.
    let plain = Say::new(false);
    let kept: Vec<(&str, &str)> = query
        .iter()
        .filter(|(name, _)| name != "lang" && name != "in" && name != "kho")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    html! {
        header { nav aria-label=(say.pick("Chính", "Main")) {
            a .brand href=(say.href("/", &[])) { "Mebe" }
            a href=(say.href("/so", &[])) { (say.pick("Tìm sổ", "Find a booklet")) }
            a href=(say.href("/den-han", &[])) { (say.pick("Đến hạn", "Due")) }
            a href=(say.href("/guide", &[])) { (say.pick("Bộ hướng dẫn", "Guide")) }
            @if !path.is_empty() {
                a href=(other.told(&plain.href(path, &kept))) lang=(other.code()) hreflang=(other.code()) {
                    (other.pick("Tiếng Việt", "English"))
                }
            }
            @if let Some(person) = person {
                a .person href=(say.href("/sign-out", &[])) {
                    (person) " · " (say.pick("Đăng xuất", "Sign out"))
                }
            }
        } }
    }
}

/// What a query says of something.
pub fn asked<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &[(String, String)]) -> String {
        let body = html! { p { "x" } };
        whole(&Frame { say: Say::new(false), title: "<b>Sổ", path: "/so", query, body })
    }

    #[test]
    fn a_page_is_escaped_and_asks_nobody_else() {
        let page = page(&[]);
        assert!(page.contains("<h1>&lt;b&gt;Sổ</h1>") && page.contains("noindex"), "{page}");
        assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
        assert!(page.contains("href=\"/so?lang=en\""), "{page}");
    }

    #[test]
    fn paper_has_no_header_and_a_size() {
        let pairs = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        assert!(page(&pairs(&[("in", "1")])).contains("<body class=\"in\">"));
        assert!(page(&pairs(&[("in", "1"), ("kho", "a5")])).contains("<body class=\"in a5\">"));
        assert!(page(&pairs(&[("in", "0")])).contains("<body>"));
    }
}
