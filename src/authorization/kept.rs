//! Reads and changes what is kept. Who else wants rows asks this room.

use crate::interaction::engine::Engine;
use crate::store::authority::Authority;
use crate::store::authority::row::{Change, Row};
use crate::store::database::Location;
use crate::store::error::StoreError;

use super::record::Record;

/// What is kept.
#[derive(Debug, Clone)]
pub struct Kept(Authority);

/// A record, and the body of its row, by which it is replaced.
#[derive(Debug, Clone)]
pub struct Found<T> {
    pub record: T,
    pub body: String,
}

impl Kept {
    /// That of a running server.
    pub async fn of(engine: &Engine) -> Result<Self, StoreError> {
        engine.rows.authority_rows().await.map(Self)
    }

    /// That of a database whose schema is up to date, for a command.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        Authority::open(location).await.map(Self)
    }

    /// Ends the connections of a command.
    pub async fn close(self) -> Result<(), StoreError> {
        self.0.close().await
    }

    /// A record, unless it is past its time.
    pub async fn get<T: Record>(&self, id: &str) -> Result<Option<Found<T>>, StoreError> {
        self.0.get(T::KIND, id).await?.map(found).transpose()
    }

    /// All records of a kind, in the order of their ids.
    pub async fn all<T: Record>(&self) -> Result<Vec<T>, StoreError> {
        self.list(None).await
    }

    /// Those that belong to something.
    pub async fn of_parent<T: Record>(&self, parent: &str) -> Result<Vec<T>, StoreError> {
        self.list(Some(parent)).await
    }

    async fn list<T: Record>(&self, parent: Option<&str>) -> Result<Vec<T>, StoreError> {
        let rows = self.0.list(T::KIND, parent).await?.into_iter();
        rows.map(|row| found(row).map(|found| found.record)).collect()
    }

    /// Makes all changes, or none of them when one fails; false then. They are on disk when this
    /// returns.
    pub async fn change(&self, changes: Vec<Change>) -> Result<bool, StoreError> {
        self.0.change(changes).await
    }

    /// How often accounts, clients, grants and keys were changed, by whichever process.
    pub async fn revision(&self) -> Result<i64, StoreError> {
        self.0.revision().await
    }
}

fn found<T: Record>(row: Row) -> Result<Found<T>, StoreError> {
    let record = serde_json::from_str(&row.body).map_err(|error| StoreError::Corrupt {
        table: "authority",
        what: format!("{}: {error}", T::KIND.name()),
    })?;
    Ok(Found { record, body: row.body })
}

/// The row of a record.
pub fn row<T: Record>(record: &T) -> Result<Row, StoreError> {
    let body = serde_json::to_string(record).map_err(|error| StoreError::Corrupt {
        table: "authority",
        what: format!("{}: {error}", T::KIND.name()),
    })?;
    let parent = record.parent().map(str::to_owned);
    Ok(Row { kind: T::KIND, id: record.id().to_owned(), parent, body, until: record.until() })
}

/// Keeps a record that is not there yet.
pub fn add<T: Record>(record: &T) -> Result<Change, StoreError> {
    row(record).map(Change::Add)
}

/// Keeps a record, whatever was there.
pub fn set<T: Record>(record: &T) -> Result<Change, StoreError> {
    row(record).map(Change::Set)
}

/// Keeps a record in place of what was found.
pub fn replace<T: Record>(record: &T, found: &Found<T>) -> Result<Change, StoreError> {
    Ok(Change::Replace { row: row(record)?, was: found.body.clone() })
}

/// Takes what serves once.
pub fn take<T: Record>(id: &str) -> Change {
    Change::Take { kind: T::KIND, id: id.to_owned() }
}

/// Removes a record.
pub fn remove<T: Record>(id: &str) -> Change {
    Change::Remove { kind: T::KIND, id: id.to_owned() }
}

/// Removes all records of a kind that belong to something.
pub fn remove_of<T: Record>(parent: &str) -> Change {
    Change::RemoveChildren { kind: T::KIND, parent: parent.to_owned() }
}
