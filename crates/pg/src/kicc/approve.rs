//! Approval: the money, or the number of a virtual account. KICC takes no amount here; its signed
//! answer says what was approved.

use super::billing::window;
use super::codes::{bank_to_v1, card_to_v1, easy_pay, method_to_v1};
use super::return_::Auth;
use super::wire::{self, Answer, sign, time, won};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Account, Approval, Bank, Card, Order};
use crate::wire::Request;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a later cancel needs to know of the approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memo {
    /// KICC's method code: parts of cards and wallets are cancelled by another code than others.
    pub(super) method: String,
}

/// Asks for the approval.
pub(super) async fn approve(cx: &Cx<'_>, order: &Order, auth: &str) -> Result<Approval, PgError> {
    let request = request(cx, order, &Auth::parse(auth)?)?;
    let answer = wire::call(cx, request).await?;
    let asked = Asked::new(cx, &order.imp_uid)?;
    let approval = outcome(&answer, cx.credentials.need("key")?, &asked)?;
    if order.customer_uid.is_some() {
        return window::issued(&answer, approval, order);
    }
    Ok(approval)
}

fn request(cx: &Cx<'_>, order: &Order, auth: &Auth) -> Result<Request, PgError> {
    let body = json!({
        "mallId": cx.credentials.need("mid")?,
        "shopTransactionId": cx.operation_id,
        "authorizationId": auth.id,
        "shopOrderNo": order.imp_uid,
        "approvalReqDate": cx.at.kst8(),
    });
    cx.credentials.need("key")?;
    Ok(wire::request(cx.mode, "approve", "/api/ep9/trades/approval", &body))
}

/// What the answer has to repeat.
pub(super) struct Asked<'a> {
    /// Our MID.
    pub(super) mid: &'a str,
    /// Our number of the approval.
    pub(super) operation_id: &'a str,
    /// Our order number.
    pub(super) order_no: &'a str,
}

impl<'a> Asked<'a> {
    /// Of an approval or a charge.
    pub(super) fn new(cx: &Cx<'a>, order_no: &'a str) -> Result<Self, PgError> {
        let mid = cx.credentials.need("mid")?;
        Ok(Self { mid, operation_id: cx.operation_id, order_no })
    }
}

/// The signed answer to an approval or to a charge of a key: they are alike.
pub(super) fn outcome(answer: &Answer, key: &str, asked: &Asked<'_>) -> Result<Approval, PgError> {
    if !answer.is_ok() {
        return Err(answer.refusal());
    }
    let (tid, amount) = (answer.need("pgCno")?, answer.need("amount")?);
    let expected = sign(key, &[&tid, &amount, &answer.need("transactionDate")?]);
    if !crate::crypto::same_hex(&expected, &answer.get("msgAuthValue")) {
        return Err(PgError::Unknown("the answer's msgAuthValue does not hold".into()));
    }
    details(answer, asked)
}

/// The approval an answer tells of; its signature, where it has one, was checked before.
pub(super) fn details(answer: &Answer, asked: &Asked<'_>) -> Result<Approval, PgError> {
    answer.must_echo("mallId", asked.mid)?;
    answer.must_echo("shopTransactionId", asked.operation_id)?;
    answer.must_echo("shopOrderNo", asked.order_no)?;
    let info = |name: &str| answer.get(&format!("paymentInfo.{name}"));
    let method = info("payMethodTypeCode");
    let account = if method == "22" { Some(account(answer)?) } else { None };
    let apply_num = Some(info("approvalNo")).filter(|number| !number.is_empty());
    let at = time(&info("approvalDate")).or_else(|| time(&answer.get("transactionDate")));
    let receipt = info("cashReceiptInfo.resCd") == wire::OK;
    let memo = serde_json::to_string(&Memo { method: method.clone() })
        .map_err(|error| PgError::Unknown(error.to_string()))?;
    Ok(Approval {
        tid: answer.need("pgCno")?,
        amount: won(&answer.need("amount")?)?,
        account,
        apply_num,
        at,
        method: method_to_v1(&method).map(str::to_owned),
        emb_pg_provider: easy_pay(&info("cpCode")).map(str::to_owned),
        card: card(answer),
        bank: bank(answer),
        cash_receipt: receipt && !info("cashReceiptInfo.approvalNo").is_empty(),
        issued_key: None,
        memo,
    })
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn card(answer: &Answer) -> Option<Card> {
    let card = |name: &str| answer.get(&format!("paymentInfo.cardInfo.{name}"));
    let (issuer, acquirer) = (card("issuerCode"), card("acquirerCode"));
    if issuer.is_empty() && acquirer.is_empty() {
        return None;
    }
    let code = card_to_v1(&issuer).or_else(|| card_to_v1(&acquirer));
    let name = code.and_then(crate::codes::card_name).map(str::to_owned);
    Some(Card {
        code: code.map(str::to_owned),
        name: name.or_else(|| some(card("issuerName"))),
        // Masked by KICC; should it ever send a whole number, it goes no further. Where a key is
        // issued `cardNo` is that key.
        number: [card("cardMaskNo"), card("cardNo")].into_iter().find(|no| no.contains('*')),
        quota: card("installmentMonth").parse().unwrap_or(0),
        kind: match card("cardGubun").as_str() {
            "N" => Some(0),
            "Y" => Some(1),
            _ => None,
        },
    })
}

fn bank(answer: &Answer) -> Option<Bank> {
    let code = some(answer.get("paymentInfo.bankInfo.bankCode"))?;
    let known = bank_to_v1(&code);
    let said = some(answer.get("paymentInfo.bankInfo.bankName"));
    Some(Bank {
        code: known.map(|(code, _)| code.to_owned()),
        name: known.map(|(_, name)| name.to_owned()).or(said),
    })
}

fn account(answer: &Answer) -> Result<Account, PgError> {
    let path = |name: &str| format!("paymentInfo.virtualAccountInfo.{name}");
    let code = answer.need(&path("bankCode"))?;
    let known = bank_to_v1(&code);
    let due = answer.need(&path("expiryDate"))?;
    Ok(Account {
        bank_name: known.map_or_else(|| answer.get(&path("bankName")), |(_, name)| name.into()),
        bank_code: known.map_or_else(|| format!("{code:0>3}"), |(code, _)| code.into()),
        number: answer.need(&path("accountNo"))?,
        holder: some(answer.get(&path("depositName"))),
        due: time(&due).ok_or_else(|| PgError::Unknown(format!("expiryDate {due:?}")))?,
    })
}

#[cfg(test)]
#[path = "approve_tests.rs"]
mod tests;
