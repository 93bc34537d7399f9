//! Which scopes a request gets: those that it asks for, that are understood, and that the registration of
//! its client has, <https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html>.

use crate::access::scope::{Level, Scope};
use crate::authorization::oauth::fault::{Code, Fault};

/// Words of one scope.
const MOST: usize = 150;

/// Words that any app may ask for: who is in front of it, and what it was launched for.
const CONTEXT: [&str; 6] =
    ["openid", "fhirUser", "profile", "launch", "launch/patient", "launch/encounter"];
/// Words that ask for access that lasts.
const LASTING: [&str; 2] = ["online_access", "offline_access"];

/// Takes a scope apart; words that are there twice are taken once.
pub fn words(scope: &str) -> Result<Vec<String>, Fault> {
    let mut words: Vec<String> = Vec::new();
    let is_legal = |letter: char| matches!(letter, '!' | '#'..='[' | ']'..='~');
    for word in scope.split(' ').filter(|word| !word.is_empty()) {
        if !word.chars().all(is_legal) {
            return Err(Code::InvalidScope.because(
                "scope có ký tự không được phép.",
                "The scope has letters that it may not have.",
            ));
        }
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    if words.is_empty() || words.len() > MOST {
        return Err(Code::InvalidScope.because(
            format!("scope cần có từ 1 đến {MOST} mục."),
            format!("A scope of 1 to {MOST} words is needed."),
        ));
    }
    Ok(words)
}

/// The scopes for resources among words.
fn of_resources<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<Scope> {
    words.into_iter().filter_map(Scope::parse).collect()
}

/// What an app may be granted of what it asks for. An app that is registered without a scope may ask for
/// whatever apps may: what it gets is the person's to say, and never more than hers.
pub fn for_app(asked: &str, registered: &str) -> Result<Vec<String>, Fault> {
    let registered: Vec<&str> = registered.split_ascii_whitespace().collect();
    let resources = of_resources(registered.iter().copied());
    let mut granted = Vec::new();
    for word in words(asked)? {
        let is_within = match Scope::parse(&word) {
            Some(scope) if scope.level == Level::System => false,
            Some(scope) => registered.is_empty() || scope.is_within(&resources),
            None if CONTEXT.contains(&word.as_str()) => true,
            None if LASTING.contains(&word.as_str()) => {
                registered.is_empty() || registered.contains(&word.as_str())
            }
            // What is not understood is not granted, and no reason to refuse the rest.
            None => continue,
        };
        if !is_within {
            return Err(beyond(&word));
        }
        granted.push(word);
    }
    match granted.is_empty() {
        true => Err(none()),
        false => Ok(granted),
    }
}

/// What a system is granted: all that it asks for, or nothing.
pub fn for_system(asked: &str, registered: &str) -> Result<Vec<String>, Fault> {
    let resources = of_resources(registered.split_ascii_whitespace());
    let words = words(asked)?;
    for word in &words {
        let is_within = Scope::parse(word)
            .is_some_and(|scope| scope.level == Level::System && scope.is_within(&resources));
        if !is_within {
            return Err(beyond(word));
        }
    }
    Ok(words)
}

/// What of a grant is asked for again: never more than was granted.
pub fn narrowed(asked: Option<&str>, granted: &[String]) -> Result<Vec<String>, Fault> {
    let Some(asked) = asked else { return Ok(granted.to_vec()) };
    let resources = of_resources(granted.iter().map(String::as_str));
    let words = words(asked)?;
    for word in &words {
        let is_within = granted.contains(word)
            || Scope::parse(word).is_some_and(|scope| scope.is_within(&resources));
        if !is_within {
            return Err(beyond(word));
        }
    }
    Ok(words)
}

/// Whether a patient has to be in context.
pub fn needs_patient(words: &[String]) -> bool {
    let is_of_patient =
        |word: &String| Scope::parse(word).is_some_and(|scope| scope.level == Level::Patient);
    has(words, "launch/patient") || words.iter().any(is_of_patient)
}

/// Whether a word is among those of a scope.
pub fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|known| known == word)
}

fn beyond(word: &str) -> Fault {
    Code::InvalidScope.because(
        format!("scope {word} nằm ngoài những gì đã đăng ký hoặc đã được cấp."),
        format!("The scope {word} is beyond what is registered or was granted."),
    )
}

fn none() -> Fault {
    Code::InvalidScope.because(
        "Không hiểu scope nào trong yêu cầu.",
        "None of the words of the scope is understood.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(granted: Result<Vec<String>, Fault>) -> String {
        granted.map_or_else(|fault| fault.code.name().to_owned(), |words| words.join(" "))
    }

    #[test]
    fn an_app_gets_what_is_registered() {
        let check = |asked: &str, registered: &str, expected: &str| {
            assert_eq!(told(for_app(asked, registered)), expected, "{asked} of {registered}");
        };
        let own = "launch/patient patient/*.rs offline_access";
        check("openid patient/Observation.rs openid", own, "openid patient/Observation.rs");
        check("patient/*.read offline_access x/y", own, "patient/*.read offline_access");
        check("patient/Observation.cruds", own, "invalid_scope");
        check("user/*.rs", own, "invalid_scope");
        check("online_access", own, "invalid_scope");
        check("user/*.cruds online_access", "", "user/*.cruds online_access");
        check("system/*.rs", "", "invalid_scope");
        check("system/*.rs", "system/*.rs", "invalid_scope");
        check("x patient/Nothing.rs", own, "invalid_scope");
        check("", own, "invalid_scope");
        check("patient/*.rs \"", own, "invalid_scope");
    }

    #[test]
    fn a_system_gets_all_or_nothing() {
        let own = "system/*.rs system/Observation.cruds";
        assert_eq!(told(for_system("system/Patient.read", own)), "system/Patient.read");
        assert_eq!(told(for_system("system/Observation.cruds", own)), "system/Observation.cruds");
        for bad in ["system/Patient.cruds", "user/Patient.rs", "openid", "system/Patient.rs x", ""]
        {
            assert_eq!(told(for_system(bad, own)), "invalid_scope", "{bad}");
        }
        assert_eq!(told(for_system("system/Patient.rs", "")), "invalid_scope");
    }

    #[test]
    fn a_refresh_narrows_only() {
        let granted: Vec<String> = ["openid", "patient/*.rs"].map(str::to_owned).to_vec();
        assert_eq!(told(narrowed(None, &granted)), "openid patient/*.rs");
        assert_eq!(told(narrowed(Some("patient/Patient.r"), &granted)), "patient/Patient.r");
        for bad in ["patient/Patient.cruds", "user/Patient.r", "offline_access", "fhirUser"] {
            assert_eq!(told(narrowed(Some(bad), &granted)), "invalid_scope", "{bad}");
        }
        assert!(needs_patient(&granted) && !needs_patient(&["user/*.rs".to_owned()]));
    }
}
