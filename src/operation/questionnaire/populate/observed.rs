//! Answers that were observed before,
//! <https://hl7.org/fhir/uv/sdc/populate.html#observation-based-population>.

use serde_json::Value;

use super::Filling;
use crate::fhir::issue::Text;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::fhir::time::Instant;
use crate::fhir::unit::canonical;
use crate::interaction::failure::Failure;
use crate::interaction::search::scope::Scope;
use crate::interaction::search::search;
use crate::operation::questionnaire::held::Held;
use crate::operation::questionnaire::query::body;
use crate::search::query::{Parameter, Query};

const STATUS: &str = "final,amended,corrected,preliminary";

impl Filling<'_, '_> {
    /// The last value of what a question asks for, if it is not older than the period.
    pub(super) async fn observed(
        &self,
        item: &Value,
        period: &Value,
        place: &str,
    ) -> Result<Vec<Held>, Failure> {
        let codes = members(item, "code");
        let subject = self.about.subject.as_ref().and_then(|one| text(one, "reference"));
        let (Some(subject), false) = (subject, codes.is_empty()) else { return Ok(Vec::new()) };
        let ctx = self.evaluation.ctx;
        let Some(micros) = micros(period) else {
            self.tell(
                Text::new(
                    "observationLinkPeriod không phải là một khoảng thời gian.",
                    "The observationLinkPeriod is no duration.",
                ),
                place,
            );
            return Ok(Vec::new());
        };
        let since = Instant::from_micros(ctx.now.saturating_sub(micros));
        let tokens: Vec<String> = codes.iter().filter_map(token).collect();
        let parameters = [
            ("subject", subject.to_owned()),
            ("combo-code", tokens.join(",")),
            ("status", STATUS.to_owned()),
            ("date", format!("ge{}", since.format(ctx.engine.zone))),
            ("_sort", "-date".to_owned()),
            ("_count", "1".to_owned()),
        ];
        let parameters = parameters.into_iter().map(|(key, text)| Parameter::new(key, text));
        let query = Query { parameters: parameters.collect() };
        let found = Box::pin(search(ctx, Scope::Type(ResourceKind::OBSERVATION), query)).await?;
        let Some(hit) = found.page.hits.first() else { return Ok(Vec::new()) };
        let observation = body(&hit.stored.body)?;
        let has_code = |element: &Value| {
            let codings = element.pointer("/code/coding").and_then(Value::as_array);
            codings.into_iter().flatten().any(|coding| codes.iter().any(|code| is(code, coding)))
        };
        let components = members(&observation, "component").iter().filter(|one| has_code(one));
        let whole = Some(&observation).filter(|one| has_code(one)).into_iter();
        Ok(whole.chain(components).find_map(value).map(Held::resource).into_iter().collect())
    }
}

fn is(code: &Value, coding: &Value) -> bool {
    text(code, "code") == text(coding, "code") && text(code, "system") == text(coding, "system")
}

fn token(code: &Value) -> Option<String> {
    Some(format!("{}|{}", text(code, "system")?, text(code, "code")?))
}

fn value(element: &Value) -> Option<Value> {
    let object = element.as_object()?;
    object.iter().find(|(key, _)| key.starts_with("value")).map(|(_, value)| value.clone())
}

/// The microseconds of a Duration.
fn micros(period: &Value) -> Option<i64> {
    let unit = text(period, "code").or_else(|| text(period, "unit"))?;
    let (amount, unit) = (period.get("value")?.as_f64()?, canonical(unit)?);
    let second = canonical("s")?;
    let seconds = (unit.unit == second.unit).then(|| unit.number(amount))??;
    let seconds = seconds / second.number(1.0)?;
    (seconds.is_finite() && (0.0..1e11).contains(&seconds))
        .then(|| format!("{seconds:.0}").parse::<i64>().ok())?
        .map(|seconds| seconds.saturating_mul(1_000_000))
}
