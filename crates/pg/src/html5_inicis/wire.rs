//! What several verbs share: signatures of the web standard, the IDC table, INIAPI's envelopes, and
//! what we keep between verbs.

use crate::error::PgError;
use crate::spec::Mode;
use crate::wire::{Request, Response};
use crate::{Credentials, Cx, form};
use domain::{Currency, Millis, Money};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One of the PG's data centres: its name in `idc_name` and its URLs. A window's result names a
/// centre *and* carries URLs; only when both agree is the URL used.
#[derive(Debug)]
pub(super) struct Idc {
    pub(super) name: &'static str,
    pub(super) auth_url: &'static str,
    pub(super) net_cancel_url: &'static str,
    pub(super) req_url: &'static str,
    pub(super) mobile_net_cancel_url: &'static str,
}

static TEST_IDCS: &[Idc] = &[Idc {
    name: "stg",
    auth_url: "https://stgstdpay.inicis.com/api/payAuth",
    net_cancel_url: "https://stgstdpay.inicis.com/api/netCancel",
    req_url: "https://stgmobile.inicis.com/smart/payReq.ini",
    mobile_net_cancel_url: "https://stgmobile.inicis.com/smart/payNetCancel.ini",
}];

static LIVE_IDCS: &[Idc] = &[
    Idc {
        name: "fc",
        auth_url: "https://fcstdpay.inicis.com/api/payAuth",
        net_cancel_url: "https://fcstdpay.inicis.com/api/netCancel",
        req_url: "https://fcmobile.inicis.com/smart/payReq.ini",
        mobile_net_cancel_url: "https://fcmobile.inicis.com/smart/payNetCancel.ini",
    },
    Idc {
        name: "ks",
        auth_url: "https://ksstdpay.inicis.com/api/payAuth",
        net_cancel_url: "https://ksstdpay.inicis.com/api/netCancel",
        req_url: "https://ksmobile.inicis.com/smart/payReq.ini",
        mobile_net_cancel_url: "https://ksmobile.inicis.com/smart/payNetCancel.ini",
    },
];

/// The data centre of this name on this side of the PG: a test channel never leaves staging, a live
/// channel never goes there.
pub(super) fn idc(mode: Mode, name: &str) -> Option<&'static Idc> {
    let table = match mode {
        Mode::Test => TEST_IDCS,
        Mode::Live => LIVE_IDCS,
    };
    table.iter().find(|idc| idc.name == name)
}

/// Like [`idc`], for a centre kept in `auth`.
pub(super) fn kept_idc(mode: Mode, name: &str) -> Result<&'static Idc, PgError> {
    idc(mode, name).ok_or_else(|| PgError::invalid("auth", "인증 정보의 IDC를 알 수 없습니다."))
}

/// Host of INIAPI.
pub(super) fn api_host(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "https://stginiapi.inicis.com",
        Mode::Live => "https://iniapi.inicis.com",
    }
}

/// SHA-256 hex over `k=v` pairs joined by `&` in alphabetical order of the keys: every signature of
/// the web standard.
pub(super) fn signature(pairs: &[(&str, &str)]) -> String {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable_by_key(|(key, _)| *key);
    let joined: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    crate::crypto::sha256_hex(joined.join("&"))
}

/// Which of the two windows a payment went through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Way {
    /// Web standard.
    Pc,
    /// `smart/payment`.
    Mobile,
    /// No window: a charge of a billing key.
    Key,
}

/// What a connector verb wants back in the next: the window that was opened and the buyer's
/// address, which INIAPI asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memo {
    pub(super) way: Way,
    pub(super) ip: String,
}

impl Memo {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(text: &str) -> Result<Self, PgError> {
        serde_json::from_str(text)
            .map_err(|_| PgError::invalid("memo", "저장된 결제 정보를 읽을 수 없습니다."))
    }
}

/// What the window's result lets us ask for approval with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "lowercase")]
pub(super) enum Auth {
    /// Web standard. The timestamp is fixed here: net-cancel wants the approval's own.
    Pc { idc: String, token: String, timestamp: String },
    /// Mobile.
    Mobile { idc: String, tid: String, timestamp: String },
}

impl Auth {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(text: &str) -> Result<Self, PgError> {
        serde_json::from_str(text)
            .map_err(|_| PgError::invalid("auth", "저장된 인증 정보를 읽을 수 없습니다."))
    }
}

/// `P_CHKFAKE`: base64 of the raw SHA-512 of amount, order number, timestamp and the mobile key.
pub(super) fn chkfake(amount: Money, oid: &str, timestamp: &str, key: &str) -> String {
    crate::crypto::sha512_base64(format!("{}{oid}{timestamp}{key}", amount.minor()))
}

