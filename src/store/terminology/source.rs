//! Answers from an imported code system.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::pool::Pool;
use super::row::{Described, value};
use super::schema;
use super::selection::{Conditions, spelled};
use crate::store::error::StoreError;
use crate::terminology::system::concept::{About, Coding, Concept, Designation, Property};
use crate::terminology::system::source::{ConceptSource, Selection, SourceError};

/// One version of a code system, on disk.
#[derive(Debug)]
struct Imported {
    about: About,
    system: i64,
    pool: Arc<Pool>,
}

/// Every system in a file; none when there is no such file.
pub fn sources(path: &Path) -> Result<Vec<Arc<dyn ConceptSource>>, StoreError> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let pool = Arc::new(Pool::new(path));
    let systems = pool.with(|connection| {
        if !schema::is_current(connection)? {
            return Ok(None);
        }
        let mut query = connection.prepare("SELECT id, url, version, about FROM system")?;
        let rows = query.query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?))
        })?;
        rows.collect::<rusqlite::Result<Vec<(i64, String, String, String)>>>().map(Some)
    })?;
    let corrupt = |what: String| StoreError::Corrupt { table: "system", what };
    let systems = systems.ok_or_else(|| corrupt("another version of the tables".to_owned()))?;
    let source = |(system, url, version, about): (i64, String, String, String)| {
        let described: Described =
            serde_json::from_str(&about).map_err(|error| corrupt(error.to_string()))?;
        let about = described.about(&url, &version);
        let source: Arc<dyn ConceptSource> =
            Arc::new(Imported { about, system, pool: Arc::clone(&pool) });
        Ok(source)
    };
    systems.into_iter().map(source).collect()
}

const CONCEPT: &str = "SELECT c.id, c.code, c.display, c.inactive, c.abstract FROM concept c";

impl ConceptSource for Imported {
    fn about(&self) -> &About {
        &self.about
    }

    fn find(&self, code: &str) -> Result<Option<Arc<Concept>>, SourceError> {
        let code = spelled(&self.about, code);
        self.ask(|connection| {
            let sql = format!("{CONCEPT} WHERE c.system = ? AND c.code = ?");
            let mut query = connection.prepare_cached(&sql)?;
            let found = query.query_row(params![self.system, code], head).optional()?;
            found.map(|(id, concept)| whole(connection, id, concept).map(Arc::new)).transpose()
        })
    }

    fn parents(&self, code: &str) -> Result<Vec<Box<str>>, SourceError> {
        self.codes(
            code,
            "SELECT p.code FROM concept c JOIN link ON link.child = c.id \
             JOIN concept p ON p.id = link.parent WHERE c.system = ? AND c.code = ? ORDER BY p.id",
        )
    }

    fn children(&self, code: &str) -> Result<Vec<Box<str>>, SourceError> {
        self.codes(
            code,
            "SELECT p.code FROM concept c JOIN link ON link.parent = c.id \
             JOIN concept p ON p.id = link.child WHERE c.system = ? AND c.code = ? ORDER BY p.id",
        )
    }

    fn is_below(&self, code: &str, ancestor: &str) -> Result<bool, SourceError> {
        let (code, ancestor) = (spelled(&self.about, code), spelled(&self.about, ancestor));
        self.ask(|connection| {
            let sql = "SELECT 1 FROM closure WHERE \
                 ancestor = (SELECT id FROM concept WHERE system = ?1 AND code = ?3) AND \
                 descendant = (SELECT id FROM concept WHERE system = ?1 AND code = ?2)";
            let mut query = connection.prepare_cached(sql)?;
            query.exists(params![self.system, code, ancestor])
        })
    }

    fn walk(
        &self,
        selection: &Selection<'_>,
        offset: usize,
        count: usize,
    ) -> Result<Vec<Arc<Concept>>, SourceError> {
        let conditions = Conditions::new((&self.about, self.system), selection)?;
        let is_plain = conditions.patterns.is_empty();
        let range =
            if is_plain { format!(" LIMIT {count} OFFSET {offset}") } else { String::new() };
        let mut skip = if is_plain { 0 } else { offset };
        let mut found = Vec::new();
        self.each(&conditions, &range, |concept| {
            match skip {
                0 if found.len() < count => found.push(Arc::new(concept)),
                0 => {}
                _ => skip -= 1,
            }
            found.len() < count
        })?;
        Ok(found)
    }

