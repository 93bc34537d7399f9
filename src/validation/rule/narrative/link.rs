//! Links and images of a narrative, <https://hl7.org/fhir/R4/narrative.html#xhtml>: to places in the
//! resource that are there, or to where a browser can go.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::reading::{self, Reading};
use crate::fhir::issue::{Issue, IssueCode};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::walk::Walk;

/// Where a link can lead.
const SCHEMES: [&str; 17] = [
    "callto", "cid", "data", "fax", "ftp", "ftps", "geo", "http", "https", "mailto", "news",
    "sftp", "sip", "sips", "sms", "tel", "xmpp",
];

/// Checks the links and images of a narrative.
pub(super) fn check(walk: &mut Walk<'_>, reading: &Reading, path: &Path<'_>) {
    let mut names = None;
    for link in reading.links.iter().chain(&reading.images) {
        let link = link.trim();
        let issue = match link.strip_prefix('#') {
            Some("") => None,
            Some(name) => {
                let names = names.get_or_insert_with(|| names_in(walk.container, reading));
                (!names.contains(name)).then(|| not_there(link))
            }
            None => scheme(link),
        };
        if let Some(issue) = issue {
            walk.report(path, when_strict(walk, issue));
        }
    }
    let inner = reading.images.iter().filter_map(|image| image.trim().strip_prefix("data:"));
    for image in inner.map(str::trim_start) {
        if !image.starts_with("image/") || !image.contains(',') {
            let image = shown(image);
            let issue = error(
                IssueCode::Invalid,
                format!("Ảnh nhúng “data:{image}” phải có dạng data:image/…,… ."),
                format!("The image “data:{image}” must look like data:image/…,… ."),
            );
            walk.report(path, when_strict(walk, issue));
        }
    }
}

/// All names that a link in a resource may have: the ids of its elements and contained resources,
/// and the anchors of its narratives.
fn names_in<'v>(resource: &'v Value, reading: &'v Reading) -> FxHashSet<std::borrow::Cow<'v, str>> {
    let mut names: FxHashSet<_> =
        reading.anchors.iter().map(|anchor| anchor.as_str().into()).collect();
    collect(resource, &mut names);
    names
}

fn collect<'v>(value: &'v Value, names: &mut FxHashSet<std::borrow::Cow<'v, str>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(id) if key == "id" => {
                        names.insert(id.as_str().into());
                    }
                    Value::String(div) if key == "div" => {
                        let anchors = reading::read(div).map(|reading| reading.anchors);
                        names.extend(anchors.into_iter().flatten().map(Into::into));
                    }
                    other => collect(other, names),
                }
            }
        }
        _ => {}
    }
}

fn scheme(link: &str) -> Option<Issue> {
    let shown = shown(link);
    if link.is_empty() {
        return Some(error(
            IssueCode::Invalid,
            "Liên kết trong phần tường thuật bị rỗng.",
            "A link in the narrative is empty.",
        ));
    }
    if link.contains(char::is_whitespace) && !link.starts_with("data:") {
        return Some(error(
            IssueCode::Invalid,
            format!("Liên kết “{shown}” không được có khoảng trắng."),
            format!("The link “{shown}” may not have white space."),
        ));
    }
    let (scheme, _) = link.split_once(':')?;
    let is_scheme = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let is_known = SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    (is_scheme && !is_known).then(|| {
        error(
            IssueCode::Invalid,
            format!("Không thể mở liên kết “{shown}”: “{scheme}” không phải là loại địa chỉ mà trình duyệt mở được."),
            format!("The link “{shown}” leads nowhere: a browser cannot open “{scheme}” addresses."),
        )
    })
}

fn not_there(link: &str) -> Issue {
    let link = shown(link);
    error(
        IssueCode::Invalid,
        format!("Liên kết “{link}” trong phần tường thuật không dẫn đến đâu trong tài nguyên này."),
        format!("The link “{link}” of the narrative leads to nothing in this resource."),
    )
}
