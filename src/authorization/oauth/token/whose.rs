//! Who somebody is, as her tokens say: from her grants, and from what is stored of her and of where she
//! works.

use serde_json::Value;

use crate::access::control::Asker;
use crate::access::grant::{FhirUser, Grant};
use crate::authorization::oauth::allowed::Allowed;
use crate::authorization::oauth::desk::Desk;
use crate::criteria::access::Reason;
use crate::fhir::id::ResourceId;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::{members, text};
use crate::store::error::StoreError;
use crate::store::row::Op;

use super::who::Who;

impl Desk<'_> {
    /// The grants that hold now of whoever has the tokens of what was allowed.
    pub fn grants(&self, allowed: &Allowed) -> Vec<Grant> {
        let asker = Asker {
            issuer: self.oauth.issuer.clone(),
            subject: allowed.account.clone().unwrap_or_else(|| allowed.client_id.clone()),
            client: allowed.client_id.clone(),
            scope: Vec::new(),
            patient: None,
            purposes: Vec::new(),
            token: None,
        };
        self.control.of(&asker, self.now)
    }

    /// Who has them.
    pub async fn who(&self, allowed: &Allowed) -> Result<Who, StoreError> {
        let grants = self.grants(allowed);
        let mut who = Who { name: allowed.account.clone(), ..Who::default() };
        if let Some((kind, id)) = grants.iter().find_map(|grant| grant.fhir_user.first()) {
            who.fhir_user = Some(format!("{}/{}/{id}", self.engine.base, kind.name()));
            let found = self.stored(kind.name(), id).await?;
            who.name = found.as_ref().and_then(named).or(who.name);
        }
        if let Some(id) = grants.iter().find_map(|grant| grant.organization.as_ref()) {
            who.organization_id = Some(format!("{}/Organization/{id}", self.engine.base));
            let found = self.stored("Organization", id).await?;
            who.organization =
                found.as_ref().and_then(|found| text(found, "name")).map(str::to_owned);
        }
        for grant in &grants {
            let role = grant.role.name().to_owned();
            if !who.roles.contains(&role) {
                who.roles.push(role);
            }
        }
        Ok(who)
    }

    /// Why somebody asks when nothing is said: people for themselves, all others to treat.
    pub fn purposes(&self, allowed: &Allowed) -> Vec<String> {
        let grants = self.grants(allowed);
        let is_personal = !grants.is_empty() && grants.iter().all(|grant| grant.role.is_personal());
        vec![if is_personal { "PATRQT" } else { "TREAT" }.to_owned()]
    }

    /// The type and the id of the resource that an account is.
    pub fn herself(&self, allowed: &Allowed) -> Option<(FhirUser, ResourceId)> {
        let grants = self.grants(allowed);
        grants.iter().find_map(|grant| grant.fhir_user.first().cloned())
    }

    async fn stored(&self, kind: &str, id: &ResourceId) -> Result<Option<Value>, StoreError> {
        let Some(kind) = ResourceKind::parse(kind) else { return Ok(None) };
        let found = self.engine.rows.for_server(Reason::Rights).current(kind, id).await?;
        let found = found.filter(|stored| stored.op != Op::Deleted);
        Ok(found.and_then(|stored| serde_json::from_str(&stored.body).ok()))
    }
}

/// The name of a person, as it is said.
fn named(person: &Value) -> Option<String> {
    let name = members(person, "name").first()?;
    if let Some(whole) = text(name, "text") {
        return Some(whole.to_owned());
    }
    let given = members(name, "given").iter().filter_map(Value::as_str);
    let parts: Vec<&str> = text(name, "family").into_iter().chain(given).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}
