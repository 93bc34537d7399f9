//! Which entry of a Bundle a link means,
//! <https://hl7.org/fhir/R4/bundle.html#references>.
//!
//! | entry | is known by |
//! |---|---|
//! | with a `fullUrl` | that URL |
//! | POST without one, whose resource has an id | type and id, at this server's own base |
//!
//! | link | is looked up as |
//! |---|---|
//! | absolute: a URN or a URL | it is, without its version and what is behind a `#` |
//! | `Type/id` | below the root of the `fullUrl` of the entry that it stands in, when that is the URL of a resource of a server; else below this server's own base |

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::fhir::issue::{Issue, IssueCode, Text};
use crate::fhir::reference::{Target, has_scheme, root};

/// An entry, as links know it.
#[derive(Debug, Clone, Default)]
pub(in crate::interaction) struct Identity<'a> {
    pub(in crate::interaction) full_url: Option<&'a str>,
    /// Type and id that the resource has where it comes from: `Patient/np`.
    pub(in crate::interaction) own: Option<String>,
    pub(in crate::interaction) role: Role,
}

/// What becomes of an entry's resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::interaction) enum Role {
    /// It gets an id from this server.
    Created,
    /// It has its id here.
    Named,
    /// There is none that a link could lead to.
    #[default]
    None,
}

/// The entries of a Bundle by what links call them.
#[derive(Debug, Default)]
pub(in crate::interaction) struct Identities {
    /// This server's own base URL.
    base: String,
    by_url: FxHashMap<String, usize>,
    /// What gets another id here, by the id that it has where it comes from.
    created: FxHashMap<String, usize>,
    /// Whether its entries have nothing to do with each other.
    is_apart: bool,
}

/// Where a link stands.
#[derive(Debug, Clone, Default)]
pub(in crate::interaction) struct From {
    /// What is before `Type/id` in the `fullUrl` of its entry, when that is of another server.
    pub(in crate::interaction) root: Option<Box<str>>,
    /// Whether the entry's resource gets an id from this server: its `fullUrl` then is of where it
    /// comes from. What an update says is about this server, whatever its `fullUrl`.
    pub(in crate::interaction) is_created: bool,
}

/// What a link means.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::interaction) enum Meaning<'t> {
    /// An entry, in a version and at a place if the link says so.
    Entry { at: usize, version: Option<&'t str>, part: Option<&'t str> },
    /// It could only mean an entry, and there is none.
    Nothing(Dangling),
    /// Something outside of the Bundle.
    Outside,
}

/// Why a link leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::interaction) enum Dangling {
    /// A URN is resolved in its Bundle only.
    Urn,
    /// The entries of a batch do not refer to each other.
    Apart,
    /// It is relative to another server, where it means this URL.
    Elsewhere(String),
    /// It would mean a resource of this server, but an entry brings another with the same id.
    Ambiguous(usize),
}

