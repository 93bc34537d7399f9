//! The authorization server that runs: what it remembers of the rows, and how it learns what others
//! changed.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::access::control::Control;
use crate::access::grant::Grant;
use crate::config::control::SecondFactor;
use crate::config::settings::Settings;
use crate::fhir::date::Zone;
use crate::interaction::engine::Engine;
use crate::store::error::StoreError;

use super::account::Rules;
use super::grant::{Granted, Holder};
use super::kept::Kept;
use super::key;
use super::record::{Account, Client, SigningKey};
use super::trouble::Trouble;

/// The authorization server.
#[derive(Debug)]
pub struct Server {
    kept: Kept,
    control: Arc<Control>,
    known: RwLock<Arc<Known>>,
    zone: Zone,
    pub(super) second_factor: SecondFactor,
    /// Attempts to sign in that a name has from an address.
    pub(super) attempts: u32,
    /// Minutes that somebody is signed in.
    pub(super) session_minutes: u32,
    /// Characters of a password, at least.
    least: usize,
}

/// What is remembered.
#[derive(Debug, Default)]
pub struct Known {
    revision: Option<i64>,
    pub accounts: FxHashMap<String, Account>,
    pub clients: FxHashMap<String, Client>,
    /// The one that signs, the next, those of before.
    pub keys: Vec<SigningKey>,
}

impl Server {
    /// As the settings say; it has learned what there is, and has keys if it is to sign.
    pub async fn new(
        settings: &Settings,
        engine: &Engine,
        control: &Arc<Control>,
    ) -> Result<Self, StoreError> {
        let server = Self {
            kept: Kept::of(engine).await?,
            control: Arc::clone(control),
            known: RwLock::default(),
            zone: settings.zone(),
            second_factor: settings.second_factor,
            attempts: settings.sign_in_attempts,
            session_minutes: settings.session_minutes,
            least: settings.password_characters,
        };
        if settings.authorization_server {
            key::ensure(&server.kept).await.map_err(|trouble| match trouble {
                Trouble::Rows(error) => error,
                _ => StoreError::Interrupted,
            })?;
        }
        server.refresh().await?;
        Ok(server)
    }

    /// What is kept.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// What controls access.
    pub fn control(&self) -> &Arc<Control> {
        &self.control
    }

    /// What is remembered: as it was within the last second, or after [`Server::refresh`].
    pub fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What changes of accounts and clients go by.
    pub fn rules(&self) -> Rules {
        Rules { least: self.least, areas: self.control.areas(), zone: self.zone }
    }

    /// Learns what was changed since, by whichever process; whether anything was.
    pub async fn refresh(&self) -> Result<bool, StoreError> {
        // Asked before the rows: what changes in between is learned the next time.
        let revision = self.kept.revision().await?;
        if self.known().revision == Some(revision) {
            return Ok(false);
        }
        self.learn(Some(revision)).await?;
        Ok(true)
    }

    /// Reads the grants that are rows again: the file may say something else of communes now.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let revision = self.known().revision;
        self.learn(revision).await
    }

    async fn learn(&self, revision: Option<i64>) -> Result<(), StoreError> {
        let accounts: Vec<Account> = self.kept.all().await?;
        let clients: Vec<Client> = self.kept.all().await?;
        let keys = key::list(&self.kept).await.map_err(|trouble| match trouble {
            Trouble::Rows(error) => error,
            _ => StoreError::Interrupted,
        })?;
        let granted: Vec<Granted> = self.kept.all().await?;
        let known = Known {
            revision,
            accounts: accounts.into_iter().map(|one| (one.name.clone(), one)).collect(),
            clients: clients.into_iter().map(|one| (one.client_id.clone(), one)).collect(),
            keys,
        };
        self.control.learn(self.grants(&known, &granted));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(())
    }

    /// The grants of whoever is not disabled.
    fn grants(&self, known: &Known, granted: &[Granted]) -> Vec<Grant> {
        let accounts = known.accounts.values().filter(|one| one.is_active());
        let clients = known.clients.values().filter(|one| one.is_active());
        let accounts = accounts.map(|one| Holder::Account(&one.name).parent());
        let clients = clients.map(|one| Holder::Client(&one.client_id).parent());
        let holders: rustc_hash::FxHashSet<String> = accounts.chain(clients).collect();
        let areas = self.control.areas();
        let mut all = Vec::new();
        for one in granted.iter().filter(|one| holders.contains(&one.holder)) {
            match one.read(&areas, self.zone) {
                Some(grant) => all.push(grant),
                None => tracing::warn!(grant = one.id, "a grant cannot be read any more"),
            }
        }
        all
    }
}
