//! What is asked of the windows, as statements of either database.

use crate::mch::due::window::Status;

/// Which windows are wanted.
#[derive(Debug, Clone)]
pub struct Question {
    pub day: i64,
    /// The last day on which something to come begins.
    pub until: i64,
    pub statuses: Vec<Status>,
    /// Ids of rows of the schedule; all when it is empty.
    pub rows: Vec<String>,
    /// Ids of Patients; everybody when there is no list.
    pub people: Option<Vec<String>>,
}

/// Where a page begins, and how long it is.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub offset: usize,
    pub count: usize,
}

/// A value of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Given {
    Number(i64),
    Text(String),
    /// Some texts, for `IN`.
    Texts(Vec<String>),
}

/// A statement whose placeholders are question marks; that of some texts stands as `{in}`.
#[derive(Debug, Clone)]
pub(in crate::store) struct Asked {
    pub(in crate::store) sql: String,
    pub(in crate::store) given: Vec<Given>,
}

/// How a status that does not depend on the day is kept; 0 where the window decides.
pub(super) fn state(fixed: Option<Status>) -> i64 {
    match fixed {
        None => 0,
        Some(Status::Upcoming) => 1,
        Some(Status::Due) => 2,
        Some(Status::Overdue) => 3,
        Some(Status::Missed) => 4,
        Some(Status::Done) => 5,
        Some(Status::NotApplicable) => 6,
    }
}

/// The status that is kept so.
pub(in crate::store) fn fixed(state: i64) -> Option<Status> {
    Status::ALL.into_iter().find(|status| super::question::state(Some(*status)) == state)
}

/// The columns of a window.
const COLUMNS: &str =
    "w.person, w.state, w.code, w.stage, w.due, w.overdue, w.latest, w.owner, w.focus";

impl Question {
    /// The windows that have a status, or one of all that are wanted.
    fn of(&self, statuses: &[Status]) -> Asked {
        let mut asked = Asked { sql: String::new(), given: Vec::new() };
        let each: Vec<&str> = statuses.iter().map(|status| self.is(*status, &mut asked)).collect();
        let mut conditions = vec![format!("({})", each.join(" OR "))];
        let mut within = |column: &str, some: &[String]| {
            conditions.push(format!("w.{column} {{in}}"));
            asked.given.push(Given::Texts(some.to_vec()));
        };
        if let Some(people) = &self.people {
            within("person", people);
        }
        if !self.rows.is_empty() {
            within("code", &self.rows);
        }
        asked.sql = conditions.join(" AND ");
        asked
    }

    fn is(&self, status: Status, asked: &mut Asked) -> &'static str {
        let (day, until) = (Given::Number(self.day), Given::Number(self.until));
        let (sql, given) = match status {
            Status::Due => (
                "(w.state = 0 AND w.due <= ? AND w.overdue > ? AND w.latest >= ?)",
                vec![day.clone(), day.clone(), day],
            ),
            Status::Overdue => (
                "(w.state = 0 AND w.due <= ? AND w.overdue <= ? AND w.latest >= ?)",
                vec![day.clone(), day.clone(), day],
            ),
            Status::Upcoming => (
                "(w.state = 0 AND w.due > ? AND w.due <= ? OR w.state = 1 AND w.due <= ?)",
                vec![day, until.clone(), until],
            ),
            Status::Missed => (
                "(w.state = 0 AND w.due <= ? AND w.latest < ? OR w.state = 4)",
                vec![day.clone(), day],
            ),
            Status::Done => ("w.state = 5", Vec::new()),
            Status::NotApplicable => ("w.state = 6", Vec::new()),
        };
        asked.given.extend(given);
        sql
    }

    /// All windows that are wanted.
    pub(in crate::store) fn all(&self) -> Asked {
        let Asked { sql, given } = self.of(&self.statuses);
        Asked { sql: format!("SELECT {COLUMNS} FROM due_window w WHERE {sql}"), given }
    }

    /// Those with one status, the first due first.
    pub(in crate::store) fn page(&self, status: Status, part: Part) -> Asked {
        let Asked { sql, mut given } = self.of(&[status]);
        let number = |count: usize| Given::Number(i64::try_from(count).unwrap_or(i64::MAX));
        given.extend([number(part.count), number(part.offset)]);
        let order = "ORDER BY w.due, w.person, w.code LIMIT ? OFFSET ?";
        Asked { sql: format!("SELECT {COLUMNS} FROM due_window w WHERE {sql} {order}"), given }
    }

    /// How many have one status.
    pub(in crate::store) fn count(&self, status: Status) -> Asked {
        let Asked { sql, given } = self.of(&[status]);
        Asked { sql: format!("SELECT count(*) FROM due_window w WHERE {sql}"), given }
    }

    /// Of the people that are meant those whose windows hold on the day.
    pub(in crate::store) fn fresh(people: &[String], day: i64, edition: &str) -> Asked {
        let sql = "SELECT p.person FROM due_person p WHERE p.until >= ? AND p.day <= ? \
             AND p.edition = ? AND p.person {in}";
        let given = vec![
            Given::Number(day),
            Given::Number(day),
            Given::Text(edition.to_owned()),
            Given::Texts(people.to_vec()),
        ];
        Asked { sql: sql.to_owned(), given }
    }

    /// People whose windows do not hold on a day, so many at the most.
    pub(in crate::store) fn stale(day: i64, most: usize) -> Asked {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let sql = "SELECT p.person FROM due_person p WHERE p.until < ? ORDER BY p.until LIMIT ?";
        Asked { sql: sql.to_owned(), given: vec![Given::Number(day), Given::Number(most)] }
    }
}
