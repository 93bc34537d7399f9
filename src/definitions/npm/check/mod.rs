//! How the definitions of packages fit together.
