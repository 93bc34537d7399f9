//! What findings say, in Vietnamese and English: the rule that is broken, and what to do.

pub(super) mod code;
pub(super) mod extension;
mod meant;
pub(super) mod profile;
pub(super) mod reference;
pub(super) mod slice;
pub(super) mod structure;
pub(super) mod value;
