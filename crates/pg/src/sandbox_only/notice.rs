//! Deposit notices: signed JSON.

use crate::capability::notices::Notices;
use crate::error::PgError;
use crate::ops::{Notice, NoticeKind};
use crate::spec::Credentials;
use crate::wire::Response;
use domain::{Currency, Millis, Money};
use serde_json::{Value, json};

/// The notices of every PG here.
pub(super) struct SandboxNotices;

const PARTS: [&str; 10] = [
    "mid",
    "order_no",
    "tid",
    "deposit_no",
    "amount",
    "currency",
    "account_no",
    "depositor",
    "at",
    "type",
];

impl Notices for SandboxNotices {
    fn read(&self, _content_type: &str, body: &[u8]) -> Result<Notice, PgError> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| PgError::invalid("body", format!("JSON 노티가 아닙니다: {error}")))?;
        let mut fields = Vec::new();
        for name in PARTS.iter().chain(&["signature"]) {
            let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
            if text.is_empty() {
                return Err(PgError::invalid("body", format!("노티에 {name} 값이 없습니다.")));
            }
            fields.push(((*name).to_owned(), text.to_owned()));
        }
        let get = |at: usize| fields[at].1.clone();
        let wrong = || PgError::invalid("amount", "노티 금액이 올바르지 않습니다.");
        let currency = Currency::parse(&get(5)).ok_or_else(wrong)?;
        let minor = get(4).parse().map_err(|_| wrong())?;
        let amount = Money::new(minor, currency).map_err(|_| wrong())?;
        let kind = match get(9).as_str() {
            "deposit" => NoticeKind::Deposit {
                amount,
                account: Some(get(6)),
                at: get(8).parse().ok().map(Millis),
                depositor: Some(get(7)),
            },
            "confirm" => NoticeKind::MayPay { account: get(6), pay_type: "cash".into() },
            other => return Err(PgError::invalid("body", format!("알 수 없는 노티: {other}"))),
        };
        let (mid, order_no, tid, id) = (get(0), get(1), get(2), get(3));
        Ok(Notice { mid, order_no, tid, id, kind, fields })
    }

    fn verify(&self, credentials: &Credentials, notice: &Notice) -> Result<(), PgError> {
        let key = credentials.need("key")?;
        let value = |name: &str| {
            let found = notice.fields.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let message = PARTS.map(value).join("\n");
        let ours = crate::crypto::hmac_sha256_hex(key.as_bytes(), message.as_bytes());
        if crate::crypto::same_hex(value("signature"), &ours) {
            return Ok(());
        }
        Err(PgError::Forged("the notice's signature does not hold".into()))
    }

    fn accepted(&self) -> Response {
        reply(&json!({ "accepted": true }))
    }

    fn refused(&self, why: &str) -> Response {
        reply(&json!({ "accepted": false, "why": why }))
    }
}

fn reply(body: &Value) -> Response {
    let content_type = "application/json; charset=utf-8".into();
    Response { status: 200, content_type, body: body.to_string().into_bytes() }
}
