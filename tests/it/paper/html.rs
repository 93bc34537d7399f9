//! What makes a page one that every browser and every reader of screens understands: it parses without an
//! error, ids are there once, fields have labels, headings are in order, pictures have names.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};

/// Checks a page; where it leads.
#[track_caller]
pub(super) fn checked(path: &str, text: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    assert!(page.errors.is_empty(), "{path}: {:?}", page.errors);
    let all = |what: &str| -> Vec<ElementRef<'_>> {
        page.select(&Selector::parse(what).expect("a selector")).collect()
    };
    let mut ids = HashSet::new();
    for one in all("[id]") {
        let id = one.attr("id").unwrap_or_default();
        assert!(ids.insert(id.to_owned()), "{path}: the id {id} twice");
    }
    for one in all("input:not([type=hidden]), select, textarea") {
        let id = one.attr("id").unwrap_or_default();
        let is_bound = all("label[for]").iter().any(|label| label.attr("for") == Some(id));
        let is_named = is_bound || one.attr("aria-label").is_some() || within(one, "label");
        assert!(is_named, "{path}: no label for {id:?}");
    }
    for one in all("[aria-describedby], [aria-labelledby]") {
        let named = one.attr("aria-describedby").or_else(|| one.attr("aria-labelledby"));
        for id in named.unwrap_or_default().split_whitespace() {
            assert!(ids.contains(id), "{path}: nothing has the id {id}");
        }
    }
    headings(path, &all("h1, h2, h3, h4"));
    for one in all("svg") {
        let is_named = one.attr("aria-label").is_some_and(|name| !name.is_empty());
        assert!(
            is_named || one.attr("aria-hidden") == Some("true"),
            "{path}: a drawing without a name"
        );
    }
    assert!(all("img:not([alt])").is_empty(), "{path}");
    for one in all("a[href], button, summary, label, th, h2, h3, caption") {
        let words = one.text().collect::<String>();
        assert!(!words.trim().is_empty(), "{path}: {} says nothing", one.html());
    }
    for one in all(".cell") {
        let word = one.text().collect::<String>();
        assert!(!word.trim().is_empty(), "{path}: a colour without a word");
    }
    assert_eq!(all("main").len(), 1, "{path}");
    assert_eq!(all("head title").len(), 1, "{path}");
    assert!(all("html[lang]").len() == 1, "{path}");
    assert!(text.len() < 60_000, "{path}: {} bytes", text.len());
    for outside in ["src=\"http", "<script", "style=\"", "onclick", "@import", "url("] {
        assert!(!text.contains(outside), "{path}: {outside}");
    }
    for anchor in all("a[href^='#']") {
        let id = anchor.attr("href").unwrap_or_default().trim_start_matches('#');
        assert!(ids.contains(id), "{path}: nothing at #{id}");
    }
    let links = all("a[href], link[href], form[action]").into_iter();
    let links = links.filter(|one| one.attr("method") != Some("post"));
    let links = links.filter_map(|one| one.attr("href").or_else(|| one.attr("action")));
    links.map(str::to_owned).collect()
}

/// One of the first order, and none is skipped.
#[track_caller]
fn headings(path: &str, all: &[ElementRef<'_>]) {
    let levels =
        all.iter().filter_map(|one| one.value().name().strip_prefix('h')?.parse::<u8>().ok());
    let mut last = 0;
    for (place, level) in levels.enumerate() {
        assert!(level <= last + 1, "{path}: h{level} behind h{last}");
        assert!((level == 1) == (place == 0), "{path}: h1 is the first and the only one");
        last = level;
    }
}

fn within(one: ElementRef<'_>, name: &str) -> bool {
    one.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == name)
}
