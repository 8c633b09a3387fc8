//! `POST /sign-in`: an address is asked to prove itself. Whether it is known or not, the same statements run and the same
//! page answers; for whoever may not come in the letter is taken back before anybody sees it.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;

use super::letter::{self, VALID};
use super::limits::{Limit, hold, hold_address};
use super::pages::{self, Say, own_path};
use super::{comer, session};
use crate::access::Token;
use crate::db::letters;
use crate::db::sign_ins::{self, SignIn};
use crate::model::LetterId;
use crate::portal::PortalState;
use crate::portal::fault::Fault;
use crate::portal::posted::Open;
use crate::portal::viewer::{Viewer, address_in};

/// The cookie of the browser that asked.
pub(super) const ASKER: &str = "daybreak-asker";

#[derive(Deserialize)]
pub(super) struct Form {
    address: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn ask(
    State(state): State<PortalState>,
    viewer: Viewer,
    Open(form): Open<Form>,
) -> Result<Response, Fault> {
    let next = own_path(&form.next);
    let Some(address) = address_in(&form.address) else {
        return pages::page(&state, &viewer, &next, &form.address, Say::NoAddress);
    };
    hold(&state, &viewer, Limit::LettersFrom, &viewer.origin.network()).await?;
    hold_address(&state, &viewer, (Limit::Letters, Limit::LettersTo), address.as_str()).await?;
    let comer = comer(&state, address.as_str()).await?;
    let now = state.clock.now();
    let (token, asker) = (Token::random(state.random.bytes()?), Token::random(state.random.bytes()?));
    let code = letter::code(u64::from_be_bytes(state.random.bytes()?));
    // Nobody can type the code of a letter that is not written.
    let unguessable: [u8; 32] = state.random.bytes()?;
    let sign_in = SignIn {
        token_hash: token.hash().to_vec(),
        asker_hash: asker.hash().to_vec(),
        code_hash: if comer.is_some() { letter::code_hash(&asker, &code).to_vec() } else { unguessable.to_vec() },
        address: address.as_str().to_owned(),
        next,
        created_at: now,
        expires_at: now + VALID,
        tries: 0,
        used_at: None,
    };
    let (letter, other) = (LetterId::from(state.random.id()?), LetterId::from(state.random.id()?));
    let mut tx = state.db.begin().await?;
    sign_ins::insert(&mut tx, &sign_in).await?;
    letter::write(&state, &mut tx, letter, &address, viewer.language, &token, &code).await?;
    letters::withdraw(&mut tx, if comer.is_some() { other } else { letter }).await?;
    tx.commit().await?;
    state.pipeline.queue.wake();
    let cookie = session::cookie(&state, ASKER, &asker.to_string(), TimeDelta::minutes(15));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in/code")).into_response())
}
