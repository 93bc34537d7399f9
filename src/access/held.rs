//! The grants that there are: those of the file, and those that are rows of the built-in authorization
//! server.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::config::settings::Settings;
use crate::fhir::date::Zone;

use super::grant::fault::FileError;
use super::grant::role::Role;
use super::grant::row::Areas;
use super::grant::{Grant, file};

/// Grants, from both places.
#[derive(Debug)]
pub(super) struct Held {
    path: Option<PathBuf>,
    zone: Zone,
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    of_file: Vec<Grant>,
    of_rows: Vec<Grant>,
    all: Arc<Vec<Grant>>,
}

impl Held {
    /// Those of the file that the settings name.
    pub(super) fn new(settings: &Settings) -> Result<Self, FileError> {
        let path = (!settings.access_file.is_empty()).then(|| PathBuf::from(&settings.access_file));
        let zone = settings.zone();
        let of_file = path.as_ref().map(|path| file::read(path, zone)).transpose()?;
        let of_file = of_file.unwrap_or_default();
        let all = Arc::new(of_file.clone());
        let state = State { of_file, of_rows: Vec::new(), all };
        Ok(Self { path, zone, state: RwLock::new(state) })
    }

    /// Reads the file again; what was in it before stays when there is a fault.
    pub(super) fn reload(&self) -> Result<usize, FileError> {
        let Some(path) = &self.path else { return Ok(0) };
        let of_file = file::read(path, self.zone)?;
        let count = of_file.len();
        self.change(|state| state.of_file = of_file);
        Ok(count)
    }

    /// Takes rows in place of those of before.
    pub(super) fn learn(&self, of_rows: Vec<Grant>) {
        self.change(|state| state.of_rows = of_rows);
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        state.all = Arc::new([state.of_file.as_slice(), &state.of_rows].concat());
    }

    /// All of them, whether they hold or not.
    pub(super) fn all(&self) -> Arc<Vec<Grant>> {
        Arc::clone(&self.state.read().unwrap_or_else(PoisonError::into_inner).all)
    }

    /// What units were before, as the file says.
    pub(super) fn areas(&self) -> Areas {
        self.path.as_deref().map(Areas::of).unwrap_or_default()
    }

    /// The roles that an account was granted, whether they hold now or not.
    pub(super) fn roles_of(&self, account: &str) -> Vec<Role> {
        let all = self.all();
        let is_of = |grant: &&Grant| grant.holder.is_user(account);
        all.iter().filter(is_of).map(|grant| grant.role).collect()
    }
}
