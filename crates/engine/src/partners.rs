//! `POST /partners/receipts/{imp_uid}` (V1 behaviour §3.13): the shops of a platform that sold what
//! was paid, listed on the payment's sales slip.
//!
//! The slip is a page of ours. V1 has the PG list them too; its call is not published, so nothing
//! is sent and channels in live mode are refused rather than half served.

use crate::commit::{Actor, Change, Conflict};
use crate::payments::approval::{ROUNDS, reload};
use crate::payments::line::Line as PgLine;
use crate::receipts::identifier::is_business;
use crate::{Engine, Error, Result};
use domain::payment::State;
use domain::{Currency, MerchantId};
use pg::Mode;
use serde::{Deserialize, Serialize};
use store::payments::PaymentRow;

/// The most shops on one slip.
const MOST: usize = 100;

/// A shop and what it sold. Won.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its business registration number, digits only.
    pub number: String,
    /// Its name.
    pub name: String,
    /// What it sold for.
    pub amount: i64,
    /// The part without VAT.
    pub tax_free: i64,
    /// VAT.
    pub vat: i64,
}

impl Line {
    /// Reads what a merchant wrote. Without `vat` it is an eleventh, rounded down, if so much is
    /// taxed at all.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field.
    pub fn new(
        number: &str,
        name: &str,
        amount: i64,
        tax_free: Option<i64>,
        vat: Option<i64>,
    ) -> Result<Self> {
        let number: String = number.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
        if !is_business(&number) {
            let text = "사업자등록번호가 올바르지 않습니다.";
            return Err(Error::invalid("business_registration_number", text));
        }
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(Error::invalid("company_name", "1자에서 100자 사이여야 합니다."));
        }
        if amount <= 0 {
            return Err(Error::invalid("amount", "0보다 커야 합니다."));
        }
        let tax_free = tax_free.unwrap_or(0);
        if !(0..=amount).contains(&tax_free) {
            return Err(Error::invalid("tax_free", "0과 amount 사이여야 합니다."));
        }
        let taxed = amount - tax_free;
        let vat = vat.unwrap_or_else(|| (amount / 11).min(taxed));
        if !(0..=taxed).contains(&vat) {
            return Err(Error::invalid("vat_amount", "0과 과세금액 사이여야 합니다."));
        }
        Ok(Self { number, name: name.to_owned(), amount, tax_free, vat })
    }
}

/// Lists the shops on the payment's slip, instead of an earlier list.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Unsupported`] for PGs V1 does not list them at and for channels in
/// live mode; [`Error::Invalid`] for payments not paid and for more than was paid.
pub async fn list(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    lines: &[Line],
) -> Result<PaymentRow> {
    let missing = Error::NotFound("존재하지 않는 결제정보입니다.");
    let mut row = store::payments::find(&engine.db, merchant, imp_uid).await?.ok_or(missing)?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    let text = serde_json::to_string(lines).map_err(Error::internal)?;
    for _ in 0..ROUNDS {
        row = reload(engine, &row).await?;
        let line = PgLine::open(engine, &row).await?;
        able(&line)?;
        fits(&row, lines)?;
        let mut change = Change::new(engine, row.clone(), Actor::Api, line.at);
        change.note("partners_listed");
        store::partners::put(&mut change.batch, merchant.0, imp_uid, &text, line.at.0);
        match change.commit(engine).await {
            Ok(row) => return Ok(row),
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("the payment kept changing"))
}

fn able(line: &PgLine) -> Result<()> {
    if !line.pg.partner_receipts() {
        let text = format!("{}: 하위 상점 영수증을 지원하지 않는 PG사입니다.", line.pg.spec().ko);
        return Err(Error::Unsupported(text));
    }
    if line.mode == Mode::Live {
        let text = format!(
            "{}: 하위 상점 등록 전문이 공개되지 않아 실연동 채널에서는 지원하지 않습니다.",
            line.pg.spec().ko
        );
        return Err(Error::Unsupported(text));
    }
    Ok(())
}

fn fits(row: &PaymentRow, lines: &[Line]) -> Result<()> {
    let paid = row.payment.amount;
    let arrived = matches!(row.payment.state, State::Paid { .. } | State::PartCancelled { .. });
    if !arrived {
        return Err(Error::invalid("imp_uid", "결제완료(paid) 상태의 결제가 아닙니다."));
    }
    if paid.currency() != Currency::Krw {
        return Err(Error::invalid("imp_uid", "원화 결제가 아닙니다."));
    }
    if lines.is_empty() || lines.len() > MOST {
        return Err(Error::invalid("data", format!("1개에서 {MOST}개 사이여야 합니다.")));
    }
    let sum = lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount));
    if sum.is_none_or(|sum| sum > paid.minor()) {
        return Err(Error::invalid("data", "하위 상점 금액의 합이 결제금액보다 큽니다."));
    }
    Ok(())
}

/// The shops on a payment's slip; none if none were listed.
///
/// # Errors
/// Of the database only.
pub async fn of_payment(engine: &Engine, row: &PaymentRow) -> Result<Vec<Line>> {
    let merchant = MerchantId(row.merchant_id);
    let found = store::partners::find(&engine.db, merchant, &row.imp_uid).await?;
    let lines = found.map(|text| serde_json::from_str(&text)).transpose();
    Ok(lines.map_err(Error::internal)?.unwrap_or_default())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn vat_is_an_eleventh_of_what_can_be_taxed() {
        let line = |tax_free, vat| Line::new("120-81-47521", " 상점 ", 3_000, tax_free, vat);
        let plain = line(None, None).unwrap();
        assert_eq!(
            (plain.vat, plain.number.as_str(), plain.name.as_str()),
            (272, "1208147521", "상점")
        );
        assert_eq!(line(Some(2_900), None).unwrap().vat, 100);
        assert_eq!(line(Some(0), Some(0)).unwrap().vat, 0);
        assert!(line(Some(3_001), None).is_err() && line(Some(2_900), Some(101)).is_err());
        assert!(Line::new("1208147522", "상점", 1, None, None).is_err());
        assert!(Line::new("1208147521", "", 1, None, None).is_err());
        assert!(Line::new("1208147521", "상점", 0, None, None).is_err());
    }
}
