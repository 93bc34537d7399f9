//! What a client sends: its [`head`], its headers as types ([`header`]), its [`body`], which may be
//! compressed ([`inflate`]), a [`patch`] or a [`form`] (with a photograph: [`multipart`]), what a [`browser`] keeps as a [`mod@cookie`], and what is
//! said of a request that cannot even be read ([`unread`]).

pub(super) mod beside;
pub(super) mod body;
pub(super) mod browser;
pub(super) mod cookie;
pub(super) mod followed;
pub(super) mod form;
pub(super) mod head;
pub(super) mod header;
pub(super) mod inflate;
pub(super) mod multipart;
pub(super) mod patch;
pub(super) mod unread;
