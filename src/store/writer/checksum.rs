//! Checksums: of every version, and of the log of changes as a whole.
//!
//! | where | over |
//! |---|---|
//! | `change_log.sum` | all that is stored of the version that the change made, its body too |
//! | `change_log.chain` | the chain of the change before, `sum`, and `more` where it is not 0 |
//! | `log_end` | the last change once more: what was lost at the end of the log shows |
//! | `setting.sum` | a setting's name and value |
//!
//! They find what a disk, a person or a program changed by accident; whoever wants to deceive can
//! make them anew. The format is that of the database: what it is over, and in which order, never
//! changes, else older databases look damaged.

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// All that is stored of a version.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Version<'v> {
    pub(in crate::store) kind: i64,
    pub(in crate::store) id: &'v str,
    pub(in crate::store) rid: i64,
    pub(in crate::store) version: i64,
    pub(in crate::store) seq: i64,
    pub(in crate::store) updated: i64,
    pub(in crate::store) op: i64,
    pub(in crate::store) body: Option<&'v str>,
}

impl Version<'_> {
    /// The checksum: XXH3 over the numbers (64 bits, the least first), whether there is a body, the
    /// length of the id, the id and the body.
    pub(in crate::store) fn sum(&self) -> i64 {
        let mut hash = Xxh3::new();
        let length = i64::try_from(self.id.len()).unwrap_or(i64::MAX);
        let has_body = i64::from(self.body.is_some());
        let numbers = [self.kind, self.rid, self.version, self.seq, self.updated, self.op];
        for number in numbers.into_iter().chain([has_body, length]) {
            hash.update(&number.to_le_bytes());
        }
        hash.update(self.id.as_bytes());
        hash.update(self.body.unwrap_or_default().as_bytes());
        signed(hash.digest())
    }
}

/// The chain after a change: XXH3 over the chain before and the change's sum, and how many changes
/// of the same commit follow, when any do. It begins with 0.
pub(in crate::store) fn chain(before: i64, sum: i64, more: i64) -> i64 {
    let numbers = [before, sum, more].map(i64::to_le_bytes);
    let (two, _) = numbers.split_at(2);
    signed(xxh3_64(if more == 0 { two.as_flattened() } else { numbers.as_flattened() }))
}

/// The checksum of a setting.
pub(in crate::store) fn of_setting(key: &str, value: &str) -> i64 {
    signed(xxh3_64(format!("{key}\0{value}").as_bytes()))
}

/// The same bits as a number that the databases have a type for.
fn signed(hash: u64) -> i64 {
    i64::from_le_bytes(hash.to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: Version<'_> = Version {
        kind: 102,
        id: "me",
        rid: 7,
        version: 1,
        seq: 9,
        updated: 1_795_333_327_586_000,
        op: 0,
        body: Some("{\"resourceType\":\"Patient\",\"id\":\"me\"}"),
    };

    /// Databases hold these: another value here makes all of them look damaged.
    #[test]
    fn the_format_stays() {
        let setting = of_setting("index_base", "http://127.0.0.1:8080/fhir");
        let chained = chain(0, VERSION.sum(), 0);
        assert_eq!(VERSION.sum(), 5_743_122_243_674_880_492);
        assert_eq!(chained, -250_564_517_981_086_075);
        assert_eq!(setting, -2_268_169_298_041_331_703);
    }

    #[test]
    fn every_part_counts() {
        let others = [
            Version { kind: 103, ..VERSION },
            Version { id: "em", ..VERSION },
            Version { rid: 8, ..VERSION },
            Version { version: 2, ..VERSION },
            Version { seq: 10, ..VERSION },
            Version { updated: VERSION.updated + 1, ..VERSION },
            Version { op: 3, ..VERSION },
            Version { body: Some("{\"resourceType\":\"Patient\",\"id\":\"m\"}"), ..VERSION },
            Version { body: Some(""), ..VERSION },
            Version { body: None, ..VERSION },
        ];
        let mut sums: Vec<i64> = others.iter().map(Version::sum).collect();
        sums.push(VERSION.sum());
        sums.sort_unstable();
        sums.dedup();
        assert_eq!(sums.len(), others.len() + 1);
        assert_ne!(chain(1, 2, 0), chain(2, 1, 0));
        assert_ne!(chain(1, 2, 0), chain(1, 2, 1));
    }
}
