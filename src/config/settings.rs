//! Every setting of the server. `docs/settings.md` lists them; a test compares the two.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};
use validator::Validate;

use crate::fhir::date::Zone;

use super::check::{
    address, authorization_server, base, database, hosts, issuers, log_format, origins, zone,
};
use super::control::Control;
use super::issuer::Issuer;

/// The settings of a server, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address and port to listen on.
    #[validate(custom(function = "address"))]
    pub bind: String,
    /// Where clients reach the server, when it is not `http://BIND/fhir` (behind a proxy).
    #[validate(custom(function = "base"))]
    pub base_url: String,
    /// Whether to listen beyond this machine although nothing controls access.
    pub allow_unprotected: bool,
    /// Whether requests need a token: `off` or `on`.
    pub access: Control,
    /// The file of grants, relative to the settings file.
    pub access_file: String,
    /// Whether the server has an authorization server of its own.
    #[validate(custom(function = "authorization_server"))]
    pub authorization_server: bool,
    /// Who else gives out tokens.
    #[validate(custom(function = "issuers"))]
    pub issuer: Vec<Issuer>,
    /// Seconds that the clocks of issuers may differ from the server's.
    #[validate(range(max = 300))]
    pub leeway_seconds: u64,
    /// Days after the end of care for which whoever cared still sees the record.
    #[validate(range(max = 36_500))]
    pub care_days_after: u32,
    /// Years from which nobody else represents a person.
    #[validate(range(min = 1, max = 150))]
    pub adult_years: u32,
    /// Names, besides those of `base_url` and of this machine, that the server may be asked under;
    /// `*` is any.
    #[serde(deserialize_with = "one_or_many")]
    #[validate(custom(function = "hosts"))]
    pub allowed_hosts: Vec<String>,
    /// Sites, such as `https://app.example`, whose pages may send requests; `*` is any.
    #[serde(deserialize_with = "one_or_many")]
    #[validate(custom(function = "origins"))]
    pub allowed_origins: Vec<String>,
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    #[validate(custom(function = "database"))]
    pub database: String,
    /// Connections that a thread reads by key from `PostgreSQL` with, and as many again to search.
    #[validate(range(min = 1, max = 1000))]
    pub database_connections: u32,
    /// Seconds that one search may take.
    #[validate(range(min = 1, max = 3600))]
    pub query_seconds: u64,
    /// Writes that may wait for the disk; further ones wait to be let in.
    #[validate(range(min = 1, max = 1_000_000))]
    pub write_queue: usize,
    /// Threads that answer requests; 0 is one a core.
    #[validate(range(max = 1024))]
    pub workers: usize,
    /// Largest body of a request, in MiB.
    #[validate(range(min = 1, max = 1024))]
    pub body_mib: usize,
    /// Values (elements and their parts) that a body may have.
    #[validate(range(min = 1_000, max = 100_000_000))]
    pub body_values: usize,
    /// Memory for bodies that arrive, of all requests together, in MiB.
    #[validate(range(min = 1, max = 1_048_576))]
    pub bodies_mib: u64,
    /// Memory for what requests make of bodies and for answers, all together, in MiB.
    #[validate(range(min = 16, max = 1_048_576))]
    pub memory_mib: u64,
    /// Largest answer, in MiB.
    #[validate(range(min = 1, max = 65_536))]
    pub answer_mib: u64,
    /// Million steps of work (some 50 ns each) that one request may take.
    #[validate(range(min = 1, max = 1_000_000))]
    pub request_steps: u64,
    /// Seconds that one request may take, once its body is there.
    #[validate(range(min = 1, max = 3600))]
    pub request_seconds: u64,
    /// Seconds that the head of a request may take.
    #[validate(range(min = 1, max = 3600))]
    pub head_seconds: u64,
    /// Seconds that a connection may be idle between two requests.
    #[validate(range(min = 1, max = 3600))]
    pub idle_seconds: u64,
    /// Seconds in which some of a body must come.
    #[validate(range(min = 1, max = 3600))]
    pub body_silence_seconds: u64,
    /// Seconds that a body may take, and one more for each 16 KiB.
    #[validate(range(min = 1, max = 3600))]
    pub body_seconds: u64,
    /// Seconds in which some of an answer must be taken.
    #[validate(range(min = 1, max = 3600))]
    pub answer_silence_seconds: u64,
    /// Threads for slow work, and four times as many for what is quicker; 0 is one a core.
    #[validate(range(max = 256))]
    pub work_threads: usize,
    /// Entries that a batch or transaction may have.
    #[validate(range(min = 1, max = 1_000_000))]
    pub bundle_entries: usize,
    /// Resources that one conditional delete may delete; 1 refuses when several match.
    #[validate(range(min = 1, max = 10_000))]
    pub conditional_deletes: u32,
    /// Different expressions, filters and patterns that one definition may have.
    #[validate(range(min = 1, max = 1_000_000))]
    pub definition_expressions: usize,
    /// Codes that an answer of `$expand` may have when no `count` is given.
    #[validate(range(min = 1, max = 50_000))]
    pub expansion_codes: usize,
    /// Resources on a page without `_count`.
    #[validate(range(min = 1, max = 10_000))]
    pub page_size: u64,
    /// Resources on a page at the most.
    #[validate(range(min = 1, max = 10_000))]
    pub page_size_most: u64,
    /// Parameters that select resources in one search.
    #[validate(range(min = 1, max = 100))]
    pub search_parameters: usize,
    /// Values that one search may have, all its parameters together.
    #[validate(range(min = 1, max = 900))]
    pub search_values: usize,
    /// Ways to other resources that one search may have: chains and `_has`, one for each type that
    /// a chain may lead to.
    #[validate(range(min = 1, max = 100))]
    pub search_joins: usize,
    /// Chains and `_has` that one parameter of a search may have one behind the other, and steps that
    /// `:iterate` goes on.
    #[validate(range(min = 1, max = 16))]
    pub search_depth: usize,
    /// Resources that may come along with a page of matches (`_include`, `_revinclude`).
    #[validate(range(min = 1, max = 10_000))]
    pub search_includes: usize,
    /// Codes and URIs that modifiers (`:in`, `:below`, …) of one search may stand for.
    #[validate(range(min = 1, max = 5_000))]
    pub search_codes: usize,
    /// The zone of dates and times that name none.
    #[validate(custom(function = "zone"))]
    pub time_zone: String,
    /// Seconds in which the server stops, whatever is in flight.
    #[validate(range(min = 1, max = 3600))]
    pub stop_seconds: u64,
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or as `info,mebe::http=warn`.
    #[validate(length(min = 1))]
    pub log: String,
    /// `text` or `json`.
    #[validate(custom(function = "log_format"))]
    pub log_format: String,
    /// Whether to load the sample families into a database that lacks them.
    pub demo: bool,
    /// FHIR packages: archives (`.tgz`) and folders, whose definitions are used.
    #[serde(deserialize_with = "one_or_many")]
    pub packages: Vec<String>,
    /// Keys of constraints whose warnings no write is answered with, such as `dom-6`.
    #[serde(deserialize_with = "one_or_many")]
    pub silenced_constraints: Vec<String>,
    /// How findings of a profile count, by the id of the profile: `error` refuses, `warning` tells,
    /// `off` does not look. Default is `error`.
    pub profile_levels: BTreeMap<String, Level>,
    /// How R4's rule for vital signs counts for a record that claims the profile of somebody else:
    /// `error`, `warning` or `off`. R4 demands it of whoever records one.
    pub vital_signs_of_others: Level,
    /// How it counts that two Patients have the same CCCD or BHYT number.
    pub same_identifier: Level,
    /// Whether an update that changes nothing makes no new version.
    pub skip_unchanged_updates: bool,
    /// The file of the code systems that `mebe terminology import` writes; it need not be there.
    #[validate(length(min = 1))]
    pub terminology_database: String,
    /// Whether to store the example instances of packages in a database that lacks them.
    pub package_examples: bool,
}

