//! `POST /vbanks`: a virtual account without a window.

use crate::api::subscribe::charge;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::Error;
use engine::payments::accounts::issue::{self as verb, AccountRequest};
use engine::payments::find;

/// What V1 takes for accounts that stay a customer's. None of our PGs has them, and another account
/// than the one asked for would be worse than none.
const FIXED: [&str; 2] = ["vbank_key", "vbank_num"];

/// Issues, to the end even if the caller hangs up.
pub async fn issue(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let request = request(&fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::issue(&engine, merchant.id, request).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}

fn request(fields: &Fields) -> Result<AccountRequest, Refusal> {
    let order = charge::read(fields)?;
    let vbank_code = fields.need("vbank_code")?;
    fields.need("vbank_due")?;
    let fixed = fields.flag("fixed_unlimited_vbank")?;
    let named = FIXED.iter().map(|name| fields.text(name)).collect::<Result<Vec<_>, _>>()?;
    if fixed || named.iter().any(Option::is_some) {
        return Err(
            Error::Refused("고정식 가상계좌를 발급할 수 있는 PG 설정이 없습니다.".into()).into()
        );
    }
    Ok(AccountRequest {
        order,
        vbank_code,
        vbank_due: fields.integer("vbank_due")?.unwrap_or_default(),
        vbank_holder: fields.text("vbank_holder")?,
        channel_key: fields.text("channel_key")?,
        pg: fields.text("pg")?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(change: impl FnOnce(&mut Value)) -> Result<AccountRequest, Refusal> {
        let mut body = json!({
            "merchant_uid": "m1", "amount": 14000, "vbank_code": "088",
            "vbank_due": 1_702_565_999, "vbank_holder": "회사명",
        });
        change(&mut body);
        let body = body.to_string();
        request(&Fields::read("application/json", b"", body.as_bytes()).unwrap())
    }

    #[test]
    fn fields_in_any_shape() {
        let plain = read(|_| {}).unwrap();
        assert_eq!((plain.vbank_code.as_str(), plain.vbank_due), ("088", 1_702_565_999));
        assert_eq!(plain.vbank_holder.as_deref(), Some("회사명"));
        assert_eq!((plain.pg, plain.channel_key), (None, None));
        let texts = read(|body| {
            body["vbank_due"] = json!("1702565999");
            body["vbank_code"] = json!(88);
            body["pg"] = json!("nice.nicepay00m");
            body["vbank_holder"] = json!("");
            body["vbank_key"] = json!("");
            body["fixed_unlimited_vbank"] = json!("false");
        });
        let texts = texts.unwrap();
        assert_eq!((texts.vbank_code.as_str(), texts.vbank_due), ("88", 1_702_565_999));
        assert_eq!((texts.pg.as_deref(), texts.vbank_holder), (Some("nice.nicepay00m"), None));
    }

    #[test]
    fn nonsense_and_fixed_accounts_are_refused() {
        for (field, value) in [
            ("merchant_uid", json!("")),
            ("amount", json!(null)),
            ("vbank_code", json!(null)),
            ("vbank_code", json!(["088"])),
            ("vbank_due", json!("")),
            ("vbank_due", json!("2023-12-14")),
            ("vbank_due", json!(1.5)),
            ("vbank_holder", json!({"a": "b"})),
            ("notice_url", json!("ftp://a.example")),
            ("fixed_unlimited_vbank", json!(true)),
            ("fixed_unlimited_vbank", json!("perhaps")),
            ("vbank_key", json!("customer-1")),
            ("vbank_num", json!("1234567890")),
        ] {
            let read = read(|body| body[field] = value.clone());
            assert!(read.is_err(), "{field} {value}");
        }
    }
}
