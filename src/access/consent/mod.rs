//! Consents as criteria (ADR 0031). Consents that say the same have one hash among the rows of the index;
//! [`known`] has what each hash says, [`circle`] as whom somebody may be named, and [`said`] finds the
//! hashes that hide or open something for whoever asks. So a query tests for one of these hashes, and
//! the rules of provisions are worked out once a request, in Rust.

mod circle;
pub(super) mod known;
pub(super) mod said;
