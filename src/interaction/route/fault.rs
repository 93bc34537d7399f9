//! What is said of a path that names nothing.

use crate::fhir::kind::ResourceKind;
use crate::interaction::failure::{Failure, Kind};

use super::{Method, methods};

pub(super) fn no_type(text: &str) -> Failure {
    let nearest = ResourceKind::all()
        .map(|kind| (strsim::jaro_winkler(&kind.name().to_lowercase(), &text.to_lowercase()), kind))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let (vi, en) = nearest.map_or_else(Default::default, |(_, kind)| {
        (format!(" Có phải ý bạn là {kind}?"), format!(" Did you mean {kind}?"))
    });
    Kind::NotFound.because(
        format!("FHIR R4 không có loại tài nguyên '{text}'.{vi}"),
        format!("FHIR R4 has no resource type '{text}'.{en}"),
    )
}

pub(super) fn no_id(text: &str) -> Failure {
    Kind::Malformed.because(
        format!("'{text}' không phải là id: cần 1 đến 64 ký tự A-Z, a-z, 0-9, '-' và '.'."),
        format!("'{text}' is not an id: 1 to 64 of the characters A-Z, a-z, 0-9, '-' and '.'."),
    )
}

pub(super) fn no_route(path: &str) -> Failure {
    Kind::NotFound.because(
        format!("Không có gì ở '{path}'. Xem /metadata để biết máy chủ làm được gì."),
        format!("There is nothing at '{path}'. See /metadata for what this server does."),
    )
}

pub(super) fn wrong_method(path: &str) -> Failure {
    let verbs: Vec<&str> = methods(path).into_iter().map(Method::name).collect();
    let verbs = verbs.join(", ");
    Kind::MethodNotAllowed.because(
        format!("Phương thức này không dùng được ở '{path}'; ở đó có: {verbs}. Xem /metadata."),
        format!("This method cannot be used at '{path}'; there are: {verbs}. See /metadata."),
    )
}
