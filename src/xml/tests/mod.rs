//! Both directions at once: the official examples, and whatever a resource may hold.

mod examples;
mod round_trip;
