//! The names of tables and columns, as the migrations make them.

use sea_orm::sea_query::Iden;

/// Tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Iden)]
pub enum Table {
    #[iden = "resource"]
    Resource,
    #[iden = "resource_version"]
    ResourceVersion,
    #[iden = "search_parameter"]
    SearchParameter,
    #[iden = "sp_token"]
    Token,
    #[iden = "sp_string"]
    String,
    #[iden = "sp_date"]
    Date,
    #[iden = "sp_number"]
    Number,
    #[iden = "sp_quantity"]
    Quantity,
    #[iden = "sp_reference"]
    Reference,
    #[iden = "sp_uri"]
    Uri,
    #[iden = "sp_composite"]
    Composite,
}

/// Columns; a name means the same in every table that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Iden)]
pub enum Column {
    #[iden = "rid"]
    Rid,
    #[iden = "type_id"]
    TypeId,
    #[iden = "id"]
    Id,
    #[iden = "version"]
    Version,
    #[iden = "updated"]
    Updated,
    #[iden = "op"]
    Op,
    #[iden = "body"]
    Body,
    #[iden = "param_id"]
    ParamId,
    #[iden = "code"]
    Code,
    #[iden = "system"]
    System,
    #[iden = "folded"]
    Folded,
    #[iden = "exact"]
    Exact,
    #[iden = "low"]
    Low,
    #[iden = "high"]
    High,
    #[iden = "target"]
    Target,
    #[iden = "kind"]
    Kind,
    #[iden = "value"]
    Value,
    #[iden = "first"]
    First,
    #[iden = "second"]
    Second,
    #[iden = "first_system"]
    FirstSystem,
    #[iden = "second_system"]
    SecondSystem,
    #[iden = "date_span"]
    DateSpan,
}
