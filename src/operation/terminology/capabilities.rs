//! `/metadata?mode=terminology`, <https://hl7.org/fhir/R4/terminologycapabilities.html>.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::fhir::kind::ResourceKind;
use crate::fhir::time::Instant;
use crate::interaction::engine::Ctx;
use crate::terminology::system::grammar::SYSTEMS;

/// Parameters of `$expand` that are understood.
const EXPAND: [(&str, &str, &str); 18] = [
    ("activeOnly", "Chỉ lấy mã còn hiệu lực.", "Active codes only."),
    ("check-system-version", "Phiên bản bắt buộc.", "The version there has to be."),
    ("count", "Số mã trên một trang.", "Codes on a page."),
    ("default-valueset-version", "Phiên bản bộ giá trị.", "Version of value sets."),
    ("designation", "Các tên gọi cần có.", "Which designations."),
    ("displayLanguage", "Ngôn ngữ hiển thị.", "Language of displays."),
    ("exclude-system", "Bỏ mã của hệ thống này.", "Without codes of this system."),
    ("excludeNested", "Không phân cấp.", "Without hierarchy."),
    ("excludeNotForUI", "Bỏ mã chỉ để gom nhóm.", "Without abstract codes."),
    ("filter", "Tìm theo từ, không cần dấu.", "Words, marks do not matter."),
    ("force-system-version", "Phiên bản thay thế.", "Version instead of the one said."),
    ("includeDefinition", "Kèm định nghĩa.", "With the definition."),
    ("includeDesignations", "Kèm tên gọi khác.", "With designations."),
    ("offset", "Bỏ qua bấy nhiêu mã.", "Codes to skip."),
    ("property", "Kèm thuộc tính.", "With properties."),
    ("system-version", "Phiên bản mặc định.", "Version where none is said."),
    ("tx-resource", "Định nghĩa gửi kèm.", "Definitions that come with the call."),
    ("useSupplement", "Phần bổ sung cần dùng.", "Supplements to use."),
];

/// Makes the statement.
pub fn statement(ctx: &Ctx<'_>) -> Value {
    let engine = ctx.engine;
    let mut systems: BTreeMap<Box<str>, Vec<Box<str>>> = BTreeMap::new();
    for name in engine.registry.library.names(ResourceKind::CODE_SYSTEM) {
        systems.entry(name.url).or_default().extend(name.version);
    }
    for source in engine.terminology.sources().iter() {
        let about = source.about();
        systems.entry(about.url.clone()).or_default().extend(about.version.clone());
    }
    for system in SYSTEMS {
        systems.entry(system.into()).or_default();
    }
    let systems: Vec<Value> =
        systems.into_iter().map(|(uri, versions)| system(&uri, versions)).collect();
    let parameter = |(name, vi, en): (&str, &str, &str)| json!({ "name": name, "documentation": format!("{vi} / {en}") });
    json!({
        "resourceType": "TerminologyCapabilities",
        "id": "mebe",
        "url": format!("{}/TerminologyCapabilities/mebe", engine.base),
        "version": env!("CARGO_PKG_VERSION"),
        "name": "MebeTerminology",
        "title": "Mebe: thuật ngữ / terminology",
        "status": "active",
        "date": Instant::from_micros(ctx.now).format(engine.zone),
        "publisher": "Mebe",
        "kind": "instance",
        "software": { "name": "Mebe", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Mebe", "url": engine.base },
        "lockedDate": false,
        "codeSystem": systems,
        "expansion": {
            "hierarchical": true,
            "paging": true,
            "incomplete": true,
            "parameter": EXPAND.map(parameter).to_vec(),
            "textFilter": "Mọi từ trong 'filter' phải bắt đầu một từ của mã, tên hiển thị hoặc tên gọi khác; không phân biệt dấu và chữ hoa. / Every word of 'filter' must begin a word of the code, a display or a designation; marks and case do not matter.",
        },
        "codeSearch": "all",
        "validateCode": { "translations": true },
        "translation": { "needsMap": true },
        "closure": { "translation": false },
    })
}

fn system(uri: &str, mut versions: Vec<Box<str>>) -> Value {
    versions.sort();
    versions.dedup();
    let versions: Vec<Value> = versions.iter().map(|code| json!({ "code": code })).collect();
    match versions.is_empty() {
        true => json!({ "uri": uri, "subsumption": true }),
        false => json!({ "uri": uri, "version": versions, "subsumption": true }),
    }
}
