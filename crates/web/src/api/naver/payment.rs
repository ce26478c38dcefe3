//! The payment type: points, the end of a purchase, what a cash receipt may be issued for.

use super::{told, told_or_missing};
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::{Error, Requester, purchases};
use serde_json::{Value, json};

/// `POST /payments/{imp_uid}/naver/point`.
pub async fn point(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    _: Fields,
) -> Answer {
    let engine = app.engine.clone();
    let given =
        engine::detached(
            async move { purchases::give_points(&engine, merchant.id, &imp_uid).await },
        );
    given.await.map_err(told_or_missing)?;
    Ok(error::ok(Value::Null))
}

/// `POST /payments/{imp_uid}/naver/confirm`.
pub async fn confirm(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    let by = fields.text("requester")?.unwrap_or_else(|| "admin".to_owned());
    let wrong = || Error::invalid("requester", "admin 또는 customer여야 합니다.");
    let by = Requester::parse(&by).ok_or_else(wrong)?;
    let engine = app.engine.clone();
    let confirmed =
        engine::detached(
            async move { purchases::confirm(&engine, merchant.id, &imp_uid, by).await },
        );
    confirmed.await.map_err(told_or_missing)?;
    Ok(error::ok(Value::Null))
}

/// `GET /payments/{imp_uid}/naver/cash-amount`.
pub async fn cash_amount(State(app): State<App>, merchant: Merchant, One(imp_uid): One) -> Answer {
    let cash = purchases::cash_amount(&app.engine, merchant.id, &imp_uid).await.map_err(told)?;
    Ok(error::ok(json!({
        "amount_by_npoint": cash.by_point.minor(),
        "amount_by_primary": cash.by_primary.minor(),
        "amount_supply": cash.supply.minor(),
        "amount_total": cash.total.minor(),
        "amount_vat": cash.vat.minor(),
    })))
}
