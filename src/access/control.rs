//! Who asks, and what they may do: from the header `Authorization` to rights.

use std::sync::{Arc, OnceLock};

use crate::config::settings::Settings;
use crate::criteria::access::{Access, Reason};
use crate::criteria::tree::Criteria;
use crate::fhir::kind::ResourceKind;
use crate::fhir::time;
use crate::interaction::audit::trail::Trail;
use crate::interaction::engine::Engine;
use crate::interaction::failure::Failure;
use crate::interaction::scoped::gate::selecting;

use super::consent::known::Known;
use super::consent::said::Consents;
use super::fault::AccessError;
use super::glass::{Glass, known, open};
use super::grant::fault::FileError;
use super::grant::role::Role;
use super::grant::row::Areas;
use super::grant::{Grant, Holder};
use super::held::Held;
use super::home::Home;
use super::policy::{Granted, Reached, Rights};
use super::reach::Reach;
use super::represented::Represented;
use super::scope::Scope;
use super::seen::author::Authored;
use super::verified::Tokens;

/// Decides who may do what.
#[derive(Debug)]
pub struct Control {
    tokens: Tokens,
    held: Held,
    /// The issuer of this server's own tokens, and of who is signed in.
    own: String,
    /// What consents say.
    consents: Known,
    care_days: u32,
    adult_years: u32,
    glass_minutes: u32,
}

/// Somebody of whom it is known who it is.
#[derive(Debug, Clone)]
pub struct Asker {
    pub issuer: String,
    pub subject: String,
    pub client: String,
    /// The words of `scope`.
    pub scope: Vec<String>,
    pub patient: Option<crate::fhir::id::ResourceId>,
    /// What for, as codes of v3-ActReason; none: what is usual for whoever asks.
    pub purposes: Vec<String>,
    /// What the token is called.
    pub token: Option<String>,
}

/// Somebody who may do something.
#[derive(Debug)]
pub struct Admitted {
    pub access: Access,
    /// Until when the record of the person is open whom the request names, where that was asked for.
    pub until: Option<i64>,
}

impl Asker {
    /// Somebody who is signed in at this server.
    pub fn of_account(own: &str, account: &str) -> Self {
        Self {
            issuer: own.to_owned(),
            subject: account.to_owned(),
            client: String::new(),
            scope: vec!["user/*.cruds".to_owned()],
            patient: None,
            purposes: Vec::new(),
            token: None,
        }
    }

    /// Whether a system has the token for itself.
    pub fn is_system(&self) -> bool {
        self.subject == self.client
    }
}

impl Control {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Result<Self, AccessError> {
        Ok(Self {
            tokens: Tokens::new(settings)?,
            held: Held::new(settings)?,
            own: origin(&settings.base()),
            consents: Known::default(),
            care_days: settings.care_days_after,
            adult_years: settings.adult_years,
            glass_minutes: settings.break_glass_minutes,
        })
    }

    /// Reads the file of grants again; what was in it before stays when there is a fault.
    pub fn reload(&self) -> Result<usize, FileError> {
        self.held.reload()
    }

    /// Takes the grants that are rows, in place of those of before.
    pub fn learn(&self, grants: Vec<Grant>) {
        self.held.learn(grants);
    }

    /// The grants that there are, whether they hold or not.
    pub fn grants(&self) -> Arc<Vec<Grant>> {
        self.held.all()
    }

    /// What units were before, as the file says.
    pub fn areas(&self) -> Areas {
        self.held.areas()
    }

    /// The roles that an account was granted, whether they hold now or not.
    pub fn roles_of(&self, account: &str) -> Vec<Role> {
        self.held.roles_of(account)
    }

    /// The issuer of this server's own tokens: its origin.
    pub fn own_issuer(&self) -> &str {
        &self.own
    }

    /// Whether an account is an administrator's now.
    pub fn is_administrator(&self, account: &str) -> bool {
        let (now, grants) = (time::now().micros(), self.grants());
        let mut own =
            grants.iter().filter(|grant| grant.holds(now) && grant.holder.is_user(account));
        own.any(|grant| grant.role == Role::Administrator)
    }

    /// What may be done by somebody who is signed in: all that her grants reach.
    pub async fn of_account(
        &self,
        engine: &Engine,
        account: &str,
        trail: &Trail,
    ) -> Result<Access, Failure> {
        let asker = Asker::of_account(&self.own, account);
        let rights = Box::pin(self.rights(engine, &asker)).await?;
        trail.identify(rights.who(asker));
        Ok(Access::by("somebody who is signed in", Arc::new(rights)))
    }

    /// Whether tokens of an issuer are taken.
    pub fn trusts(&self, issuer: &str) -> bool {
        self.tokens.trusts(issuer)
    }

    /// Takes the tokens of an authorization server that is built in, from now on.
    pub fn settle(&self, home: Arc<dyn Home>) {
        self.tokens.settle(home);
    }

