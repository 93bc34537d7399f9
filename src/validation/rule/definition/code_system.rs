//! Code systems: what they say of themselves agrees with what they hold,
//! <https://hl7.org/fhir/R4/codesystem.html>.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use crate::fhir::issue::{Issue, IssueCode};
use crate::fhir::member::{member, members, text};
use crate::terminology::service::{CodeRef, Meaning};
use crate::validation::element::path::Path;
use crate::validation::rule::finding::{error, shown, when_strict};
use crate::validation::rule::known;
use crate::validation::walk::Walk;

/// Properties that every code system may use, whether it declares them or not.
const COMMON: [&str; 7] =
    ["status", "inactive", "effectiveDate", "deprecated", "parent", "child", "notSelectable"];

/// Where these are defined.
const COMMON_URI: &str = "http://hl7.org/fhir/concept-properties#";

/// Checks a code system.
pub(in crate::validation::rule) fn check(walk: &mut Walk<'_>, path: &Path<'_>) {
    let system = walk.resource;
    let content = text(system, "content").unwrap_or_default();
    let supplemented = text(system, "supplements");
    let concepts = members(system, "concept");
    if let Some(issue) = count(system, content, concepts) {
        walk.report(&path.child("count"), when_strict(walk, issue));
    }
    if let Some(issue) = whole(walk, system) {
        walk.report(&path.child("valueSet"), when_strict(walk, issue));
    }
    if content == "not-present" && !concepts.is_empty() {
        let issue = error(
            IssueCode::Invalid,
            "content là not-present, nhưng hệ mã vẫn liệt kê khái niệm.",
            "The content is not-present, but there are concepts.",
        );
        walk.report(&path.item("concept", 0), when_strict(walk, issue));
    }
    if (content == "supplement") != supplemented.is_some() {
        let issue = error(
            IssueCode::BusinessRule,
            "content là supplement khi và chỉ khi có “supplements” cho biết bổ sung cho hệ mã nào.",
            "The content is supplement if, and only if, “supplements” names a code system.",
        );
        walk.report(&path.child("content"), when_strict(walk, issue));
    }
    let mut types = FxHashMap::default();
    for (at, declared) in members(system, "property").iter().enumerate() {
        let (Some(code), Some(kind)) = (text(declared, "code"), text(declared, "type")) else {
            continue;
        };
        if types.insert(code, kind).is_some() {
            let code = shown(code);
            let issue = error(
                IssueCode::Duplicate,
                format!("Thuộc tính “{code}” được khai báo hai lần."),
                format!("The property “{code}” is declared twice."),
            );
            walk.report(&path.item("property", at).child("code"), when_strict(walk, issue));
        }
    }
    let relations = declared_relations(system);
    let codes = relations.is_empty().then(FxHashSet::default).unwrap_or_else(|| codes(system));
    let mut checked = Checked { walk, types, supplemented, relations, codes };
    checked.concepts(system, path);
}

/// What is wrong with the value set of all codes of a system, when it is known.
fn whole(walk: &Walk<'_>, system: &Value) -> Option<Issue> {
    let (url, canonical) = (text(system, "url")?, text(system, "valueSet")?);
    let found = known::find(walk, "ValueSet", canonical)?;
    let compose = member(found.resource(), "compose")?;
    let limits = ["concept", "filter", "valueSet"];
    let is_whole = match members(compose, "include") {
        [only] => {
            text(only, "system") == Some(url)
                && limits.iter().all(|limit| members(only, limit).is_empty())
        }
        _ => false,
    };
    (!is_whole).then(|| {
        let canonical = shown(canonical);
        error(
            IssueCode::BusinessRule,
            format!("Bộ giá trị {canonical} không gồm đúng tất cả các mã của hệ mã này."),
            format!("The value set {canonical} is not that of all codes of this system."),
        )
    })
}

fn count(system: &Value, content: &str, concepts: &[Value]) -> Option<Issue> {
    let stated = member(system, "count")?.as_u64()?;
    let found = u64::try_from(number(concepts)).ok()?;
    let is_wrong = match content {
        "complete" => found != stated,
        "fragment" | "example" => found > stated,
        _ => false,
    };
    is_wrong.then(|| {
        error(
            IssueCode::Invalid,
            format!("“count” là {stated}, nhưng hệ mã có {found} khái niệm."),
            format!("The “count” is {stated}, but there are {found} concepts."),
        )
    })
}