impl Identities {
    /// Gathers the identities of all entries, in their order.
    pub(in crate::interaction) fn new<'a>(
        base: &str,
        entries: impl Iterator<Item = Identity<'a>>,
    ) -> Self {
        let mut all = Self { base: base.to_owned(), ..Self::default() };
        let mut bare: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut named = FxHashSet::default();
        for (at, Identity { full_url, own, role }) in entries.enumerate() {
            let is_created = role == Role::Created;
            if let Some(url) = full_url.filter(|_| role != Role::None) {
                let key = all.key(url).into_owned();
                let tail = root(url).and_then(|root| url.get(root.len()..));
                if let Some(own) = own.or_else(|| tail.map(str::to_owned)).filter(|_| is_created) {
                    all.created.insert(own, at);
                }
                all.by_url.insert(key, at);
                continue;
            }
            match (own, role) {
                (Some(own), Role::Created) => bare.entry(own).or_default().push(at),
                (Some(own), Role::Named) => drop(named.insert(own)),
                _ => {}
            }
        }
        for (own, places) in bare {
            let is_taken = named.contains(&own) || all.created.contains_key(&own);
            match places.as_slice() {
                [only] if !is_taken => {
                    all.by_url.entry(format!("{base}/{own}")).or_insert(*only);
                }
                _ => {}
            }
            if let Some(last) = places.last() {
                all.created.insert(own, *last);
            }
        }
        all.created.retain(|own, _| !named.contains(own));
        all
    }

    /// Those of a batch: no link means an entry.
    pub(in crate::interaction) fn of_batch(base: &str) -> Self {
        Self { base: base.to_owned(), is_apart: true, ..Self::default() }
    }

    /// What a link means.
    pub(in crate::interaction) fn meaning<'t>(&self, link: &'t str, from: &From) -> Meaning<'t> {
        if has_scheme(link)
            && let Some(at) = self.by_url.get(&*self.key(link))
        {
            return Meaning::Entry { at: *at, version: None, part: None };
        }
        let (whole, part) = match link.split_once('#') {
            Some((whole, part)) => (whole, Some(part)),
            None => (link, None),
        };
        let (current, version) = match whole.split_once("/_history/") {
            Some((current, version)) => (current, Some(version)),
            None => (whole, None),
        };
        let entry = |url: &str| {
            let at = *self.by_url.get(url)?;
            Some(Meaning::Entry { at, version, part })
        };
        if has_scheme(current) {
            let nothing = || match is_bundled_urn(current) {
                true if self.is_apart => Meaning::Nothing(Dangling::Apart),
                true => Meaning::Nothing(Dangling::Urn),
                false => Meaning::Outside,
            };
            return entry(&self.key(current)).unwrap_or_else(nothing);
        }
        if !matches!(Target::parse(current, ""), Target::Local { version: None, .. }) {
            return Meaning::Outside;
        }
        if let Some(root) = &from.root {
            let url = format!("{root}{current}");
            return entry(&url).unwrap_or_else(|| match from.is_created {
                true => Meaning::Nothing(Dangling::Elsewhere(url)),
                false => self.like(current),
            });
        }
        entry(&format!("{}/{current}", self.base)).unwrap_or_else(|| self.like(current))
    }

    /// Where links of an entry with this `fullUrl` stand.
    pub(in crate::interaction) fn from(&self, full_url: Option<&str>, role: Role) -> From {
        let root = full_url.and_then(root);
        let is_own = |root: &&str| root.strip_suffix('/') == Some(self.base.as_str());
        let root = root.filter(|root| !is_own(root)).map(Into::into);
        From { root, is_created: role == Role::Created }
    }

    /// A relative link that is not of the Bundle.
    fn like(&self, current: &str) -> Meaning<'static> {
        match self.created.get(current) {
            Some(at) => Meaning::Nothing(Dangling::Ambiguous(*at)),
            None => Meaning::Outside,
        }
    }

    /// A URL as it is compared: UUIDs are the same in capital letters, and what is relative is so
    /// to this server.
    fn key<'u>(&self, url: &'u str) -> Cow<'u, str> {
        let is_uuid = url.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("urn:uuid:"));
        if is_uuid && url.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return url.to_ascii_lowercase().into();
        }
        let is_relative = matches!(Target::parse(url, ""), Target::Local { version: None, .. });
        if is_relative { format!("{}/{url}", self.base).into() } else { url.into() }
    }
}

