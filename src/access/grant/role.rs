//! The roles of the booklet.

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Mother,
    Caregiver,
    VillageMidwife,
    CommuneStation,
    Hospital,
    Registration,
    Vendor,
    ProvincialCdc,
    Ministry,
    Auditor,
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 11] = [
        Self::Mother,
        Self::Caregiver,
        Self::VillageMidwife,
        Self::CommuneStation,
        Self::Hospital,
        Self::Registration,
        Self::Vendor,
        Self::ProvincialCdc,
        Self::Ministry,
        Self::Auditor,
        Self::Administrator,
    ];

    /// As grants name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Caregiver => "caregiver",
            Self::VillageMidwife => "village-midwife",
            Self::CommuneStation => "commune-station",
            Self::Hospital => "hospital",
            Self::Registration => "registration",
            Self::Vendor => "vendor",
            Self::ProvincialCdc => "provincial-cdc",
            Self::Ministry => "ministry",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The role with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether whoever has it acts for herself or for somebody she represents.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Mother | Self::Caregiver)
    }

    /// Whether records of persons can be seen by it.
    pub fn has_records(self) -> bool {
        match self {
            Self::Mother
            | Self::Caregiver
            | Self::VillageMidwife
            | Self::CommuneStation
            | Self::Hospital
            | Self::Registration
            | Self::Vendor => true,
            Self::ProvincialCdc | Self::Ministry | Self::Auditor | Self::Administrator => false,
        }
    }
}
