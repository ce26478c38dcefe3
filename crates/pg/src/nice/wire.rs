//! The parts several verbs share: signatures, amounts as text, lengths in bytes, answers.

use crate::crypto::{same_hex, sha256_hex};
use crate::error::PgError;
use crate::form::{decode, euc_kr};
use crate::ops::CancelOrder;
use crate::spec::Credentials;
use crate::wire::Response;
use domain::{Currency, Millis, Money};

/// Any host of NICE may be named by an authentication result (manual: the two data centres).
pub(crate) const RETURNED_HOSTS: &[&str] = &["*.nicepay.co.kr"];

/// Window: hex(sha256(EdiDate + MID + Amt + MerchantKey)).
pub(crate) fn window_sign(edi_date: &str, mid: &str, amt: &str, key: &str) -> String {
    sha256_hex([edi_date, mid, amt, key].concat())
}

/// Authentication result: hex(sha256(AuthToken + MID + Amt + MerchantKey)).
pub(crate) fn auth_signature(token: &str, mid: &str, amt: &str, key: &str) -> String {
    sha256_hex([token, mid, amt, key].concat())
}

/// Approval and net-cancel: hex(sha256(AuthToken + MID + Amt + EdiDate + MerchantKey)).
pub(crate) fn approve_sign(token: &str, mid: &str, amt: &str, edi_date: &str, key: &str) -> String {
    sha256_hex([token, mid, amt, edi_date, key].concat())
}

/// Cancel: hex(sha256(MID + CancelAmt + EdiDate + MerchantKey)).
pub(crate) fn cancel_sign(mid: &str, amt: &str, edi_date: &str, key: &str) -> String {
    sha256_hex([mid, amt, edi_date, key].concat())
}

/// Answers and notices: hex(sha256(TID + MID + Amt + MerchantKey)), `CancelAmt` in cancels.
pub(crate) fn signature(tid: &str, mid: &str, amt: &str, key: &str) -> String {
    sha256_hex([tid, mid, amt, key].concat())
}

/// Key issue: hex(sha256(MID + EdiDate + Moid + MerchantKey)).
pub(crate) fn issue_sign(mid: &str, edi_date: &str, moid: &str, key: &str) -> String {
    sha256_hex([mid, edi_date, moid, key].concat())
}

/// Charge of a key: hex(sha256(MID + EdiDate + Moid + Amt + BID + MerchantKey)).
pub(crate) fn charge_sign(shop: &Shop<'_>, edi: &str, moid: &str, amt: &str, bid: &str) -> String {
    sha256_hex([shop.mid, edi, moid, amt, bid, shop.key].concat())
}

/// Removal of a key: hex(sha256(MID + EdiDate + Moid + BID + MerchantKey)).
pub(crate) fn forget_sign(shop: &Shop<'_>, edi_date: &str, moid: &str, bid: &str) -> String {
    sha256_hex([shop.mid, edi_date, moid, bid, shop.key].concat())
}

/// Account without a window: hex(sha256(MID + Amt + EdiDate + Moid + MerchantKey)).
pub(crate) fn account_sign(shop: &Shop<'_>, amt: &str, edi_date: &str, moid: &str) -> String {
    sha256_hex([shop.mid, amt, edi_date, moid, shop.key].concat())
}

/// A TID of ours, by NICE's rule: MID (10), service and medium (`way`, 4), `yyMMddHHmmss` (KST) and
/// four digits. The manual wants them random; ours are a function of the operation, so that a
/// request whose answer was lost can be found again.
pub(crate) fn made_tid(shop: &Shop<'_>, way: &str, operation_id: &str, at: Millis) -> String {
    let number = numbered(operation_id).unwrap_or_else(|| {
        let hash = sha256_hex(format!("{}:{operation_id}:{}", shop.mid, at.0));
        // Eight hex digits always are a number; four decimal digits of it are kept.
        u32::from_str_radix(&hash[..8], 16).unwrap_or_default() % 10_000
    });
    format!("{}{way}{}{number:04}", shop.mid, &at.kst14()[2..])
}

