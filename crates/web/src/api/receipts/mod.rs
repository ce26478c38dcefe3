//! Cash receipts (V1 behaviour §3.10). A PG that refuses is HTTP 500 here, one that cannot 501.

pub mod external;
pub mod page;
pub mod payment;

use crate::extract::{Fields, Refusal};
use axum::http::StatusCode;
use domain::Millis;
use engine::receipts::{ReceiptRequest, show};
use engine::rows::{Buyer, CashReceiptRow};
use engine::{Engine, Error};
use serde_json::{Value, json};

/// What every request for a receipt says. The buyer's number leaves no copy in the request.
fn read(fields: &mut Fields) -> Result<ReceiptRequest, Refusal> {
    let identifier = fields.take_secret("identifier")?;
    let identifier = identifier.ok_or_else(|| Refusal::missing("identifier"))?;
    let text = |name: &str| fields.text(name).map(Option::unwrap_or_default);
    let vat = match fields.integer("vat_amount")? {
        Some(vat) => Some(vat),
        None => fields.integer("vat")?,
    };
    if let Some(kind) = fields.text("product_type")?
        && !matches!(kind.as_str(), "real" | "digital")
    {
        return Err(Error::invalid("product_type", "real 또는 digital이어야 합니다.").into());
    }
    Ok(ReceiptRequest {
        identifier,
        identifier_type: fields.text("identifier_type")?,
        purpose: fields.text("type")?,
        tax_free: fields.integer("tax_free")?,
        vat_amount: vat,
        buyer: Buyer {
            name: text("buyer_name")?,
            email: text("buyer_email")?,
            tel: text("buyer_tel")?,
            ..Buyer::default()
        },
    })
}

/// V1's words for a receipt.
fn receipt_json(engine: &Engine, row: &CashReceiptRow) -> Value {
    let seconds = |at: Option<i64>| at.map_or(0, |at| Millis(at).seconds());
    let tag = show::tag(engine, &row.receipt_id);
    let url = format!("{}/receipts/cash/{}/{tag}", engine.settings.public_url, row.receipt_id);
    let mut json = json!({
        "amount": row.amount,
        "applied_at": seconds(row.issued_at),
        "apply_num": row.apply_num,
        "cancelled_at": seconds(row.revoked_at),
        "receipt_tid": row.receipt_tid,
        "receipt_url": url,
        "type": row.purpose,
        "vat": row.vat,
    });
    match &row.imp_uid {
        Some(imp_uid) => json["imp_uid"] = json!(imp_uid),
        None => json["merchant_uid"] = json!(row.merchant_uid),
    }
    json
}

/// The Swagger has no "HTTP 200, code -1" here.
fn refusal(error: Error) -> Refusal {
    match error {
        Error::PgRefused { message, .. } => {
            Refusal::text(StatusCode::INTERNAL_SERVER_ERROR, &message)
        }
        other => other.into(),
    }
}
