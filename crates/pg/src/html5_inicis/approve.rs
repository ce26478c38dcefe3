//! Approval on PC: the authenticated token is posted to the data centre's `payAuth`.

use super::wire::{Auth, Memo, Way, client_ip, json, kept_idc, kst, mid, signature, text, won};
use super::{approve_mobile, billing, codes};
use crate::form::utf8_body;
use crate::wire::{Request, Response};
use crate::{Account, Approval, Bank, Card, Cx, Order, PgError};
use domain::Millis;
use serde_json::Value;

/// Asks for the money, on the side the buyer came from.
pub(super) async fn approve(cx: &Cx<'_>, order: &Order, auth: &str) -> Result<Approval, PgError> {
    match Auth::read(auth)? {
        Auth::Pc { idc, token, timestamp } => {
            let url = kept_idc(cx.mode, &idc)?.auth_url;
            let request = request(cx, order, "approve", url, &token, &timestamp)?;
            let response = cx.transport.send(request).await?;
            outcome(cx, order, &timestamp, &response)
        }
        Auth::Mobile { idc, tid, .. } => approve_mobile::approve(cx, order, &idc, &tid).await,
    }
}

/// The approval request. Net-cancel sends exactly the same map to its own URL.
pub(super) fn request(
    cx: &Cx<'_>,
    order: &Order,
    operation: &'static str,
    url: &str,
    token: &str,
    timestamp: &str,
) -> Result<Request, PgError> {
    let (mid, key) = (cx.credentials.need("mid")?, cx.credentials.need("sign_key")?);
    let signed = [("authToken", token), ("timestamp", timestamp)];
    let verified = [signed[0], ("signKey", key), signed[1]];
    let fields = [
        ("mid", mid),
        ("authToken", token),
        ("signature", &signature(&signed)),
        ("verification", &signature(&verified)),
        ("timestamp", timestamp),
        ("charset", "UTF-8"),
        ("format", "JSON"),
        ("price", &order.amount.minor().to_string()),
    ];
    Ok(Request::form(operation, url, utf8_body(&fields)))
}

fn outcome(
    cx: &Cx<'_>,
    order: &Order,
    timestamp: &str,
    response: &Response,
) -> Result<Approval, PgError> {
    let answer = json(response)?;
    let field = |name: &str| text(&answer, name);
    let code = field("resultCode");
    if code.is_empty() {
        return Err(PgError::Unknown("the answer has no resultCode".into()));
    }
    if code != "0000" {
        let message = field("resultMsg");
        if codes::used_before(&message) {
            return Err(PgError::Unknown(format!("[{code}] {message}")));
        }
        return Err(PgError::declined(code, message));
    }
    if field("mid") != mid(cx.credentials)? || field("MOID") != order.imp_uid {
        return Err(PgError::Unknown("the approval is of another order".into()));
    }
    if !signed(&answer, timestamp) {
        return Err(PgError::Unknown("authSignature does not hold".into()));
    }
    let missing = |name: &str| PgError::Unknown(format!("the approval has no usable {name}"));
    let tid = field("tid");
    if tid.is_empty() {
        return Err(missing("tid"));
    }
    if order.customer_uid.is_some() {
        return billing::issued(order, tid, &answer);
    }
    let amount = won(&field("TotPrice")).ok_or_else(|| missing("TotPrice"))?;
    let method = codes::method(&field("payMethod")).ok_or_else(|| missing("payMethod"))?;
    let account = match method {
        "vbank" => Some(account(&answer, order).ok_or_else(|| missing("account"))?),
        _ => None,
    };
    Ok(Approval {
        tid,
        amount,
        account,
        apply_num: Some(field("applNum")).filter(|number| !number.is_empty()),
        at: kst(&field("applDate"), &field("applTime")),
        method: (method != order.method).then(|| method.to_owned()),
        emb_pg_provider: codes::easy_pay(&field("CARD_SrcCode"), &field("CARD_Code"))
            .filter(|_| method == "card")
            .map(String::from),
        card: (method == "card").then(|| card(&answer)),
        bank: (method == "trans").then(|| bank(&field("ACCT_BankCode"), "")),
        cash_receipt: field("CSHR_ResultCode") == "220000",
        issued_key: None,
        memo: Memo { way: Way::Pc, ip: client_ip(&order.client_ip) }.text(),
    })
}