/// The last four digits of the number in an operation's name. The hub's numbers only grow, so ten
/// thousand in a row differ there, while drawn ones would meet after a hundred.
fn numbered(operation_id: &str) -> Option<u32> {
    let runs = operation_id.split(|c: char| !c.is_ascii_digit());
    let number = runs.max_by_key(|run| run.len())?;
    number.get(number.len().checked_sub(4)?..)?.parse().ok()
}

/// How an amount is written. Won have no minor unit: both are the same for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AmountStyle {
    /// Major units with all decimals: `1.20`.
    Decimal,
    /// Minor units: `120`.
    Minor,
}

impl AmountStyle {
    /// `Amt` as sent and signed.
    ///
    /// # Errors
    /// `Invalid` for zero and for what does not fit into 12 bytes.
    pub(crate) fn write(self, money: Money) -> Result<String, PgError> {
        if money.is_zero() {
            return Err(PgError::invalid("amount", "0원은 결제할 수 없습니다."));
        }
        let text = match self {
            Self::Decimal => money.fixed(),
            Self::Minor => money.minor().to_string(),
        };
        if text.len() > 12 {
            return Err(PgError::invalid("amount", "나이스페이먼츠 금액은 12자리까지입니다."));
        }
        Ok(text)
    }

    /// Reads `Amt`, which answers pad with zeros on the left (`000000001004`).
    pub(crate) fn read(self, text: &str, currency: Currency) -> Option<Money> {
        match self {
            Self::Decimal => Money::parse(text, currency).ok(),
            Self::Minor if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Money::new(text.parse().ok()?, currency).ok()
            }
            Self::Minor => None,
        }
    }

    /// The word kept in memos.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Minor => "cents",
        }
    }
}

/// MID and key of a channel.
pub(crate) struct Shop<'a> {
    pub(crate) mid: &'a str,
    pub(crate) key: &'a str,
}

/// The channel's MID and key.
///
/// # Errors
/// `Invalid` naming the one that is missing.
pub(crate) fn shop(credentials: &Credentials) -> Result<Shop<'_>, PgError> {
    Ok(Shop { mid: credentials.need("mid")?, key: credentials.need("key")? })
}

/// At most `limit` bytes of EUC-KR, whole characters only. What EUC-KR does not have becomes `?`,
/// and quotes and brackets, which NICE asks not to send, their harmless neighbours.
pub(crate) fn cut_bytes(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for character in text.chars().filter(|c| !c.is_control()) {
        let kept = match character {
            '"' => '-',
            '[' => '(',
            ']' => ')',
            other => other,
        };
        let bytes = euc_kr(kept.encode_utf8(&mut [0; 4]));
        used += bytes.len();
        if used > limit {
            break;
        }
        out.push(if bytes == b"?" { '?' } else { kept });
    }
    out
}

/// Digits only, at most `limit`.
pub(crate) fn digits(text: &str, limit: usize) -> String {
    text.chars().filter(char::is_ascii_digit).take(limit).collect()
}

/// `yyMMddHHmmss` in KST, as approvals and notices carry it.
pub(crate) fn short_time(text: &str) -> Option<Millis> {
    (text.len() == 12).then(|| Millis::parse_kst(&format!("20{text}")))?
}

