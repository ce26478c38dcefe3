//! `/escrows/logis/{imp_uid}` (V1 behaviour §3.11): what was sent for an escrow payment. What does
//! not fit the payment's state is HTTP 409 here, a PG that refuses 500.

use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use domain::Millis;
use engine::escrows::register::DeliveryRequest;
use engine::escrows::{register as verb, show};
use engine::rows::{EscrowRow, Party};
use engine::{Engine, Error};
use serde_json::{Value, json};

/// The most products one delivery may name.
const MOST: usize = 1_000;

/// The delivery as registered.
pub async fn get(State(app): State<App>, merchant: Merchant, One(imp_uid): One) -> Answer {
    let row = show::get(&app.engine, merchant.id, &imp_uid).await.map_err(refusal)?;
    Ok(error::ok(delivery_json(&row)))
}

/// Registers, to the end even if the caller hangs up.
pub async fn register(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    put(&app.engine, merchant, imp_uid, &fields, false).await
}

/// Changes what is registered, to the end even if the caller hangs up.
pub async fn change(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    put(&app.engine, merchant, imp_uid, &fields, true).await
}

async fn put(
    engine: &Engine,
    merchant: Merchant,
    imp_uid: String,
    fields: &Fields,
    change: bool,
) -> Answer {
    let request = read(fields)?;
    let engine = engine.clone();
    let done = engine::detached(async move {
        verb::register(&engine, merchant.id, &imp_uid, request, change).await
    });
    Ok(error::ok(delivery_json(&done.await.map_err(refusal)?)))
}

fn read(fields: &Fields) -> Result<DeliveryRequest, Refusal> {
    let (sender, receiver) = (object(fields, "sender")?, object(fields, "receiver")?);
    let logis = object(fields, "logis")?;
    products(fields)?;
    let sent_at = logis.integer("sent_at")?.ok_or_else(|| Refusal::missing("logis.sent_at"))?;
    let need = |name: &str| {
        let found = logis.text(name)?.filter(|text| !text.trim().is_empty());
        found.ok_or_else(|| Refusal::missing(&format!("logis.{name}")))
    };
    // A flag left out is no: V1 wants yes.
    let send_email = fields.text("send_email")?.is_none() || fields.flag("send_email")?;
    Ok(DeliveryRequest {
        sender: party(&sender)?,
        receiver: party(&receiver)?,
        company: need("company")?,
        invoice: need("invoice")?,
        sent_at,
        send_email,
    })
}

fn object(fields: &Fields, name: &str) -> Result<Fields, Refusal> {
    let mut found = fields.objects(name)?;
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(Refusal::missing(name)),
        _ => Err(Error::invalid(name, "하나의 객체여야 합니다.").into()),
    }
}

/// `formed_address` stands for an `addr` that is left out.
fn party(fields: &Fields) -> Result<Party, Refusal> {
    let text = |name: &str| -> Result<String, Error> {
        Ok(fields.text(name)?.unwrap_or_default().trim().to_owned())
    };
    let mut addr = text("addr")?;
    if addr.is_empty()
        && let Some(formed) = fields.objects("formed_address")?.first()
    {
        let line = |name: &str| formed.text(name).map(Option::unwrap_or_default);
        let lines = [line("address_line_1")?, line("address_line_2")?];
        addr = lines.join(" ").trim().to_owned();
    }
    Ok(Party { name: text("name")?, tel: text("tel")?, addr, postcode: text("postcode")? })
}

/// No PG here asks for them; what V1 would refuse is refused.
fn products(fields: &Fields) -> Result<(), Refusal> {
    let items = fields.objects("products")?;
    if items.len() > MOST {
        return Err(Error::invalid("products", format!("{MOST}개까지 보낼 수 있습니다.")).into());
    }
    for item in &items {
        item.need("id")?;
        item.need("name")?;
        item.need("amount")?;
        item.integer("amount")?;
        item.integer("quantity")?;
    }
    Ok(())
}

fn delivery_json(row: &EscrowRow) -> Value {
    let seconds = |at: Option<i64>| at.map_or(0, |at| Millis(at).seconds());
    json!({
        "company": row.company,
        "invoice": row.invoice,
        "sent_at": seconds(row.sent_at),
        "applied_at": seconds(row.applied_at),
    })
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Refused(text) => Refusal::text(StatusCode::CONFLICT, &text),
        Error::PgRefused { message, .. } => {
            Refusal::text(StatusCode::INTERNAL_SERVER_ERROR, &message)
        }
        other => other.into(),
    }
}