/// How findings of a kind count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// They are what they are.
    #[default]
    Error,
    /// They never refuse a resource.
    Warning,
    /// There are none.
    Off,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:8080".into(),
            base_url: String::new(),
            allow_unprotected: false,
            access: Control::Off,
            access_file: String::new(),
            authorization_server: false,
            issuer: Vec::new(),
            leeway_seconds: 30,
            care_days_after: 30,
            adult_years: 18,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            database: "sqlite:mebe.db".into(),
            database_connections: 4,
            query_seconds: 30,
            write_queue: 4096,
            workers: 0,
            body_mib: 32,
            body_values: 2_000_000,
            bodies_mib: 256,
            memory_mib: 1024,
            answer_mib: 64,
            request_steps: 400,
            request_seconds: 30,
            head_seconds: 10,
            idle_seconds: 75,
            body_silence_seconds: 10,
            body_seconds: 45,
            answer_silence_seconds: 20,
            work_threads: 0,
            bundle_entries: 10_000,
            conditional_deletes: 1,
            definition_expressions: 1_000,
            expansion_codes: 1500,
            silenced_constraints: vec!["dom-6".into()],
            page_size: 20,
            page_size_most: 1000,
            search_parameters: 40,
            search_values: 500,
            search_joins: 32,
            search_depth: 8,
            search_includes: 1000,
            search_codes: 2_000,
            time_zone: "+07:00".into(),
            stop_seconds: 8,
            log: "info".into(),
            log_format: "text".into(),
            demo: false,
            packages: Vec::new(),
            profile_levels: BTreeMap::new(),
            vital_signs_of_others: Level::Error,
            same_identifier: Level::Warning,
            skip_unchanged_updates: true,
            terminology_database: "mebe-terminology.db".into(),
            package_examples: false,
        }
    }
}

impl Settings {
    /// Where clients reach the server, without a slash at the end.
    pub fn base(&self) -> String {
        match self.base_url.trim_end_matches('/') {
            "" => format!("http://{}/fhir", self.bind),
            base => base.to_owned(),
        }
    }

    /// Takes the names of files that belong to the settings as relative to their folder.
    pub fn resolve(&mut self, folder: &Path) {
        let issuers = self.issuer.iter_mut();
        let keys = issuers.filter_map(|issuer| issuer.jwks_file.as_mut());
        for name in keys.chain([&mut self.access_file]).filter(|name| !name.is_empty()) {
            *name = folder.join(&*name).to_string_lossy().into_owned();
        }
    }

    /// The zone of dates and times that name none.
    pub fn zone(&self) -> Zone {
        Zone::parse(&self.time_zone).unwrap_or_default()
    }
}

/// A list, or one string: `MEBE_PACKAGES=a.tgz`.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Given::deserialize(deserializer)? {
        Given::One(one) => vec![one],
        Given::Many(many) => many,
    })
}
