//! What profiles can ask for, each with what has it and what lacks it.

mod ask;
mod cause;
mod discriminator;
mod extension;
mod limit;
mod slicing;
mod target;
mod value;
