//! A code is sent to somebody's telephone.

use super::change::{CertifierLine, change, create, fail, fresh};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{Birth, MerchantId};
use pg::PgError;
use pg::capability::certification::OtpOrder;
use store::certifications::CertificationRow;
use store::channels::ChannelRow;

/// What the merchant's server said. Personal: it has no `Debug`.
#[derive(Clone)]
pub struct OtpRequest {
    /// Name.
    pub name: String,
    /// Telephone, as written.
    pub phone: String,
    /// `YYMMDD`, with anything between the digits.
    pub birth: String,
    /// The seventh digit of the resident number.
    pub gender_digit: String,
    /// `SKT`, `KT` or `LGT`.
    pub carrier: String,
    /// A reseller's customer.
    pub is_mvno: bool,
    /// Whose service asks; the merchant's name if there is none.
    pub company: Option<String>,
    /// The merchant's number; drawn if there is none.
    pub merchant_uid: Option<String>,
    /// `SMS` or `APP`; SMS if there is none.
    pub method: Option<String>,
    /// `channel_key`, if given.
    pub channel_key: Option<String>,
    /// `pg`, if given.
    pub pg: Option<String>,
}

/// Has a code sent; gives the verification, which is `ready`.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::Refused`] without a channel that can;
/// [`Error::PgRefused`] in the PG's words, or with `F500`/`F503` if it did not answer.
pub async fn request(
    engine: &Engine,
    merchant: MerchantId,
    request: OtpRequest,
) -> Result<CertificationRow> {
    let at = crate::merchants::now_of(engine, merchant).await?;
    let mut order = order(&request)?;
    if birth(&order).is_none_or(|birth| birth.years_at(at) < 0) {
        return Err(Error::invalid("birth", "올바른 생년월일이 아닙니다."));
    }
    let merchant_uid = merchant_uid(request.merchant_uid.as_deref(), at.0)?;
    let channel = channel(engine, merchant, &request).await?;
    let line = Line::certifying(engine, &channel, "").await?;
    let otp = line.pg.otp().ok_or_else(|| Error::internal("no codes"))?;
    if order.app && !otp.has_app() {
        let text = "이 PG사는 SMS 방식만 지원합니다.";
        return Err(Error::invalid("verification_method", text));
    }
    if order.company.is_empty() {
        order.company = crate::merchants::get(engine, merchant).await?.name;
    }
    let way = if order.app { "app" } else { "sms" };
    let row =
        create(engine, |imp_uid| Ok(fresh(imp_uid, &merchant_uid, &channel, way, at.0))).await?;
    order.imp_uid.clone_from(&row.imp_uid);
    let line = Line::certifying(engine, &channel, &row.imp_uid).await?;
    send(engine, &line, row, &order).await
}

async fn send(
    engine: &Engine,
    line: &CertifierLine,
    row: CertificationRow,
    order: &OtpOrder,
) -> Result<CertificationRow> {
    let _held = engine.locks.hold(&row.imp_uid).await;
    let otp = line.pg.otp().ok_or_else(|| Error::internal("no codes"))?;
    let operation = format!("{}o", row.imp_uid);
    let sent = otp.request(&line.cx(&operation), order).await;
    let row = change(engine, line, row, |row| {
        match &sent {
            Ok(number) => row.pg_tid = Some(number.clone()),
            Err(PgError::Declined { code, message }) => fail(row, code, message, line.at.0),
            // It may have been sent, but nobody can confirm it: it stays open for ever.
            Err(_) => {}
        }
        Ok(())
    })
    .await?;
    match sent {
        Ok(_) => Ok(row),
        Err(error) => Err(error.into()),
    }
}

