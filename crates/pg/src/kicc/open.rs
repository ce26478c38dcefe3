//! The window: the order is registered, the answer says where the browser goes.

use super::billing::window;
use super::codes::method_to_kicc;
use super::spec::SPEC;
use super::wire::{self, Answer, clean, digits};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Buyer, Device, Opened, Order, Window};
use crate::wire::Request;
use domain::Money;
use serde_json::{Value, json};

/// The longest return URL KICC takes, in bytes.
const RETURN_URL: usize = 256;

/// Registers the order.
pub(super) async fn open(cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
    outcome(&wire::call(cx, request(cx, order)?).await?)
}

fn request(cx: &Cx<'_>, order: &Order) -> Result<Request, PgError> {
    let mid = cx.credentials.need("mid")?;
    // Not used yet, but without it the approval could not be checked.
    cx.credentials.need("key")?;
    let sale = match order.customer_uid {
        Some(_) => window::sale(order)?,
        None => sale(order)?,
    };
    if !SPEC.currencies.contains(&order.amount.currency()) {
        return Err(PgError::invalid("currency", "KICC는 원화(KRW) 결제만 지원합니다."));
    }
    if order.escrow {
        return Err(PgError::invalid("escrow", "KICC 에스크로 결제는 아직 지원하지 않습니다."));
    }
    if order.return_url.len() > RETURN_URL {
        return Err(PgError::invalid("return_url", "KICC는 256바이트까지의 복귀 주소만 받습니다."));
    }
    let mut body = json!({
        "mallId": mid,
        "shopOrderNo": order.imp_uid,
        "amount": sale.amount,
        "payMethodTypeCode": sale.method,
        "currency": "00",
        "returnUrl": order.return_url,
        "deviceTypeCode": match order.device { Device::Pc => "pc", Device::Mobile => "mobile" },
        "clientTypeCode": "00",
        "langFlag": language(&order.language),
        "orderInfo": {
            "goodsName": goods(&order.name),
            "customerInfo": customer(&order.buyer),
        },
    });
    let mut add = |name: &str, value: Option<Value>| {
        if let (Some(value), Some(fields)) = (value, body.as_object_mut()) {
            fields.insert(name.into(), value);
        }
    };
    add("payMethodInfo", sale.info);
    add("taxInfo", sale.tax);
    Ok(wire::request(cx.mode, "register", "/api/ep9/trades/webpay", &body))
}

/// What differs between a payment's window and a key's.
pub(super) struct Sale {
    /// Minor units.
    pub(super) amount: i64,
    /// `payMethodTypeCode`.
    pub(super) method: &'static str,
    /// `payMethodInfo`.
    pub(super) info: Option<Value>,
    /// `taxInfo`.
    pub(super) tax: Option<Value>,
}

fn sale(order: &Order) -> Result<Sale, PgError> {
    let method = method_to_kicc(&order.method).ok_or_else(|| {
        PgError::invalid(
            "pay_method",
            "KICC가 지원하지 않는 결제수단입니다: card, trans, vbank, phone만 됩니다.",
        )
    })?;
    Ok(Sale {
        amount: order.amount.minor(),
        method,
        info: method_info(order),
        tax: tax(order.amount, order.tax_free, order.vat_amount)?,
    })
}

fn language(language: &str) -> &'static str {
    match language.get(..2) {
        Some("en") => "ENG",
        Some("ja") => "JPN",
        Some("zh") => "CHN",
        _ => "KOR",
    }
}

/// The order name; KICC wants one even if nothing of it may be sent.
pub(super) fn goods(name: &str) -> String {
    let name = clean(name, 50);
    if name.is_empty() { "주문".into() } else { name }
}

/// What the merchant said about the buyer. Card companies ask for the telephone (V1, kicc).
pub(super) fn customer(buyer: &Buyer) -> Value {
    let all = [
        ("customerName", clean(&buyer.name, 20)),
        ("customerMail", clean(&buyer.email, 50)),
        ("customerContactNo", digits(&buyer.tel, 11)),
        ("customerAddr", clean(&buyer.addr, 200)),
    ];
    let said = all.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| (name.to_owned(), Value::String(value))).collect()
}

fn method_info(order: &Order) -> Option<Value> {
    match order.method.as_str() {
        "card" => {
            let months = instalments(&order.param)?;
            Some(json!({ "cardMethodInfo": { "installmentMonthList": months } }))
        }
        "vbank" => {
            let due = order.vbank_due?.kst14();
            let account = json!({ "expiryDate": &due[..8], "expiryTime": &due[8..] });
            Some(json!({ "virtualAccountMethodInfo": account }))
        }
        _ => None,
    }
}

/// `display.card_quota`: none is a lump sum only, otherwise the lump sum and those months.
fn instalments(param: &Value) -> Option<Vec<u64>> {
    let quota = param.get("display")?.get("card_quota")?.as_array()?;
    let month = |value: &Value| wire::text(value).parse().ok().filter(|m| (2..=60).contains(m));
    let mut months: Vec<u64> = std::iter::once(0).chain(quota.iter().filter_map(month)).collect();
    months.sort_unstable();
    months.dedup();
    Some(months)
}

/// Only malls with mixed taxation send it: those whose merchants say a tax-free part.
pub(super) fn tax(
    amount: Money,
    free: Option<Money>,
    vat: Option<Money>,
) -> Result<Option<Value>, PgError> {
    let Some(free) = free else { return Ok(None) };
    let (taxed, vat) = split(amount.minor(), free.minor(), vat.map(Money::minor))?;
    Ok(Some(json!({ "taxAmount": taxed, "freeAmount": free.minor(), "vatAmount": vat })))
}

