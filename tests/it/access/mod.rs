//! Who may see and do what: tokens, scopes, grants.

mod attacks;
mod audit;
mod break_glass;
mod matrix;
mod oracle;
mod roles;
mod scopes;
mod world;
