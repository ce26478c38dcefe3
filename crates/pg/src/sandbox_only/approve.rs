//! Asks for the money, the account or the key, and reads what an approval says.

use super::SandboxOnly;
use super::wire::{call, money, need, some, text};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Account, Approval, Bank, Card, IssuedKey, Order};
use domain::Millis;
use serde_json::{Value, json};

/// Approves what the buyer authenticated.
pub(super) async fn approve(
    pg: &SandboxOnly,
    cx: &Cx<'_>,
    order: &Order,
    auth: &str,
) -> Result<Approval, PgError> {
    let data = json!({ "order_no": order.imp_uid, "auth": auth });
    let answer = call(pg, cx, "approve", data).await?;
    approval(&answer, &order.imp_uid)
}

/// An approval as it is told, by whatever call.
pub(super) fn approval(data: &Value, order_no: &str) -> Result<Approval, PgError> {
    if text(data, "order_no") != order_no {
        return Err(PgError::Unknown("an answer about another order".into()));
    }
    Ok(Approval {
        tid: need(data, "tid")?.to_owned(),
        amount: money(data)?,
        account: data.get("account").filter(|it| it.is_object()).map(account).transpose()?,
        apply_num: some(data, "approval_no"),
        at: data.get("at").and_then(Value::as_i64).map(Millis),
        method: some(data, "method"),
        emb_pg_provider: None,
        card: data.get("card").filter(|it| it.is_object()).map(card),
        bank: data
            .get("bank")
            .filter(|it| it.is_object())
            .map(|bank| Bank { code: some(bank, "code"), name: some(bank, "name") }),
        cash_receipt: false,
        issued_key: data.get("issued").filter(|it| it.is_object()).map(key).transpose()?,
        memo: String::new(),
    })
}

fn card(data: &Value) -> Card {
    Card {
        code: some(data, "code"),
        name: some(data, "name"),
        number: some(data, "masked"),
        quota: data.get("quota").and_then(Value::as_i64).unwrap_or(0),
        kind: Some(0),
    }
}

fn account(data: &Value) -> Result<Account, PgError> {
    let due = data.get("due").and_then(Value::as_i64);
    Ok(Account {
        bank_code: text(data, "bank_code").to_owned(),
        bank_name: text(data, "bank_name").to_owned(),
        number: need(data, "account_no")?.to_owned(),
        holder: some(data, "holder"),
        due: Millis(due.ok_or_else(|| PgError::Unknown("an account without a deadline".into()))?),
    })
}

/// A key as it was issued.
pub(super) fn key(data: &Value) -> Result<IssuedKey, PgError> {
    Ok(IssuedKey {
        key: need(data, "key")?.to_owned(),
        card: data.get("card").filter(|it| it.is_object()).map(card),
        memo: text(data, "method").to_owned(),
    })
}
