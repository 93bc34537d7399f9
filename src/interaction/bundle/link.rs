//! Rewrites links between the entries of a transaction,
//! <https://hl7.org/fhir/R4/http.html#trules>.
//!
//! Where a resource points at another entry, the entry's new address takes its place; which entry a
//! link means, [`identity`] says. A link to a version becomes one to the version that is written,
//! and what is behind a `#` stays.
//!
//! | where | replaced | that leads nowhere |
//! |---|---|---|
//! | `Reference.reference`, everywhere: extensions, those of primitives, contained and nested resources | yes; a search for its match as well | refused |
//! | `url`, such as `Attachment.url` | yes | refused |
//! | `href` of `a` and `src` of `img` in narratives | yes | a URN is refused |
//! | `uri` that locates something | yes | stays: it may be a mere name |
//! | `uri` that names something: `system`, the own `url` of a definition, `Extension.url`, `implicitRules`, names of types | no: what refers to it by that name would find it no more | stays |
//! | `canonical` | no | stays |
//! | `oid`, `uuid` | no: the type takes no address, and what is written would be invalid | stays |
//! | `string`, `markdown`, values of identifiers | no | stays |
//! | a Bundle in an entry | only what is none of its own entries | stays |

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::definitions::shape::Shapes;
use crate::fhir::issue::Issue;

use identity::{From, Identities, Meaning};
use walk::{Purpose, Walk};

pub(in crate::interaction) mod identity;
mod walk;

/// Where the resource of an entry is, or will be.
#[derive(Debug, Clone)]
pub(in crate::interaction) struct Address {
    /// `Patient/1`
    pub(in crate::interaction) text: String,
    /// The version that is current when all is done, where it is known.
    pub(in crate::interaction) version: Option<i64>,
}

/// New addresses of what the resources of a transaction point at.
#[derive(Debug, Default)]
pub(in crate::interaction) struct Links {
    pub(in crate::interaction) identities: Arc<Identities>,
    /// Of the entries; none where it is not decided yet.
    pub(in crate::interaction) addresses: Vec<Option<Address>>,
    /// By conditional reference: what its search found.
    pub(in crate::interaction) conditional: FxHashMap<String, String>,
}

/// What the links of a resource need before they can be rewritten.
#[derive(Debug, Default)]
pub(in crate::interaction) struct Survey {
    /// Conditional references, and where they stand.
    pub(in crate::interaction) conditional: Vec<(String, String)>,
    /// Entries of which a version is pointed at.
    pub(in crate::interaction) versioned: Vec<usize>,
    /// Links that lead nowhere.
    pub(in crate::interaction) dangling: Vec<Issue>,
}

/// Rewrites the links of a resource.
pub(in crate::interaction) fn rewrite(
    shapes: &Shapes,
    resource: &mut Value,
    links: &Links,
    from: &From,
) {
    Walk::new(shapes, Purpose::Rewrite(links), from).top(resource);
}

/// Looks at the links of a resource; it stays as it is.
pub(in crate::interaction) fn survey(
    shapes: &Shapes,
    resource: &mut Value,
    identities: &Identities,
    from: &From,
) -> Survey {
    let mut walk = Walk::new(shapes, Purpose::Survey(identities), from);
    walk.top(resource);
    walk.found
}

impl Links {
    /// What takes the place of a link; none when it stays.
    pub(super) fn replacement(&self, link: &str, from: &From) -> Option<String> {
        let Meaning::Entry { at, version, part } = self.identities.meaning(link, from) else {
            return None;
        };
        let address = self.addresses.get(at)?.as_ref()?;
        let mut text = address.text.clone();
        if let Some(written) = version {
            text.push_str("/_history/");
            match address.version {
                Some(version) => text.push_str(&version.to_string()),
                None => text.push_str(written),
            }
        }
        if let Some(part) = part {
            text.push('#');
            text.push_str(part);
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests;
