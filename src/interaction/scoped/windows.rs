//! Windows of what is to be done: for lists of whoever sees everything, and for who keeps them.

use crate::store::error::StoreError;
use crate::store::windows::keep::Worked;
use crate::store::windows::question::{Part, Question};
use crate::store::windows::read::Window;

use super::Guarded;

impl Guarded {
    /// Follows the log to its end and marks whom it is about; where that is.
    pub async fn mark_windows(&self) -> Result<i64, StoreError> {
        self.store.mark_windows(self.store.seen()).await
    }

    /// Marks everybody whose windows are of another edition.
    pub async fn mark_other_editions(&self, edition: &str) -> Result<(), StoreError> {
        self.store.mark_other_editions(edition).await
    }

    /// Keeps what was worked out.
    pub async fn keep_windows(&self, worked: &[Worked]) -> Result<(), StoreError> {
        self.store.keep_windows(worked).await
    }

    /// All windows that are wanted, in no order.
    pub async fn windows(&self, question: &Question) -> Result<Vec<Window>, StoreError> {
        self.store.windows(question).await
    }

    /// A page of them, the worst first.
    pub async fn page_of_windows(
        &self,
        question: &Question,
        part: Part,
    ) -> Result<Vec<Window>, StoreError> {
        self.store.page_of_windows(question, part).await
    }

    /// Of some people those whose windows hold on a day, by an edition of the schedule.
    pub async fn fresh_windows(
        &self,
        people: &[String],
        of: (i64, &str),
    ) -> Result<Vec<String>, StoreError> {
        self.store.fresh_windows(people, of).await
    }

    /// People whose windows do not hold on a day, so many at the most.
    pub async fn stale_windows(&self, day: i64, most: usize) -> Result<Vec<String>, StoreError> {
        self.store.stale_windows(day, most).await
    }
}