fn number(concepts: &[Value]) -> usize {
    concepts.iter().map(|concept| 1 + number(members(concept, "concept"))).sum()
}

struct Checked<'w, 'a, 's> {
    walk: &'w mut Walk<'a>,
    /// The declared properties.
    types: FxHashMap<&'s str, &'s str>,
    supplemented: Option<&'s str>,
    /// Properties whose values are codes of the system.
    relations: FxHashSet<&'s str>,
    /// All codes, when there are such properties.
    codes: FxHashSet<&'s str>,
}

/// <https://hl7.org/fhir/R4/codesystem.html#defined-props>
fn declared_relations(system: &Value) -> FxHashSet<&str> {
    let is_relation = |property: &&Value| {
        let uri = text(property, "uri").and_then(|uri| uri.strip_prefix(COMMON_URI));
        uri.is_some_and(|name| matches!(name, "parent" | "child"))
    };
    let found = members(system, "property").iter().filter(is_relation);
    found.filter_map(|property| text(property, "code")).collect()
}

fn codes(system: &Value) -> FxHashSet<&str> {
    let mut found = FxHashSet::default();
    let mut waiting: Vec<&Value> = members(system, "concept").iter().collect();
    while let Some(concept) = waiting.pop() {
        found.extend(text(concept, "code"));
        waiting.extend(members(concept, "concept"));
    }
    found
}

impl Checked<'_, '_, '_> {
    fn concepts(&mut self, parent: &Value, path: &Path<'_>) {
        for (at, concept) in members(parent, "concept").iter().enumerate() {
            if self.walk.is_full() {
                return;
            }
            let path = path.item("concept", at);
            if let Some(issue) = self.not_in_base(concept) {
                self.walk.report(&path.child("code"), when_strict(self.walk, issue));
            }
            for (at, property) in members(concept, "property").iter().enumerate() {
                if let Some(issue) = self.property(property) {
                    self.walk.report(&path.item("property", at), when_strict(self.walk, issue));
                }
            }
            self.concepts(concept, &path);
        }
    }

    fn is_complete(&self) -> bool {
        text(self.walk.resource, "content") == Some("complete")
    }

    /// A supplement adds to codes that are there.
    fn not_in_base(&self, concept: &Value) -> Option<Issue> {
        let (base, code) = (self.supplemented?, text(concept, "code")?);
        let (system, version) = match base.split_once('|') {
            Some((system, version)) => (system, Some(version)),
            None => (base, None),
        };
        let asked = CodeRef { system: Some(system), version, code, display: None };
        let is_wrong = self.walk.engine.terminology.meaning(asked) == Meaning::NoCode;
        is_wrong.then(|| {
            let (code, base) = (shown(code), shown(base));
            error(
                IssueCode::BusinessRule,
                format!(
                    "Hệ mã gốc {base} không có mã “{code}”; phần bổ sung không được thêm mã mới."
                ),
                format!(
                    "The code system {base} has no code “{code}”; a supplement may not add any."
                ),
            )
        })
    }

    fn property(&self, property: &Value) -> Option<Issue> {
        let code = text(property, "code")?;
        let Some(kind) = self.types.get(code) else {
            return (!COMMON.contains(&code) && self.supplemented.is_none()).then(|| {
                let code = shown(code);
                error(
                    IssueCode::Invalid,
                    format!("Thuộc tính “{code}” chưa được khai báo trong CodeSystem.property."),
                    format!("The property “{code}” is not declared in CodeSystem.property."),
                )
                .warning()
            });
        };
        let key = format!("value{}{}", kind.get(..1)?.to_uppercase(), kind.get(1..)?);
        if let Some(related) = text(property, "valueCode")
            && self.relations.contains(code)
            && !self.codes.contains(related)
            && self.is_complete()
        {
            let related = shown(related);
            return Some(error(
                IssueCode::Invalid,
                format!("“{related}” không phải là mã của hệ mã này."),
                format!("“{related}” is not a code of this code system."),
            ));
        }
        let mut keys = property.as_object()?.keys();
        let found = keys.find(|found| found.starts_with("value") && **found != key)?;
        let (code, found) = (shown(code), shown(found));
        Some(error(
            IssueCode::Invalid,
            format!("Thuộc tính “{code}” được khai báo kiểu {kind}, nhưng ở đây là {found}."),
            format!("The property “{code}” is declared as {kind}, but this is {found}."),
        ))
    }
}
