//! `DELETE /receipts/{imp_uid}`: the receipt of a payment is taken back.

use super::{SETTLING, ask, settle};
use crate::commit::Actor;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::cash_receipts::{self, CashReceiptRow};

/// Takes it back.
///
/// # Errors
/// [`Error::Invalid`] if there is none; [`Error::PgRefused`] in the PG's words, also while it is
/// not known whether it was taken back.
pub async fn revoke(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<CashReceiptRow> {
    let wrong = |text: &str| Error::invalid("imp_uid", text);
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?;
    row.ok_or_else(|| wrong("존재하지 않는 결제정보입니다."))?;
    let _held = engine.locks.hold(imp_uid).await;
    let live = cash_receipts::live_of_payment(&engine.db, merchant, imp_uid).await?;
    if let Some(row) = live {
        return standing(engine, row, "imp_uid").await;
    }
    match cash_receipts::newest_of_payment(&engine.db, merchant, imp_uid).await? {
        Some(_) => Err(wrong("이미 취소된 현금영수증입니다.")),
        None => Err(wrong("현금영수증이 발급된 적이 없는 결제입니다.")),
    }
}

/// Takes a receipt back that stands, or might. The caller holds its lock.
pub(super) async fn standing(
    engine: &Engine,
    row: CashReceiptRow,
    field: &str,
) -> Result<CashReceiptRow> {
    let line = settle::line(engine, &row).await?;
    let was = row.state.clone();
    let row = settle::idle(engine, &line, row).await?;
    match row.state.as_str() {
        "issued" => ask::revoke(engine, &line, row, Actor::Api).await,
        "revoked" => Ok(row),
        "issuing" => Err(Error::invalid(field, SETTLING)),
        "revoking" => Err(Error::PgRefused { code: String::new(), message: SETTLING.to_owned() }),
        _ if was == "issuing" => Err(Error::invalid(field, "현금영수증이 발급된 적이 없습니다.")),
        other => Err(Error::internal(format!("a receipt went from {was} to {other}"))),
    }
}
