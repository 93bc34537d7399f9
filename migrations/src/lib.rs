//! The logical schema of Mebe, one migration a file.
