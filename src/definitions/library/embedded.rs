//! The definitions that are built into the server, as layers of the library.

use super::layer::Layer;
use crate::definitions::package::{self, DefinitionError};

/// What was unpacked; nothing when it could not be.
pub(super) fn layer(lines: Result<String, DefinitionError>) -> Layer {
    let mut layer = Layer::default();
    match lines {
        Ok(lines) => layer.insert_lines(lines),
        Err(error) => tracing::error!(?error, "embedded definitions cannot be read"),
    }
    layer
}

/// The definitions of R4.
pub(super) fn core() -> Result<Layer, DefinitionError> {
    let mut layer = Layer::default();
    for packed in [package::DIFFERENTIALS, package::TERMINOLOGY] {
        layer.insert_lines(package::unpack(packed)?);
    }
    Ok(layer)
}
