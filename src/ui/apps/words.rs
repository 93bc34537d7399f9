//! What each word of a scope lets an app do, in words of people.

use crate::access::scope::{Level, Scope};
use crate::criteria::access::Doing;

/// What a word means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub vi: String,
    pub en: String,
    /// Whether it is about more than one record, or lets records be changed.
    pub is_wide: bool,
}

/// Types of records as people call them.
const NAMES: [(&str, &str, &str); 31] = [
    ("AllergyIntolerance", "dị ứng", "allergies"),
    ("Appointment", "lịch hẹn", "appointments"),
    ("Binary", "tệp đính kèm", "attached files"),
    ("CarePlan", "kế hoạch chăm sóc", "care plans"),
    ("CareTeam", "nhóm chăm sóc", "care teams"),
    ("Communication", "trao đổi", "communications"),
    ("Composition", "tài liệu", "documents"),
    ("Condition", "bệnh và tình trạng", "conditions"),
    ("Consent", "sự đồng ý", "consents"),
    ("Coverage", "bảo hiểm", "insurance"),
    ("DiagnosticReport", "kết quả xét nghiệm", "diagnostic reports"),
    ("DocumentReference", "giấy tờ", "papers"),
    ("Encounter", "lần khám", "visits"),
    ("EpisodeOfCare", "đợt chăm sóc", "episodes of care"),
    ("FamilyMemberHistory", "tiền sử gia đình", "family history"),
    ("Flag", "cảnh báo", "flags"),
    ("Goal", "mục tiêu", "goals"),
    ("Immunization", "mũi tiêm chủng", "immunizations"),
    ("ImmunizationRecommendation", "lịch tiêm chủng", "immunization schedules"),
    ("MedicationRequest", "đơn thuốc", "prescriptions"),
    ("MedicationStatement", "thuốc đang dùng", "medication in use"),
    ("Observation", "số đo và kết quả", "measurements and results"),
    ("Organization", "cơ sở y tế", "facilities"),
    ("Patient", "thông tin cá nhân", "personal details"),
    ("Practitioner", "nhân viên y tế", "health workers"),
    ("Procedure", "thủ thuật", "procedures"),
    ("Questionnaire", "mẫu câu hỏi", "forms"),
    ("QuestionnaireResponse", "bản trả lời câu hỏi", "answered forms"),
    ("RelatedPerson", "người thân", "relatives"),
    ("ServiceRequest", "chỉ định và chuyển tuyến", "orders and referrals"),
    ("Task", "việc cần làm", "tasks"),
];

/// What a word means; access may go on for so many days.
pub fn told(word: &str, days: u64) -> Told {
    let plain = |vi: &str, en: &str| Told { vi: vi.to_owned(), en: en.to_owned(), is_wide: false };
    match word {
        "openid" => plain("Biết bạn là ai", "Know who you are"),
        "fhirUser" => plain("Biết hồ sơ nào là của bạn", "Know which record is yours"),
        "profile" => plain("Biết tên bạn", "Know your name"),
        "launch" => plain("Biết bạn đang mở gì", "Know what you have open"),
        "launch/patient" => plain("Biết mở cho người nào", "Know for whom it is opened"),
        "launch/encounter" => {
            plain("Biết mở cho lần khám nào", "Know for which visit it is opened")
        }
        "online_access" => plain(
            "Tiếp tục làm những việc này cho tới khi bạn đăng xuất",
            "Go on with this until you sign out",
        ),
        "offline_access" => Told {
            vi: format!(
                "Tiếp tục làm những việc này cả khi bạn không mở ứng dụng, tới {days} ngày sau lần dùng cuối"
            ),
            en: format!(
                "Go on with this when you do not use it, until {days} days after the last use"
            ),
            is_wide: true,
        },
        _ => Scope::parse(word).map_or_else(|| plain(word, word), |scope| of_resources(&scope)),
    }
}

fn of_resources(scope: &Scope) -> Told {
    let allows = |doing| scope.letters.allow(doing);
    let mut doing: Vec<(&str, &str)> = Vec::new();
    if allows(Doing::Read) || allows(Doing::Search) {
        doing.push(("xem", "see"));
    }
    if allows(Doing::Create) {
        doing.push(("thêm", "add"));
    }
    if allows(Doing::Update) {
        doing.push(("sửa", "change"));
    }
    if allows(Doing::Delete) {
        doing.push(("xóa", "delete"));
    }
    let writes = doing.iter().any(|(_, en)| *en != "see");
    let (vi, en): (Vec<&str>, Vec<&str>) = doing.into_iter().unzip();
    let (what_vi, what_en) = scope.kind.map_or_else(
        || ("mọi loại thông tin".to_owned(), "everything".to_owned()),
        |kind| named(kind.name()),
    );
    let (whose_vi, whose_en) = match scope.level {
        Level::Patient => ("của người được chọn", "of the person chosen"),
        _ => ("của mọi người mà bạn được xem", "of everybody whom you may see"),
    };
    let (only_vi, only_en) = match scope.query.as_str() {
        "" => (String::new(), String::new()),
        query => (format!(", chỉ khi {query}"), format!(", only where {query}")),
    };
    Told {
        vi: capital(&format!("{} {what_vi} {whose_vi}{only_vi}", vi.join(", "))),
        en: capital(&format!("{} {what_en} {whose_en}{only_en}", en.join(", "))),
        is_wide: writes || scope.level != Level::Patient,
    }
}

/// What records of a type are called.
fn named(kind: &str) -> (String, String) {
    let known = NAMES.iter().find(|(name, _, _)| *name == kind);
    known.map_or_else(
        || (kind.to_owned(), kind.to_owned()),
        |(_, vi, en)| ((*vi).to_owned(), (*en).to_owned()),
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::kind::ResourceKind;

    #[test]
    fn words_are_told_as_people_say_them() {
        let en = |word: &str| told(word, 30).en;
        assert_eq!(
            en("patient/Observation.rs"),
            "See measurements and results of the person chosen"
        );
        assert_eq!(
            en("user/*.cruds"),
            "See, add, change, delete everything of everybody whom you may see"
        );
        assert_eq!(
            en("patient/Observation.rs?category=laboratory"),
            "See measurements and results of the person chosen, only where category=laboratory"
        );
        assert_eq!(
            told("patient/Immunization.read", 30).vi,
            "Xem mũi tiêm chủng của người được chọn"
        );
        assert!(told("patient/*.cruds", 30).is_wide && !told("patient/*.rs", 30).is_wide);
        assert!(told("offline_access", 30).en.contains("30 days"));
    }

    #[test]
    fn the_types_are_types() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|(name, _, _)| ResourceKind::parse(name).is_some()));
    }
}
