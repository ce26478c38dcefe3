//! Writes the attempt, its checkout and the first line of its history in one batch.

use super::{Checked, OpenRequest, OpenedCheckout, Param};
use crate::{Engine, Error, Result};
use domain::payment::Payment;
use domain::{ImpUid, Millis, Money};
use pg::Device;
use store::checkouts::CheckoutRow;
use store::history::EventRow;
use store::payments::PaymentRow;
use store::{Batch, CommitError};

/// How often another payment number is drawn when a replica took ours.
const DRAWS: usize = 8;

pub(super) async fn create(
    engine: &Engine,
    request: &OpenRequest,
    checked: Checked,
) -> Result<OpenedCheckout> {
    let at = crate::merchants::now_for(engine, &checked.merchant);
    let mut bytes = [0_u8; 16];
    engine.random.fill(&mut bytes);
    let session = hex::encode(bytes);
    for _ in 0..DRAWS {
        let imp_uid = ImpUid::window(engine.ids.payment(engine.clock.now()));
        let row = payment_row(&imp_uid, request, &checked, at);
        let mut batch = Batch::new();
        store::payments::insert(&mut batch, &row);
        store::checkouts::insert(&mut batch, &checkout_row(&session, &row, request, &checked, at));
        store::history::insert(&mut batch, &opened_event(&row, at));
        match engine.db.commit(batch).await {
            Ok(_) => {
                return Ok(OpenedCheckout {
                    imp_uid: row.imp_uid,
                    merchant_uid: row.merchant_uid,
                    session,
                    flow: checked.flow,
                });
            }
            Err(CommitError::Expectation("imp_uid taken")) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("no free payment number"))
}

fn payment_row(
    imp_uid: &ImpUid,
    request: &OpenRequest,
    checked: &Checked,
    at: Millis,
) -> PaymentRow {
    let param = Param(&request.param);
    let part = |key: &str| {
        let text = param.text(key);
        let money = Money::parse(text.trim(), checked.amount.currency()).ok();
        money.filter(|money| money.minor() <= checked.amount.minor()).map(Money::minor)
    };
    let channel = &checked.channel;
    PaymentRow {
        pay_method: Some(checked.method.clone()),
        channel: if request.device == Device::Mobile { "mobile" } else { "pc" }.to_owned(),
        escrow: param.flag("escrow"),
        vbank_due_at: Millis::parse_kst(&param.text("vbank_due")).map(|due| due.0),
        name: param.cut("name", 40),
        buyer_name: param.cut("buyer_name", 16),
        buyer_email: param.cut("buyer_email", 64),
        buyer_tel: param.cut("buyer_tel", 16),
        buyer_addr: param.cut("buyer_addr", 128),
        buyer_postcode: param.cut("buyer_postcode", 8),
        custom_data: param.custom_data(),
        user_agent: Some(domain::text::cut(&request.user_agent, 512)).filter(|ua| !ua.is_empty()),
        customer_uid: param.cut("customer_uid", 80),
        customer_uid_usage: param.cut("customer_uid", 80).map(|_| "issue".to_owned()),
        tax_free: part("tax_free"),
        vat_amount: part("vat_amount").or_else(|| part("vat")),
        notice_urls: checked.notice_urls.clone(),
        ..PaymentRow::new(
            imp_uid.as_str(),
            checked.merchant.id,
            &checked.merchant_uid,
            (channel.id, checked.spec.code, &channel.mid, &channel.mode),
            Payment::new(checked.amount),
            at.0,
        )
    }
}

fn checkout_row(
    session: &str,
    row: &PaymentRow,
    request: &OpenRequest,
    checked: &Checked,
    at: Millis,
) -> CheckoutRow {
    let language = Param(&request.param).text("language");
    CheckoutRow {
        session: session.to_owned(),
        imp_uid: row.imp_uid.clone(),
        merchant_id: row.merchant_id,
        flow: checked.flow.to_owned(),
        origin: request.origin.clone(),
        redirect_url: checked.redirect_url.clone(),
        language: if language.is_empty() { "ko".into() } else { domain::text::cut(&language, 8) },
        client_ip: request.client_ip.clone(),
        param: request.param.to_string().replace("\\u0000", ""),
        created_at: at.0,
    }
}

fn opened_event(row: &PaymentRow, at: Millis) -> EventRow {
    EventRow {
        imp_uid: row.imp_uid.clone(),
        version: row.version,
        merchant_id: row.merchant_id,
        at: at.0,
        actor: "page".to_owned(),
        event: "opened".to_owned(),
        state: row.payment.stored().word.to_owned(),
        detail: serde_json::json!({ "pg": row.pg, "mid": row.pg_id, "channel": row.channel })
            .to_string(),
    }
}
