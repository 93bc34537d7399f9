//! Who has a token, as it says.

/// Who has a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    pub name: Option<String>,
    /// The URL of the resource that she is.
    pub fhir_user: Option<String>,
    /// The name of her organization.
    pub organization: Option<String>,
    /// Its URL.
    pub organization_id: Option<String>,
    /// The roles that she has now.
    pub roles: Vec<String>,
}