/// The order, but for its number.
fn order(request: &OtpRequest) -> Result<OtpOrder> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "1자에서 40자 사이여야 합니다."));
    }
    let phone = digits(&request.phone);
    if !(10..=11).contains(&phone.len()) || !phone.starts_with("01") {
        return Err(Error::invalid("phone", "휴대폰번호가 올바르지 않습니다."));
    }
    let gender = request.gender_digit.trim().parse().ok().filter(|it| (1..=8).contains(it));
    let gender_digit =
        gender.ok_or_else(|| Error::invalid("gender_digit", "1에서 8 사이의 숫자여야 합니다."))?;
    if !["SKT", "KT", "LGT"].contains(&request.carrier.as_str()) {
        return Err(Error::invalid("carrier", "SKT, KT, LGT 중 하나여야 합니다."));
    }
    let app = match request.method.as_deref() {
        None | Some("SMS") => false,
        Some("APP") => true,
        Some(_) => {
            return Err(Error::invalid("verification_method", "SMS 또는 APP이어야 합니다."));
        }
    };
    Ok(OtpOrder {
        imp_uid: String::new(),
        company: domain::text::cut(request.company.as_deref().unwrap_or_default(), 60),
        name: name.to_owned(),
        phone,
        birth: digits(&request.birth),
        gender_digit,
        carrier: request.carrier.clone(),
        mvno: request.is_mvno,
        app,
    })
}

fn birth(order: &OtpOrder) -> Option<Birth> {
    Birth::resident(&order.birth, order.gender_digit)
}

fn merchant_uid(given: Option<&str>, at: i64) -> Result<String> {
    match given {
        None => Ok(format!("nobody_{at}")),
        Some(text) if text.chars().count() > 40 => {
            Err(Error::invalid("merchant_uid", "40자를 초과할 수 없습니다."))
        }
        Some(text) if text.chars().any(char::is_control) => {
            Err(Error::invalid("merchant_uid", "쓸 수 없는 문자가 있습니다."))
        }
        Some(text) => Ok(text.to_owned()),
    }
}

/// The channel asked for. One that sends no codes is not exchanged for another company's: only
/// where none was named the first that can is taken.
async fn channel(
    engine: &Engine,
    merchant: MerchantId,
    request: &OtpRequest,
) -> Result<ChannelRow> {
    let able = |row: &ChannelRow| {
        let one = pg::certifiers::find(&row.pg).filter(|_| !row.is_payment());
        one.is_some_and(|one| one.otp().is_some())
    };
    let (key, code) = (request.channel_key.as_deref(), request.pg.as_deref());
    let row = crate::channels::resolve_certification(engine, merchant, key, code).await?;
    if able(&row) {
        return Ok(row);
    }
    let rows = store::channels::list(&engine.db, merchant).await?;
    let other = rows.into_iter().find(able).filter(|_| key.is_none() && code.is_none());
    other.ok_or_else(|| Error::Refused("이 PG사는 인증번호 방식을 지원하지 않습니다.".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody() -> OtpRequest {
        OtpRequest {
            name: "홍길동".into(),
            phone: "010-1234-5678".into(),
            birth: "90.01.01".into(),
            gender_digit: "1".into(),
            carrier: "SKT".into(),
            is_mvno: false,
            company: None,
            merchant_uid: None,
            method: None,
            channel_key: None,
            pg: None,
        }
    }

    #[test]
    fn symbols_between_the_digits_do_not_matter() {
        let Ok(order) = order(&somebody()) else { panic!("refused") };
        assert_eq!((order.phone.as_str(), order.birth.as_str()), ("01012345678", "900101"));
        assert_eq!(birth(&order).map(Birth::iso).as_deref(), Some("1990-01-01"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let wrong = |change: fn(&mut OtpRequest)| {
            let mut request = somebody();
            change(&mut request);
            match order(&request) {
                Err(Error::Invalid { field, .. }) => field,
                _ => panic!("taken"),
            }
        };
        assert_eq!(wrong(|it| it.name = " ".into()), "name");
        assert_eq!(wrong(|it| it.name = "가".repeat(41)), "name");
        assert_eq!(wrong(|it| it.phone = "02-123-4567".into()), "phone");
        assert_eq!(wrong(|it| it.phone = "010123456789".into()), "phone");
        for digit in ["0", "9", "-1", "x", "256", ""] {
            let request = OtpRequest { gender_digit: digit.into(), ..somebody() };
            assert!(order(&request).is_err(), "{digit}");
        }
        assert_eq!(wrong(|it| it.carrier = "skt".into()), "carrier");
        assert_eq!(wrong(|it| it.method = Some("FAX".into())), "verification_method");
    }
}
