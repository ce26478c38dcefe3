//! `POST /sandbox/payments/{imp_uid}/deposit`: a customer pays into the virtual account.

use super::Sandbox;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use domain::{Money, MoneyError};
use engine::payments::find;
use engine::rows::PaymentRow;
use engine::{Error, merchants};

/// Who pays if nobody is named.
const DEPOSITOR: &str = "홍길동";

/// Pays `amount` (else what is due) as `depositor`, and shows the payment as it is once the PG has
/// told us.
pub async fn deposit(
    Sandbox(sandbox): Sandbox,
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    let row = find::get(&app.engine, merchant.id, &imp_uid).await?.row;
    let amount = amount(&row, fields.text("amount")?.as_deref())?;
    let depositor = fields.text("depositor")?.or_else(|| row.buyer_name.clone());
    let depositor = domain::text::cut(depositor.as_deref().unwrap_or(DEPOSITOR), 50);
    let (true, Some(tid)) = (row.vbank_num.is_some(), row.pg_tid) else {
        return Err(Error::Refused("가상계좌가 발급된 결제가 아닙니다.".into()).into());
    };
    let at = merchants::now_of(&app.engine, merchant.id).await?;
    let paid = engine::detached(async move {
        let paid = sandbox.deposit(&row.pg, &tid, amount.minor(), &depositor, at).await;
        paid.map_err(Error::Refused)
    });
    paid.await?;
    let view = find::get(&app.engine, merchant.id, &imp_uid).await?;
    Ok(error::ok(payment_json(&app.engine, &view)))
}

fn amount(row: &PaymentRow, given: Option<&str>) -> Result<Money, Error> {
    let due = row.payment.amount;
    let Some(text) = given else { return Ok(due) };
    Money::parse(text.trim(), due.currency()).map_err(|error| {
        let text = match error {
            MoneyError::TooPrecise => "통화의 최소 단위보다 작은 금액입니다.",
            MoneyError::Negative => "0보다 작을 수 없습니다.",
            MoneyError::TooLarge => "너무 큰 금액입니다.",
            MoneyError::NotANumber | MoneyError::Currencies => "숫자가 아닙니다.",
        };
        Error::invalid("amount", text)
    })
}
