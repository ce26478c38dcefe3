//! Look-ups: product orders of a payment, one product order, reviews.

use super::{json, told};
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::{Error, Millis, ReviewKind, products};

/// `GET /payments/{imp_uid}/naver/product-orders`.
pub async fn of_payment(State(app): State<App>, merchant: Merchant, One(imp_uid): One) -> Answer {
    match products::find::of_payment(&app.engine, merchant.id, &imp_uid).await {
        Ok(orders) => Ok(error::ok(json::product_orders(&orders))),
        // V1 documents no 400 here: a payment of another kind is none that is looked for.
        Err(Error::Invalid { message, .. }) => Err(Refusal::text(StatusCode::NOT_FOUND, &message)),
        Err(other) => Err(other.into()),
    }
}

/// `GET /naver/product-orders/{product_order_id}`.
pub async fn one(State(app): State<App>, merchant: Merchant, One(id): One) -> Answer {
    let order = products::find::one(&app.engine, merchant.id, &id).await?;
    Ok(error::ok(json::product_order(&order)))
}

/// `GET /naver/reviews`.
pub async fn reviews(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let bound = |name: &str, rest: i64| -> Result<Millis, Refusal> {
        fields.need(name)?;
        let at = fields.integer(name)?.unwrap_or_default();
        let at = at.checked_mul(1000).and_then(|at| at.checked_add(rest));
        let wrong = || Error::invalid(name, "초 단위의 UNIX timestamp여야 합니다.");
        Ok(Millis(at.ok_or_else(wrong)?))
    };
    let span = (bound("from", 0)?, bound("to", 999)?);
    if span.0 > span.1 {
        return Err(Error::invalid("from", "to보다 나중일 수 없습니다.").into());
    }
    let kind = ReviewKind::parse(&fields.need("review_type")?);
    let wrong = || Error::invalid("review_type", "general 또는 premium이어야 합니다.");
    let kind = kind.ok_or_else(wrong)?;
    let key = fields.text("channel_key")?;
    let found = products::find::reviews(&app.engine, merchant.id, key.as_deref(), span, kind);
    let found = found.await.map_err(told)?;
    Ok(error::ok(found.iter().map(json::review).collect()))
}
