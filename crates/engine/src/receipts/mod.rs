//! Cash receipts (V1 behaviour §3.10): of payments, and of sales made elsewhere.
//!
//! A row says what was asked for before the PG is asked; no answer means that the PG is asked how
//! it ended. A payment that is cancelled in full takes its receipt with it (`follow.rs`); one that
//! is cancelled in part leaves it alone, for the merchant to take back and issue anew.

mod ask;
pub mod elsewhere;
pub mod follow;
pub mod identifier;
pub mod issue;
pub mod revoke;
pub mod settle;
pub mod show;
mod write;

use crate::{Error, Result};
use domain::{Currency, Money};
use pg::capability::cash_receipt::{CashReceipts, ReceiptAsked, Revoke};
use pg::{Buyer, PgError};
use store::cash_receipts::CashReceiptRow;
use zeroize::Zeroizing;

/// The job that asks how an unanswered call ended; its key is the receipt's number.
pub const JOB: &str = "settle_receipt";

/// The job that takes a cancelled payment's receipt back; its key is the imp_uid.
pub const FOLLOW: &str = "revoke_receipt";

const SETTLING: &str =
    "이전 현금영수증 요청의 결과를 PG사에 확인하고 있습니다. 잠시 후 다시 시도해 주세요.";

/// What a caller says about a receipt. Amounts are won.
#[derive(Clone, Debug, Default)]
pub struct ReceiptRequest {
    /// The buyer's number, as written.
    pub identifier: Zeroizing<String>,
    /// `phone`, `person`, `business` or `taxcard`; told by the number's shape if not given.
    pub identifier_type: Option<String>,
    /// `person` or `company`.
    pub purpose: Option<String>,
    /// The part without VAT.
    pub tax_free: Option<i64>,
    /// The VAT; an eleventh of the rest if not given.
    pub vat_amount: Option<i64>,
    /// Who paid; empty texts where nothing was said.
    pub buyer: Buyer,
}

/// Tax-free part and VAT of an amount.
///
/// # Errors
/// [`Error::Invalid`] naming the part that is too large or negative.
fn taxes(amount: i64, tax_free: Option<i64>, vat: Option<i64>) -> Result<(i64, i64)> {
    let too_much = |field: &str| Error::invalid(field, "발행금액보다 클 수 없습니다.");
    let free = tax_free.unwrap_or(0);
    let rest = amount.checked_sub(free).filter(|rest| *rest >= 0 && free >= 0);
    let rest = rest.ok_or_else(|| too_much("tax_free"))?;
    let vat = vat.unwrap_or(rest / 11);
    if vat < 0 || vat > rest {
        return Err(too_much("vat_amount"));
    }
    Ok((free, vat))
}

/// The verbs of a PG.
///
/// # Errors
/// [`Error::Unsupported`].
fn verbs(pg: &'static dyn pg::Pg) -> Result<&'static dyn CashReceipts> {
    pg.cash_receipts().ok_or_else(|| {
        let text = format!("{}: 현금영수증 발급을 지원하지 않는 PG사입니다.", pg.spec().ko);
        Error::Unsupported(text)
    })
}

fn won(minor: i64) -> Result<Money> {
    Money::new(minor, Currency::Krw).map_err(Error::internal)
}

/// A receipt as its PG knows it, without the buyer.
fn asked(row: &CashReceiptRow) -> Result<ReceiptAsked> {
    Ok(ReceiptAsked {
        order_no: row.receipt_id.clone(),
        amount: won(row.amount)?,
        tax_free: won(row.tax_free)?,
        vat: won(row.vat)?,
        asked_at: domain::Millis(row.asked_at),
    })
}

/// What its PG needs to take a receipt back.
fn back(row: &CashReceiptRow) -> Result<Revoke> {
    Ok(Revoke {
        asked: asked(row)?,
        tid: row.receipt_tid.clone().unwrap_or_default(),
        issued_at: domain::Millis(row.issued_at.unwrap_or(row.asked_at)),
        revoked_at: domain::Millis(row.revoke_asked_at.unwrap_or(row.asked_at)),
        reason: "현금영수증 발급 취소".to_owned(),
    })
}

/// A PG's error for the caller: what was wrong with the request stays a matter of the request.
fn told(error: PgError, prefix: &str) -> Error {
    match error {
        PgError::Invalid { field, message } => Error::invalid(field, message),
        other => match Error::from(other) {
            Error::PgRefused { code, message } => {
                Error::PgRefused { code, message: format!("{prefix} {message}") }
            }
            error => error,
        },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn vat_is_an_eleventh_of_what_is_taxed_rounded_down() {
        for (amount, free, vat, wanted) in [
            (14_000, None, None, (0, 1_272)),
            (14_000, Some(3_000), None, (3_000, 1_000)),
            (14_000, Some(14_000), None, (14_000, 0)),
            (14_000, None, Some(0), (0, 0)),
            (14_000, Some(4_000), Some(10_000), (4_000, 10_000)),
            (1, None, None, (0, 0)),
            (10, None, None, (0, 0)),
            (11, None, None, (0, 1)),
        ] {
            assert_eq!(taxes(amount, free, vat).unwrap(), wanted, "{amount} {free:?} {vat:?}");
        }
    }

    #[test]
    fn parts_beyond_the_whole_are_named() {
        for (free, vat, field) in [
            (Some(14_001), None, "tax_free"),
            (Some(-1), None, "tax_free"),
            (Some(i64::MIN), None, "tax_free"),
            (Some(i64::MAX), None, "tax_free"),
            (None, Some(14_001), "vat_amount"),
            (None, Some(-1), "vat_amount"),
            (Some(14_000), Some(1), "vat_amount"),
        ] {
            let error = taxes(14_000, free, vat).unwrap_err();
            assert!(matches!(error, Error::Invalid { field: named, .. } if named == field));
        }
    }
}
