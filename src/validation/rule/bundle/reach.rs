//! Which entries hang together: from the first one along references, forwards and backwards.

use serde_json::Value;

use super::entry::Entries;
use crate::fhir::member::{members, text};
use crate::validation::rule::absolute::is_absolute;

/// Marks the entries that are linked with the first one, in either direction. Links of the Bundle
/// itself count as well.
pub(super) fn linked(bundle: &Value, entries: &Entries<'_>) -> Vec<bool> {
    let mut targets = Vec::with_capacity(entries.list.len());
    for entry in &entries.list {
        let mut found = Vec::new();
        if let Some(resource) = entry.resource {
            each_link(resource, "", &mut |link| found.extend(entries.resolve(entry, link)));
        }
        targets.push(found);
    }
    let mut sources: Vec<Vec<usize>> = vec![Vec::new(); targets.len()];
    for (from, found) in targets.iter().enumerate() {
        for to in found {
            if let Some(sources) = sources.get_mut(*to) {
                sources.push(from);
            }
        }
    }
    let mut waiting = vec![0];
    if let Some(first) = entries.list.first() {
        let urls = members(bundle, "link").iter().filter_map(|link| text(link, "url"));
        waiting.extend(urls.flat_map(|url| entries.resolve(first, url)));
    }
    let mut seen = vec![false; targets.len()];
    while let Some(at) = waiting.pop() {
        let Some(seen) = seen.get_mut(at).filter(|seen| !**seen) else { continue };
        *seen = true;
        waiting.extend(targets.get(at).into_iter().chain(sources.get(at)).flatten());
    }
    seen
}

/// Gives every text that may name another entry: those of references, and all absolute URLs.
fn each_link<'v>(value: &'v Value, key: &str, give: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(link)
            if (key == "reference" || is_absolute(link)) && !link.starts_with('#') =>
        {
            give(link);
        }
        Value::Array(items) => items.iter().for_each(|item| each_link(item, key, give)),
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| each_link(value, key, give));
        }
        _ => {}
    }
}
