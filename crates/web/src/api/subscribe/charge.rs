//! What every charge without a window has in common: the order, who pays, where to tell.

use crate::extract::{Fields, Refusal};
use engine::Error;
use engine::billing::charge::ChargeRequest;
use engine::billing::customers::Person;
use engine::rows::Buyer;
use serde_json::Value;

/// The charge of a request, or of one entry of `schedules`.
///
/// # Errors
/// HTTP 400 naming the field.
pub fn read(fields: &Fields) -> Result<ChargeRequest, Refusal> {
    // Known and without effect here: read only so that nonsense is told.
    fields.flag("use_card_point")?;
    let quota = fields.integer("card_quota")?.unwrap_or(0);
    if !(0..=99).contains(&quota) {
        return Err(Error::invalid("card_quota", "0에서 99 사이여야 합니다.").into());
    }
    let vat = fields.text("vat_amount")?;
    Ok(ChargeRequest {
        merchant_uid: fields.need("merchant_uid")?,
        amount: fields.need("amount")?,
        currency: fields.text("currency")?,
        name: fields.text("name")?,
        person: person(fields, "buyer")?,
        custom_data: fields.json_text("custom_data"),
        notice_urls: notice_urls(fields)?,
        tax_free: fields.text("tax_free")?,
        vat_amount: if vat.is_some() { vat } else { fields.text("vat")? },
        card_quota: quota,
        interest_free: fields.flag("interest_free_by_merchant")?,
    })
}

/// `{prefix}_name`, `_email` and so on.
///
/// # Errors
/// HTTP 400 naming the field.
pub fn person(fields: &Fields, prefix: &str) -> Result<Person, Refusal> {
    let text = |name: &str| Ok(fields.text(&format!("{prefix}_{name}"))?.unwrap_or_default());
    let buyer: Result<Buyer, Error> = text("name").and_then(|name| {
        Ok(Buyer {
            name,
            email: text("email")?,
            tel: text("tel")?,
            addr: text("addr")?,
            postcode: text("postcode")?,
        })
    });
    let customer_id = fields.text("customer_id")?.unwrap_or_default();
    Ok(Person { customer_id, buyer: buyer? })
}

/// One address or several, as the JSON text kept with the payment.
fn notice_urls(fields: &Fields) -> Result<Option<String>, Error> {
    let urls = fields.list("notice_url")?;
    for text in &urls {
        let good = url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
        if !good || text.len() > 2_000 {
            return Err(Error::invalid("notice_url", "http(s) 주소여야 합니다."));
        }
    }
    if urls.len() > 10 {
        return Err(Error::invalid("notice_url", "10개까지 지정할 수 있습니다."));
    }
    Ok((!urls.is_empty()).then(|| Value::from(urls).to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::extract::Fields;
    use serde_json::json;

    fn fields(body: &Value) -> Fields {
        Fields::read("application/json", b"", body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn every_field_in_any_shape() {
        let charge = read(&fields(&json!({
            "merchant_uid": "m1", "amount": "1004", "name": "구독", "currency": "",
            "buyer_name": "구매자", "buyer_tel": 1_012_345_678, "custom_data": {"b": 1, "a": [2]},
            "notice_url": "https://a.example/1", "vat": "91", "card_quota": "3",
            "interest_free_by_merchant": "true", "unknown": {}
        })))
        .unwrap();
        assert_eq!((charge.merchant_uid.as_str(), charge.amount.as_str()), ("m1", "1004"));
        assert_eq!(charge.currency, None);
        assert_eq!(charge.person.buyer.tel, "1012345678");
        assert_eq!(charge.custom_data.as_deref(), Some(r#"{"b":1,"a":[2]}"#));
        assert_eq!(charge.notice_urls.as_deref(), Some(r#"["https://a.example/1"]"#));
        assert_eq!(charge.vat_amount.as_deref(), Some("91"));
        assert_eq!((charge.card_quota, charge.interest_free), (3, true));
        let two = json!({"merchant_uid": "m", "amount": 1, "custom_data": "그대로",
            "notice_url": ["https://a.example", "http://b.example/x"]});
        let charge = read(&fields(&two)).unwrap();
        let urls = r#"["https://a.example","http://b.example/x"]"#;
        assert_eq!(charge.notice_urls.as_deref(), Some(urls));
        assert_eq!(charge.custom_data.as_deref(), Some("그대로"));
    }

    #[test]
    fn nonsense_is_refused() {
        for (field, value) in [
            ("notice_url", json!("ftp://a.example")),
            ("notice_url", json!({"a": "b"})),
            ("notice_url", json!(vec!["https://a.example"; 11])),
            ("card_quota", json!(-1)),
            ("card_quota", json!("many")),
            ("interest_free_by_merchant", json!("perhaps")),
            ("buyer_name", json!(["a"])),
            ("merchant_uid", json!("")),
            ("amount", json!(null)),
        ] {
            let mut body = json!({"merchant_uid": "m", "amount": 1});
            body[field] = value.clone();
            assert!(read(&fields(&body)).is_err(), "{field} {value}");
        }
    }
}
