//! References, <https://hl7.org/fhir/R4/search.html#reference>: `id`, `Type/id` or a URL; a canonical
//! with its version (`url|1.0`) is that version.

use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::definitions::search_parameter::ParamId;
use crate::fhir::id::ResourceId;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::fhir::reference::Target;
use crate::index::key::Key;
use crate::index::row::{Reference, indexed_part};
use crate::store::table::Column;

/// What a reference must point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceValue {
    target: String,
    kinds: Vec<i64>,
}

/// The number that stands for targets outside this server.
const ELSEWHERE: i64 = -1;

/// A number that stands for no target at all.
const NOWHERE: i64 = -2;

impl ReferenceValue {
    /// Reads a value; `allowed` are the types the parameter points at, or the one a modifier names.
    pub fn parse(text: &str, base: &str, allowed: &[ResourceKind]) -> Option<Self> {
        if let Some(id) = ResourceId::parse(text) {
            let kinds = allowed.iter().map(|kind| kind.number()).collect();
            return Some(Self { target: id.as_str().into(), kinds });
        }
        let (target, kind) = match Target::parse(text, base) {
            // Only canonicals have a version, and their rows have it.
            _ if text.contains('|') => (text, ELSEWHERE),
            Target::Local { kind, id, .. } => (id, kind.number()),
            Target::Absolute(url) | Target::Urn(url) => (url, ELSEWHERE),
            Target::Fragment(_) | Target::Conditional { .. } | Target::Unknown => return None,
        };
        // A target of another type than the parameter points at is found nowhere.
        let fits =
            allowed.is_empty() || kind == ELSEWHERE || allowed.iter().any(|it| it.number() == kind);
        let kind = if fits { kind } else { NOWHERE };
        Some(Self { target: target.to_owned(), kinds: vec![kind] })
    }

    /// What is expected of a value.
    pub fn expected() -> Text {
        Text::new(
            "một tham chiếu như Patient/123, 123 hoặc một URL đầy đủ",
            "a reference such as Patient/123, 123 or a full URL",
        )
    }

    /// Whether one row at the most stands for each resource.
    pub fn is_one_kind(&self) -> bool {
        self.kinds.len() == 1
    }

    /// The keys of what it matches; none when any type will do.
    pub fn keys(&self, param: ParamId) -> Option<Vec<Key>> {
        let key = |kind: &i64| Key::reference(param, *kind, &self.target);
        (!self.kinds.is_empty()).then(|| self.kinds.iter().map(key).collect())
    }

    /// Holds for rows that match one of several values: their targets first, which is where rows
    /// are found.
    pub fn any(values: &[Self]) -> Condition {
        if let [one] = values {
            return one.condition();
        }
        let targets = values.iter().map(|value| indexed_part(&value.target));
        let each = values.iter().map(Self::condition).fold(Condition::any(), Condition::add);
        Condition::all().add(Expr::col(Column::Target).is_in(targets)).add(each)
    }

    /// Whether a row matches.
    pub fn fits(&self, row: &Reference) -> bool {
        let is_kind = match self.kinds.as_slice() {
            [] => row.kind >= 0,
            kinds => kinds.contains(&row.kind),
        };
        is_kind && row.target == indexed_part(&self.target)
    }

    /// Holds for rows that match.
    pub fn condition(&self) -> Condition {
        let target = Expr::col(Column::Target).eq(indexed_part(&self.target));
        let kind = || Expr::col(Column::Kind);
        let kind = match self.kinds.as_slice() {
            [] => kind().gte(0_i64),
            [one] => kind().eq(*one),
            several => kind().is_in(several.iter().copied()),
        };
        Condition::all().add(target).add(kind)
    }
}
