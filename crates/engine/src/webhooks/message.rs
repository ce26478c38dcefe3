//! The bytes of a webhook (V1 behaviour §6.1). Pure.

use pg::Request;
use serde_json::{Map, Value};

/// What a receiver reads; it is to look the payment up, nothing here is signed.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The payment.
    pub imp_uid: &'a str,
    /// The order.
    pub merchant_uid: &'a str,
    /// V1's word.
    pub status: &'a str,
    /// Of cancels only.
    pub cancellation_id: Option<&'a str>,
}

impl Message<'_> {
    /// The POST to `url`, as JSON or (`format` is `form`) as a form, keys in V1's order.
    #[must_use]
    pub fn request(&self, url: &str, format: &str) -> Request {
        let mut pairs = vec![
            ("imp_uid", self.imp_uid),
            ("merchant_uid", self.merchant_uid),
            ("status", self.status),
        ];
        pairs.extend(self.cancellation_id.map(|id| ("cancellation_id", id)));
        let (kind, body) = if format == "form" {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(pairs);
            ("application/x-www-form-urlencoded", form.finish())
        } else {
            let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value)));
            ("application/json", Value::Object(pairs.collect::<Map<_, _>>()).to_string())
        };
        Request {
            method: "POST",
            url: url.to_owned(),
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.into_bytes(),
            operation: "webhook",
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_v1s() {
        let mut message = Message {
            imp_uid: "imp_1234567890",
            merchant_uid: "주문 1&2",
            status: "paid",
            cancellation_id: None,
        };
        let json = message.request("https://a.b/", "json");
        let expected = r#"{"imp_uid":"imp_1234567890","merchant_uid":"주문 1&2","status":"paid"}"#;
        assert_eq!(String::from_utf8(json.body).unwrap(), expected);
        message.status = "cancelled";
        message.cancellation_id = Some("06JC8FVHJTW2WY16FEY0");
        let form = message.request("https://a.b/", "form");
        let expected = "imp_uid=imp_1234567890&merchant_uid=%EC%A3%BC%EB%AC%B8+1%262&\
                        status=cancelled&cancellation_id=06JC8FVHJTW2WY16FEY0";
        assert_eq!(String::from_utf8(form.body).unwrap(), expected);
        assert_eq!(form.headers[0].1, "application/x-www-form-urlencoded");
    }
}