    fn count(&self, selection: &Selection<'_>) -> Result<usize, SourceError> {
        let conditions = Conditions::new((&self.about, self.system), selection)?;
        if !conditions.patterns.is_empty() {
            // One by one: all of them may be too many for memory.
            let mut count = 0;
            self.each(&conditions, "", |_concept| {
                count += 1;
                true
            })?;
            return Ok(count);
        }
        let count: i64 = self.ask(|connection| {
            let sql = format!("SELECT count(*) FROM concept c WHERE {}", conditions.sql);
            let mut query = connection.prepare_cached(&sql)?;
            query.query_row(params_from_iter(&conditions.values), |row| row.get(0))
        })?;
        Ok(usize::try_from(count).unwrap_or_default())
    }
}

impl Imported {
    fn ask<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, SourceError> {
        self.pool.with(ask).map_err(|error| self.failed(StoreError::from(error)))
    }

    /// Gives every concept that meets the conditions, as long as it is wanted.
    fn each(
        &self,
        conditions: &Conditions,
        range: &str,
        mut take: impl FnMut(Concept) -> bool,
    ) -> Result<(), SourceError> {
        self.ask(|connection| {
            let sql = format!("{CONCEPT} WHERE {} ORDER BY c.id{range}", conditions.sql);
            let mut query = connection.prepare_cached(&sql)?;
            let mut rows = query.query(params_from_iter(&conditions.values))?;
            while let Some(row) = rows.next()? {
                let (id, concept) = head(row)?;
                if !matches(conditions, &concept, is_in_head) {
                    continue;
                }
                let concept = whole(connection, id, concept)?;
                if matches(conditions, &concept, |property| !is_in_head(property)) && !take(concept)
                {
                    break;
                }
            }
            Ok(())
        })
    }

    fn failed(&self, error: StoreError) -> SourceError {
        SourceError::Failed { system: self.about.url.clone(), cause: Arc::new(error) }
    }

    fn codes(&self, code: &str, sql: &str) -> Result<Vec<Box<str>>, SourceError> {
        let code = spelled(&self.about, code);
        self.ask(|connection| {
            let mut query = connection.prepare_cached(sql)?;
            let codes = query.query_map(params![self.system, code], |row| {
                row.get::<_, String>(0).map(Into::into)
            })?;
            codes.collect()
        })
    }
}

/// A concept without its designations and properties.
fn head(row: &Row<'_>) -> rusqlite::Result<(i64, Concept)> {
    let concept = Concept {
        code: row.get::<_, String>(1)?.into(),
        display: row.get::<_, Option<String>>(2)?.map(Into::into),
        is_inactive: row.get(3)?,
        is_abstract: row.get(4)?,
        ..Concept::default()
    };
    Ok((row.get(0)?, concept))
}

fn whole(connection: &Connection, id: i64, concept: Concept) -> rusqlite::Result<Concept> {
    let mut query = connection.prepare_cached(
        "SELECT language, use_system, use_code, use_display, value FROM designation \
         WHERE concept = ? ORDER BY n",
    )?;
    let boxed = |row: &Row<'_>, at: usize| {
        row.get::<_, Option<String>>(at).map(|text| text.map(Box::<str>::from))
    };
    let designations = query.query_map([id], |row| {
        let usage =
            Coding { system: boxed(row, 1)?, code: boxed(row, 2)?, display: boxed(row, 3)? };
        Ok(Designation {
            language: boxed(row, 0)?,
            usage: usage.code.is_some().then_some(usage),
            value: row.get::<_, String>(4)?.into(),
            extensions: Vec::new(),
        })
    })?;
    let designations = designations.collect::<rusqlite::Result<_>>()?;
    let mut query = connection.prepare_cached(
        "SELECT code, kind, value, system, display FROM property WHERE concept = ? ORDER BY n",
    )?;
    let properties = query.query_map([id], |row| {
        let kind: String = row.get(1)?;
        let coding = (row.get(3)?, row.get(4)?);
        Ok(Property {
            code: row.get::<_, String>(0)?.into(),
            value: value(&kind, row.get(2)?, coding),
        })
    })?;
    let properties = properties.collect::<rusqlite::Result<_>>()?;
    Ok(Concept { designations, properties, ..concept })
}

