//! The profiles, security labels and tags that resources of a type, or all, have,
//! <https://hl7.org/fhir/R4/resource-operation-meta.html>.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::budget;
use crate::definitions::search_parameter::ParamId;
use crate::fhir::json::parse_own;
use crate::fhir::kind::ResourceKind;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::store::find::populated::Each;

/// Which rows a parameter has.
type Rows = fn(ParamId) -> Each;

/// Each list of `meta`, the parameter that finds it, and which rows that has.
const LISTS: [(&str, &str, Rows); 3] = [
    ("profile", "_profile", Each::Uri),
    ("security", "_security", Each::Token),
    ("tag", "_tag", Each::Token),
];

/// All of them, once each, as the `meta` of one resource.
pub async fn labels(ctx: &Ctx<'_>, kind: Option<ResourceKind>) -> Result<Value, Failure> {
    let most = ctx.engine.size.codes;
    let mut meta = Map::new();
    for (list, parameter, each) in LISTS {
        let indexer = ctx.engine.indexer();
        let kinds = ResourceKind::all().filter(|one| kind.is_none_or(|kind| kind == *one));
        let found = kinds.filter_map(|kind| indexer.search().find(kind, parameter));
        let params: BTreeSet<ParamId> = found.map(|found| found.indexed_as()).collect();
        let mut all: Vec<Value> = Vec::new();
        for param in params {
            let left = u64::try_from(most.saturating_sub(all.len())).unwrap_or(u64::MAX);
            let (hits, has_more) = ctx.rows().one_of_each(each(param), kind, left).await?;
            if has_more {
                return Err(too_many(list, most));
            }
            for hit in hits {
                budget::spend(hit.stored.body.len() / 4)?;
                let resource = parse_own(&hit.stored.body).unwrap_or_default();
                let values = resource.pointer(&format!("/meta/{list}")).and_then(Value::as_array);
                for value in values.into_iter().flatten() {
                    budget::spend(all.len())?;
                    if !all.iter().any(|known| is_same(known, value)) {
                        all.push(value.clone());
                    }
                }
            }
        }
        if !all.is_empty() {
            meta.insert(list.to_owned(), Value::Array(all));
        }
    }
    Ok(Value::Object(meta))
}

/// Whether two profiles, or two labels, are the same: system and code say which label it is.
pub fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            ["system", "code"].into_iter().all(|key| one.get(key) == other.get(key))
        }
        (one, other) => one == other,
    }
}

fn too_many(list: &str, most: usize) -> Failure {
    Kind::TooMuch.because(
        format!("Có hơn {most} giá trị khác nhau ở meta.{list} (cài đặt search_codes)."),
        format!(
            "There are more than {most} different values of meta.{list} (setting search_codes)."
        ),
    )
}