/// Whether a URN has no meaning but that of an entry of its Bundle.
pub(in crate::interaction) fn is_bundled_urn(link: &str) -> bool {
    let starts = |scheme: &str| {
        link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    starts("urn:uuid:") || starts("urn:oid:")
}

impl Dangling {
    /// What the client is told about a link.
    pub(in crate::interaction) fn issue(&self, link: &str) -> Issue {
        let text = match self {
            Self::Urn => Text::new(
                format!("“{link}” không dẫn đến đâu: không có mục nào của Bundle có fullUrl này."),
                format!("“{link}” leads nowhere: no entry of the Bundle has this fullUrl."),
            ),
            Self::Apart => Text::new(
                format!(
                    "“{link}” không dẫn đến đâu: các mục của một batch không tham chiếu lẫn nhau. Hãy gửi chúng trong một Bundle loại transaction."
                ),
                format!(
                    "“{link}” leads nowhere: entries of a batch do not refer to each other. Send them in a Bundle of type transaction."
                ),
            ),
            Self::Elsewhere(url) => Text::new(
                format!(
                    "“{link}” không dẫn đến đâu: theo fullUrl của mục này thì nó là “{url}”, nhưng không có mục nào như vậy. Hãy thêm mục ấy vào Bundle, hoặc viết URL đầy đủ của tài nguyên."
                ),
                format!(
                    "“{link}” leads nowhere: by the fullUrl of its entry it means “{url}”, and no entry is that. Add the entry to the Bundle, or write the full URL of the resource."
                ),
            ),
            Self::Ambiguous(at) => Text::new(
                format!(
                    "“{link}” không rõ nghĩa: đó là tài nguyên của máy chủ này, hay là của mục {at}, tài nguyên ở đó có cùng loại và id nhưng fullUrl khác? Hãy viết fullUrl của mục ấy, hoặc URL đầy đủ của tài nguyên trên máy chủ này."
                ),
                format!(
                    "“{link}” is ambiguous: a resource of this server, or that of entry {at}, which has the same type and id under another fullUrl? Write the fullUrl of that entry, or the full URL of the resource on this server."
                ),
            ),
        };
        Issue::error(IssueCode::NotFound, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://me.example/fhir";
    const HIS: &str = "https://his.example/fhir/";

    fn identity<'a>(full_url: Option<&'a str>, own: Option<&str>, role: Role) -> Identity<'a> {
        Identity { full_url, own: own.map(str::to_owned), role }
    }

    fn all() -> Identities {
        let entries = [
            identity(
                Some("https://his.example/fhir/Patient/np"),
                Some("Patient/np"),
                Role::Created,
            ),
            identity(Some("urn:uuid:0000000A"), Some("Patient/urn"), Role::Created),
            identity(None, Some("Patient/bare"), Role::Created),
            identity(
                Some("https://his.example/fhir/Patient/put"),
                Some("Patient/put"),
                Role::Named,
            ),
            identity(Some("https://me.example/fhir/Patient/own"), None, Role::Created),
            identity(None, Some("Patient/twice"), Role::Created),
            identity(None, Some("Patient/twice"), Role::Created),
            identity(None, Some("Patient/named"), Role::Created),
            identity(None, Some("Patient/named"), Role::Named),
            identity(Some("urn:uuid:read"), None, Role::None),
            identity(Some("Patient/relative"), None, Role::Created),
        ];
        Identities::new(BASE, entries.into_iter())
    }

    #[track_caller]
    fn check(link: &str, root: Option<&str>, expected: &Meaning<'_>) {
        let from = From { root: root.map(Into::into), is_created: true };
        assert_eq!(all().meaning(link, &from), *expected, "{link} from {from:?}");
    }

    fn entry(at: usize) -> Meaning<'static> {
        Meaning::Entry { at, version: None, part: None }
    }

    #[test]
    fn absolute_links_mean_what_has_this_url() {
        let np = "https://his.example/fhir/Patient/np";
        check(np, None, &entry(0));
        let with = |version, part| Meaning::Entry { at: 0, version, part };
        check(&format!("{np}/_history/7"), None, &with(Some("7"), None));
        check(&format!("{np}/_history/7#a"), None, &with(Some("7"), Some("a")));
        check(&format!("{np}#a"), None, &with(None, Some("a")));
        check("https://his.example/fhir/Patient/other", Some(HIS), &Meaning::Outside);
        check("urn:uuid:0000000a", None, &entry(1));
        check(
            "URN:UUID:0000000A#x",
            None,
            &Meaning::Entry { at: 1, version: None, part: Some("x") },
        );
        for urn in ["urn:uuid:1", "urn:oid:1.2", "urn:uuid:read", "urn:uuid:0000000A1"] {
            check(urn, None, &Meaning::Nothing(Dangling::Urn));
        }
        check("urn:ietf:rfc:3986", None, &Meaning::Outside);
    }

    #[test]
    fn relative_links_mean_what_is_below_the_root_of_their_entry() {
        let elsewhere = |tail: &str| Meaning::Nothing(Dangling::Elsewhere(format!("{HIS}{tail}")));
        check("Patient/np", Some(HIS), &entry(0));
        check("Patient/put", Some(HIS), &entry(3));
        check("Patient/bare", Some(HIS), &elsewhere("Patient/bare"));
        check("Patient/unknown", Some(HIS), &elsewhere("Patient/unknown"));
        let updated = From { root: Some(HIS.into()), is_created: false };
        assert_eq!(all().meaning("Patient/unknown", &updated), Meaning::Outside);
        assert_eq!(all().meaning("Patient/np", &updated), entry(0));
        check("Patient/own", None, &entry(4));
        check("Patient/relative", None, &entry(10));
        check("Patient/bare", None, &entry(2));
        check("Patient/unknown", None, &Meaning::Outside);
        check("Patient/unknown/_history/1", None, &Meaning::Outside);
        check("#x", Some(HIS), &Meaning::Outside);
        check("nothing at all", Some(HIS), &Meaning::Outside);
        check("Patient?identifier=1", Some(HIS), &Meaning::Outside);
    }

    #[test]
    fn links_that_may_mean_somebody_else_are_told() {
        check("Patient/np", None, &Meaning::Nothing(Dangling::Ambiguous(0)));
        check("Patient/urn/_history/2", None, &Meaning::Nothing(Dangling::Ambiguous(1)));
        check("Patient/twice", None, &Meaning::Nothing(Dangling::Ambiguous(6)));
        check("Patient/put", None, &Meaning::Outside);
        check("Patient/named", None, &Meaning::Outside);
    }

    #[test]
    fn entries_of_a_batch_do_not_mean_each_other() {
        let batch = Identities::of_batch(BASE);
        let his = From { root: Some(HIS.into()), is_created: true };
        let urn = Meaning::Nothing(Dangling::Apart);
        assert_eq!(batch.meaning("urn:uuid:0000000a", &From::default()), urn);
        let elsewhere = Dangling::Elsewhere(format!("{HIS}Patient/np"));
        assert_eq!(batch.meaning("Patient/np", &his), Meaning::Nothing(elsewhere));
        assert_eq!(batch.meaning("Patient/np", &From::default()), Meaning::Outside);
    }

    #[test]
    fn the_root_of_this_server_is_none() {
        let all = all();
        assert!(all.from(Some("https://me.example/fhir/Patient/1"), Role::Created).root.is_none());
        let from = all.from(Some("https://his.example/fhir/Patient/1"), Role::Created);
        assert_eq!(from.root.as_deref(), Some(HIS));
        assert!(all.from(Some("urn:uuid:1"), Role::Named).root.is_none());
    }
}
