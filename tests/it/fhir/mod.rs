//! What is sent comes back: numbers, text, primitive extensions, order.

mod official_examples;
mod round_trip;
