//! What the operations of the booklet go by: how much they read, and what no text that was read says,
//! so that it is a setting, off unless set.

/// Those settings.
#[derive(Debug, Clone, Copy)]
pub struct Care {
    /// The age in months at which a child born before term has no corrected age any more.
    pub corrected_months: Option<i64>,
    /// The loss of z a month from which on growth falters.
    pub faltering: Option<f64>,
    /// Days in which a referral is to be replied to.
    pub referral_days: Option<i64>,
    /// Records of one type that are read of a person.
    pub person_records: u32,
    /// People that one list of what is due may be about.
    pub due_people: u32,
    /// Reports of mistakes that one booklet may have that nobody answered.
    pub open_corrections: usize,
    /// Whether documents may have what is restricted, where nothing controls access.
    pub restricted_documents: bool,
}

impl Care {
    /// Takes the settings: the months of the corrected age, the hundredths of z lost in a month, the
    /// days of a referral, nought being off; and the most records, people and
    /// reports that wait.
    pub fn new(
        unsourced: [u32; 3],
        (person_records, due_people, open_corrections): (u32, u32, usize),
    ) -> Self {
        let [months, hundredths, days] = unsourced.map(|value| (value > 0).then_some(value));
        Self {
            corrected_months: months.map(i64::from),
            faltering: hundredths.map(|hundredths| f64::from(hundredths) / 100.0),
            referral_days: days.map(i64::from),
            person_records,
            due_people,
            open_corrections,
            restricted_documents: false,
        }
    }
}