/// The tax split of an amount, in the four fields whose sum must be the amount. Nothing where the
/// merchant said nothing: shops without the "specified amounts" contract do not send them.
///
/// # Errors
/// `Invalid` where the parts are more than the whole.
pub(crate) fn tax_fields(
    amount: Money,
    tax_free: Option<Money>,
    vat: Option<Money>,
    style: AmountStyle,
) -> Result<Vec<(&'static str, String)>, PgError> {
    if tax_free.is_none() && vat.is_none() {
        return Ok(Vec::new());
    }
    let too_much = |_| PgError::invalid("tax_free", "면세·부가세 금액이 결제금액보다 큽니다.");
    let free = tax_free.unwrap_or(Money::zero(amount.currency()));
    let taxed = amount.minus(free).map_err(too_much)?;
    let vat = match vat {
        Some(vat) => vat,
        // A tenth of the supply price is an eleventh of the whole, rounded to the nearest unit.
        None => Money::new((taxed.minor() * 2 + 11) / 22, amount.currency()).map_err(too_much)?,
    };
    let supply = taxed.minus(vat).map_err(too_much)?;
    let text = |money: Money| match style {
        AmountStyle::Decimal => money.fixed(),
        AmountStyle::Minor => money.minor().to_string(),
    };
    Ok(vec![
        ("SupplyAmt", text(supply)),
        ("GoodsVat", text(vat)),
        ("ServiceAmt", text(Money::zero(amount.currency()))),
        ("TaxFreeAmt", text(free)),
    ])
}

/// The tax split of a cancel.
///
/// # Errors
/// As [`tax_fields`].
pub(crate) fn cancel_tax_fields(
    cancel: &CancelOrder,
    style: AmountStyle,
) -> Result<Vec<(&'static str, String)>, PgError> {
    tax_fields(cancel.amount, cancel.tax_free, cancel.vat_amount, style)
}

/// A JSON answer: names and values, all as text.
#[derive(Debug)]
pub(crate) struct Answer(Vec<(String, String)>);

impl Answer {
    /// Reads an answer in UTF-8 or EUC-KR.
    ///
    /// # Errors
    /// `Unknown` for anything but HTTP 200 with a JSON object that has a `ResultCode`: the request
    /// was sent, so nothing is known about the money.
    pub(crate) fn read(response: &Response) -> Result<Self, PgError> {
        if response.status != 200 {
            return Err(PgError::Unknown(format!("HTTP {}", response.status)));
        }
        let parsed = serde_json::from_str(decode(&response.body).trim());
        let Ok(serde_json::Value::Object(fields)) = parsed else {
            return Err(PgError::Unknown("the answer is not a JSON object".into()));
        };
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text.trim().to_owned(),
            serde_json::Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        let answer = Self(fields.into_iter().map(|(name, value)| (name, text(value))).collect());
        if answer.get("ResultCode").is_empty() {
            return Err(PgError::Unknown("the answer has no ResultCode".into()));
        }
        Ok(answer)
    }

    /// A value, or empty.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// NICE's text of the result, or of the error behind it.
    pub(crate) fn message(&self) -> String {
        let message = self.get("ResultMsg");
        if message.is_empty() { self.get("ErrorMsg") } else { message }.to_owned()
    }

    /// The refusal this answer is.
    pub(crate) fn declined(&self) -> PgError {
        PgError::declined(self.get("ResultCode"), self.message())
    }

