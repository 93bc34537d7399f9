//! Who may see and do what: tokens, scopes, grants.

mod asked;
mod attacks;
mod audit;
mod break_glass;
mod matrix;
mod roles;
mod scopes;
mod under_tokens;
