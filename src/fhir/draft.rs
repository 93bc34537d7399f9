//! A resource that is ready to be stored but for its version and time.
//!
//! The writer alone knows which version a change becomes and when. Everything else of the body is
//! written before, so that the writer only joins pieces.

use serde_json::{Map, Value};

use super::date::Zone;
use super::id::ResourceId;
use super::time::Instant;

/// What stands between version and time.
const BETWEEN: &str = "\",\"lastUpdated\":\"";

/// The JSON of a resource around `meta.versionId` and `meta.lastUpdated`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    before: String,
    after: String,
}

impl Draft {
    /// Prepares a resource to be stored under an id.
    ///
    /// `resourceType`, `id` and `meta` come first; all else keeps its order. What the client says
    /// about `meta.versionId` and `meta.lastUpdated` is dropped.
    pub fn new(resource: &Map<String, Value>, id: &ResourceId) -> Self {
        let mut before = String::with_capacity(1024);
        before.push_str("{\"resourceType\":");
        push(&mut before, resource.get("resourceType").unwrap_or(&Value::Null));
        before.push_str(",\"id\":\"");
        before.push_str(id.as_str());
        before.push_str("\",\"meta\":{\"versionId\":\"");
        let mut after = String::with_capacity(1024);
        after.push('"');
        if let Some(Value::Object(meta)) = resource.get("meta") {
            push_members(&mut after, meta, &["versionId", "lastUpdated"]);
        }
        after.push('}');
        push_members(&mut after, resource, &["resourceType", "id", "meta"]);
        after.push('}');
        Self { before, after }
    }

    /// The body of one version.
    pub fn render(&self, version: i64, updated: i64, zone: Zone) -> String {
        let version = version.to_string();
        let instant = Instant::from_micros(updated).format(zone);
        [&self.before, version.as_str(), BETWEEN, &instant, &self.after].concat()
    }

    /// Whether a version has this body but for its number and time, byte for byte.
    pub fn is_body(&self, body: &str) -> bool {
        let middle = body.strip_prefix(&*self.before);
        let middle = middle.and_then(|rest| rest.strip_suffix(&*self.after));
        let parts = middle.and_then(|middle| middle.split_once(BETWEEN));
        parts.is_some_and(|(version, instant)| !version.contains('"') && !instant.contains('"'))
    }
}

fn push_members(out: &mut String, object: &Map<String, Value>, without: &[&str]) {
    for (key, value) in object.iter().filter(|(key, _)| !without.contains(&key.as_str())) {
        out.push(',');
        push(out, key);
        out.push(':');
        push(out, value);
    }
}

fn push(out: &mut String, value: &(impl serde::Serialize + ?Sized)) {
    struct Text<'a>(&'a mut String);
    impl std::io::Write for Text<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let text = std::str::from_utf8(bytes).map_err(std::io::Error::other)?;
            self.0.push_str(text);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let written = serde_json::to_writer(Text(out), value);
    debug_assert!(written.is_ok(), "a JSON tree can be written to a string");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(resource: Value, expected: &str) {
        let id = ResourceId::parse("a").expect("an id");
        let draft = Draft::new(resource.as_object().expect("an object"), &id);
        assert_eq!(draft.render(3, 0, Zone::from_minutes(0)), expected);
    }

    #[test]
    fn version_and_time_are_the_servers() {
        check(
            json!({"meta": {"versionId": "9", "lastUpdated": "x"}, "resourceType": "Basic"}),
            r#"{"resourceType":"Basic","id":"a","meta":{"versionId":"3","lastUpdated":"1970-01-01T00:00:00.000+00:00"}}"#,
        );
    }

    #[test]
    fn everything_else_keeps_its_text_and_order() {
        let text = r#"{"resourceType":"Basic","b":1.00,"meta":{"tag":[{"code":"mẹ"}]},"a":"\n"}"#;
        check(
            serde_json::from_str(text).expect("JSON"),
            r#"{"resourceType":"Basic","id":"a","meta":{"versionId":"3","lastUpdated":"1970-01-01T00:00:00.000+00:00","tag":[{"code":"mẹ"}]},"b":1.00,"a":"\n"}"#,
        );
    }

    /// Texts among which are those that look like what stands around version and time.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            Just("\",\"lastUpdated\":\"".to_owned()),
            Just("\"".to_owned()),
            Just("versionId".to_owned()),
            "[a-b]{0,2}",
        ]
    }

    /// Resources, few of which differ much.
    fn resource() -> impl Strategy<Value = Value> {
        let tags = proptest::option::of(proptest::collection::vec(text(), 0..3));
        let members = proptest::collection::vec((text(), text()), 0..3);
        (tags, members, 0..3).prop_map(|(tags, members, number)| {
            let mut resource = json!({ "resourceType": "Basic", "number": number });
            if let Some(tags) = tags {
                resource["meta"] = json!({ "versionId": "7", "tag": tags });
            }
            for (name, text) in members {
                resource[name] = json!(text);
            }
            resource
        })
    }

    proptest! {
        #[test]
        fn only_the_same_content_is_the_body_of_a_version(
            one in resource(),
            other in resource(),
            version in 1..20_000_i64,
            updated in 0..4_000_000_000_000_000_i64,
            zone in -720..=720_i16,
        ) {
            let id = ResourceId::parse("a").expect("an id");
            let draft = |of: &Value| Draft::new(of.as_object().expect("an object"), &id);
            let (one, other) = (draft(&one), draft(&other));
            let body = other.render(version, updated, Zone::from_minutes(zone));
            prop_assert!(other.is_body(&body));
            prop_assert_eq!(one.is_body(&body), one == other);
        }
    }
}
