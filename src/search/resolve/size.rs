//! Whether a search is larger than it may be.

use super::SearchSize;
use crate::search::fault::Fault;
use crate::search::joined::Step;

impl SearchSize {
    pub(super) fn check_depth(self, key: &str) -> Result<(), Fault> {
        match Step::count(key) > self.depth {
            true => Err(Fault::TooMany { most: self.depth, setting: "search_depth" }),
            false => Ok(()),
        }
    }

    pub(super) fn check(self, parameters: usize, values: usize) -> Result<(), Fault> {
        if parameters > self.parameters {
            return Err(Fault::TooMany { most: self.parameters, setting: "search_parameters" });
        }
        if values > self.values {
            return Err(Fault::TooMany { most: self.values, setting: "search_values" });
        }
        Ok(())
    }
}
