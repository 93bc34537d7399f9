//! Reads windows.

use crate::mch::due::kept::Kept;
use crate::mch::due::window::Status;
use crate::store::database::{Backend, Store};
use crate::store::error::StoreError;

use super::question::{Asked, Part, Question};

/// A window, and the id of the Patient whose it is.
#[derive(Debug)]
pub struct Window {
    pub person: String,
    pub kept: Kept,
}

impl Store {
    /// All windows that are wanted, in no order.
    pub async fn windows(&self, question: &Question) -> Result<Vec<Window>, StoreError> {
        self.rows_of_windows(question.all()).await
    }

    /// A page of them, the worst status first, then whose turn came first.
    pub async fn page_of_windows(
        &self,
        question: &Question,
        part: Part,
    ) -> Result<Vec<Window>, StoreError> {
        let Part { mut offset, count } = part;
        let mut found: Vec<Window> = Vec::new();
        let mut statuses: Vec<Status> = question.statuses.clone();
        statuses.sort_by_key(|status| status.rank());
        statuses.dedup();
        for status in statuses {
            let left = count.saturating_sub(found.len());
            if left == 0 {
                break;
            }
            let page =
                self.rows_of_windows(question.page(status, Part { offset, count: left })).await?;
            if page.is_empty() && offset > 0 {
                let all = self.number_of_windows(question.count(status)).await?;
                offset = offset.saturating_sub(all);
            } else if !page.is_empty() {
                offset = 0;
            }
            found.extend(page);
        }
        Ok(found)
    }

    /// Of some people those whose windows hold on a day.
    pub async fn fresh_windows(
        &self,
        people: &[String],
        (day, edition): (i64, &str),
    ) -> Result<Vec<String>, StoreError> {
        self.texts_of_windows(Question::fresh(people, day, edition)).await
    }

    /// People whose windows do not hold on a day, so many at the most.
    pub async fn stale_windows(&self, day: i64, most: usize) -> Result<Vec<String>, StoreError> {
        self.texts_of_windows(Question::stale(day, most)).await
    }

    async fn rows_of_windows(&self, asked: Asked) -> Result<Vec<Window>, StoreError> {
        match &self.backend {
            Backend::Sqlite { reader } => reader.windows(asked).await,
            Backend::Postgres { reader } => reader.windows(asked).await,
        }
    }

    async fn texts_of_windows(&self, asked: Asked) -> Result<Vec<String>, StoreError> {
        match &self.backend {
            Backend::Sqlite { reader } => reader.texts(asked).await,
            Backend::Postgres { reader } => reader.texts(asked).await,
        }
    }

    async fn number_of_windows(&self, asked: Asked) -> Result<usize, StoreError> {
        let number = match &self.backend {
            Backend::Sqlite { reader } => reader.number(asked).await?,
            Backend::Postgres { reader } => reader.number(asked).await?,
        };
        Ok(usize::try_from(number).unwrap_or_default())
    }
}