/// Whether a property is known before designations and properties are read.
fn is_in_head(property: &str) -> bool {
    matches!(property, "concept" | "code" | "display")
}

/// Whether a concept matches the regular expressions for some properties.
fn matches(conditions: &Conditions, concept: &Concept, which: impl Fn(&str) -> bool) -> bool {
    let mut patterns = conditions.patterns.iter().filter(|(property, _)| which(property));
    patterns.all(|(property, pattern)| match &**property {
        "concept" | "code" => pattern.is_match(&concept.code),
        "display" => concept.display.as_deref().is_some_and(|text| pattern.is_match(text)),
        "designation" => concept.designations.iter().any(|found| pattern.is_match(&found.value)),
        property => {
            let mut values = concept.properties.iter().filter(|found| *found.code == *property);
            values.any(|found| pattern.is_match(&found.value.text()))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::terminology::import::{Counts, ImportError, import};
    use crate::terminology::filter::{Filter, Operator};
    use crate::terminology::publisher::item::{Item, Usage};
    use crate::terminology::system::concept::PropertyValue;

    const URL: &str = "http://x.org/s";

    fn about(version: &str) -> About {
        About {
            url: URL.into(),
            version: Some(version.into()),
            is_case_sensitive: true,
            ..About::default()
        }
    }

    /// `a` above `b` and `c`, both above `d`; `e` stands alone.
    fn items() -> Vec<Item<'static>> {
        let concept = |code, display, is_inactive| Item::Concept {
            code,
            display: Some(display),
            is_inactive,
            is_abstract: false,
        };
        let link = |child, parent| Item::Link { child, parent };
        let property = |code, value: &str| Item::Property {
            code,
            property: "kind",
            value: PropertyValue::String(value.into()),
        };
        vec![
            concept("a", "Bệnh tả", false),
            concept("b", "Bệnh lao", true),
            concept("c", "Viêm gan", false),
            concept("d", "Lao gan", false),
            concept("e", "Khác", false),
            Item::Designation {
                code: "c",
                language: Some("en"),
                usage: Usage::of("u", "x"),
                value: "Hepatitis",
            },
            property("a", "one"),
            property("b", "two"),
            property("nobody", "two"),
            link("b", "a"),
            link("c", "a"),
            link("d", "b"),
            link("d", "c"),
            link("d", "nobody"),
        ]
    }

    fn write(path: &Path, version: &str, items: Vec<Item<'static>>) -> Result<Counts, ImportError> {
        import(path, about(version), |take| items.into_iter().try_for_each(take))
    }

    fn imported() -> (tempfile::TempDir, Arc<dyn ConceptSource>, Counts) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.db");
        let counts = write(&path, "1", items()).expect("imported");
        let source = sources(&path).expect("sources").remove(0);
        (folder, source, counts)
    }

    #[test]
    fn what_is_imported_is_counted_and_found() {
        let (_folder, source, counts) = imported();
        let expected = Counts {
            concepts: 5,
            designations: 1,
            properties: 2,
            links: 4,
            closure: 5,
            dangling: 2,
            ..Counts::default()
        };
        assert_eq!(counts, expected);
        let c = source.find("c").expect("asked").expect("there");
        assert_eq!(
            (c.display.as_deref(), &*c.designations[0].value),
            (Some("Viêm gan"), "Hepatitis")
        );
        assert_eq!(
            source.find("b").expect("asked").expect("there").properties[0].value.text(),
            "two"
        );
        assert!(source.find("C").expect("asked").is_none());
        assert_eq!(source.parents("d").expect("asked"), ["b".into(), "c".into()]);
        assert_eq!(source.children("a").expect("asked"), ["b".into(), "c".into()]);
        for (code, ancestor, expected) in [
            ("d", "a", true),
            ("d", "c", true),
            ("a", "a", false),
            ("a", "d", false),
            ("e", "a", false),
        ] {
            assert_eq!(
                source.is_below(code, ancestor).expect("asked"),
                expected,
                "{code} {ancestor}"
            );
        }
    }

    #[track_caller]
    fn check(filters: &[(&str, Operator, &str)], words: &str, expected: &str) {
        let (_folder, source, _) = imported();
        let filters: Vec<Filter> = filters
            .iter()
            .map(|(property, operator, value)| Filter {
                property: (*property).into(),
                operator: *operator,
                value: (*value).into(),
            })
            .collect();
        let selection = Selection { filters: &filters, words, only_active: false };
        let found = source.walk(&selection, 0, 10).expect("walked");
        let found: String = found.iter().map(|concept| &*concept.code).collect();
        assert_eq!(found, expected, "{filters:?} {words}");
        assert_eq!(source.count(&selection).expect("counted"), expected.len());
        let page = source.walk(&selection, 1, 1).expect("walked");
        assert_eq!(page.first().map(|concept| &*concept.code), expected.get(1..2));
    }

    #[test]
    fn concepts_are_selected_by_filters() {
        check(&[], "", "abcde");
        check(&[("concept", Operator::IsA, "a")], "", "abcd");
        check(&[("concept", Operator::DescendentOf, "a")], "", "bcd");
        check(&[("concept", Operator::IsNotA, "b")], "", "ace");
        check(&[("concept", Operator::ChildOf, "a")], "", "bc");
        check(&[("concept", Operator::DescendentLeaf, "a")], "", "d");
        check(&[("concept", Operator::Generalizes, "d")], "", "abcd");
        check(&[("code", Operator::In, "a, e")], "", "ae");
        check(&[("kind", Operator::Equal, "two")], "", "b");
        check(&[("kind", Operator::NotIn, "two,three")], "", "acde");
        check(&[("kind", Operator::Exists, "true")], "", "ab");
        check(&[("kind", Operator::Exists, "false")], "", "cde");
        check(&[("kind", Operator::Regex, "o.e")], "", "a");
        check(&[("code", Operator::Regex, "[a-c]"), ("parent", Operator::Equal, "a")], "", "bc");
        check(&[("parent", Operator::Equal, "a")], "", "bc");
        check(&[("child", Operator::Equal, "d")], "", "bc");
        check(&[("inactive", Operator::Equal, "true")], "", "b");
    }

    #[test]
    fn concepts_are_found_by_words() {
        check(&[], "lao", "bd");
        check(&[], "gan vi", "c");
        check(&[], "hepat", "c");
        check(&[("concept", Operator::IsA, "b")], "la", "bd");
        check(&[], "no\" OR \"lao", "");
    }

    #[test]
    fn what_a_system_does_not_have_is_refused() {
        let (_folder, source, _) = imported();
        for (property, operator, value) in
            [("nope", Operator::Equal, "x"), ("code", Operator::Regex, "(")]
        {
            let filter = Filter { property: property.into(), operator, value: value.into() };
            let selection = Selection { filters: &[filter], ..Selection::default() };
            assert!(matches!(source.count(&selection), Err(SourceError::Filter { .. })));
        }
    }

    #[test]
    fn a_version_is_replaced_as_a_whole_or_not_at_all() {
        let (folder, source, _) = imported();
        let path = folder.path().join("t.db");
        let concept =
            |code| Item::Concept { code, display: None, is_inactive: false, is_abstract: false };
        write(&path, "2", vec![concept("z")]).expect("another version");
        let failed = import(&path, about("1"), |take| {
            take(concept("q"))?;
            Err(ImportError::TooMany)
        });
        assert!(failed.is_err());
        assert!(source.find("a").expect("asked").is_some(), "the version is as it was");
        let counts = write(&path, "1", vec![concept("q"), concept("r")]).expect("replaced");
        assert!(counts.is_replaced);
        assert!(source.find("a").expect("asked").is_none());
        let all = source.walk(&Selection::default(), 0, 10).expect("walked");
        assert_eq!(all.iter().map(|concept| &*concept.code).collect::<String>(), "qr");
        assert_eq!(sources(&path).expect("sources").len(), 2);
        assert!(matches!(write(&path, "3", Vec::new()), Err(ImportError::Nothing)));
        assert_eq!(sources(&path).expect("sources").len(), 2);
    }

    #[test]
    fn circles_are_counted_and_do_no_harm() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.db");
        let mut items = items();
        items.push(Item::Link { child: "a", parent: "d" });
        let counts = write(&path, "1", items).expect("imported");
        assert!(counts.circular > 0);
        let source = sources(&path).expect("sources").remove(0);
        assert!(source.is_below("a", "d").expect("asked"));
    }
}
