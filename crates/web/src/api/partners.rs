//! `POST /partners/receipts/{imp_uid}` (V1 behaviour §3.13).

use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::partners::{self as verb, Line};
use serde_json::json;

/// Lists sub-merchants on the payment's sales slip and shows where it is.
pub async fn issue(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    let lines = lines(&fields)?;
    let engine = app.engine.clone();
    let listed =
        engine::detached(async move { verb::list(&engine, merchant.id, &imp_uid, &lines).await });
    let receipt_url = payment_json::receipt_url(&app.engine, &listed.await?);
    Ok(error::ok(json!({ "receipt_url": receipt_url })))
}

fn lines(fields: &Fields) -> Result<Vec<Line>, Refusal> {
    let items = fields.objects("data")?;
    if items.is_empty() {
        return Err(Refusal::missing("data"));
    }
    let line = |item: &Fields| {
        let number = item.need("business_registration_number")?;
        let name = item.need("company_name")?;
        let amount = item.integer("amount")?.ok_or_else(|| Refusal::missing("amount"))?;
        let (tax_free, vat) = (item.integer("tax_free")?, item.integer("vat_amount")?);
        Ok(Line::new(&number, &name, amount, tax_free, vat)?)
    };
    items.iter().map(line).collect()
}
