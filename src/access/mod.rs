//! Access: what a mail's link is for becomes an opaque token, and a token or a session that somebody shows becomes a
//! principal, whose wishes one policy allows or not.
//!
//! A token has 160 bits, is scoped to one contact's mail and one target, expires and can be revoked. Only its hash is
//! kept, and it is looked up by that hash: a comparison in constant time has nothing to protect, because whoever times
//! the index learns about a hash, not about a token. The keys of programs are kept and found likewise. It must not know
//! pages or bytes.

pub mod domains;
pub mod id_token;
pub mod password;
pub mod policy;
pub mod sealed;
pub mod share;
pub mod totp;

mod api_key;
mod key;
mod principal;
mod resolve;
pub mod scanner;
mod token;
mod withdraw;

pub use api_key::{ApiKeyError, KeyText, MintedKey, NewKey, RANDOM_BYTES, key_of, mint_key, revoke_key, rotate_key};
pub use key::{LinkKey, LinkKeyError};
pub use policy::{Action, Place};
pub use principal::Principal;
pub use resolve::{Access, Refused, resolve};
pub use token::{Token, mint, mint_again};
pub use withdraw::withdraw;
