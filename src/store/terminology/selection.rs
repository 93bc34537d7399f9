//! A selection of concepts as SQL, <https://hl7.org/fhir/R4/valueset-filter-operator.html>.
//!
//! Regular expressions are left to the caller: `SQLite` has none that end in time.

use regex::{Regex, RegexBuilder};
use rusqlite::types::Value;

use crate::terminology::filter::{Filter, Operator};
use crate::terminology::system::concept::About;
use crate::terminology::system::source::{Selection, SourceError};

/// Bytes that a compiled regular expression may take.
const REGEX_BYTES: usize = 1 << 20;

/// Conditions on `concept c`, with what is bound to them.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
    /// What has to be matched by hand: a property, and the expression for all of its value.
    pub(super) patterns: Vec<(Box<str>, Regex)>,
}

/// The numbers of the concepts with a code of the system.
const OF_CODE: &str = "SELECT id FROM concept WHERE system = ? AND code = ?";

impl Conditions {
    /// What a selection asks of the concepts of a system, which is known by its number.
    pub(super) fn new(
        (about, system): (&About, i64),
        selection: &Selection<'_>,
    ) -> Result<Self, SourceError> {
        let mut conditions = Self::default();
        conditions.add("c.system = ?", [system.into()]);
        if selection.only_active {
            conditions.add("c.inactive = 0", []);
        }
        let words = selection.words.split_whitespace();
        let words = words.map(|word| format!("\"{}\"*", word.replace('"', "\"\"")));
        let words: Vec<String> = words.collect();
        if !words.is_empty() {
            let sql = "c.id IN (SELECT concept FROM text WHERE id IN \
                       (SELECT rowid FROM word WHERE word MATCH ?))";
            conditions.add(sql, [words.join(" ").into()]);
        }
        for filter in selection.filters {
            conditions.filter((about, system), filter)?;
        }
        Ok(conditions)
    }

