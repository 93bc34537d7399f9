//! Minimum ages and intervals of vaccines.
//!
//! Ages are those of the WHO summary of position papers (six weeks for the first doses of DTP,
//! polio, rotavirus and pneumococcus, six months for an early measles dose), because a dose before
//! them is not counted anywhere; the national schedule recommends later. Intervals are those of
//! Circular 52/2025/TT-BYT where it gives one, and WHO's four weeks elsewhere.

/// A protection that vaccines share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Antigen {
    HepatitisB,
    Tuberculosis,
    Diphtheria,
    Tetanus,
    Pertussis,
    Hib,
    Polio,
    Rotavirus,
    Pneumococcus,
    Measles,
    Rubella,
    JapaneseEncephalitis,
}

use Antigen::{
    Diphtheria, HepatitisB, Hib, JapaneseEncephalitis, Measles, Pertussis, Pneumococcus, Polio,
    Rotavirus, Rubella, Tetanus, Tuberculosis,
};

/// A vaccine of the national programme.
#[derive(Debug)]
pub(super) struct Vaccine {
    /// Codes of the booklet's code system.
    pub(super) local: &'static [&'static str],
    /// CVX codes that mean it.
    pub(super) cvx: &'static [&'static str],
    pub(super) antigens: &'static [Antigen],
    /// The least age of a child in days; none for vaccines of mothers too.
    pub(super) least_age: Option<i64>,
    /// The least days between two doses.
    pub(super) least_interval: Option<i64>,
}

impl Vaccine {
    /// Whether both protect against something in common.
    pub(super) fn shares_antigen(&self, other: &Self) -> bool {
        self.antigens.iter().any(|antigen| other.antigens.contains(antigen))
    }
}

const SIX_WEEKS: i64 = 42;
/// Nine months, the age of the first measles dose that counts.
const NINE_MONTHS: i64 = 270;
/// A month of the schedule: no month is shorter.
const MONTH: i64 = 28;

const DTP: &[Antigen] = &[Diphtheria, Tetanus, Pertussis];

/// The vaccines, by CVX code: <https://www2.cdc.gov/vaccines/iis/iisstandards/vaccines.asp?rpt=cvx>.
pub(super) const VACCINES: &[Vaccine] = &[
    vaccine(&["VGB-SS", "VGB"], &["08", "45"], &[HepatitisB], None, Some(MONTH)),
    vaccine(&["BCG"], &["19"], &[Tuberculosis], None, None),
    vaccine(
        &["DPT-VGB-HIB"],
        &["198", "102"],
        &[Diphtheria, Tetanus, Pertussis, HepatitisB, Hib],
        Some(SIX_WEEKS),
        Some(MONTH),
    ),
    vaccine(
        &["6IN1"],
        &["146", "132"],
        &[Diphtheria, Tetanus, Pertussis, Polio, Hib, HepatitisB],
        Some(SIX_WEEKS),
        Some(MONTH),
    ),
    vaccine(
        &["5IN1-IPV"],
        &["120"],
        &[Diphtheria, Tetanus, Pertussis, Polio, Hib],
        Some(SIX_WEEKS),
        Some(MONTH),
    ),
    vaccine(
        &["DTAP-IPV"],
        &["130"],
        &[Diphtheria, Tetanus, Pertussis, Polio],
        Some(SIX_WEEKS),
        Some(MONTH),
    ),
    vaccine(&["DPT"], &["01"], DTP, Some(SIX_WEEKS), Some(MONTH)),
    vaccine(
        &["TD"],
        &["139", "09", "113", "138", "196"],
        &[Diphtheria, Tetanus],
        None,
        Some(MONTH),
    ),
    vaccine(&["UV"], &["35", "112"], &[Tetanus], None, Some(MONTH)),
    vaccine(&["BOPV"], &["178", "182"], &[Polio], None, Some(MONTH)),
    vaccine(&["IPV"], &["10"], &[Polio], Some(SIX_WEEKS), Some(MONTH)),
    vaccine(&["ROTA"], &["119", "116", "122"], &[Rotavirus], Some(SIX_WEEKS), Some(MONTH)),
    vaccine(&["PCV"], &["177", "133", "152"], &[Pneumococcus], Some(SIX_WEEKS), Some(2 * MONTH)),
    vaccine(&["SOI"], &["05"], &[Measles], Some(NINE_MONTHS), Some(MONTH)),
    vaccine(&["MR"], &["04"], &[Measles, Rubella], Some(NINE_MONTHS), Some(MONTH)),
    vaccine(&["MMR"], &["03"], &[Measles, Rubella], Some(NINE_MONTHS), Some(MONTH)),
    vaccine(&["VNNB"], &["129", "39"], &[JapaneseEncephalitis], Some(183), Some(7)),
];

const fn vaccine(
    local: &'static [&'static str],
    cvx: &'static [&'static str],
    antigens: &'static [Antigen],
    least_age: Option<i64>,
    least_interval: Option<i64>,
) -> Vaccine {
    Vaccine { local, cvx, antigens, least_age, least_interval }
}
