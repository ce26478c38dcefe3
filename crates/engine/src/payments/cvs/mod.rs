//! Numbers to pay at a convenience store (V1 behaviour §3.11), a file per verb. The number is shown
//! where a virtual account's is.

pub mod close;
pub mod issue;

pub use close::close;
pub use issue::issue;

use super::confirm;
use super::line::Line;
use crate::{Engine, Result};
use domain::MerchantId;
use domain::payment::State;
use serde_json::json;
use store::payments::PaymentRow;

/// The pay method.
pub(crate) const METHOD: &str = "cvs";

/// The customer stands at the counter: whether the number may be paid now. Asks the merchant if it
/// wanted to be asked; no word is no.
///
/// # Errors
/// Of the database.
pub(super) async fn may_pay(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
    pay_type: &str,
) -> Result<std::result::Result<(), String>> {
    if !matches!(row.payment.state, State::AccountIssued { .. }) {
        return Ok(Err("수납을 기다리는 결제가 아닙니다.".to_owned()));
    }
    let merchant = MerchantId(row.merchant_id);
    let url = store::confirm_urls::find(&engine.db, merchant, &row.imp_uid).await?;
    let (Some(url), Some(cvs)) = (url, line.pg.cvs()) else { return Ok(Ok(())) };
    let body = json!({
        "event": cvs.confirm_event(),
        "imp_uid": row.imp_uid,
        "merchant_uid": row.merchant_uid,
        "status": "ready",
        "extra": { "barcode": row.vbank_num, "payType": pay_type },
    });
    Ok(confirm::ask(engine, &url, body.to_string()).await)
}