    /// Checks `Signature` over `TID + MID + amount` and that the answer is for this shop.
    ///
    /// The manual pads amounts in answers to 12 digits and its sample signature is made from an
    /// unpadded one, so the text as received and the text without its padding are both taken; to
    /// make either one must hold the key.
    ///
    /// # Errors
    /// `Unknown` if it does not hold: whoever wrote this is not known to be NICE.
    pub(crate) fn check_signature(&self, amount: &str, shop: &Shop<'_>) -> Result<(), PgError> {
        let (tid, mid, text) = (self.get("TID"), self.get("MID"), self.get(amount));
        let given = self.get("Signature");
        let plain = text.trim_start_matches('0');
        let plain = if plain.starts_with('.') { format!("0{plain}") } else { plain.to_owned() };
        let genuine = [text, plain.as_str()]
            .iter()
            .any(|amt| same_hex(given, &signature(tid, shop.mid, amt, shop.key)));
        if genuine && mid == shop.mid {
            Ok(())
        } else {
            Err(PgError::Unknown("the answer's Signature does not hold".into()))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::nice::spec::{TEST_KEY, TEST_MID};

    const TOKEN: &str = "NICETOKNF435F661A2D54ED799BFB9F4B3F7E369";
    const EDI: &str = "20200622131021";
    const TID: &str = "nicepay00m01012006221311045107";

    #[test]
    fn tids_of_one_second_differ() {
        let shop = Shop { mid: TEST_MID, key: TEST_KEY };
        let at = Millis(1_700_028_800_000);
        let tid = |operation: String| made_tid(&shop, "0116", &operation, at);
        let ten_thousand = 726_114_047_287_u64..726_114_057_287;
        let tids = ten_thousand.map(|number| tid(format!("imps_{number}a")));
        let tids: std::collections::HashSet<String> = tids.collect();
        assert_eq!(tids.len(), 10_000);
        assert!(tids.iter().all(|tid| tid.len() == 30), "MID, way, time and four digits");
        assert!(tid("imps_726114047287a".to_owned()).ends_with("7287"));
        // A retried receipt's number goes on after the number: the longest run of digits counts.
        assert!(tid("r18700000000000000001234c2".to_owned()).ends_with("1234"));
        assert_eq!(tid("other".to_owned()), tid("other".to_owned()));
        assert_eq!(tid("other".to_owned()).len(), 30);
    }

    #[test]
    fn published_vectors() {
        assert_eq!(
            window_sign(EDI, TEST_MID, "1004", TEST_KEY),
            "475979a5628498711052598c6d4a73a17f0e3f0ef45960eed2e1b1776e3146bd",
            "9.1"
        );
        assert_eq!(
            auth_signature(TOKEN, TEST_MID, "1004", TEST_KEY),
            "cc94db193780ffb83d79845bb001b26da397cb5855dd285a3b85a4acc1fa55fe",
            "9.2"
        );
        let approve = "4916540b27cd60f3b6e37aa2e1257c7e4fb9faa0b4a84a1d85fac91461d00204";
        assert_eq!(approve_sign(TOKEN, TEST_MID, "1004", EDI, TEST_KEY), approve, "9.3 and 9.5");
        let answer = "9439b21e792ee41d1411d7b5e7e34a2062f0f42f19fa3f875f35c388954d4efd";
        assert_eq!(signature(TID, TEST_MID, "1004", TEST_KEY), answer, "9.4, 9.6 and 9.8");
        // 9.7, the cancel request, is printed without a value: this one is computed by its rule.
        assert_eq!(
            cancel_sign(TEST_MID, "1004", EDI, TEST_KEY),
            "bd787853177d32b738cd8e2e2f9a1a4cbd041c2020a506c23bc5bde2d3aecc82",
            "9.7"
        );
        // No value is published for an account's request either.
        let shop = Shop { mid: TEST_MID, key: TEST_KEY };
        let account = sha256_hex(format!("{TEST_MID}1004{EDI}imp_1{TEST_KEY}"));
        assert_eq!(account_sign(&shop, "1004", EDI, "imp_1"), account);
        // The manual's own approval sample.
        assert_eq!(
            approve_sign(TOKEN, TEST_MID, "1004", "20191114011808", TEST_KEY),
            "599644cf3295920f3199f5f151f7abda5a85e3777fbeefe5738e265101435a65"
        );
    }

    #[test]
    fn amounts_both_ways() {
        let usd = Money::new(120, Currency::Usd).unwrap();
        let won = Money::new(1004, Currency::Krw).unwrap();
        for (style, money, text) in [
            (AmountStyle::Decimal, usd, "1.20"),
            (AmountStyle::Minor, usd, "120"),
            (AmountStyle::Decimal, won, "1004"),
            (AmountStyle::Minor, won, "1004"),
        ] {
            assert_eq!(style.write(money).unwrap(), text);
            let padded = format!("{text:0>12}");
            assert_eq!(style.read(&padded, money.currency()), Some(money));
        }
        for (style, wrong) in [
            (AmountStyle::Decimal, "1.5"),
            (AmountStyle::Decimal, ""),
            (AmountStyle::Decimal, "-1"),
            (AmountStyle::Minor, "1.20"),
            (AmountStyle::Minor, ""),
        ] {
            assert_eq!(style.read(wrong, Currency::Krw), None, "{wrong}");
        }
        let much = Money::new(9_999_999_999_999, Currency::Krw).unwrap();
        assert!(matches!(AmountStyle::Decimal.write(much), Err(PgError::Invalid { .. })));
        let none = Money::zero(Currency::Krw);
        assert!(matches!(AmountStyle::Decimal.write(none), Err(PgError::Invalid { .. })));
    }

    #[test]
    fn texts_are_cut_by_euc_kr_bytes_and_whole_characters() {
        assert_eq!(cut_bytes("주문명:결제", 7), "주문명:");
        assert_eq!(cut_bytes("주문명:결제", 8), "주문명:");
        assert_eq!(cut_bytes("a😀\"[b]\n", 40), "a?-(b)");
    }

    #[test]
    fn the_tax_split_adds_up() {
        let won = |minor| Money::new(minor, Currency::Krw).unwrap();
        let fields = |free, vat| tax_fields(won(1004), free, vat, AmountStyle::Decimal);
        assert_eq!(fields(None, None).unwrap(), Vec::new());
        let split = fields(Some(won(4)), None).unwrap();
        let texts: Vec<&str> = split.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["909", "91", "0", "4"]);
        let zero_rated = fields(Some(won(0)), Some(won(0))).unwrap();
        assert_eq!(zero_rated[0], ("SupplyAmt", "1004".into()));
        assert!(fields(Some(won(1005)), None).is_err());
        assert!(fields(Some(won(1000)), Some(won(5))).is_err());
    }

    fn answer(body: &str) -> Result<Answer, PgError> {
        Answer::read(&Response::text(body))
    }

    #[test]
    fn garbage_is_unknown() {
        for body in ["", "<html>점검중</html>", "[]", "null", "{}", r#"{"ResultCode":""}"#, "{"]
        {
            assert!(matches!(answer(body), Err(PgError::Unknown(_))), "{body}");
        }
        let broken = Response { status: 502, ..Response::text(r#"{"ResultCode":"3001"}"#) };
        assert!(matches!(Answer::read(&broken), Err(PgError::Unknown(_))));
        let korean =
            Response { body: euc_kr(r#"{"ResultCode":"3095","ResultMsg":"거절"}"#), ..broken };
        let korean = Answer::read(&Response { status: 200, ..korean }).unwrap();
        assert_eq!(korean.declined(), PgError::declined("3095", "거절"));
    }

    #[test]
    fn signatures_over_padded_and_plain_amounts_hold_and_others_do_not() {
        let shop = Shop { mid: TEST_MID, key: TEST_KEY };
        let with = |amt: &str, sign: &str, mid: &str| {
            let body = serde_json::json!({
                "ResultCode": "3001", "TID": TID, "MID": mid, "Amt": amt, "Signature": sign,
            });
            answer(&body.to_string()).unwrap().check_signature("Amt", &shop)
        };
        let published = "9439b21e792ee41d1411d7b5e7e34a2062f0f42f19fa3f875f35c388954d4efd";
        let padded = signature(TID, TEST_MID, "000000001004", TEST_KEY);
        assert_eq!(with("1004", published, TEST_MID), Ok(()));
        assert_eq!(with("000000001004", published, TEST_MID), Ok(()));
        assert_eq!(with("000000001004", &padded.to_uppercase(), TEST_MID), Ok(()));
        for (amt, sign, mid) in [
            ("1005", published, TEST_MID),
            ("1004", "", TEST_MID),
            ("1004", published, "othershopm"),
        ] {
            assert!(matches!(with(amt, sign, mid), Err(PgError::Unknown(_))), "{amt} {sign}");
        }
    }
}