    fn add(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    fn filter(
        &mut self,
        (about, system): (&About, i64),
        filter: &Filter,
    ) -> Result<(), SourceError> {
        let Filter { property, operator, value } = filter;
        let code = spelled(about, value);
        let both = || [Value::from(system), code.clone().into()];
        let below = format!("SELECT descendant FROM closure WHERE ancestor IN ({OF_CODE})");
        let same = format!("c.id IN ({OF_CODE})");
        let is_on_code = matches!(&**property, "concept" | "code");
        if operator.is_of_hierarchy() && !is_on_code {
            return Err(refused(about, filter));
        }
        match operator {
            Operator::IsA => {
                let sql = format!("({same} OR c.id IN ({below}))");
                self.add(&sql, both().into_iter().chain(both()));
            }
            Operator::IsNotA => {
                let sql = format!("NOT ({same} OR c.id IN ({below}))");
                self.add(&sql, both().into_iter().chain(both()));
            }
            Operator::DescendentOf => self.add(&format!("c.id IN ({below})"), both()),
            Operator::DescendentLeaf => {
                let leaf = "NOT EXISTS (SELECT 1 FROM link WHERE parent = c.id)";
                self.add(&format!("c.id IN ({below}) AND {leaf}"), both());
            }
            Operator::ChildOf => {
                let sql = format!("c.id IN (SELECT child FROM link WHERE parent IN ({OF_CODE}))");
                self.add(&sql, both());
            }
            Operator::Generalizes => {
                let sql = format!(
                    "c.id IN (WITH RECURSIVE up (id) AS ({OF_CODE} UNION \
                     SELECT link.parent FROM up JOIN link ON link.child = up.id) SELECT id FROM up)"
                );
                self.add(&sql, both());
            }
            Operator::Equal => self.any((about, system), filter, &[value], false)?,
            Operator::In | Operator::NotIn => {
                let values: Vec<&str> = value.split(',').map(str::trim).collect();
                self.any((about, system), filter, &values, *operator == Operator::NotIn)?;
            }
            Operator::Exists => self.exists(about, filter)?,
            Operator::Regex => {
                known(about, filter)?;
                let anchored = format!("^(?:{value})$");
                let built = RegexBuilder::new(&anchored).size_limit(REGEX_BYTES).build();
                self.patterns
                    .push((property.clone(), built.map_err(|_wrong| refused(about, filter))?));
            }
        }
        Ok(())
    }

    /// That there is a property, or that there is none.
    fn exists(&mut self, about: &About, filter: &Filter) -> Result<(), SourceError> {
        let exists = "EXISTS (SELECT 1 FROM property WHERE concept = c.id AND code = ?)";
        let not = if &*filter.value == "false" { "NOT " } else { "" };
        let (sql, values) = match &*filter.property {
            "parent" => ("EXISTS (SELECT 1 FROM link WHERE child = c.id)", None),
            "child" => ("EXISTS (SELECT 1 FROM link WHERE parent = c.id)", None),
            "concept" | "code" => ("1", None),
            "display" => ("c.display IS NOT NULL", None),
            property => {
                known(about, filter)?;
                (exists, Some(Value::from(property.to_owned())))
            }
        };
        self.add(&format!("{not}{sql}"), values);
        Ok(())
    }

    /// That a property has one of these values, or none of them.
    fn any(
        &mut self,
        (about, system): (&About, i64),
        filter: &Filter,
        values: &[&str],
        is_not: bool,
    ) -> Result<(), SourceError> {
        let marks = vec!["?"; values.len()].join(", ");
        let codes = || values.iter().map(|value| Value::from(spelled(about, value)));
        let texts = || values.iter().map(|value| Value::from((*value).to_owned()));
        let not = if is_not { "NOT " } else { "" };
        let of_codes = format!("SELECT id FROM concept WHERE system = ? AND code IN ({marks})");
        let number = || std::iter::once(Value::from(system));
        match &*filter.property {
            "concept" | "code" => self.add(&format!("{not}c.code IN ({marks})"), codes()),
            "display" => self.add(&format!("{not}(c.display IN ({marks}))"), texts()),
            "parent" => {
                let sql =
                    format!("{not}c.id IN (SELECT child FROM link WHERE parent IN ({of_codes}))");
                self.add(&sql, number().chain(codes()));
            }
            "child" => {
                let sql =
                    format!("{not}c.id IN (SELECT parent FROM link WHERE child IN ({of_codes}))");
                self.add(&sql, number().chain(codes()));
            }
            "inactive" if !has(about, "inactive") => {
                let sql = format!(
                    "{not}((CASE c.inactive WHEN 0 THEN 'false' ELSE 'true' END) IN ({marks}))"
                );
                self.add(&sql, texts());
            }
            property => {
                known(about, filter)?;
                let code = || std::iter::once(Value::from(property.to_owned())).chain(texts());
                let of = |column: &str| {
                    format!(
                        "c.id IN (SELECT concept FROM property WHERE code = ? AND {column} IN ({marks}))"
                    )
                };
                // The parts of LOINC are asked for by their numbers or by their names.
                if is_coding(about, property) {
                    let sql = format!("{not}({} OR {})", of("value"), of("display"));
                    self.add(&sql, code().chain(code()));
                } else {
                    self.add(&format!("{not}{}", of("value")), code());
                }
            }
        }
        Ok(())
    }
}

/// A code as the system writes it; where case does not matter all its letters are capitals.
pub(super) fn spelled(about: &About, code: &str) -> String {
    if about.is_case_sensitive { code.to_owned() } else { code.to_uppercase() }
}

fn has(about: &About, property: &str) -> bool {
    about.properties.iter().any(|known| *known.code == *property)
}

fn is_coding(about: &About, property: &str) -> bool {
    about.properties.iter().any(|known| *known.code == *property && *known.kind == *"Coding")
}

/// Refuses a property that the system does not have.
fn known(about: &About, filter: &Filter) -> Result<(), SourceError> {
    let is_of_all =
        matches!(&*filter.property, "concept" | "code" | "display" | "designation" | "inactive");
    if is_of_all || has(about, &filter.property) {
        return Ok(());
    }
    Err(refused(about, filter))
}

fn refused(about: &About, filter: &Filter) -> SourceError {
    SourceError::Filter { system: about.url.clone(), filter: filter.to_string().into() }
}
