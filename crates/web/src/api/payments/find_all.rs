//! `GET /payments/findAll/{merchant_uid}[/{status}]`: all attempts of an order, paged
//! (V1 behaviour §3.3).

use super::{paging, status_word};
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal, Two};
use crate::{App, error};
use axum::extract::State;
use engine::Error;
use engine::payments::find;
use engine::rows::Sorting;

const BAD: &str = "올바르지 않은 파라메터입니다.";

/// Attempts of every status.
pub async fn any(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    fields: Fields,
) -> Answer {
    all(&app, merchant, &merchant_uid, "", &fields).await
}

/// Attempts of one status.
pub async fn of_status(
    State(app): State<App>,
    merchant: Merchant,
    Two(merchant_uid, word): Two,
    fields: Fields,
) -> Answer {
    all(&app, merchant, &merchant_uid, &word, &fields).await
}

async fn all(
    app: &App,
    merchant: Merchant,
    merchant_uid: &str,
    word: &str,
    fields: &Fields,
) -> Answer {
    let bad = |error: Error| Refusal::reworded(error, BAD);
    let status = status_word(word).map_err(|()| bad(paging::no_status()))?;
    let span = paging::read(fields).map_err(bad)?;
    let sorting = Sorting::parse(&fields.text("sorting").map_err(bad)?.unwrap_or_default());
    let engine = &app.engine;
    let page = find::all_of_order(engine, merchant.id, merchant_uid, status, sorting, span);
    Ok(error::ok(paging::json(engine, &page.await.map_err(bad)?)))
}
