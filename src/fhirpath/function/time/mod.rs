//! Functions of dates and times: their parts, and how far two lie apart.

pub(super) mod component;
pub(super) mod interval;