/// Splits an amount into its taxed part and VAT (a tenth of the taxed part unless said).
pub(super) fn split(amount: i64, free: i64, vat: Option<i64>) -> Result<(i64, i64), PgError> {
    let over = || PgError::invalid("tax_free", "면세 금액과 부가세의 합이 결제 금액보다 큽니다.");
    let rest = amount.checked_sub(free).filter(|rest| *rest >= 0).ok_or_else(over)?;
    let vat = vat.unwrap_or(rest / 11);
    let taxed = rest.checked_sub(vat).filter(|taxed| *taxed >= 0).ok_or_else(over)?;
    Ok((taxed, vat))
}

fn outcome(answer: &Answer) -> Result<Opened, PgError> {
    if !answer.is_ok() {
        return Err(answer.refusal());
    }
    let url = answer.need("authPageUrl")?;
    if !crate::hosts::is_on(&url, SPEC.hosts) {
        return Err(PgError::Forged(format!("the window's URL is not KICC's: {url}")));
    }
    Ok(Opened { window: Window::Redirect { url }, memo: String::new() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kicc::fixture;

    fn read(body: &str) -> Result<Opened, PgError> {
        outcome(&Answer::read(&fixture::response(body))?)
    }

    #[test]
    fn an_order_as_it_is_registered() {
        let credentials = fixture::credentials();
        let sent = |order: &Order| {
            let request = request(&fixture::cx(&credentials), order).unwrap();
            assert_eq!(request.url, "https://testpgapi.easypay.co.kr/api/ep9/trades/webpay");
            fixture::json(&request)
        };
        let expected = json!({
            "mallId": "T5102001", "shopOrderNo": "imp_000000000001", "amount": 51_004,
            "payMethodTypeCode": "11", "currency": "00",
            "returnUrl": "https://hub.example.com/back/1", "deviceTypeCode": "pc",
            "clientTypeCode": "00", "langFlag": "KOR",
            "orderInfo": {
                "goodsName": "주문명:결제 테스트",
                "customerInfo": { "customerName": "홍길동", "customerContactNo": "01012345678" },
            },
        });
        let order = fixture::order("card");
        assert_eq!(sent(&order), expected);
        let mut order = fixture::order("vbank");
        order.device = Device::Mobile;
        order.vbank_due = domain::Millis::parse_kst("20210402180000");
        order.tax_free = Some(fixture::won(4));
        let body = sent(&order);
        assert_eq!(
            (&body["payMethodTypeCode"], &body["deviceTypeCode"]),
            (&json!("22"), &json!("mobile"))
        );
        let account = json!({ "expiryDate": "20210402", "expiryTime": "180000" });
        assert_eq!(body["payMethodInfo"]["virtualAccountMethodInfo"], account);
        let tax = json!({ "taxAmount": 46_364, "freeAmount": 4, "vatAmount": 4636 });
        assert_eq!(body["taxInfo"], tax);
    }

    #[test]
    fn what_kicc_cannot_do_is_refused_by_name() {
        let credentials = fixture::credentials();
        let refused = |change: fn(&mut Order)| {
            let mut order = fixture::order("trans");
            change(&mut order);
            match request(&fixture::cx(&credentials), &order) {
                Err(PgError::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(|order| order.method = "samsung".into()), "pay_method");
        assert_eq!(refused(|order| order.escrow = true), "escrow");
        assert_eq!(refused(|order| order.return_url = "x".repeat(257)), "return_url");
        assert_eq!(refused(|order| order.tax_free = Some(fixture::won(51_005))), "tax_free");
    }

    #[test]
    fn instalments_as_v1_writes_them() {
        let months = |quota: &str| {
            let param = format!("{{\"display\":{{\"card_quota\":{quota}}}}}");
            instalments(&serde_json::from_str(&param).unwrap())
        };
        assert_eq!(months("[]"), Some(vec![0]));
        assert_eq!(months("[6]"), Some(vec![0, 6]));
        assert_eq!(months("[3,2,\"4\",3,1,-1,\"x\"]"), Some(vec![0, 2, 3, 4]));
        assert_eq!(months("6"), None);
        assert_eq!(instalments(&json!({})), None);
    }

    #[test]
    fn taxes_add_up_or_are_refused() {
        assert_eq!(split(11_000, 0, None).unwrap(), (10_000, 1000));
        assert_eq!(split(11_000, 11_000, None).unwrap(), (0, 0));
        assert_eq!(split(10_000, 1000, Some(500)).unwrap(), (8500, 500));
        assert!(split(100, 101, None).is_err());
        assert!(split(100, 50, Some(51)).is_err());
    }

    #[test]
    fn only_a_window_of_kicc_is_opened() {
        let good = include_str!("testdata/register.json");
        let Window::Redirect { url } = read(good).unwrap().window else { panic!("no redirect") };
        assert!(url.starts_with("https://testpgapi.easypay.co.kr/"), "{url}");
        let evil = good.replace("testpgapi.easypay.co.kr", "easypay.co.kr.evil.example");
        assert!(matches!(read(&evil), Err(PgError::Forged(_))));
        let refused = include_str!("testdata/register_refused.json");
        assert!(matches!(read(refused), Err(PgError::Declined { .. })));
        assert!(matches!(read(r#"{"resCd":"0000"}"#), Err(PgError::Unknown(_))));
    }
}
