//! The names of tables and columns, as the migrations make them.

use sea_orm::DeriveIden;

/// Tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DeriveIden)]
pub(in crate::store) enum Table {
    #[sea_orm(iden = "resource")]
    Resource,
    #[sea_orm(iden = "search_parameter")]
    SearchParameter,
    #[sea_orm(iden = "sp_token")]
    Token,
    #[sea_orm(iden = "sp_string")]
    String,
    #[sea_orm(iden = "sp_date")]
    Date,
    #[sea_orm(iden = "sp_number")]
    Number,
    #[sea_orm(iden = "sp_quantity")]
    Quantity,
    #[sea_orm(iden = "sp_reference")]
    Reference,
    #[sea_orm(iden = "sp_uri")]
    Uri,
    #[sea_orm(iden = "sp_composite")]
    Composite,
    #[sea_orm(iden = "compartment")]
    Compartment,
    #[sea_orm(iden = "sp_word")]
    Word,
}

/// Columns; a name means the same in every table that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, DeriveIden)]
pub(in crate::store) enum Column {
    #[sea_orm(iden = "rid")]
    Rid,
    #[sea_orm(iden = "type_id")]
    TypeId,
    #[sea_orm(iden = "id")]
    Id,
    #[sea_orm(iden = "version")]
    Version,
    #[sea_orm(iden = "updated")]
    Updated,
    #[sea_orm(iden = "op")]
    Op,
    #[sea_orm(iden = "body")]
    Body,
    #[sea_orm(iden = "param_id")]
    ParamId,
    #[sea_orm(iden = "code")]
    Code,
    #[sea_orm(iden = "system")]
    System,
    #[sea_orm(iden = "folded")]
    Folded,
    #[sea_orm(iden = "exact")]
    Exact,
    #[sea_orm(iden = "low")]
    Low,
    #[sea_orm(iden = "high")]
    High,
    #[sea_orm(iden = "written_low")]
    WrittenLow,
    #[sea_orm(iden = "written_high")]
    WrittenHigh,
    #[sea_orm(iden = "dimension")]
    Dimension,
    #[sea_orm(iden = "unit")]
    Unit,
    #[sea_orm(iden = "target")]
    Target,
    #[sea_orm(iden = "kind")]
    Kind,
    #[sea_orm(iden = "value")]
    Value,
    #[sea_orm(iden = "first")]
    First,
    #[sea_orm(iden = "second")]
    Second,
    #[sea_orm(iden = "first_system")]
    FirstSystem,
    #[sea_orm(iden = "second_system")]
    SecondSystem,
    #[sea_orm(iden = "date_span")]
    DateSpan,
    #[sea_orm(iden = "patient")]
    Patient,
    #[sea_orm(iden = "role")]
    Role,
    #[sea_orm(iden = "owner")]
    Owner,
    /// The number of a resource, in the table of words.
    #[sea_orm(iden = "rowid")]
    RowId,
    /// All words of a row of that table; it is called as the table is.
    #[sea_orm(iden = "sp_word")]
    Words,
}
