//! Codes against their own code systems, <https://hl7.org/fhir/R4/datatypes.html#Coding>.

use serde_json::Value;

use crate::fhir::member::of;
use crate::terminology::service::{CodeRef, Meaning};
use crate::validation::element::items::Object;
use crate::validation::element::path::Path;
use crate::validation::message::code as message;
use crate::validation::walk::Walk;

const UNITS: &str = "http://unitsofmeasure.org";

impl<'a> Walk<'a> {
    /// Checks a `Coding` against its own code system.
    pub(in crate::validation) fn coding(&mut self, object: &'a Object, path: &Path<'_>) {
        let text = |key: &str| of(object, key).and_then(Value::as_str);
        let Some(code) = text("code") else { return };
        let Some(system) = text("system") else {
            return self.report(path, message::without_system(code).warning());
        };
        if self.unknown_systems.get(system) == Some(&true) {
            return;
        }
        let code = CodeRef {
            system: Some(system),
            version: text("version"),
            code,
            display: text("display"),
        };
        match self.engine.terminology.meaning(code) {
            Meaning::Known { wrong_display, is_inactive } => {
                // Units have symbols, and no displays that would be wrong.
                if let Some(displays) = wrong_display.filter(|_| system != UNITS) {
                    self.wrong_display(code, &displays, path);
                }
                if is_inactive {
                    let issue = message::inactive(code.code, system).warning();
                    self.report(&path.child("code"), issue);
                }
            }
            Meaning::NoCode => {
                let meant = self.engine.terminology.meant(code);
                let issue = message::no_code(code.code, system, meant.as_deref());
                let owned = self.request.demands.is_some_and(|demands| demands.owns(system));
                let issue = if owned { issue } else { self.only_asked("code", issue) };
                self.report(&path.child("code"), issue);
            }
            Meaning::Supplement => {
                let issue = self.only_asked("rule", message::is_supplement(system));
                self.report(&path.child("system"), issue);
            }
            Meaning::Unknown => {
                if !self.unknown_systems.contains_key(system) {
                    let is_absent = !self.engine.terminology.knows(system);
                    self.unknown_systems.insert(system, is_absent);
                    let issue = match self.no_system(system) {
                        Some(issue) => self.only_asked("rule", issue),
                        None => message::unknown_system(system).warning(),
                    };
                    self.report(&path.child("system"), issue);
                }
            }
        }
    }
}

impl Walk<'_> {
    /// Says that a code has another display. One that is the name of another code of the same list
    /// leaves open which of the two was meant: that is an error for whoever writes it, too.
    fn wrong_display(&mut self, code: CodeRef<'_>, displays: &[Box<str>], path: &Path<'_>) {
        let display = code.display.unwrap_or_default();
        let system = code.system.unwrap_or_default();
        let issue = match self.engine.terminology.named(system, code.version, display) {
            Some(other) => message::display_of_other(display, code.code, &other, displays),
            None => {
                self.only_asked("display", message::wrong_display(display, code.code, displays))
            }
        };
        self.report(&path.child("display"), issue);
    }
}
