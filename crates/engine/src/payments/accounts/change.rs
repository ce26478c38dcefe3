//! `PUT /vbanks/{imp_uid}`: another amount or deadline for an open account. V1 has it for `settle`
//! only, and none of our PGs publishes a call for it: the rest is refused in so many words, since
//! an account whose bank still wants the old amount would take the wrong money.

use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::payments::PaymentRow;

/// What shall be changed.
#[derive(Clone, Debug, Default)]
pub struct ChangeRequest {
    /// A decimal text of major units.
    pub amount: Option<String>,
    /// Unix seconds.
    pub vbank_due: Option<i64>,
}

/// Changes an open account.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] if nothing is asked for, for what is no open account,
/// and for every PG that cannot.
pub async fn change(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    request: &ChangeRequest,
) -> Result<PaymentRow> {
    let field = match (&request.amount, request.vbank_due) {
        (Some(_), _) => "amount",
        (None, Some(_)) => "vbank_due",
        (None, None) => {
            return Err(Error::invalid("amount", "amount 또는 vbank_due 파라메터가 필요합니다."));
        }
    };
    let row = super::waiting(engine, merchant, imp_uid).await?;
    let name = pg::find(&row.pg).map_or(row.pg.as_str(), |pg| pg.spec().ko);
    let text = format!("{name}: 발급된 가상계좌의 금액과 입금기한을 변경할 수 없는 PG입니다.");
    Err(Error::invalid(field, text))
}
