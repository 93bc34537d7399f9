//! Somebody who asks, and what comes of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::oracle::Oracle;
use super::people::Person;
use super::world::Dice;
use crate::harness::call::Reply;
use crate::harness::server::Server;
use crate::harness::token;

/// What was found: names of matches, names of what came along, and the total.
pub(super) struct Found {
    pub(super) matches: BTreeSet<String>,
    pub(super) others: BTreeSet<String>,
    pub(super) total: Option<u64>,
}

pub(super) struct Probe<'p> {
    pub(super) server: &'p Server,
    pub(super) oracle: &'p Oracle,
    pub(super) person: &'p Person,
    token: String,
    pub(super) dice: Dice,
    /// Everything is tried; else one of some.
    is_full: bool,
    pub(super) probes: usize,
    /// What was not as it should be.
    pub(super) faults: Vec<String>,
}

impl<'p> Probe<'p> {
    pub(super) fn new(
        (server, oracle): (&'p Server, &'p Oracle),
        person: &'p Person,
        (dice, is_full): (Dice, bool),
    ) -> Self {
        let mut claims = token::claims(&person.name, "user/*.cruds");
        if let Some(purpose) = person.purpose {
            let system = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
            let purpose = json!([{ "system": system, "code": purpose }]);
            claims["extensions"] = json!({ "ihe_iua": { "purpose_of_use": purpose } });
        }
        let token = token::of(&claims);
        let faults = Vec::new();
        Self { server, oracle, person, token, dice, is_full, probes: 0, faults }
    }

    /// Whether something is tried that need not be each time.
    pub(super) fn tries(&mut self, one_in: usize) -> bool {
        self.is_full || self.dice.once_in(one_in)
    }

    /// Sends a request.
    pub(super) async fn send(
        &mut self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Reply {
        self.probes += 1;
        let mut call = self.server.call(method, path);
        call = call.header("Authorization", &format!("Bearer {}", self.token));
        for (name, value) in headers {
            call = call.header(name, value);
        }
        match body {
            Some(body) => call.body(body).await,
            None => call.await,
        }
    }

    pub(super) async fn get(&mut self, path: &str) -> (u16, Value) {
        let reply = self.send(("GET", path), &[], None).await;
        (reply.status, serde_json::from_str(&reply.text).unwrap_or_default())
    }

    pub(super) fn sees(&self, resource: &Value) -> bool {
        self.oracle.sees(self.person, resource)
    }

    /// Notes what is not as it should be.
    pub(super) fn check(&mut self, is_so: bool, what: impl FnOnce() -> String) {
        if !is_so {
            let who = format!("{} {:?}", self.person.name, self.person.grants);
            self.faults.push(format!("{}\n    {who}", what()));
        }
    }

    /// The names of what is seen of a type and is so.
    pub(super) fn expected(&self, kind: &str, is_so: impl Fn(&Value) -> bool) -> BTreeSet<String> {
        let all = self.oracle.of_type(kind);
        all.filter(|one| is_so(one) && self.sees(one)).map(super::name).collect()
    }

    /// All pages of a search.
    pub(super) async fn pages(&mut self, path: &str) -> Found {
        let mut found = Found { matches: BTreeSet::new(), others: BTreeSet::new(), total: None };
        let mut next = Some(path.to_owned());
        while let Some(at) = next {
            let (status, bundle) = self.get(&at).await;
            self.check(status == 200, || format!("{at}: {status} {bundle}"));
            found.total = bundle["total"].as_u64();
            let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
            for entry in &entries {
                let set = match entry["search"]["mode"] == "match" {
                    true => &mut found.matches,
                    false => &mut found.others,
                };
                set.insert(super::name(&entry["resource"]));
            }
            let links = bundle["link"].as_array().cloned().unwrap_or_default();
            next = links
                .iter()
                .find(|link| link["relation"] == "next")
                .map(|link| link["url"].as_str().unwrap().to_owned());
            let some = entries.iter().any(|entry| entry["search"]["mode"] == "match");
            self.check(next.is_none() || some, || format!("{at}: an empty page goes on"));
        }
        found
    }

    /// A search finds what is seen and so, and counts it.
    pub(super) async fn finds(&mut self, query: &str, is_so: impl Fn(&Value) -> bool) {
        let kind = query.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned();
        let expected = self.expected(&kind, is_so);
        let join = if query.contains('?') { '&' } else { '?' };
        let path = format!("/{query}{join}_count=5&_total=accurate");
        let found = self.pages(&path).await;
        let count = u64::try_from(expected.len()).ok();
        self.check(found.matches == expected, || {
            let leaked: Vec<_> = found.matches.difference(&expected).collect();
            let refused: Vec<_> = expected.difference(&found.matches).collect();
            format!("{query}: leaked {leaked:?}, refused {refused:?}")
        });
        self.check(found.total == count, || {
            format!("{query}: total {:?}, not {count:?}", found.total)
        });
        if self.tries(6) {
            let (_, counted) = self.get(&format!("/{query}{join}_summary=count")).await;
            self.check(counted["total"].as_u64() == count, || format!("{query}: {counted}"));
        }
    }
}
