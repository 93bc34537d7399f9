//! Health, for those who watch over the server.

use crate::harness::on_both;
use crate::harness::server::Server;

on_both!(a_running_server_is_live_and_ready);

async fn a_running_server_is_live_and_ready(server: Server) {
    let top = server.base().replace("/fhir", "");
    for (path, status) in [("live", "live"), ("ready", "ready")] {
        let reply = server.get(&format!("{top}/health/{path}")).await.is(200);
        assert_eq!(reply.text, format!("{{\"status\":\"{status}\"}}"));
    }
}
