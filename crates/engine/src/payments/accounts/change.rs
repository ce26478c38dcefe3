//! `PUT /vbanks/{imp_uid}`: another amount or deadline for an open account. A PG without such a
//! call is refused in so many words: an account whose bank still wants the old amount would take
//! the wrong money.

use crate::errands::{self, Errand};
use crate::payments::approval::reload;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{MerchantId, Money};
use pg::AccountChange;
use store::payments::PaymentRow;

/// What shall be changed.
#[derive(Clone, Debug, Default)]
pub struct ChangeRequest {
    /// A decimal text of major units.
    pub amount: Option<String>,
    /// Unix seconds.
    pub vbank_due: Option<i64>,
}

/// Changes an open account. What is left out stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] if nothing is asked for, for what is no open account or
/// cannot be, and for a PG that cannot; [`Error::PgRefused`] in the PG's words, also while it is
/// not known whether it was changed; [`Error::Refused`] while an earlier change has no end.
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
    let line = Line::open(engine, &row).await?;
    if line.pg.account_changes().is_none() {
        let name = line.pg.spec().ko;
        let text = format!("{name}: 발급된 가상계좌의 금액과 입금기한을 변경할 수 없는 PG입니다.");
        return Err(Error::invalid(field, text));
    }
    let wanted = AccountChange {
        amount: request.amount.as_deref().map(|text| amount(&row, text)).transpose()?,
        due: request.vbank_due.map(|due| super::deadline(due, line.at)).transpose()?,
    };
    errands::run(engine, &line, &row, &Errand::Account(wanted)).await?;
    reload(engine, &row).await
}

fn amount(row: &PaymentRow, text: &str) -> Result<Money> {
    let wrong = |text: &str| Error::invalid("amount", text);
    let amount = Money::parse(text.trim(), row.payment.amount.currency());
    let amount = amount.map_err(|error| crate::payments::amount::bad("amount", error))?;
    // The parts stay as they were asked for, so the whole must hold them.
    let parts = row.tax_free.unwrap_or(0).saturating_add(row.vat_amount.unwrap_or(0));
    match amount.minor() {
        0 => Err(wrong("0보다 커야 합니다.")),
        minor if minor < parts => Err(wrong("면세금액과 부가세의 합보다 작을 수 없습니다.")),
        _ => Ok(amount),
    }
}
