//! `POST /paymentwall/delivery`: how the goods travel. The response is the PG's: `success`, or its
//! error's number, text and notices.

use super::Answer;
use super::payco::as_command;
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::{DeliveryReport, Error, Millis, purchases};
use serde_json::json;

/// Fields of the address, without their prefix.
const ADDRESS: [&str; 9] =
    ["email", "country", "city", "zip", "state", "street", "phone", "firstname", "lastname"];

/// Needed for goods that are things, besides the address.
const CARRIER: [&str; 2] = ["carrier_tracking_id", "carrier_type"];

/// Reports, to the end even if the caller hangs up.
pub async fn report(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let imp_uid = fields.need("imp_uid")?;
    let report = read(&fields)?;
    let engine = app.engine.clone();
    let told = engine::detached(async move {
        purchases::delivery(&engine, merchant.id, &imp_uid, report).await
    });
    match told.await {
        Ok(()) => Ok(error::ok(json!({ "success": 1 }))),
        Err(Error::PgRefused { code, message }) => {
            // Ours (no answer, no connection) have no number of the PG.
            let number = code.parse::<i64>().unwrap_or(0);
            let text = message.strip_prefix(&format!("[{code}|")).unwrap_or(&message);
            let text = text.strip_suffix(']').unwrap_or(text);
            let detail = json!({ "error_code": number, "error": text, "notices": [text] });
            Ok(error::envelope(StatusCode::OK, -1, Some(&message), detail))
        }
        Err(other) => Err(as_command(other).into()),
    }
}

fn read(fields: &Fields) -> Result<DeliveryReport, Refusal> {
    let text = |name: &str, most: usize| -> Result<String, Refusal> {
        Ok(domain::text::cut(&fields.text(name)?.unwrap_or_default(), most))
    };
    let kind = word(fields, "type", &["physical", "digital"])?;
    let physical = kind == "physical";
    let mut address = Vec::new();
    for name in ADDRESS {
        let field = format!("shipping_address_{name}");
        if name == "email" || physical {
            fields.need(&field)?;
        }
        address.push((name.to_owned(), text(&field, if name == "email" { 50 } else { 40 })?));
    }
    for name in CARRIER {
        if physical {
            fields.need(name)?;
        }
    }
    let states = ["order_placed", "order_shipped", "delivering", "delivered"];
    Ok(DeliveryReport {
        merchant_uid: fields.need("merchant_uid")?,
        kind,
        status: word(fields, "status", &states)?,
        refundable: word(fields, "refundable", &["yes", "no"])?,
        estimated_delivery: time(fields, "estimated_delivery_datetime")?,
        estimated_update: time(fields, "estimated_update_datetime")?,
        carrier: (text(CARRIER[0], 64)?, text(CARRIER[1], 64)?),
        reason: text("reason", 64)?,
        details: text("details", 400)?,
        address,
    })
}

fn word(fields: &Fields, name: &str, known: &[&str]) -> Result<String, Refusal> {
    let word = fields.need(name)?;
    if known.contains(&word.as_str()) {
        return Ok(word);
    }
    Err(Error::invalid(name, format!("{} 중 하나여야 합니다.", known.join(", "))).into())
}

fn time(fields: &Fields, name: &str) -> Result<Millis, Refusal> {
    fields.need(name)?;
    let at = fields.integer(name)?.filter(|at| *at >= 0).and_then(|at| at.checked_mul(1000));
    let wrong = || Error::invalid(name, "초 단위의 UNIX timestamp여야 합니다.");
    Ok(Millis(at.ok_or_else(wrong)?))
}