    /// Looks again, at the next request, whether the tokens count that are remembered.
    pub fn forget(&self) {
        self.tokens.forget();
    }

    /// What may be done by whoever sends these headers.
    pub async fn admit(
        &self,
        engine: &Engine,
        headers: &[&[u8]],
        (glass, trail): (Option<Glass<'_>>, &Trail),
    ) -> Result<Admitted, Failure> {
        let asker = self.asker(headers).await?;
        let mut rights = Box::pin(self.rights(engine, &asker)).await?;
        let mut who = rights.who(asker);
        let opening = (trail, self.glass_minutes);
        let until = Box::pin(open(engine, glass, (&mut rights, &mut who), opening)).await;
        trail.identify(who);
        let until = until?;
        Ok(Admitted { access: Access::by("holder of a token", Arc::new(rights)), until })
    }

    /// Who sends these headers.
    pub async fn asker(&self, headers: &[&[u8]]) -> Result<Asker, Failure> {
        Box::pin(self.tokens.asker(headers)).await
    }

    /// What somebody may do.
    pub async fn access(&self, engine: &Engine, asker: &Asker) -> Result<Access, Failure> {
        let rights = Box::pin(self.rights(engine, asker)).await?;
        Ok(Access::by("holder of a token", Arc::new(rights)))
    }

    /// The grants of somebody that hold at a time.
    pub fn of(&self, asker: &Asker, now: i64) -> Vec<Grant> {
        let all = self.grants();
        let held = all.iter().filter(|grant| grant.holds(now) && self.is_of(grant, asker));
        held.cloned().collect()
    }

    /// The rights of somebody, now.
    pub async fn rights(&self, engine: &Engine, asker: &Asker) -> Result<Rights, Failure> {
        let (now, indexer) = (time::now().micros(), engine.indexer());
        let reach = Reach { indexer: &indexer, now, days_after: self.care_days };
        let represented = Represented { engine, now, adult: self.adult_years };
        let (mut grants, mut actors) = (Vec::new(), Vec::new());
        let mut chooses_ids = false;
        let all = self.grants();
        for grant in all.iter().filter(|grant| grant.holds(now) && self.is_of(grant, asker)) {
            chooses_ids |= grant.choose_ids;
            let (own, named) = Box::pin(represented.by(grant)).await?;
            actors.extend(named);
            actors.extend(grant.staff());
            grants.push(Reached {
                role: grant.role,
                line: grant.line,
                labels: grant.labels.clone(),
                ways: reach.ways(grant),
                own,
                user: grant.references(),
                organization: grant.organization.as_ref().map(|id| format!("Organization/{id}")),
                break_glass: grant.break_glass,
            });
        }
        let scopes = asker.scope.iter().filter_map(|word| granted(engine, word)).collect();
        actors.sort_unstable();
        actors.dedup();
        let authored = Authored::new(Arc::clone(&indexer), &actors);
        let said = (engine, &self.consents);
        let consents = Consents::of(said, reach, (actors, &asker.purposes));
        let consents = Box::pin(consents).await?;
        let mut rights = Rights {
            grants,
            scopes,
            patient: asker.patient.clone(),
            is_patient_reached: false,
            is_system: asker.is_system(),
            consents,
            authored,
            parts: OnceLock::new(),
            chooses_ids,
            holder: format!("{}\n{}\n{}", asker.issuer, asker.subject, asker.client),
            opened: Vec::new(),
            opened_ids: Vec::new(),
        };
        known(engine, asker, (&mut rights, now)).await?;
        if let Some(patient) = &rights.patient {
            let herself = vec![Criteria::Ids(vec![patient.clone()]), rights.everybody()];
            let rows = engine.rows.for_server(Reason::Rights);
            rights.is_patient_reached = rows.has(ResourceKind::PATIENT, herself).await?;
        }
        Ok(rights)
    }

    /// Whether a grant is somebody's.
    fn is_of(&self, grant: &Grant, asker: &Asker) -> bool {
        match &grant.holder {
            Holder::User(account) => {
                !asker.is_system() && asker.issuer == self.own && *account == asker.subject
            }
            Holder::Subject { issuer, subject } => {
                !asker.is_system() && *issuer == asker.issuer && *subject == asker.subject
            }
            Holder::Client(client) => asker.is_system() && *client == asker.client,
        }
    }
}

/// `https://host` of `https://host/a/fhir`.
pub fn origin(base: &str) -> String {
    let (scheme, rest) = base.split_once("://").unwrap_or(("http", base));
    let authority = rest.split('/').next().unwrap_or(rest);
    format!("{scheme}://{authority}")
}

/// A scope for resources; one whose query cannot be read allows nothing.
fn granted(engine: &Engine, word: &str) -> Option<Granted> {
    let scope = Scope::parse(word)?;
    if scope.query.is_empty() {
        return Some(Granted { scope, query: None });
    }
    let query = Some(selecting(engine, scope.kind?, &scope.query)?);
    Some(Granted { scope, query })
}
