//! Whether a grant has the keys that its role needs.

use super::fault::Fault;
use super::role::Role;
use super::table::Table;
use super::{FhirUser, Grant, Holder};

/// Whether a role has the keys that it needs, and none that would say nothing.
pub(super) fn fits(table: &Table<'_>, grant: &Grant, faults: &mut Vec<Fault>) {
    let count = |of| grant.ids(of).count();
    let is_only = |of| count(of) == grant.fhir_user.len();
    let is_staff = is_only(FhirUser::Practitioner) && grant.fhir_user.len() <= 1;
    let mut need = need(table, faults);
    match grant.role {
        Role::Mother => {
            let is_one = count(FhirUser::Patient) == 1 && grant.fhir_user.len() == 1;
            need(is_one, "fhir_user", "mother cần một Patient/id", "mother needs one Patient/id");
        }
        Role::Caregiver => {
            let is_some = is_only(FhirUser::RelatedPerson) && !grant.fhir_user.is_empty();
            need(
                is_some,
                "fhir_user",
                "caregiver cần RelatedPerson/id",
                "caregiver needs RelatedPerson/id",
            );
        }
        _ => need(
            is_staff,
            "fhir_user",
            "cần nhiều nhất một Practitioner/id",
            "needs one Practitioner/id at the most",
        ),
    }
    drop(need);
    places(table, grant, faults);
}

/// Whether the places of a role are there, and none that would say nothing.
fn places(table: &Table<'_>, grant: &Grant, faults: &mut Vec<Fault>) {
    let (has_place, has_organization) = (!grant.communes.is_empty(), grant.organization.is_some());
    let mut need = need(table, faults);
    match grant.role {
        Role::VillageMidwife => need(
            has_place || !grant.fhir_user.is_empty(),
            "communes",
            "village-midwife cần communes, hoặc fhir_user để CareTeam nêu tên",
            "village-midwife needs communes, or a fhir_user that a CareTeam names",
        ),
        Role::Hospital => need(
            has_organization,
            "organization",
            "hospital cần organization",
            "hospital needs an organization",
        ),
        Role::CommuneStation | Role::Registration | Role::Vendor => need(
            has_place || has_organization,
            "communes",
            "cần communes hoặc organization",
            "needs communes or an organization",
        ),
        _ => {}
    }
    need(
        grant.hamlets.is_empty() || (grant.role == Role::VillageMidwife && has_place),
        "hamlets",
        "chỉ dùng với village-midwife có communes",
        "are for a village-midwife with communes only",
    );
    let is_word = grant.hamlets.iter().all(|hamlet| hamlet.trim() != "");
    need(is_word, "hamlets", "phải có chữ hoặc số", "must have letters or digits");
    let is_system = matches!(grant.holder, Holder::Client(_));
    need(
        !(is_system && grant.role.is_personal()),
        "client",
        "hệ thống không thể là mother hay caregiver",
        "a system cannot be a mother or a caregiver",
    );
}

/// Notes a fault of a key unless something is so.
fn need<'a>(
    table: &'a Table<'_>,
    faults: &'a mut Vec<Fault>,
) -> impl FnMut(bool, &str, &str, &str) + 'a {
    move |is_met, key, vi, en| {
        if !is_met {
            faults.push(Fault::new(table.line_of(key), key, vi, en));
        }
    }
}
