//! Definitions from one origin, by type, URL and version; their texts are packed.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;
use serde::Deserialize;
use smallvec::SmallVec;

use super::name::Name;
use super::packed::{Source, Text};
use super::version_order::compare;
use crate::definitions::base::today;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;

/// Fast, and definitions repeat themselves a lot.
const PACKING: i32 = 3;

/// Earlier business versions that are kept of one stored resource.
const SUPERSEDED: usize = 16;

static ENTRIES: AtomicU64 = AtomicU64::new(0);

/// Definitions from one origin.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    entries: FxHashMap<ResourceKind, FxHashMap<Box<str>, SmallVec<[Entry; 1]>>>,
    stored: FxHashMap<(ResourceKind, ResourceId), Stored>,
    texts: Vec<String>,
}

/// The newest that is known of a stored resource.
#[derive(Debug)]
struct Stored {
    version: i64,
    /// None when it was deleted or defines nothing others can name.
    url: Option<Box<str>>,
    is_deleted: bool,
}

#[derive(Debug)]
pub(crate) struct Entry {
    /// No other entry of the process has it.
    number: u64,
    version: Option<Box<str>>,
    id: Option<ResourceId>,
    /// Whether the resource it is of has another business version by now.
    is_superseded: bool,
    text: Text,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    version: Option<Cow<'a, str>>,
}

impl Entry {
    fn new(version: Option<Box<str>>, id: Option<ResourceId>, text: Text) -> Self {
        let number = ENTRIES.fetch_add(1, Ordering::Relaxed);
        Self { number, version, id, is_superseded: false, text }
    }

    /// Packs a definition; none when it has no URL that others could name.
    pub(crate) fn read(id: Option<&ResourceId>, text: &str) -> Option<(Box<str>, Self)> {
        let head: Head<'_> = serde_json::from_str(text).ok()?;
        let packed = zstd::encode_all(text.as_bytes(), PACKING).ok()?.into();
        let version = head.version.map(Into::into);
        let text = Text::Packed(packed);
        Some((head.url?.into(), Self::new(version, id.cloned(), text)))
    }
}

impl Layer {
    /// Takes one definition; one without a URL is not a definition others can name.
    pub(crate) fn insert(&mut self, kind: ResourceKind, text: &str) {
        if let Some((url, entry)) = Entry::read(None, &today(text)) {
            self.add(kind, url, entry);
        }
    }

    /// Takes one definition under a URL and a version that are known already.
    pub(crate) fn insert_named(
        &mut self,
        kind: ResourceKind,
        (url, version): (Box<str>, Option<Box<str>>),
        text: &str,
    ) {
        let (url, text) = (today(&url).into(), today(text));
        match zstd::encode_all(text.as_bytes(), PACKING) {
            Ok(packed) => {
                let text = Text::Packed(packed.into());
                self.add(kind, url, Entry::new(version, None, text));
            }
            Err(error) => tracing::error!(?error, "a definition cannot be packed"),
        }
    }

    /// Takes a version of a stored resource in place of the one before, none when it was deleted;
    /// false when nothing changes by it. What had another business version can still be found by
    /// that version. Versions may come in any order.
    pub(crate) fn replace(
        &mut self,
        kind: ResourceKind,
        id: &ResourceId,
        version: i64,
        read: Option<(Box<str>, Entry)>,
    ) -> bool {
        let key = (kind, id.clone());
        let stored = self.stored.get(&key);
        let is_old = stored.is_some_and(|stored| stored.version >= version);
        let url = stored.and_then(|stored| stored.url.clone());
        if is_old {
            let Some((url, earlier)) = url.zip(read) else { return false };
            return self.supersede(kind, id, &url, earlier);
        }
        if let Some(url) = url {
            let next = read.as_ref().filter(|(next, _)| *next == url).map(|(_, entry)| entry);
            self.retire(kind, id, &url, next);
        }
        let url = read.map(|(url, entry)| {
            self.add(kind, url.clone(), entry);
            url
        });
        self.stored.insert(key, Stored { version, url, is_deleted: false });
        true
    }

    /// The newest version that is known of a stored resource.
    pub(crate) fn newest(&self, kind: ResourceKind, id: &ResourceId) -> Option<i64> {
        Some(self.stored.get(&(kind, id.clone()))?.version)
    }

    /// What others call what a stored resource defines.
    pub(crate) fn url_of(&self, kind: ResourceKind, id: &ResourceId) -> Option<Box<str>> {
        self.stored.get(&(kind, id.clone()))?.url.clone()
    }

    /// Keeps an earlier version of a stored resource, unless its business version is there already.
    fn supersede(
        &mut self,
        kind: ResourceKind,
        id: &ResourceId,
        url: &str,
        (earlier, mut entry): (Box<str>, Entry),
    ) -> bool {
        let entries = self.entries.get_mut(&kind).and_then(|by_url| by_url.get_mut(url));
        let Some(entries) = entries.filter(|_| *earlier == *url) else { return false };
        let mine = || entries.iter().filter(|entry| entry.id.as_ref() == Some(id));
        let is_there = mine().any(|other| other.version == entry.version);
        if is_there || entry.version.is_none() || mine().count() > SUPERSEDED {
            return false;
        }
        entry.is_superseded = true;
        entries.push(entry);
        true
    }

