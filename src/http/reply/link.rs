//! The links of a Bundle.

use crate::search::query::Parameter;

/// A link of a Bundle: the parameters that were used, and where to go on.
pub(super) fn url(base: &str, used: &[Parameter], more: Option<(&str, &str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for parameter in used {
        query.append_pair(&parameter.key(), &parameter.text);
    }
    if let Some((name, value)) = more {
        query.append_pair(name, value);
    }
    let query = query.finish();
    let mark = if base.contains('?') { '&' } else { '?' };
    if query.is_empty() { base.to_owned() } else { format!("{base}{mark}{query}") }
}
