//! Security labels: a resource is seen through what opens each of its labels.

use crate::criteria::tree::Criteria;
use crate::index::own;

use super::super::policy::{Reached, both};

/// Labels of one unit and of consents: each set of them is a value of a search.
const MOST: usize = 10;

/// Grants with the same labels.
pub(in crate::access) struct Unit<'a> {
    labels: &'a [String],
    grants: Vec<&'a Reached>,
}

/// Grants by their labels.
pub(in crate::access) struct Units<'a>(Vec<Unit<'a>>);

/// How resources with some labels are reached: through these grants, where a consent opens the labels
/// that they lack.
pub(in crate::access) struct Way<'a> {
    unit: usize,
    pub(in crate::access) grants: Vec<&'a Reached>,
    pub(in crate::access) lacking: Vec<&'a str>,
}

impl PartialEq for Way<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.unit, &self.lacking) == (other.unit, &other.lacking)
    }
}

impl<'a> Units<'a> {
    pub(in crate::access) fn of(grants: &[&'a Reached]) -> Self {
        let mut units: Vec<Unit<'a>> = Vec::new();
        for grant in grants {
            match units.iter_mut().find(|unit| unit.labels == grant.labels) {
                Some(unit) => unit.grants.push(grant),
                None => units.push(Unit { labels: &grant.labels, grants: vec![grant] }),
            }
        }
        Self(units)
    }

    /// How resources without labels are reached.
    pub(in crate::access) fn plain(&self) -> Vec<Way<'a>> {
        self.ways(&[], &[])
    }

    /// How resources with exactly these labels are reached; `opened` are those that consents open.
    fn ways(&self, labels: &[&'a str], opened: &[String]) -> Vec<Way<'a>> {
        let mut ways = Vec::new();
        for (at, unit) in self.0.iter().enumerate() {
            let is_lacking = |label: &&&'a str| !unit.labels.iter().any(|own| own == **label);
            let lacking: Vec<&'a str> = labels.iter().filter(is_lacking).copied().collect();
            if lacking.iter().all(|label| opened.iter().any(|one| one == label)) {
                ways.push(Way { unit: at, grants: unit.grants.clone(), lacking });
            }
        }
        ways
    }
}

/// Resources of a type, as far as their labels are opened by grants or by consents: for each set of
/// labels what is so through the ways that open all of them.
pub(in crate::access) fn labelled<'a>(
    units: &Units<'a>,
    opened: &'a [String],
    so: impl Fn(&[Way<'a>]) -> Criteria,
) -> Criteria {
    if units.0.is_empty() {
        return Criteria::False;
    }
    let mut groups: Vec<(Vec<Way<'a>>, Vec<String>)> = Vec::new();
    let plain = units.ways(&[], opened);
    for set in sets(units, opened) {
        let ways = units.ways(&set, opened);
        let code = own::of_labels(&mut set.clone()).unwrap_or_default();
        match groups.iter_mut().find(|(other, _)| *other == ways) {
            Some((_, codes)) => codes.push(code),
            None => groups.push((ways, vec![code])),
        }
    }
    let with_plain = groups.iter().position(|(ways, _)| *ways == plain);
    let sets = with_plain.map(|at| groups.swap_remove(at).1).unwrap_or_default();
    let mut all = vec![both(so(&plain), Criteria::Labels { none: true, sets })];
    let each = groups.into_iter();
    all.extend(each.map(|(ways, sets)| both(so(&ways), Criteria::Labels { none: false, sets })));
    Criteria::one_of(all)
}

/// Every set of labels that one of some units opens together with a consent.
pub(in crate::access) fn subsets(units: &Units<'_>, opened: &[String]) -> Vec<String> {
    let all = sets(units, opened).into_iter();
    all.filter_map(|mut set| own::of_labels(&mut set)).collect()
}

/// Every set of labels that may be opened together, each once, without the empty one.
fn sets<'a>(units: &Units<'a>, opened: &'a [String]) -> Vec<Vec<&'a str>> {
    let mut all = Vec::new();
    for unit in &units.0 {
        let mut labels: Vec<&'a str> = unit.labels.iter().map(String::as_str).collect();
        labels.extend(opened.iter().map(String::as_str));
        labels.sort_unstable();
        labels.dedup();
        labels.truncate(MOST);
        for number in 1..(1_usize << labels.len()) {
            let is_in = |at: usize| number & (1 << at) != 0;
            let each = labels.iter().enumerate().filter(|(at, _)| is_in(*at));
            all.push(each.map(|(_, label)| *label).collect::<Vec<_>>());
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}
