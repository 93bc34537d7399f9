//! `$access-log` of a Patient, which is ours: who looked at her record, for herself, for who represents her,
//! and for auditors.

use serde_json::Value;

use crate::interaction::audit::search::of_person;
use crate::interaction::engine::Ctx;
use crate::interaction::failure::{Failure, Kind};
use crate::operation::call::Call;
use crate::operation::parameters::value_of;
use crate::search::query::{Parameter, Query};

/// Finds it.
pub(in crate::operation) async fn access_log(
    ctx: &Ctx<'_>,
    call: &Call<'_>,
) -> Result<Value, Failure> {
    if let Some(posted) = &call.posted {
        posted.accept()?;
    }
    let Some(id) = call.id else {
        return Err(Kind::NotFound.because(
            "$access-log được gọi trên một Patient.",
            "$access-log is called on a Patient.",
        ));
    };
    let mut query = Query::parse([call.raw_query]);
    if call.posted.is_some() {
        for (name, part) in call.parameters().iter() {
            let text = value_of(part).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            query.parameters.push(Parameter::new(name, text.unwrap_or_default()));
        }
    }
    of_person(ctx, id, query).await
}
