//! `POST /receipts/{imp_uid}`: a receipt for what is left of a payment in cash.

use super::identifier::{self, Identified};
use super::{ReceiptRequest, SETTLING, ask, settle, taxes, told, verbs};
use crate::commit::{Actor, Change, Conflict};
use crate::payments::approval::{ROUNDS, reload};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::payment::State;
use domain::{Currency, MerchantId};
use pg::Buyer;
use pg::capability::cash_receipt::Purpose;
use store::cash_receipts::{self, CashReceiptRow};
use store::channels::ChannelRow;
use store::payments::PaymentRow;
use store::{Batch, jobs};

const ALREADY: &str = "이미 현금영수증이 발급된 결제입니다.";

/// Issues.
///
/// # Errors
/// [`Error::Invalid`] for malformed fields, an unknown payment, one that is not paid in cash, and
/// one that has a receipt; [`Error::Unsupported`]; [`Error::PgRefused`] in the PG's words, also
/// while it is not known whether it was issued.
pub async fn issue(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    request: ReceiptRequest,
) -> Result<CashReceiptRow> {
    let identified = identifier::read(request.identifier_type.as_deref(), &request.identifier)?;
    let purpose = identifier::purpose(request.purpose.as_deref(), identified.kind)?;
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?;
    let missing = || Error::invalid("imp_uid", "존재하지 않는 결제정보입니다.");
    let mut row = row.ok_or_else(missing)?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    for _ in 0..ROUNDS {
        row = reload(engine, &row).await?;
        cash(&row)?;
        let line = Line::open(engine, &row).await?;
        verbs(line.pg)?;
        nothing_stands(engine, &line, merchant, imp_uid).await?;
        let (buyer, asked) =
            (buyer(&row, &request.buyer), asked(&line, &row, &request, &identified)?);
        let asked = CashReceiptRow { purpose: word(purpose).to_owned(), ..asked };
        let order = ask::order(&asked, identified.clone(), purpose, buyer)?;
        verbs(line.pg)?.check(&order).map_err(|error| told(error, ""))?;
        let mut change = Change::new(engine, row.clone(), Actor::Api, line.at);
        change.note("receipt_asked");
        intend(engine, &mut change.batch, &line, &asked);
        match change.commit(engine).await {
            Ok(_) => return ask::issue(engine, &line, asked, &order).await,
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::invalid("imp_uid", SETTLING))
}

/// V1's word for a purpose.
pub(super) fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Person => "person",
        Purpose::Company => "company",
    }
}

/// The intent and the job that settles it should we die.
pub(super) fn intend(engine: &Engine, batch: &mut Batch, line: &Line, row: &CashReceiptRow) {
    cash_receipts::insert(batch, row);
    let run_at = line.at.plus_seconds(engine.settings.settle_grace_seconds);
    jobs::enqueue(batch, MerchantId(row.merchant_id), super::JOB, &row.receipt_id, run_at);
}

/// Only won that were transferred or paid in, and are still there.
fn cash(row: &PaymentRow) -> Result<()> {
    let wrong = |text: &str| Err(Error::invalid("imp_uid", text));
    match row.payment.state {
        State::Paid { .. } | State::PartCancelled { .. } => {}
        _ => return wrong("결제완료(paid) 상태의 결제가 아닙니다."),
    }
    if !matches!(row.pay_method.as_deref(), Some("trans" | "vbank")) {
        return wrong("계좌이체, 가상계좌 결제만 현금영수증을 발급할 수 있습니다.");
    }
    if row.payment.amount.currency() != Currency::Krw {
        return wrong("원화 결제만 현금영수증을 발급할 수 있습니다.");
    }
    if row.payment.pending_cancel().is_some() {
        return wrong("취소 결과를 확인하고 있는 결제입니다. 잠시 후 다시 시도해 주세요.");
    }
    // The PG issued one by itself: a second would be for the same money.
    if row.cash_receipt_at.is_some() {
        return wrong("결제창에서 이미 현금영수증이 발급된 결제입니다.");
    }
    Ok(())
}

async fn nothing_stands(
    engine: &Engine,
    line: &Line,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<()> {
    let live = cash_receipts::live_of_payment(&engine.db, merchant, imp_uid).await?;
    let Some(live) = live else { return Ok(()) };
    match settle::idle(engine, line, live).await?.state.as_str() {
        "failed" | "revoked" => Ok(()),
        "issued" => Err(Error::invalid("imp_uid", ALREADY)),
        _ => Err(Error::invalid("imp_uid", SETTLING)),
    }
}

fn asked(
    line: &Line,
    row: &PaymentRow,
    request: &ReceiptRequest,
    identified: &Identified,
) -> Result<CashReceiptRow> {
    let left = row.payment.left().map_err(Error::internal)?.minor();
    let (tax_free, vat) = taxes(left, request.tax_free, request.vat_amount)?;
    Ok(CashReceiptRow {
        channel_id: row.channel_id,
        mode: row.mode.clone(),
        imp_uid: Some(row.imp_uid.clone()),
        merchant_uid: row.merchant_uid.clone(),
        name: row.name.clone(),
        amount: left,
        tax_free,
        vat,
        ..blank(line, row.merchant_id, identified)
    })
}

/// A receipt about to be asked for, with what every one has.
pub(super) fn blank(line: &Line, merchant_id: i64, identified: &Identified) -> CashReceiptRow {
    let receipt_id = line.number('r');
    let tail = identified.number.len().saturating_sub(4);
    CashReceiptRow {
        operation_id: receipt_id.clone(),
        receipt_id,
        merchant_id,
        channel_id: 0,
        pg: line.pg.spec().code.to_owned(),
        mode: String::new(),
        imp_uid: None,
        merchant_uid: String::new(),
        state: "issuing".to_owned(),
        purpose: String::new(),
        id_kind: identifier::word(identified.kind).to_owned(),
        id_tail: identified.number[tail..].to_owned(),
        name: None,
        amount: 0,
        tax_free: 0,
        vat: 0,
        asked_at: line.at.0,
        receipt_tid: None,
        apply_num: None,
        issued_at: None,
        revoke_asked_at: None,
        revoke_tid: None,
        revoked_at: None,
        message: None,
        settle_attempts: 0,
        version: 1,
    }
}

/// For a sale made elsewhere.
pub(super) fn of_channel(row: CashReceiptRow, channel: &ChannelRow) -> CashReceiptRow {
    CashReceiptRow { channel_id: channel.id, mode: channel.mode.clone(), ..row }
}

/// What the request says about the buyer, else what the payment does.
fn buyer(row: &PaymentRow, said: &Buyer) -> Buyer {
    let or = |said: &String, known: &Option<String>| {
        if said.is_empty() { known.clone().unwrap_or_default() } else { said.clone() }
    };
    Buyer {
        name: or(&said.name, &row.buyer_name),
        email: or(&said.email, &row.buyer_email),
        tel: or(&said.tel, &row.buyer_tel),
        ..Buyer::default()
    }
}
