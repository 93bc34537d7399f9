//! Resources: the whole, those in entries and parameters, and contained ones.

use serde_json::Value;

use super::object::{Nodes, Subject};
use super::path::Path;
use super::template::is_template;
use crate::fhir::kind::ResourceKind;
use crate::fhir::member::of;
use crate::validation::element::items::Object;
use crate::validation::message::{profile as message, structure};
use crate::validation::profile::tree::node::Applied;
use crate::validation::profile::vital_sign;
use crate::validation::reference::bundled::Bundled;
use crate::validation::request::Weight;
use crate::validation::walk::Walk;

impl<'a> Walk<'a> {
    /// Checks the resource that was sent.
    pub(in crate::validation) fn top(&mut self, value: &'a Value) {
        let unknown = Path::root("Resource");
        let Value::Object(object) = value else {
            return self.malformed(&unknown, structure::wrong_json(structure::Json::Object, value));
        };
        let Some(kind) = self.kind(object, &unknown) else { return };
        let path = Path::root(kind.name());
        if let Some(expected) = self.request.expected.filter(|expected| *expected != kind) {
            self.report(&path, structure::other_type(kind, expected));
        }
        self.is_transaction = kind == ResourceKind::BUNDLE
            && of(object, "type").is_some_and(|kind| kind == "transaction");
        let mut nodes = Nodes::new();
        for canonical in self.request.profiles {
            match self.claimed(canonical, Weight::Refuses, kind, &path) {
                Claim::Node(node) => push(&mut nodes, node),
                Claim::Met => {}
                Claim::Unknown => self.report(&path, message::unknown_asked(canonical)),
            }
        }
        self.body(Subject { value, object }, kind, nodes, &path);
    }

