//! The interactions, a file each.

mod around;
mod batch;
mod capabilities;
mod conditional_create;
mod create;
mod delete;
mod entries;
mod findings;
mod history;
mod history_of_all;
mod provided;
mod read;
mod redefined;
mod rights;
mod same_person;
mod search_parameter;
mod surplus;
mod transaction;
mod transaction_conditions;
mod transaction_identity;
mod transaction_links;
mod update;
mod view;
mod vread;
mod warnings;
