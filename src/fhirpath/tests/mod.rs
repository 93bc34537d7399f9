//! What holds for the whole language: the specification's examples, R4's invariants on the sample
//! families, both compilers on every search parameter, and whatever text a stranger may send.

mod agreement;
mod fuzz;
mod invariants;
mod specification;
