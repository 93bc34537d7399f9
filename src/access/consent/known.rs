//! What the consents say that are stored: each thing that is said, once.
//!
//! What was said and is said no more stays: no row has its hash, so it hides and opens nothing. What is
//! new is learned from the log of changes before a request's rights are made.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashSet;
use tokio::sync::Mutex;

use crate::criteria::access::Reason;
use crate::definitions::base::today_in;
use crate::fhir::kind::ResourceKind;
use crate::index::own;
use crate::index::provision::Provision;
use crate::interaction::engine::Engine;
use crate::interaction::scoped::Scoped;
use crate::store::error::StoreError;
use crate::store::find::populated::Each;

/// Different things that consents may say. With more, nobody gets rights: what is not known might hide
/// something.
const MOST: u64 = 200_000;
/// Changes that are looked at together.
const STEP: u32 = 1_000;

/// What consents say, as far as the log was followed.
#[derive(Debug, Default)]
pub(in crate::access) struct Known {
    state: RwLock<State>,
    learning: Mutex<()>,
}

#[derive(Debug, Default, Clone)]
struct State {
    /// The position in the log.
    until: Option<i64>,
    all: Arc<Vec<Arc<Saying>>>,
    hashes: FxHashSet<String>,
}

/// One thing that consents say.
#[derive(Debug)]
pub(super) struct Saying {
    pub(super) hash: String,
    pub(super) provision: Provision,
    /// Whether it names resources.
    pub(super) is_of_instances: bool,
}

impl Known {
    /// All that is said.
    pub(super) async fn all(&self, engine: &Engine) -> Result<Arc<Vec<Arc<Saying>>>, StoreError> {
        let Some(consent) = ResourceKind::parse("Consent") else { return Ok(Arc::default()) };
        let rows = engine.rows.for_server(Reason::Rights);
        let target = rows.seen();
        if let Some(all) = self.up_to(target) {
            return Ok(all);
        }
        let _alone = self.learning.lock().await;
        if let Some(all) = self.up_to(target) {
            return Ok(all);
        }
        let mut state = self.state.read().unwrap_or_else(PoisonError::into_inner).clone();
        match state.until {
            None => {
                let each = Each::Token(own::rule(consent));
                let (hits, has_more) = rows.one_of_each(each, Some(consent), MOST).await?;
                if has_more {
                    return Err(StoreError::Unsupported("so many different consents"));
                }
                for hit in hits {
                    state.learn(engine, &hit.stored.body);
                }
                state.until = Some(target);
            }
            Some(until) => Box::pin(state.follow(engine, (rows, consent), (until, target))).await?,
        }
        let all = Arc::clone(&state.all);
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(all)
    }

    fn up_to(&self, target: i64) -> Option<Arc<Vec<Arc<Saying>>>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.until.is_some_and(|until| until >= target).then(|| Arc::clone(&state.all))
    }
}

impl State {
    /// Learns from the log what is new.
    async fn follow(
        &mut self,
        engine: &Engine,
        (rows, consent): (Scoped<'_>, ResourceKind),
        (mut until, target): (i64, i64),
    ) -> Result<(), StoreError> {
        while until < target {
            let changes = rows.changes(until, &[consent], STEP).await?;
            for change in changes.list {
                if let Some(stored) = rows.version(consent, &change.id, change.version).await? {
                    self.learn(engine, &stored.body);
                }
            }
            if changes.until <= until {
                break;
            }
            until = changes.until;
        }
        if u64::try_from(self.all.len()).is_ok_and(|count| count > MOST) {
            // Begun anew, without what is said no more.
            *self = Self::default();
            return Err(StoreError::Unsupported("so many different consents"));
        }
        self.until = Some(until.max(target));
        Ok(())
    }

    fn learn(&mut self, engine: &Engine, body: &str) {
        let Ok(consent) = serde_json::from_str(body) else { return };
        let read = Provision::of_consent(&today_in(&consent), engine.zone, &engine.base);
        let Some((provision, _)) = read else { return };
        let hash = provision.hash();
        if self.hashes.insert(hash.clone()) {
            let mut is_of_instances = false;
            provision.each_instance(&mut |_| is_of_instances = true);
            let saying = Saying { hash, provision, is_of_instances };
            Arc::make_mut(&mut self.all).push(Arc::new(saying));
        }
    }
}
