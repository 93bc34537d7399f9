//! What profiles can ask for, each with what has it and what lacks it.

mod ask;
mod discriminator;
mod extension;
mod slicing;
mod target;
mod value;