/// The answer's own signature. The last digit of the timestamp we sent picks the fields and their
/// order: ten rules.
fn signed(answer: &Value, timestamp: &str) -> bool {
    let value = |name: &str| match name {
        "tstamp" => format!("tstamp={timestamp}"),
        _ => format!("{name}={}", text(answer, name)),
    };
    let order: &[&str] = match timestamp.bytes().last() {
        Some(b'1') => &["MOID", "mid", "tstamp"],
        Some(b'2') => &["MOID", "tstamp", "mid"],
        Some(b'3') => &["mid", "MOID", "tstamp"],
        Some(b'4') => &["mid", "tstamp", "MOID"],
        Some(b'5') => &["tstamp", "mid", "MOID"],
        Some(b'6') => &["tstamp", "MOID", "mid"],
        Some(b'7') => &["TotPrice", "mid", "tstamp"],
        Some(b'8') => &["TotPrice", "tstamp", "mid"],
        Some(b'9') => &["TotPrice", "MOID", "tstamp"],
        Some(b'0') => &["TotPrice", "tstamp", "MOID"],
        _ => return false,
    };
    let joined: Vec<String> = order.iter().map(|name| value(name)).collect();
    let expected = crate::crypto::sha256_hex(joined.join("&"));
    crate::crypto::same_hex(&expected, &text(answer, "authSignature"))
}

/// The card in a PC answer.
pub(super) fn card(answer: &Value) -> Card {
    let field = |name: &str| text(answer, name);
    let name = [field("P_FN_NM"), field("CARD_PurchaseName")].into_iter().find(|n| !n.is_empty());
    card_of(&field("CARD_Code"), name, &field("CARD_Num"), &field("CARD_Quota"), || {
        field("CARD_CheckFlag")
    })
}

/// A card from either window's fields. Gift cards (`2`) have no V1 kind.
pub(super) fn card_of(
    code: &str,
    name: Option<String>,
    number: &str,
    quota: &str,
    check_flag: impl FnOnce() -> String,
) -> Card {
    let code = codes::card(code);
    let known = || code.and_then(crate::codes::card_name).map(String::from);
    Card {
        code: code.map(String::from),
        name: name.or_else(known),
        number: Some(number.to_owned()).filter(|number| !number.is_empty()),
        quota: quota.parse().unwrap_or(0),
        kind: match check_flag().as_str() {
            "0" => Some(0),
            "1" => Some(1),
            _ => None,
        },
    }
}

/// A bank from this PG's two digits.
pub(super) fn bank(code: &str, name: &str) -> Bank {
    let code = crate::codes::normalise_bank(code).filter(|_| !code.is_empty());
    let known = code.and_then(crate::codes::bank_name).map(String::from);
    Bank {
        code: code.map(String::from),
        name: known.or(Some(name.into())).filter(|n| !n.is_empty()),
    }
}

fn account(answer: &Value, order: &Order) -> Option<Account> {
    let field = |name: &str| text(answer, name);
    account_of(
        order,
        &field("VACT_BankCode"),
        &field("vactBankName"),
        &field("VACT_Num"),
        &field("VACT_Name"),
        kst(&field("VACT_Date"), &field("VACT_Time"))?,
    )
}

/// A virtual account from either window's fields; `None` if something money needs is missing.
pub(super) fn account_of(
    order: &Order,
    bank_code: &str,
    bank_name: &str,
    number: &str,
    holder: &str,
    due: Millis,
) -> Option<Account> {
    let bank = bank(bank_code, bank_name);
    if number.is_empty() {
        return None;
    }
    Some(Account {
        bank_code: bank.code?,
        bank_name: bank.name?,
        number: number.to_owned(),
        holder: Some(holder.to_owned()).filter(|holder| !holder.is_empty()),
        due: to_the_second(due, order),
    })
}

