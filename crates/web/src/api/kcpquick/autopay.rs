//! `POST /kcpquick/payment/autopay` and `DELETE /kcpquick/autopay/{customer_uid}`.

use crate::api::subscribe::charge;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::Error;
use engine::payments::find;
use engine::quick::autopay as verb;
use serde_json::json;

/// Charges a member's key, to the end even if the caller hangs up.
pub async fn pay(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let customer_uid = fields.need("customer_uid")?;
    fields.need("name")?;
    fields.need("buyer_name")?;
    let request = charge::read(&fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::pay(&engine, merchant.id, &customer_uid, request).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}

/// Deletes a member's key.
pub async fn delete(
    State(app): State<App>,
    merchant: Merchant,
    One(customer_uid): One,
    _: Fields,
) -> Answer {
    let (engine, uid) = (app.engine.clone(), customer_uid.clone());
    let gone = engine::detached(async move { verb::delete(&engine, merchant.id, &uid).await });
    match gone.await {
        Ok(()) => {
            let text = "자동결제 키가 정상적으로 삭제되었습니다.";
            let response = json!({ "customer_uid": customer_uid });
            Ok(error::envelope(StatusCode::OK, 0, Some(text), response))
        }
        Err(Error::PgRefused { message, .. }) => {
            Err(Refusal::text(StatusCode::INTERNAL_SERVER_ERROR, &message))
        }
        Err(other) => Err(other.into()),
    }
}
