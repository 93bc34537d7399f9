//! The vaccines, their antigens and the rows of the schedule, as
//! `profiles/catalogue/schedule/vaccines.json` has them with their sources.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::calendar::Span;
use super::series::{Least, Row, Who};

/// The data file.
const DATA: &str = include_str!("../../../profiles/catalogue/schedule/vaccines.json");

/// The antigen of the plans for women.
const TETANUS: &str = "tetanus";

/// All that is known of vaccines.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Programme {
    /// Of the schedule, as answers are marked with it.
    pub version: String,
    pub(super) live_spacing: Sourced,
    /// Until when the rows of children hold.
    pub(super) childhood: Sourced,
    /// When a dose that is made up for is overdue.
    pub(super) catch_up: Sourced,
    /// How many tetanus doses of childhood are a basic series.
    pub(super) basic_tetanus: Counted,
    pub antigens: Vec<Antigen>,
    pub products: Vec<Product>,
    pub rows: Vec<Row>,
    /// The place of the antigen that women have a series of their own against.
    #[serde(skip)]
    pub(super) tetanus: Option<usize>,
}

/// A span with where it was read.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sourced {
    #[serde(alias = "age", alias = "interval", alias = "afterDue")]
    pub(super) span: Span,
}

/// A number of doses with where it was read.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Counted {
    pub(super) doses: u32,
}

/// A protection that vaccines share.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Antigen {
    pub id: String,
    /// Of the disease.
    pub icd10: String,
    pub display: String,
    pub vi: String,
    pub en: String,
    /// Doses beyond the rows count too.
    #[serde(default)]
    pub(super) open: bool,
    /// The antigen whose disease it is.
    pub(super) part_of: Option<String>,
}

/// A vaccine, or a brand of one that is counted otherwise.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Of the booklet's code system.
    pub code: String,
    pub vi: String,
    pub en: String,
    /// CVX codes that mean it.
    pub cvx: Vec<String>,
    #[serde(rename = "antigens")]
    antigen_names: Vec<String>,
    #[serde(skip)]
    pub(super) antigens: Vec<usize>,
    pub(super) live: Option<Live>,
    /// It may be the dose at birth.
    #[serde(default)]
    pub(super) birth_dose: bool,
    /// A brand, known by CVX alone.
    #[serde(default)]
    pub variant: bool,
    /// Doses of its series.
    pub(super) series_of: Option<u32>,
    #[serde(default, rename = "least")]
    least_names: BTreeMap<String, Least>,
    /// What holds for it whatever the rows say, by antigen.
    #[serde(skip)]
    pub(super) least: Vec<(usize, Least)>,
}

/// How a live vaccine stands to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Live {
    Spaced,
    Exempt,
}

/// The programme, read once.
pub fn programme() -> &'static Programme {
    static PROGRAMME: LazyLock<Programme> = LazyLock::new(|| {
        let mut read: Programme = serde_json::from_str(DATA).unwrap_or_else(|error| {
            tracing::error!(?error, "the schedule of vaccines cannot be read");
            Programme::default()
        });
        read.index();
        read
    });
    &PROGRAMME
}

impl Product {
    /// Whether both protect against something in common.
    pub fn shares_antigen(&self, other: &Self) -> bool {
        self.antigens.iter().any(|antigen| other.antigens.contains(antigen))
    }

    /// Whether both are live and keep their distance.
    pub fn is_spaced_from(&self, other: &Self) -> bool {
        self.is_spaced() && other.is_spaced() && !self.shares_antigen(other)
    }

    pub(super) fn is_spaced(&self) -> bool {
        self.live == Some(Live::Spaced)
    }
}

impl Programme {
    fn index(&mut self) {
        let place = |name: &str| self.antigens.iter().position(|one| one.id == name);
        for product in &mut self.products {
            product.antigens =
                product.antigen_names.iter().filter_map(|name| place(name)).collect();
            let least = product.least_names.iter();
            product.least =
                least.filter_map(|(name, least)| Some((place(name)?, *least))).collect();
        }
        self.tetanus = place(TETANUS);
        for row in &mut self.rows {
            row.index(place);
        }
    }

    /// A vaccine of the booklet's code system, no brand of it.
    pub fn vaccine(&self, code: &str) -> Option<&Product> {
        self.products.iter().find(|product| product.code == code && !product.variant)
    }

    /// The place of the vaccine that codings mean: a brand where one of them names it.
    pub fn place<'c>(&self, codings: impl Iterator<Item = Code<'c>> + Clone) -> Option<usize> {
        let of = |is_brand: bool| {
            codings.clone().find_map(|code| {
                self.products.iter().position(|one| one.variant == is_brand && code.is(one))
            })
        };
        let vaccine = of(false);
        let brand = of(true);
        match (vaccine, brand) {
            (Some(vaccine), Some(brand)) => {
                let code = |place: usize| self.products.get(place).map(|one| &one.code);
                Some(if code(vaccine) == code(brand) { brand } else { vaccine })
            }
            (one, other) => one.or(other),
        }
    }

    pub(super) fn antigen(&self, id: &str) -> Option<usize> {
        self.antigens.iter().position(|one| one.id == id)
    }

    /// The antigen whose disease another one is against.
    pub fn disease(&self, antigen: usize) -> usize {
        let part_of = self.antigens.get(antigen).and_then(|one| one.part_of.as_deref());
        part_of.and_then(|id| self.antigen(id)).unwrap_or(antigen)
    }

    /// The days on which somebody born on a day is told of more vaccines, or is no child any more.
    pub fn ages(&self, born: i64) -> impl Iterator<Item = i64> {
        let listed = self.rows.iter().filter_map(move |row| Some(row.listed?.age.after(born)));
        listed.chain(std::iter::once(self.childhood.span.after(born)))
    }

    /// The rows for somebody.
    pub(super) fn rows_of(&self, who: Who) -> impl Iterator<Item = &Row> + Clone {
        self.rows.iter().filter(move |row| row.who == who)
    }
}

