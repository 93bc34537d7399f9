//! What a client may send to freeze the server or to take its memory, and that it does neither:
//! while an attack runs, other clients are answered, and what the process takes stays in bounds.

mod answer;
mod connection;
mod work;

use std::time::Duration;

use crate::harness::server::Server;

/// How long a probe may wait, on a machine that also does other things.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was seen while an attack ran.
#[derive(Debug)]
struct Seen<T> {
    done: T,
    /// What the process took beyond what it had before, in MiB.
    grown: usize,
}

/// Runs an attack; fails when a probe of another client has to wait.
async fn attacked<T>(server: &Server, attack: impl Future<Output = T>) -> Seen<T> {
    let live = format!("{}/health/live", server.base().trim_end_matches("/fhir"));
    let before = settled(server).await;
    let mut most = before;
    let mut attack = std::pin::pin!(attack);
    loop {
        let probe = async {
            let reply = tokio::time::timeout(PATIENCE, server.get(&live).attempt()).await;
            let reply = reply.expect("health is answered while the attack runs");
            assert_eq!(reply.expect("a reply").status, 200);
            most = most.max(server.memory());
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        tokio::select! {
            biased;
            done = &mut attack => {
                probe_once(server, &live).await;
                let grown = most.max(server.memory()).saturating_sub(before) >> 20;
                return Seen { done, grown };
            }
            () = probe => {}
        }
    }
}

/// What the process takes once it has read its definitions, which it does after its start. On a busy
/// machine it may pause on its way.
async fn settled(server: &Server) -> usize {
    let (mut before, mut still) = (server.memory(), 0);
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = server.memory();
        still = if now <= before + (1 << 20) { still + 1 } else { 0 };
        before = now.max(before);
        if still == 4 {
            break;
        }
    }
    before
}

async fn probe_once(server: &Server, live: &str) {
    server.get(live).await.is(200);
}