/// The PG counts deadlines in minutes. Within the minute the merchant asked for, the merchant's
/// second stands.
fn to_the_second(due: Millis, order: &Order) -> Millis {
    let minute = |at: Millis| at.seconds().div_euclid(60);
    order.vbank_due.filter(|asked| minute(*asked) == minute(due)).unwrap_or(due)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, at, credentials, cx, order};
    use super::*;

    const CARD: &str = include_str!("testdata/pc_card.json");
    const VBANK: &str = include_str!("testdata/pc_vbank.json");
    /// Found with the published answer (README.md): the timestamp its request carried.
    const TSTAMP: &str = "1734842053188";

    fn read(order: &Order, timestamp: &str, response: &Response) -> Result<Approval, PgError> {
        let credentials = credentials();
        outcome(&cx(&Deaf, &credentials), order, timestamp, response)
    }

    fn published_order() -> Order {
        let mut order = order("card");
        order.imp_uid = "INIpayTest_1734841969375".into();
        order.amount = won("1000").unwrap();
        order
    }

    #[test]
    fn the_published_answer_is_genuine() {
        let approval = read(&published_order(), TSTAMP, &answer(200, CARD)).unwrap();
        assert_eq!(approval.tid, "StdpayCARDINIpayTest20241222133413130195");
        assert_eq!(approval.amount.minor(), 1000);
        assert_eq!(approval.apply_num.as_deref(), Some("35980068"));
        assert_eq!(approval.at.unwrap().kst14(), "20241222133413");
        let card = approval.card.unwrap();
        assert_eq!(card.code.as_deref(), Some("366"));
        assert_eq!(card.name.as_deref(), Some("신한카드"));
        assert_eq!(card.number.as_deref(), Some("400933*********7"));
        assert_eq!((card.quota, card.kind), (0, Some(0)));
        assert_eq!((approval.account, approval.method, approval.cash_receipt), (None, None, false));
    }

    #[test]
    fn every_signature_rule() {
        let rules = [
            "TotPrice=1&tstamp=@&MOID=o",
            "MOID=o&mid=m&tstamp=@",
            "MOID=o&tstamp=@&mid=m",
            "mid=m&MOID=o&tstamp=@",
            "mid=m&tstamp=@&MOID=o",
            "tstamp=@&mid=m&MOID=o",
            "tstamp=@&MOID=o&mid=m",
            "TotPrice=1&mid=m&tstamp=@",
            "TotPrice=1&tstamp=@&mid=m",
            "TotPrice=1&MOID=o&tstamp=@",
        ];
        for (digit, rule) in rules.iter().enumerate() {
            let timestamp = format!("17348420{digit}");
            let hash = crate::crypto::sha256_hex(rule.replace('@', &timestamp));
            let mut answer = serde_json::json!({"MOID": "o", "mid": "m", "TotPrice": "1"});
            assert!(!signed(&answer, &timestamp));
            answer["authSignature"] = hash.into();
            assert!(signed(&answer, &timestamp), "rule {digit}");
            answer["MOID"] = "p".into();
            answer["mid"] = "n".into();
            assert!(!signed(&answer, &timestamp), "rule {digit}");
        }
    }

    #[test]
    fn tampered_or_foreign_answers_are_unknown() {
        let order = published_order();
        for (from, to) in [
            ("\"1000\"", "\"100\""),
            ("2645d244", "2645d245"),
            ("INIpayTest_1734841969375", "imp_000000000009"),
            ("\"mid\": \"INIpayTest\"", "\"mid\": \"otherMID00\""),
            ("StdpayCARDINIpayTest20241222133413130195", ""),
            ("\"payMethod\": \"Card\"", "\"payMethod\": \"Gold\""),
        ] {
            assert!(CARD.contains(from), "{from}");
            let result = read(&order, TSTAMP, &answer(200, &CARD.replace(from, to)));
            assert!(matches!(result, Err(PgError::Unknown(_))), "{from}: {result:?}");
        }
        let result = read(&order, "1734842053189", &answer(200, CARD));
        assert!(matches!(result, Err(PgError::Unknown(_))), "{result:?}");
    }

    #[test]
    fn only_an_explicit_code_is_a_refusal() {
        let order = published_order();
        let body = r#"{"resultCode":"V801","resultMsg":"해시 불일치"}"#;
        let result = read(&order, TSTAMP, &answer(200, body));
        assert_eq!(result, Err(PgError::declined("V801", "해시 불일치")));
        for (status, body) in [
            (200, ""),
            (200, "<html>점검중</html>"),
            (200, "[]"),
            (200, "{}"),
            (200, r#"{"resultCode":""}"#),
            (500, CARD),
            (502, body),
        ] {
            let result = read(&order, TSTAMP, &answer(status, body));
            assert!(matches!(result, Err(PgError::Unknown(_))), "{status} {body}: {result:?}");
        }
    }

    #[test]
    fn a_virtual_account() {
        let mut order = order("vbank");
        order.imp_uid = "imp_000000000001".into();
        let timestamp = at().0.to_string();
        let approval = read(&order, &timestamp, &answer(200, VBANK)).unwrap();
        let account = approval.account.unwrap();
        assert_eq!((account.bank_code.as_str(), account.bank_name.as_str()), ("088", "신한은행"));
        assert_eq!(account.due.kst14(), "20231215235900");
        order.vbank_due = Millis::parse_kst("20231215");
        let approval = read(&order, &timestamp, &answer(200, VBANK)).unwrap();
        assert_eq!(approval.account.unwrap().due.kst14(), "20231215235959");
        let broken = VBANK.replace("20231215", "");
        let result = read(&order, &timestamp, &answer(200, &broken));
        assert!(matches!(result, Err(PgError::Unknown(_))), "{result:?}");
    }

    #[test]
    fn the_request_carries_the_signatures() {
        let (credentials, order) = (credentials(), order("card"));
        let context = cx(&Deaf, &credentials);
        let url = "https://stgstdpay.inicis.com/api/payAuth";
        let request = request(&context, &order, "approve", url, "t+/=\n", "123").unwrap();
        let form = crate::form::Form::read(&request.body);
        assert_eq!(form.get("authToken"), "t+/=\n");
        let hash = crate::crypto::sha256_hex("authToken=t+/=\n&timestamp=123");
        assert_eq!(form.get("signature"), hash);
        let key = "SU5JTElURV9UUklQTEVERVNfS0VZU1RS";
        let text = format!("authToken=t+/=\n&signKey={key}&timestamp=123");
        assert_eq!(form.get("verification"), crate::crypto::sha256_hex(text));
        assert_eq!((form.get("format"), form.get("price")), ("JSON", "14000"));
    }
}