/// A code of a vaccine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code<'a> {
    Local(&'a str),
    Cvx(&'a str),
}

impl Code<'_> {
    fn is(&self, product: &Product) -> bool {
        match self {
            Self::Local(code) => !product.variant && product.code == *code,
            Self::Cvx(code) => product.cvx.iter().any(|one| one == code),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::mch::immunization::series::{Due, Latest, Overdue};

    #[test]
    fn every_row_has_a_source_or_says_that_it_has_none() {
        let data: Value = serde_json::from_str(DATA).expect("JSON");
        let rows = data["rows"].as_array().expect("rows");
        assert!(rows.len() > 40, "{}", rows.len());
        for row in rows {
            let id = row["id"].as_str().expect("an id");
            for name in ["who", "anchor", "due", "least", "latest", "overdue", "repeat"] {
                assert!(row.get(name).is_some(), "{id} lacks {name}");
            }
            for name in ["version", "certainty"] {
                assert!(row[name].as_str().is_some_and(|text| !text.is_empty()), "{id}: {name}");
            }
            assert!(row["effectivePeriod"].is_object(), "{id}: effectivePeriod");
            let sources = row["source"].as_array().expect("sources");
            let is_sourced = !sources.is_empty() || row["unsourced"] == true;
            assert!(is_sourced, "{id} has neither source nor unsourced");
            for field in row["unsourcedFields"].as_array().into_iter().flatten() {
                assert!(row.get(field.as_str().expect("a name")).is_some(), "{id}: {field}");
            }
        }
        for name in ["liveSpacing", "childhood", "basicTetanus", "catchUp"] {
            let sources = data[name]["source"].as_array().map_or(0, Vec::len);
            assert!(sources > 0 || data[name]["unsourced"] == true, "{name}");
        }
    }

    #[test]
    fn names_lead_somewhere() {
        let programme = programme();
        for product in &programme.products {
            assert_eq!(product.antigens.len(), product.antigen_names.len(), "{product:?}");
            assert_eq!(product.least.len(), product.least_names.len(), "{product:?}");
        }
        let mut ids: Vec<&str> = Vec::new();
        for row in &programme.rows {
            assert!(programme.vaccine(&row.vaccine).is_some(), "{}", row.id);
            assert_eq!(row.gives.len(), row.names(), "{}", row.id);
            assert!(!ids.contains(&row.id.as_str()), "{} twice", row.id);
            ids.push(&row.id);
        }
    }

    #[test]
    fn the_vaccines_are_those_of_the_booklet() {
        let codes = include_str!("../../../profiles/catalogue/codes.json");
        let codes: Value = serde_json::from_str(codes).expect("JSON");
        let lists = codes.as_array().expect("lists").iter();
        let list = lists.clone().find(|list| list["name"] == "mch-vaccine").expect("vaccines");
        for concept in list["concepts"].as_array().expect("concepts") {
            let code = concept["code"].as_str().expect("a code");
            // An immunoglobulin is no vaccine.
            if code == "HBIG" {
                continue;
            }
            let product = programme().vaccine(code).expect(code);
            let cvx = concept["cvx"].as_str();
            assert!(cvx.is_none_or(|cvx| product.cvx.iter().any(|one| one == cvx)), "{code}");
            assert_eq!(Some(product.vi.as_str()), concept["vi"].as_str());
        }
    }

    #[test]
    fn a_brand_is_known_by_its_code() {
        let place = |codes: &[Code<'_>]| programme().place(codes.iter().copied());
        let [plain, one, five] = [
            place(&[Code::Local("ROTA")]),
            place(&[Code::Local("ROTA"), Code::Cvx("119")]),
            place(&[Code::Cvx("116")]),
        ]
        .map(|place| place.and_then(|place| programme().products.get(place)).expect("a vaccine"));
        assert_eq!([plain.series_of, one.series_of, five.series_of], [None, Some(2), Some(3)]);
        assert_eq!(place(&[Code::Local("HBIG")]), None);
        assert_eq!(place(&[Code::Cvx("08")]), place(&[Code::Local("VGB-SS")]));
    }

    #[test]
    fn spans_of_rows_are_of_their_kinds() {
        let all = &programme().rows;
        let due: Vec<Due> = all.iter().filter_map(|row| row.due).collect();
        assert!(due.iter().any(|due| due.pregnancy.is_some()));
        let latest: Vec<&Latest> = all.iter().filter_map(|row| row.latest.as_ref()).collect();
        assert!(!latest.is_empty());
        let overdue: Vec<Overdue> = all.iter().filter_map(|row| row.overdue).collect();
        assert!(overdue.iter().any(|one| one.before_birth.is_some()));
    }
}
