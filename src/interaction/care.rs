//! What the engines of the booklet go by and no text that was read says: settings, off unless set.

/// Those settings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Care {
    /// The age in months at which a child born before term has no corrected age any more.
    pub corrected_months: Option<i64>,
    /// The loss of z a month from which on growth falters.
    pub faltering: Option<f64>,
    /// Days in which a referral is to be replied to.
    pub referral_days: Option<i64>,
}

impl Care {
    /// Takes the settings; nought is off. Faltering is given in hundredths.
    pub fn new(corrected_months: u32, faltering: u32, referral_days: u32) -> Self {
        let some = |value: u32| (value > 0).then_some(value);
        Self {
            corrected_months: some(corrected_months).map(i64::from),
            faltering: some(faltering).map(|hundredths| f64::from(hundredths) / 100.0),
            referral_days: some(referral_days).map(i64::from),
        }
    }
}
