//! Reads the values of one parameter, whatever their type, and refuses modifiers.

use crate::fhir::issue::Text;
use crate::search::fault::Fault;
use crate::search::query::Parameter;

pub(super) fn read<T>(
    parameter: &Parameter,
    expected: impl Fn() -> Text,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Fault> {
    let values = parameter.values()?.into_iter();
    let read = |text: &str| {
        let name = parameter.key();
        parse(text).ok_or_else(|| Fault::Value { name, text: text.into(), expected: expected() })
    };
    values.map(read).collect()
}

pub(super) fn no_modifier(parameter: &Parameter, known: &'static str) -> Result<(), Fault> {
    match parameter.modifier {
        None => Ok(()),
        Some(_) => Err(unknown_modifier(parameter, known)),
    }
}

pub(super) fn unknown_modifier(parameter: &Parameter, known: &'static str) -> Fault {
    let modifier = parameter.modifier.clone().unwrap_or_default();
    Fault::UnknownModifier { name: parameter.name.clone(), modifier, known }
}

/// Reads `true` or `false`.
pub(super) fn truth(parameter: &Parameter) -> Result<bool, Fault> {
    let (name, text) = (parameter.key(), parameter.text.clone());
    let expected = Text::new("true, false", "true, false");
    parameter.text.parse().map_err(|_other| Fault::Value { name, text, expected })
}