    /// Checks a resource in an entry of a Bundle or in a parameter.
    pub(in crate::validation) fn inner(
        &mut self,
        value: &'a Value,
        entry: &'a Object,
        nodes: &[Applied<'a>],
        path: &Path<'_>,
    ) {
        let Value::Object(object) = value else {
            return self.malformed(path, structure::wrong_json(structure::Json::Object, value));
        };
        let Some(kind) = self.kind(object, path) else { return };
        let outer = (self.contained, self.is_contained, self.bundle.clone(), self.full_url);
        let (resource, container) = (self.resource, self.container);
        self.is_contained = false;
        if let Some(url) = of(entry, "fullUrl").and_then(Value::as_str) {
            self.full_url = Some(url);
        }
        self.body(Subject { value, object }, kind, nodes.into(), &path.of_resource(kind.name()));
        (self.contained, self.is_contained, self.bundle, self.full_url) = outer;
        (self.resource, self.container) = (resource, container);
    }

    /// Checks a contained resource, which sees the same contained resources as its container.
    pub(in crate::validation) fn within(
        &mut self,
        value: &'a Value,
        nodes: &[Applied<'a>],
        path: &Path<'_>,
    ) {
        let Value::Object(object) = value else {
            return self.malformed(path, structure::wrong_json(structure::Json::Object, value));
        };
        if self.is_contained {
            return self.report(path, structure::nested_contained());
        }
        if !object.contains_key("id") {
            self.report(&path.child("id"), structure::contained_without_id());
        }
        let Some(kind) = self.kind(object, path) else { return };
        self.is_contained = true;
        let container = std::mem::replace(&mut self.resource, value);
        let path = path.of_resource(kind.name());
        self.as_profiled(Subject { value, object }, kind, nodes.into(), &path);
        self.is_contained = false;
        self.resource = container;
    }

    fn body(
        &mut self,
        subject: Subject<'a>,
        kind: ResourceKind,
        nodes: Nodes<'a>,
        path: &Path<'_>,
    ) {
        (self.resource, self.container) = (subject.value, subject.value);
        if kind == ResourceKind::BUNDLE {
            self.bundle = Some(Bundled::new(subject.value));
        }
        let contained = of(subject.object, "contained").and_then(Value::as_array);
        self.contained = contained.map_or(&[], Vec::as_slice);
        self.contained_once(path);
        self.as_profiled(subject, kind, nodes, path);
        self.contained_are_used(subject.value, path);
    }

    /// Checks a resource against the base definition, the profiles that are asked for here and
    /// those it claims.
    fn as_profiled(
        &mut self,
        subject: Subject<'a>,
        kind: ResourceKind,
        nodes: Nodes<'a>,
        path: &Path<'_>,
    ) {
        let mut nodes = nodes;
        // Whether it is what a profile asks for has nothing to do with what it claims to be.
        let is_form = || self.container.get("resourceType").is_some_and(|is| is == "Questionnaire");
        let is_unmade = self.is_contained && is_form() && is_template(subject.value);
        if self.depth == 0 && !is_unmade {
            self.claims(subject.object, kind, &mut nodes, path);
        }
        let (before, errors) = (self.malformed, self.errors());
        if let Some(shape) = self.registry.shapes.id(kind.name()) {
            self.object(subject, shape, &nodes, path);
        }
        if self.malformed == before {
            // Whoever walks the element checks what is asked of the element.
            nodes.retain(|node| node.is_root());
            self.resource_constraints(subject.value, kind, &nodes, path);
        }
        if self.errors() > errors {
            self.is_broken(subject.value, path);
        }
    }

    /// The profiles that `meta.profile` claims, and those that R4 asks for.
    fn claims(
        &mut self,
        object: &'a Object,
        kind: ResourceKind,
        nodes: &mut Nodes<'a>,
        path: &Path<'_>,
    ) {
        let demands = self.request.demands;
        let meta = of(object, "meta").and_then(|meta| meta.get("profile"));
        let claimed = meta.and_then(Value::as_array).into_iter().flatten();
        for (at, canonical) in claimed.enumerate() {
            let Some(canonical) = canonical.as_str() else { continue };
            let Some(weight) = self.weight(canonical) else { continue };
            match self.claimed(canonical, weight, kind, path) {
                Claim::Node(node) => push(nodes, node),
                Claim::Met => {}
                Claim::Unknown => {
                    let meta = path.child("meta");
                    self.report(&meta.item("profile", at), message::unknown_claimed(canonical));
                    // A version that nobody knows is no way around a profile of this server's own.
                    let url = canonical.split_once('|').map(|(url, _)| url);
                    let url = url.filter(|url| demands.is_some_and(|demands| demands.states(url)));
                    if let Some(Claim::Node(node)) =
                        url.map(|url| self.claimed(url, weight, kind, path))
                    {
                        push(nodes, node);
                    }
                }
            }
        }
        let besides = demands.map(|demands| demands.besides(object)).unwrap_or_default();
        // One that was withdrawn says nothing any more, and must be kept as it is.
        let is_withdrawn = of(object, "status").is_some_and(|status| status == "entered-in-error");
        let holds_vital_signs = self.request.strict || demands.is_some() && !is_withdrawn;
        let mut asked: Vec<(String, Weight)> = Vec::new();
        if holds_vital_signs && kind == ResourceKind::OBSERVATION {
            // What has a code of this system's own is measured in the way that this one means.
            let takes_others = self.request.strict && !self.is_own(object);
            for (one, is_other) in vital_sign::profiles(object, takes_others) {
                let weight = match demands {
                    Some(demands) => demands.of_vital_sign(one, object),
                    None => Some(Weight::Refuses),
                };
                let Some(weight) = weight else { continue };
                let is_only_asked = (is_other || is_withdrawn) && weight == Weight::Refuses;
                let weight = if is_only_asked { Weight::Answers("vital-sign") } else { weight };
                asked.push((one.to_owned(), weight));
            }
        }
        asked.extend(besides);
        asked.extend(self.globals(kind));
        for (canonical, weight) in asked {
            if let Claim::Node(node) = self.claimed(&canonical, weight, kind, path) {
                push(nodes, node);
            }
        }
    }

    /// The profiles that known guides make those of the whole type. They are for who asks: a guide
    /// that is loaded for its definitions must not refuse all that others store.
    fn globals(&self, kind: ResourceKind) -> Vec<(String, Weight)> {
        if !self.request.strict {
            return Vec::new();
        }
        let profiles = &self.engine.profiles;
        let is_for_it = |canonical: &str| {
            profiles.constrained_type(canonical).is_some_and(|name| *name == *kind.name())
        };
        let globals = profiles.globals(kind).into_iter().map(String::from);
        let globals = globals.filter(|canonical| is_for_it(canonical));
        let weighed = globals.filter_map(|canonical| match self.weight(&canonical)? {
            Weight::Refuses => Some((canonical, Weight::Answers("global"))),
            weight => Some((canonical, weight)),
        });
        weighed.collect()
    }

    /// Whether an Observation has a code of a system that is this server's.
    fn is_own(&self, object: &Object) -> bool {
        let codings = object.get("code").and_then(|code| code.get("coding")?.as_array());
        let mut systems =
            codings.into_iter().flatten().filter_map(|one| one.get("system")?.as_str());
        let demands = self.request.demands;
        demands.is_some_and(|demands| systems.any(|system| demands.owns(system)))
    }

    /// What a profile weighs; none when it is not in force.
    fn weight(&self, canonical: &str) -> Option<Weight> {
        self.request.demands.map_or(Some(Weight::Refuses), |demands| demands.weight(canonical))
    }

    fn claimed(
        &mut self,
        canonical: &str,
        weight: Weight,
        kind: ResourceKind,
        path: &Path<'_>,
    ) -> Claim<'a> {
        if let Some(name) = self.engine.profiles.type_name(canonical) {
            if !is_of(kind, name) {
                let issue = message::profile_of_other_type(canonical, name, kind.name());
                self.report(path, weight.of(issue));
            }
            return Claim::Met;
        }
        let Some(profile) = self.profile(canonical) else { return Claim::Unknown };
        if !is_of(kind, &profile.type_name) {
            let issue = message::profile_of_other_type(canonical, &profile.type_name, kind.name());
            self.report(path, weight.of(issue));
            return Claim::Met;
        }
        profile.root().map_or(Claim::Unknown, |root| Claim::Node(root.weighing(weight)))
    }

    /// The type a resource says it is.
    fn kind(&mut self, object: &Object, path: &Path<'_>) -> Option<ResourceKind> {
        let name = of(object, "resourceType").and_then(Value::as_str);
        let kind = name.and_then(ResourceKind::parse);
        if kind.is_none() {
            let path = path.child("resourceType");
            match name {
                Some(name) => self.malformed(&path, structure::unknown_type(name)),
                None => self.malformed(&path, structure::no_type()),
            }
        }
        kind
    }
}

/// What a canonical asks of a resource.
enum Claim<'a> {
    Node(Applied<'a>),
    /// Nothing that is not checked anyway.
    Met,
    Unknown,
}

/// Whether a resource type is a type that a definition names.
pub(in crate::validation) fn is_of(kind: ResourceKind, name: &str) -> bool {
    match name {
        "Resource" => true,
        "DomainResource" => kind.is_domain_resource(),
        name => kind.name() == name,
    }
}

/// Adds a node that is not there yet; one that is weighs what the heavier of both does.
pub(in crate::validation) fn push<'a>(nodes: &mut Nodes<'a>, node: Applied<'a>) {
    match nodes.iter_mut().find(|other| other.is(node)) {
        None => nodes.push(node),
        Some(other) => other.weight = other.weight.heavier(node.weight),
    }
}