/// An IPv4 address INIAPI takes; anything else becomes the loopback address.
pub(super) fn client_ip(ip: &str) -> String {
    let plain = ip.parse::<std::net::Ipv4Addr>().is_ok();
    if plain { ip.to_owned() } else { "127.0.0.1".to_owned() }
}

/// Text for a JSON value that is hashed: the published sample takes backslashes out before hashing,
/// so characters JSON would escape are not sent at all. At most `bytes` bytes of UTF-8.
pub(super) fn plain(text: &str, bytes: usize) -> String {
    let mut out = String::new();
    for character in text.chars().filter(|c| !c.is_control() && *c != '"' && *c != '\\') {
        if out.len() + character.len_utf8() > bytes {
            break;
        }
        out.push(character);
    }
    out
}

/// INIAPI v2: `hashData` covers the exact compact JSON of `data`, in sending order.
pub(super) fn api_v2(
    cx: &Cx<'_>,
    operation: &'static str,
    path: &str,
    kind: &str,
    ip: &str,
    data: &Value,
) -> Result<Request, PgError> {
    let (mid, key) = (cx.credentials.need("mid")?, cx.credentials.need("api_key")?);
    let timestamp = cx.at.kst14();
    let hash = crate::crypto::sha512_hex(format!("{key}{mid}{kind}{timestamp}{data}"));
    let body = serde_json::json!({
        "mid": mid,
        "type": kind,
        "timestamp": timestamp,
        "clientIp": client_ip(ip),
        "data": data,
        "hashData": hash,
    });
    Ok(Request::json(operation, format!("{}{path}", api_host(cx.mode)), &body))
}

/// The JSON object of an answer. Anything that is not one, or not HTTP 200, tells us nothing.
pub(super) fn json(response: &Response) -> Result<Value, PgError> {
    if response.status != 200 {
        return Err(PgError::Unknown(format!("HTTP {}", response.status)));
    }
    match serde_json::from_str::<Value>(&form::decode(&response.body)) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) | Err(_) => Err(PgError::Unknown("the answer is not a JSON object".into())),
    }
}

/// A field of a JSON answer as text, whether it came as text or number; missing is empty.
pub(super) fn text(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Won, exactly.
pub(super) fn won(text: &str) -> Option<Money> {
    Money::parse(text, Currency::Krw).ok()
}

/// `YYYYMMDD` and `hhmmss` in KST.
pub(super) fn kst(date: &str, time: &str) -> Option<Millis> {
    if date.len() != 8 || time.is_empty() {
        return None;
    }
    Millis::parse_kst(&format!("{date}{time}"))
}

/// The MID of the channel.
pub(super) fn mid(credentials: &Credentials) -> Result<&str, PgError> {
    credentials.need("mid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_key_hash() {
        let key = "SU5JTElURV9UUklQTEVERVNfS0VZU1RS";
        let hash = "3a9503069192f207491d4b19bd743fc249a761ed94246c8c42fed06c3cd15a33";
        assert_eq!(crate::crypto::sha256_hex(key), hash);
    }

    #[test]
    fn signatures_sort_their_keys() {
        let sorted = crate::crypto::sha256_hex("oid=o&price=1&timestamp=2");
        assert_eq!(signature(&[("timestamp", "2"), ("price", "1"), ("oid", "o")]), sorted);
    }

    #[test]
    fn the_published_account_number_cipher() {
        let spec = &super::super::spec::SPEC;
        let credentials = spec.test_credentials();
        let (key, iv) = (credentials.get("api_key"), credentials.get("api_iv"));
        let sealed = crate::crypto::aes128_cbc_base64(key.as_bytes(), iv.as_bytes(), b"123456789");
        assert_eq!(sealed.as_deref(), Some("qwMHVJqsmXKoR+d8wQTS4g=="));
    }

    #[test]
    fn every_url_of_the_table_is_on_a_listed_host() {
        for idc in TEST_IDCS.iter().chain(LIVE_IDCS) {
            for url in [idc.auth_url, idc.net_cancel_url, idc.req_url, idc.mobile_net_cancel_url] {
                assert!(crate::hosts::is_on(url, super::super::spec::SPEC.hosts), "{url}");
            }
        }
        assert!(idc(Mode::Live, "stg").is_none() && idc(Mode::Test, "fc").is_none());
    }

    #[test]
    fn texts_and_addresses_inicis_can_hash() {
        assert_eq!(plain("고객\n\"변심\"\\", 80), "고객변심");
        assert_eq!(plain("가나다", 7), "가나");
        assert_eq!(client_ip("::1"), "127.0.0.1");
        assert_eq!(client_ip("203.0.113.9"), "203.0.113.9");
    }
}