    /// Takes out of use what a stored resource defined before its next version.
    fn retire(&mut self, kind: ResourceKind, id: &ResourceId, url: &str, next: Option<&Entry>) {
        let Some(by_url) = self.entries.get_mut(&kind) else { return };
        let Some(entries) = by_url.get_mut(url) else { return };
        let mut kept = 0;
        for entry in entries.iter_mut().filter(|entry| entry.id.as_ref() == Some(id)) {
            entry.is_superseded = true;
        }
        entries.retain(|entry| {
            if entry.id.as_ref() != Some(id) {
                return true;
            }
            let is_other = next.is_some_and(|next| next.version != entry.version);
            kept += usize::from(is_other && entry.version.is_some());
            is_other && entry.version.is_some() && kept <= SUPERSEDED
        });
        if entries.is_empty() {
            by_url.remove(url);
        }
    }

    /// Takes many: a resource a line, each starting with `resourceType`, `url` and `version`.
    pub(crate) fn insert_lines(&mut self, text: String) {
        let number = self.texts.len();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let place = start..start + line.len();
            start = place.end;
            let Some((kind, url, version)) = head_of_line(line) else { continue };
            let entry = Entry::new(version.map(Into::into), None, Text::Line(number, place));
            self.add(kind, url.into(), entry);
        }
        self.texts.push(text);
    }

    /// The definition with this version, or the latest.
    pub(crate) fn find(
        &self,
        kind: ResourceKind,
        url: &str,
        version: Option<&str>,
    ) -> Option<Source<'_>> {
        let entries = self.entries.get(&kind)?.get(url)?;
        let entry = match version {
            Some(version) => entries
                .iter()
                .filter(|entry| entry.version.as_deref() == Some(version))
                .min_by_key(|entry| entry.is_superseded),
            None => entries
                .iter()
                .filter(|entry| !entry.is_superseded)
                .max_by(|a, b| compare(a.version.as_deref(), b.version.as_deref())),
        }?;
        Some(Source {
            number: entry.number,
            version: entry.version.as_deref(),
            text: &entry.text,
            texts: &self.texts,
        })
    }

    /// Notes that a stored resource was deleted.
    pub(crate) fn deleted(&mut self, kind: ResourceKind, id: &ResourceId) {
        if let Some(stored) = self.stored.get_mut(&(kind, id.clone())) {
            stored.is_deleted = true;
        }
    }

    /// Whether a stored resource is there.
    pub(crate) fn is_there(&self, kind: ResourceKind, id: &ResourceId) -> bool {
        self.stored.get(&(kind, id.clone())).is_some_and(|stored| !stored.is_deleted)
    }

    /// Every definition of a type.
    pub(crate) fn all(&self, kind: ResourceKind) -> impl Iterator<Item = Source<'_>> {
        let entries = self.entries.get(&kind).into_iter().flat_map(FxHashMap::values).flatten();
        entries.map(|entry| Source {
            number: entry.number,
            version: entry.version.as_deref(),
            text: &entry.text,
            texts: &self.texts,
        })
    }

    /// The versions of a definition.
    pub(crate) fn versions(&self, kind: ResourceKind, url: &str) -> impl Iterator<Item = Box<str>> {
        let entries = self.entries.get(&kind).and_then(|by_url| by_url.get(url));
        entries.into_iter().flatten().filter_map(|entry| entry.version.clone())
    }

    pub(crate) fn names(&self, kind: ResourceKind) -> impl Iterator<Item = Name> {
        let by_url = self.entries.get(&kind).into_iter().flatten();
        by_url.flat_map(|(url, entries)| {
            entries.iter().map(|entry| Name { url: url.clone(), version: entry.version.clone() })
        })
    }

    fn add(&mut self, kind: ResourceKind, url: Box<str>, entry: Entry) {
        self.entries.entry(kind).or_default().entry(url).or_default().push(entry);
    }
}

/// The URL and the version that a canonical names.
pub(crate) fn parts(canonical: &str) -> (&str, Option<&str>) {
    let canonical = canonical.split_once('#').map_or(canonical, |(whole, _)| whole);
    match canonical.split_once('|') {
        Some((url, version)) => (url, Some(version)),
        None => (canonical, None),
    }
}

fn head_of_line(line: &str) -> Option<(ResourceKind, &str, Option<&str>)> {
    let rest = line.strip_prefix(r#"{"resourceType":""#)?;
    let (kind, rest) = rest.split_once(r#"","url":""#)?;
    let (url, rest) = rest.split_once('"')?;
    let version = rest.strip_prefix(r#","version":""#).and_then(|rest| rest.split_once('"'));
    Some((ResourceKind::parse(kind)?, url, version.map(|(version, _)| version)))
}
