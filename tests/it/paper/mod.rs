//! Pages as people read them, on a screen and on paper: valid, without dead ends, whole.

mod correction;
mod family;
mod file;
mod html;
