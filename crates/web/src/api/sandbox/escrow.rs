//! `POST /sandbox/payments/{imp_uid}/escrow`: the buyer takes what was delivered, or refuses it.

use super::Sandbox;
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::payments::find;
use engine::{Error, merchants};

/// `action` is `confirm` or `deny`, with a `reason`. Shows what became of the PG's notices.
pub async fn decide(
    Sandbox(sandbox): Sandbox,
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    let row = find::get(&app.engine, merchant.id, &imp_uid).await?.row;
    let takes = match fields.need("action")?.as_str() {
        "confirm" => true,
        "deny" => false,
        _ => return Err(Error::invalid("action", "confirm 또는 deny여야 합니다.").into()),
    };
    let reason = domain::text::cut(&fields.text("reason")?.unwrap_or_default(), 200);
    let (true, Some(tid)) = (row.escrow, row.pg_tid) else {
        return Err(Error::Refused("에스크로 결제가 아닙니다.".into()).into());
    };
    let at = merchants::now_of(&app.engine, merchant.id).await?;
    let decided = engine::detached(async move {
        sandbox.decide(&row.pg, &tid, takes, &reason, at).await.map_err(Error::Refused)
    });
    Ok(error::ok(decided.await?))
}
