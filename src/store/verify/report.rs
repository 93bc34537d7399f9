//! What a check found.

use std::fmt;

use crate::store::error::{StoreError, causes};

/// Faults that are told one by one.
const TOLD: usize = 100;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    pub resources: u64,
    pub versions: u64,
    pub index_rows: u64,
    /// Rows of the audit, and the end of their chain.
    pub records: u64,
    pub chain: String,
    /// The first of all faults.
    pub faults: Vec<Fault>,
    /// How many there are.
    pub count: u64,
}

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub place: String,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl Report {
    pub(super) fn add(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.count += 1;
        if self.faults.len() < TOLD {
            self.faults.push(Fault { place: place.into(), what: what.into() });
        }
    }

    /// Notes that something cannot be read because it is damaged; any other failure stays one.
    pub(super) fn damage<T>(
        &mut self,
        place: &str,
        done: Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error) if error.is_away() => Err(error),
            Err(error) => {
                self.add(place, format!("it cannot be read: {}", causes(&error)));
                Ok(None)
            }
        }
    }

    /// The report on a database that cannot even be opened.
    pub fn of(error: &StoreError) -> Self {
        let mut report = Self::default();
        report.add("database", format!("it cannot be read: {}", causes(error)));
        report
    }
}
