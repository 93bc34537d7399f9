//! OAuth 2.1 and SMART App Launch 2.2: what the endpoints are asked, what they grant, and the tokens.
//!
//! [`request`] reads and checks what is asked, [`client`] who asks, [`grant`] gives, and [`token`] makes what
//! is given. What was allowed is [`allowed`]; what is kept of it is in [`mod@kept`]. All of it happens at a
//! [`desk`]. Control of access sees the tokens by [`home`].

pub mod allowed;
pub mod authorize;
pub mod client;
pub mod desk;
pub mod fault;
pub mod grant;
pub mod home;
mod introspect;
pub mod kept;
mod launch;
pub mod metadata;
pub mod request;
mod revoke;
pub mod secret;
pub mod sites;
pub mod token;
