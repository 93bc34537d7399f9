//! Pages that the server makes for people.

pub mod address;
pub mod admin;
pub mod apps;
pub mod booklet;
pub mod form;
pub mod form_token;
pub mod frame;
pub mod guide;
pub mod qr;
pub mod resource;
pub mod say;
pub mod sign_in;
pub mod start;

#[cfg(test)]
mod tests;
