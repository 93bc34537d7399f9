//! The grammar of names that lead to other resources: chains,
//! <https://hl7.org/fhir/R4/search.html#chaining>, and `_has`,
//! <https://hl7.org/fhir/R4/search.html#has>.
//!
//! ```text
//! key   = own / chain / has
//! own   = name [ ":" modifier ]
//! chain = name [ ":" type ] "." key
//! has   = "_has:" type ":" name ":" key
//! ```

/// The first step of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A parameter of the type itself.
    Own,
    /// What the resource refers to by a parameter, of this type or of any.
    Chain { param: &'a str, kind: Option<&'a str>, rest: &'a str },
    /// Resources of a type that refer to it by a parameter.
    Has { kind: &'a str, param: &'a str, rest: &'a str },
}

impl<'a> Step<'a> {
    /// Reads the first step; none when it begins as one and does not go on.
    pub fn of(key: &'a str) -> Option<Self> {
        if let Some(has) = key.strip_prefix("_has:") {
            let mut parts = has.splitn(3, ':');
            let (kind, param) = (parts.next()?, parts.next()?);
            let rest = parts.next().filter(|rest| !rest.is_empty())?;
            return Some(Self::Has { kind, param, rest });
        }
        let Some((first, rest)) = key.split_once('.') else { return Some(Self::Own) };
        let (param, kind) = match first.split_once(':') {
            Some((param, kind)) => (param, Some(kind)),
            None => (first, None),
        };
        (!param.is_empty() && !rest.is_empty()).then_some(Self::Chain { param, kind, rest })
    }

    /// How many steps a key has to other resources.
    pub fn count(mut key: &str) -> usize {
        let mut count = 0;
        while let Some(Step::Chain { rest, .. } | Step::Has { rest, .. }) = Step::of(key) {
            (key, count) = (rest, count + 1);
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_told_apart() {
        let chain = |param, kind, rest| Some(Step::Chain { param, kind, rest });
        let has = |kind, param, rest| Some(Step::Has { kind, param, rest });
        for (key, expected) in [
            ("name:exact", Some(Step::Own)),
            ("_has", Some(Step::Own)),
            ("subject.name", chain("subject", None, "name")),
            ("subject:Patient.name:exact", chain("subject", Some("Patient"), "name:exact")),
            ("a.b:C.d", chain("a", None, "b:C.d")),
            ("a._has:B:c:d", chain("a", None, "_has:B:c:d")),
            ("_has:B:c:d.e", has("B", "c", "d.e")),
            ("_has:B:c:_has:D:e:f", has("B", "c", "_has:D:e:f")),
            ("_has:B:c", None),
            ("_has:B:c:", None),
            ("a.", None),
            (".a", None),
        ] {
            assert_eq!(Step::of(key), expected, "{key}");
        }
        assert_eq!(["a:b", "a.b", "a.b:C._has:D:e:f:exact"].map(Step::count), [0, 1, 3]);
    }
}
