//! The bytes of a webhook (V1 behaviour §6.1). Pure.

use pg::Request;
use serde::{Deserialize, Serialize};
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
    /// Of one with a name of its own.
    pub event: Option<&'a Event>,
}

/// Something that has a name of its own in V1, with what only it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// V1's name.
    #[serde(rename = "event")]
    pub name: String,
    /// A flat object.
    pub extra: Value,
}

impl Event {
    /// As a webhook's row holds it; `None` of one without a name of its own.
    #[must_use]
    pub fn stored(text: Option<&str>) -> Option<Self> {
        text.and_then(|text| serde_json::from_str(text).ok())
    }
}

impl Message<'_> {
    /// The POST to `url`, as JSON or (`format` is `form`) as a form, keys in V1's order.
    #[must_use]
    pub fn request(&self, url: &str, format: &str) -> Request {
        let mut pairs: Vec<(&str, &str)> =
            self.event.map(|it| ("event", &*it.name)).into_iter().collect();
        pairs.extend([
            ("imp_uid", self.imp_uid),
            ("merchant_uid", self.merchant_uid),
            ("status", self.status),
        ]);
        pairs.extend(self.cancellation_id.map(|id| ("cancellation_id", id)));
        let (kind, body) = if format == "form" {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(pairs);
            for (key, value) in self.extra() {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let text = if value.is_null() { String::new() } else { text };
                form.append_pair(&format!("extra[{key}]"), &text);
            }
            ("application/x-www-form-urlencoded", form.finish())
        } else {
            let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value)));
            let mut body: Map<String, Value> = pairs.collect();
            if let Some(event) = self.event {
                body.insert("extra".to_owned(), event.extra.clone());
            }
            ("application/json", Value::Object(body).to_string())
        };
        Request {
            method: "POST",
            url: url.to_owned(),
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.into_bytes(),
            operation: "webhook",
        }
    }

    fn extra(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.event.and_then(|event| event.extra.as_object()).into_iter().flatten()
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
            event: None,
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

    #[test]
    fn an_event_has_its_name_and_its_extra() {
        let extra = serde_json::json!({ "escrow_status": "4", "changed_at": 1, "reason": null });
        let event = Event { name: "Some.Thing.Changed".into(), extra };
        let message = Message {
            imp_uid: "imp_1",
            merchant_uid: "m",
            status: "paid",
            cancellation_id: None,
            event: Some(&event),
        };
        let json = message.request("https://a.b/", "json");
        let expected = r#"{"event":"Some.Thing.Changed","imp_uid":"imp_1","merchant_uid":"m","#
            .to_owned()
            + r#""status":"paid","extra":{"escrow_status":"4","changed_at":1,"reason":null}}"#;
        assert_eq!(String::from_utf8(json.body).unwrap(), expected);
        let form = String::from_utf8(message.request("https://a.b/", "form").body).unwrap();
        assert!(form.starts_with("event=Some.Thing.Changed&imp_uid=imp_1&"), "{form}");
        assert!(form.contains("extra%5Bchanged_at%5D=1&"), "{form}");
        assert!(form.ends_with("extra%5Breason%5D="), "{form}");
    }
}
