//! The links of a Bundle.

use crate::interaction::engine::Engine;
use crate::interaction::search::Results;
use crate::search::cursor::fingerprint;
use crate::search::query::Parameter;
use crate::store::find::search::Turn;

/// A link of a Bundle: the parameters that were used, and where to go on.
pub(super) fn url(base: &str, used: &[Parameter], more: Option<(&str, &str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for parameter in used {
        query.append_pair(&parameter.key(), &parameter.text);
    }
    if let Some((name, value)) = more {
        query.append_pair(name, value);
    }
    let query = query.finish();
    let mark = if base.contains('?') { '&' } else { '?' };
    if query.is_empty() { base.to_owned() } else { format!("{base}{mark}{query}") }
}

/// The links of a page of a search.
pub(super) fn links(engine: &Engine, found: &Results) -> Vec<(&'static str, String)> {
    let base = match found.path.as_str() {
        "" => engine.base.clone(),
        path => format!("{}/{path}", engine.base),
    };
    let (page, used) = (&found.page, &found.used);
    let mut links = vec![("self", url(&base, used, None))];
    if found.is_further {
        links.push(("first", url(&base, used, None)));
    }
    let mut link = |relation, turn: &Turn| {
        let sealed = engine.cursor_key.seal(turn, fingerprint(&found.path, used));
        links.push((relation, url(&base, used, Some(("_cursor", &sealed)))));
    };
    if let Some(first) = &page.previous {
        link("previous", &Turn::Before(first.clone()));
    }
    if let Some(last) = &page.next {
        link("next", &Turn::Behind(last.clone()));
    }
    if found.is_further || page.next.is_some() {
        link("last", &Turn::Last);
    }
    links
}
