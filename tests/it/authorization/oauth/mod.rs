//! OAuth 2.1 and SMART App Launch, as apps, systems, people and attackers see it.

mod app;
mod at_authorize;
mod at_consent;
mod at_token;
mod browser;
mod discovery;
mod ends;
mod launch;
mod refresh;
mod standalone;
mod system;
mod world;
