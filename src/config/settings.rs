//! Every setting of the server. `docs/settings.md` lists them; a test compares the two.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use validator::Validate;

use super::check::{address, base, database, hosts, issuers, log_format, origins, zone};
use super::control::{Control, SecondFactor};
use super::issuer::Issuer;
pub use super::level::{Level, Targets};
use super::list::one_or_many;

/// Makes [`Settings`] of one entry a setting: what it is, what it may be, its name, its type, its default.
macro_rules! settings {
    ($($(#[$about:meta])* $name:ident: $type:ty = $default:expr;)*) => {
        /// The settings of a server, checked.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
        #[serde(deny_unknown_fields)]
        pub struct Settings {
            $($(#[$about])* pub $name: $type,)*
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }
    };
}

settings! {
    /// Address and port to listen on.
    #[validate(custom(function = "address"))]
    bind: String = "127.0.0.1:8080".into();
    /// Where clients reach the server, when it is not `http://BIND/fhir` (behind a proxy).
    #[validate(custom(function = "base"))]
    base_url: String = String::new();
    /// Whether to listen beyond this machine although nothing controls access.
    allow_unprotected: bool = false;
    /// Whether requests need a token: `off` or `on`.
    access: Control = Control::Off;
    /// The file of grants, relative to the settings file.
    access_file: String = String::new();
    /// Whether the server has an authorization server of its own.
    authorization_server: bool = false;
    /// Who must have a second factor: `required` (roles of staff) or `optional`.
    second_factor: SecondFactor = SecondFactor::Required;
    /// Attempts to sign in that a name has from an address in 15 minutes.
    #[validate(range(min = 1, max = 1_000))]
    sign_in_attempts: u32 = 10;
    /// Minutes that somebody is signed in with a browser.
    #[validate(range(min = 1, max = 10_080))]
    session_minutes: u32 = 480;
    /// Characters that a password, or the secret of a client, has at least.
    #[validate(range(min = 8, max = 64))]
    password_characters: usize = 8;
    /// Seconds that an access token of that server counts.
    #[validate(range(min = 1, max = 86_400))]
    token_seconds: u64 = 300;
    /// Seconds in which a code, or a launch, must be used.
    #[validate(range(min = 1, max = 600))]
    code_seconds: u64 = 60;
    /// Days that a refresh token counts with `offline_access`, when it is not used.
    #[validate(range(min = 1, max = 3_650))]
    refresh_days: u64 = 30;
    /// Who else gives out tokens.
    #[validate(custom(function = "issuers"))]
    issuer: Vec<Issuer> = Vec::new();
    /// The certificate of TLS with those that lead to it, PEM, relative to the settings file; empty: TLS is
    /// for somebody in front.
    tls_certificate: String = String::new();
    /// Its private key, PEM.
    tls_key: String = String::new();
    /// Certificates of those who vouch for systems, PEM: with it, systems need a certificate of theirs.
    tls_client_ca: String = String::new();
    /// Requests of one address in a minute; 0: as many as there are. This machine is not counted.
    address_requests: u32 = 60_000;
    /// Requests of one holder of tokens in a minute; 0: as many as there are.
    client_requests: u32 = 0;
    /// Seconds that the clocks of issuers may differ from the server's.
    #[validate(range(max = 300))]
    leeway_seconds: u64 = 30;
    /// Days after the end of care for which whoever cared still sees the record.
    #[validate(range(max = 36_500))]
    care_days_after: u32 = 30;
    /// Years from which nobody else represents a person.
    #[validate(range(min = 1, max = 150))]
    adult_years: u32 = 18;
    /// Whether it is recorded who does what with whose record while nothing controls access, too.
    audit_always: bool = false;
    /// Milliseconds in which a record of a read is on disk; 0: answers wait for it.
    #[validate(range(max = 60_000))]
    audit_delay_ms: u64 = 0;
    /// Days that records of who did what are kept.
    #[validate(range(min = 1, max = 36_500))]
    audit_days: u32 = 3650;
    /// Minutes that Break-Glass opens a record.
    #[validate(range(min = 1, max = 10_080))]
    break_glass_minutes: u32 = 60;
    /// Names, besides those of `base_url` and of this machine, that the server may be asked under;
    /// `*` is any.
    #[serde(deserialize_with = "one_or_many")]
    #[validate(custom(function = "hosts"))]
    allowed_hosts: Vec<String> = Vec::new();
    /// Sites, such as `https://app.example`, whose pages may send requests; `*` is any.
    #[serde(deserialize_with = "one_or_many")]
    #[validate(custom(function = "origins"))]
    allowed_origins: Vec<String> = Vec::new();
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`.
    #[validate(custom(function = "database"))]
    database: String = "sqlite:mebe.db".into();
    /// Connections that a thread reads by key from `PostgreSQL` with, and as many again to search.
    #[validate(range(min = 1, max = 1000))]
    database_connections: u32 = 4;
    /// Seconds that one search may take.
    #[validate(range(min = 1, max = 3600))]
    query_seconds: u64 = 30;
    /// Writes that may wait for the disk; further ones wait to be let in.
    #[validate(range(min = 1, max = 1_000_000))]
    write_queue: usize = 4096;
    /// Threads that answer requests; 0 is one a core.
    #[validate(range(max = 1024))]
    workers: usize = 0;
    /// Largest body of a request, in MiB.
    #[validate(range(min = 1, max = 1024))]
    body_mib: usize = 32;
    /// Largest form of a page or of the authorization server, in KiB.
    #[validate(range(min = 1, max = 1024))]
    form_kib: usize = 64;
    /// Largest photograph that goes with a report of a mistake, in KiB.
    #[validate(range(max = 65_536))]
    photo_kib: usize = 4096;
    /// Reports of mistakes that one booklet may have that nobody answered.
    #[validate(range(max = 10_000))]
    open_corrections: usize = 20;
    /// Minutes in which the form of a page must be sent.
    #[validate(range(min = 1, max = 10_080))]
    form_minutes: u32 = 240;
    /// Values (elements and their parts) that a body may have.
    #[validate(range(min = 1_000, max = 100_000_000))]
    body_values: usize = 2_000_000;
    /// Memory for bodies that arrive, of all requests together, in MiB.
    #[validate(range(min = 1, max = 1_048_576))]
    bodies_mib: u64 = 256;
    /// Memory for what requests make of bodies and for answers, all together, in MiB.
    #[validate(range(min = 16, max = 1_048_576))]
    memory_mib: u64 = 1024;
    /// Largest answer, in MiB.
    #[validate(range(min = 1, max = 65_536))]
    answer_mib: u64 = 64;
    /// Million steps of work (some 50 ns each) that one request may take.
    #[validate(range(min = 1, max = 1_000_000))]
    request_steps: u64 = 400;
    /// Seconds that one request may take, once its body is there.
    #[validate(range(min = 1, max = 3600))]
    request_seconds: u64 = 30;
    /// Requests that may be carried out, or kept, in the background (`Prefer: respond-async`).
    #[validate(range(min = 0, max = 10_000))]
    async_requests: usize = 100;
    /// Seconds that one in the background may take.
    #[validate(range(min = 1, max = 86_400))]
    async_seconds: u64 = 600;
    /// Seconds that what came of it is kept.
    #[validate(range(min = 1, max = 604_800))]
    async_kept_seconds: u64 = 3600;
    /// Seconds that the head of a request may take.
    #[validate(range(min = 1, max = 3600))]
    head_seconds: u64 = 10;
    /// Seconds that a connection may be idle between two requests.
    #[validate(range(min = 1, max = 3600))]
    idle_seconds: u64 = 75;
    /// Seconds in which some of a body must come.
    #[validate(range(min = 1, max = 3600))]
    body_silence_seconds: u64 = 10;
    /// Seconds that a body may take, and one more for each 16 KiB.
    #[validate(range(min = 1, max = 3600))]
    body_seconds: u64 = 45;
    /// Seconds in which some of an answer must be taken.
    #[validate(range(min = 1, max = 3600))]
    answer_silence_seconds: u64 = 20;
    /// Threads for slow work, and four times as many for what is quicker; 0 is one a core.
    #[validate(range(max = 256))]
    work_threads: usize = 0;
    /// Entries that a batch or transaction may have.
    #[validate(range(min = 1, max = 1_000_000))]
    bundle_entries: usize = 10_000;
    /// Resources that one conditional delete may delete; 1 refuses when several match.
    #[validate(range(min = 1, max = 10_000))]
    conditional_deletes: u32 = 1;
    /// Records of one type that an operation reads of one person; more are refused.
    #[validate(range(min = 1, max = 100_000))]
    person_records: u32 = 2_000;
    /// People that one list of what is due may be about.
    #[validate(range(min = 1, max = 1_000_000))]
    due_people: u32 = 5_000;
    /// Months of age at which a preterm child has no corrected age any more; 0 is never. Unsourced.
    #[validate(range(max = 60))]
    corrected_age_months: u32 = 0;
    /// Hundredths of a standard deviation lost in a month from which on growth falters; 0 is off.
    /// Unsourced.
    #[validate(range(max = 1_000))]
    faltering_hundredths: u32 = 0;
    /// Days in which a referral is to be replied to; 0 is off. Unsourced.
    #[validate(range(max = 365))]
    referral_days: u32 = 0;
    /// Whether `$booklet` with `restricted=true` has what is restricted, where nothing controls access.
    restricted_documents: bool = false;
    /// Fields of a `GraphQL` document that may lie below each other.
    #[validate(range(min = 1, max = 60))]
    graphql_depth: usize = 20;
    /// Resources and pages of matches that a `GraphQL` document may ask for.
    graphql_lookups: usize = 1_000;
    /// Seconds that what a request with an `Idempotency-Key` did is kept; 0: none are taken.
    #[validate(range(min = 0, max = 31_536_000))]
    idempotency_seconds: i64 = 86_400;
    /// Different expressions, filters and patterns that one definition may have.
    #[validate(range(min = 1, max = 1_000_000))]
    definition_expressions: usize = 1_000;
    /// Codes that an answer of `$expand` may have when no `count` is given.
    #[validate(range(min = 1, max = 50_000))]
    expansion_codes: usize = 1500;
    /// Resources on a page without `_count`.
    #[validate(range(min = 1, max = 10_000))]
    page_size: u64 = 20;
    /// Resources on a page at the most.
    #[validate(range(min = 1, max = 10_000))]
    page_size_most: u64 = 1000;
    /// Parameters that select resources in one search.
    #[validate(range(min = 1, max = 100))]
    search_parameters: usize = 40;
    /// Values that one search may have, all its parameters together.
    #[validate(range(min = 1, max = 900))]
    search_values: usize = 500;
    /// Ways to other resources that one search may have: chains and `_has`, one for each type that
    /// a chain may lead to.
    #[validate(range(min = 1, max = 100))]
    search_joins: usize = 32;
    /// Chains and `_has` that one parameter of a search may have one behind the other, and steps that
    /// `:iterate` goes on.
    #[validate(range(min = 1, max = 16))]
    search_depth: usize = 8;
    /// Resources that may come along with a page of matches (`_include`, `_revinclude`).
    #[validate(range(min = 1, max = 10_000))]
    search_includes: usize = 1000;
    /// Codes and URIs that modifiers (`:in`, `:below`, …) of one search may stand for.
    #[validate(range(min = 1, max = 5_000))]
    search_codes: usize = 2_000;
    /// Which words of resources are found: those of narratives (`text`), all (`content`), or none.
    full_text: super::full_text::FullText = super::full_text::FullText::Text;
    /// The zone of dates and times that name none.
    #[validate(custom(function = "zone"))]
    time_zone: String = "+07:00".into();
    /// Seconds in which the server stops, whatever is in flight.
    #[validate(range(min = 1, max = 3600))]
    stop_seconds: u64 = 8;
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or as `info,mebe::http=warn`.
    #[validate(length(min = 1))]
    log: String = "info".into();
    /// `text` or `json`.
    #[validate(custom(function = "log_format"))]
    log_format: String = "text".into();
    /// Whether to load the sample families into a database that lacks them.
    demo: bool = false;
    /// FHIR packages: archives (`.tgz`) and folders, whose definitions are used.
    #[serde(deserialize_with = "one_or_many")]
    packages: Vec<String> = Vec::new();
    /// Keys of constraints whose warnings no write is answered with, such as `dom-6`.
    #[serde(deserialize_with = "one_or_many")]
    silenced_constraints: Vec<String> = vec!["dom-6".into()];
    /// How findings of a profile count, by the id of the profile: `error` refuses, `warning` tells,
    /// `off` does not look. Default is `error`.
    profile_levels: BTreeMap<String, Level> = BTreeMap::new();
    /// How R4's rule for vital signs counts for a record that claims the profile of somebody else:
    /// `error`, `warning` or `off`. R4 demands it of whoever records one.
    vital_signs_of_others: Level = Level::Error;
    /// How it counts that two Patients have the same CCCD or BHYT number.
    same_identifier: Level = Level::Warning;
    /// What becomes of references to what is not there, and of deletions of what others refer to.
    reference_targets: Targets = Targets::Warn;
    /// Whether an update that changes nothing makes no new version.
    skip_unchanged_updates: bool = true;
    /// The file of the code systems that `mebe terminology import` writes; it need not be there.
    #[validate(length(min = 1))]
    terminology_database: String = "mebe-terminology.db".into();
    /// Whether to store the example instances of packages in a database that lacks them.
    package_examples: bool = false;
}
