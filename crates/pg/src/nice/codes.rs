//! NICE's codes in V1's words: methods, cards, easy-pay services and what a result code means.

use crate::codes::card_name;

/// V1 method, `PayMethod`, `ResultCode` of a successful approval.
const METHODS: &[(&str, &str, &str)] = &[
    ("card", "CARD", "3001"),
    ("trans", "BANK", "4000"),
    ("vbank", "VBANK", "4100"),
    ("phone", "CELLPHONE", "A000"),
];

/// NICE's two-digit card code and V1's. Points and the like (31, 39-42, ...) have no V1 code.
const CARDS: &[(&str, &str)] = &[
    ("01", "361"),
    ("02", "381"),
    ("03", "374"),
    ("04", "365"),
    ("06", "366"),
    ("07", "367"),
    ("08", "368"),
    ("11", "370"),
    ("12", "371"),
    ("13", "369"),
    ("14", "048"),
    ("15", "041"),
    ("16", "374"),
    ("17", "041"),
    ("21", "364"),
    ("22", "372"),
    ("23", "373"),
    ("25", "VIS"),
    ("26", "MAS"),
    ("27", "DIN"),
    ("28", "AMX"),
    ("29", "JCB"),
    ("32", "071"),
    ("33", "050"),
    ("34", "UNI"),
    ("35", "045"),
    ("36", "002"),
    ("37", "090"),
    ("38", "089"),
];

/// `ClickpayCl` and V1's `emb_pg_provider`.
const EASY_PAY: &[(&str, &str)] = &[
    ("6", "skpay"),
    ("7", "ssgpay"),
    ("15", "payco"),
    ("16", "kakaopay"),
    ("18", "lpay"),
    ("20", "naverpay"),
    ("21", "samsungpay"),
    ("22", "applepay"),
    ("25", "tosspay"),
];

/// Codes that tell of an exchange broken off behind NICE, or of an approval that exists already:
/// the money may have moved, so they are not refusals. Net-cancel finds out.
const UNSURE: &[&str] = &[
    "0000", "7001", "2000", "2156", "2201", "9002", "A110", "A111", "A225", "A226", "A254", "A299",
    "A304", "A306", "A401", "A402", "A403", "S999", "T001", "T002", "T003", "X003", "X004",
];

/// Beginnings of the code families in NICE's list that refuse an approval.
const REFUSALS: &[&str] = &[
    "30", "15", "16", "215", "9000", "9001", "A00", "A1", "A2", "A30", "C00", "I00", "M00", "N00",
    "P0", "V",
];

/// `AuthResultCode`s of a buyer who gave up (사용자가 결제를 취소, 결제 요청을 취소).
const GIVEN_UP: &[&str] = &["I002", "P091"];

/// What an approval's result code says about the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Approved (or account issued), by this V1 method.
    Approved(&'static str),
    /// Refused: nothing moved.
    Refused,
    /// Neither: must be settled.
    Unsure,
}

/// `PayMethod` of a V1 method.
pub(crate) fn pay_method(method: &str) -> Option<&'static str> {
    METHODS.iter().find(|row| row.0 == method).map(|row| row.1)
}

/// What a code means where NICE's published list is complete.
pub(crate) fn verdict(code: &str) -> Verdict {
    match METHODS.iter().find(|row| row.2 == code) {
        Some(row) => Verdict::Approved(row.0),
        None if code.is_empty() || UNSURE.contains(&code) => Verdict::Unsure,
        None => Verdict::Refused,
    }
}

/// What a code that is not the configured success means where the list is not published: only a
/// code known to refuse refuses, since any other might be a success nobody wrote down.
pub(crate) fn wallet_verdict(code: &str) -> Verdict {
    let refuses = REFUSALS.iter().any(|start| code.starts_with(start));
    match verdict(code) {
        Verdict::Refused if refuses => Verdict::Refused,
        Verdict::Refused | Verdict::Approved(_) | Verdict::Unsure => Verdict::Unsure,
    }
}

/// A key was made.
pub(crate) fn key_issued(code: &str) -> bool {
    code == "F100"
}

/// True if the code does not say whether the key was made or removed.
pub(crate) fn key_unsure(code: &str) -> bool {
    // F106 to F109: the bill master's database failed while it was being written.
    cancel_unsure(code) || matches!(code, "F106" | "F107" | "F108" | "F109")
}

/// The key is gone: F101 removed, or NICE does not have it (any more).
pub(crate) fn key_gone(code: &str) -> bool {
    matches!(code, "F101" | "A124" | "A126" | "A223" | "U115" | "U309")
}

/// What a charge's result code says. Two differ from an approval of the window.
pub(crate) fn charge_verdict(code: &str) -> Verdict {
    match verdict(code) {
        // A charge is sent once and then settled, so a TID in use is another charge's and this
        // request was refused. Calling it unsure would have that other charge cancelled.
        Verdict::Unsure if code == "A225" => Verdict::Refused,
        // The code book calls F200 an approval, the manual knows 3001 only.
        Verdict::Refused if code == "F200" => Verdict::Unsure,
        Verdict::Approved(method) if method != "card" => Verdict::Unsure,
        other => other,
    }
}

/// What the answer to an account's issue says. As for a charge, a TID in use is another request's.
pub(crate) fn account_verdict(code: &str) -> Verdict {
    match verdict(code) {
        Verdict::Unsure if code == "A225" => Verdict::Refused,
        // NICE's own word for a line that broke.
        Verdict::Refused if code == "9999" => Verdict::Unsure,
        Verdict::Approved(method) if method != "vbank" => Verdict::Unsure,
        other => other,
    }
}

/// What the answer to a cash receipt's issue says. As for an account, a TID in use is another
/// request's.
pub(crate) fn receipt_verdict(code: &str) -> Verdict {
    match account_verdict(code) {
        Verdict::Unsure if code == "7001" => Verdict::Approved("cash_receipt"),
        Verdict::Approved(_) => Verdict::Unsure,
        other => other,
    }
}

/// True if the code does not say whether the cancel happened.
pub(crate) fn cancel_unsure(code: &str) -> bool {
    code.is_empty() || UNSURE.contains(&code)
}

/// Cancelled: 2001, or 2211 for what NICE calls a refund.
pub(crate) fn cancelled(code: &str) -> bool {
    matches!(code, "2001" | "2211")
}

/// The transaction was cancelled before: 2013 취소 완료 거래, 2015 기취소성공.
pub(crate) fn cancelled_before(code: &str) -> bool {
    matches!(code, "2013" | "2015")
}

/// Nothing of that kind exists at NICE: 2012 취소 해당거래 없음 and its siblings.
pub(crate) fn no_such_trade(code: &str) -> bool {
    matches!(code, "2012" | "A214" | "A215" | "A216" | "A217" | "A251" | "U107" | "U122")
}

/// True if the buyer closed the window.
pub(crate) fn given_up(code: &str, message: &str) -> bool {
    // The manual's list is not complete: older pages say "사용자 취소" under other codes.
    GIVEN_UP.contains(&code) || (message.contains("사용자") && message.contains("취소"))
}

/// V1's card code and name; NICE's name where V1 has no code. Billing answers put it in brackets.
pub(crate) fn card(code: &str, name: &str) -> (Option<String>, Option<String>) {
    let padded = format!("{code:0>2}");
    match CARDS.iter().find(|(nice, _)| *nice == padded) {
        Some((_, v1)) => (Some((*v1).to_owned()), card_name(v1).map(str::to_owned)),
        None => {
            let name = name.trim_matches(['[', ']']).to_owned();
            (None, Some(name).filter(|name| !name.is_empty()))
        }
    }
}

/// NICE's code of a V1 card, for opening one issuer directly.
pub(crate) fn nice_card(v1: &str) -> Option<&'static str> {
    CARDS.iter().find(|(_, known)| *known == v1).map(|(nice, _)| *nice)
}

/// V1's name of an easy-pay service.
pub(crate) fn easy_pay(code: &str) -> Option<&'static str> {
    let plain = code.trim_start_matches('0');
    EASY_PAY.iter().find(|(nice, _)| *nice == plain).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_codes() {
        assert_eq!(verdict("3001"), Verdict::Approved("card"));
        assert_eq!(verdict("4100"), Verdict::Approved("vbank"));
        for refused in ["3095", "3011", "4001", "A123", "A211", "A245", "2151"] {
            assert_eq!(verdict(refused), Verdict::Refused, "{refused}");
        }
        for unsure in ["", "0000", "A299", "A401", "A225", "X003"] {
            assert_eq!(verdict(unsure), Verdict::Unsure, "{unsure}");
        }
    }

    #[test]
    fn codes_of_keys_and_charges() {
        assert!(key_issued("F100") && !key_issued("F200") && !key_issued("3001"));
        assert!(key_unsure("F109") && key_unsure("A401") && !key_unsure("F112"));
        assert!(key_gone("F101") && key_gone("A126") && !key_gone("A211"));
        assert_eq!(charge_verdict("3001"), Verdict::Approved("card"));
        for refused in ["A225", "3095", "A124", "A126", "A211"] {
            assert_eq!(charge_verdict(refused), Verdict::Refused, "{refused}");
        }
        for unsure in ["", "F200", "4000", "4100", "A299", "A401", "0000"] {
            assert_eq!(charge_verdict(unsure), Verdict::Unsure, "{unsure}");
        }
    }

    #[test]
    fn codes_of_accounts() {
        assert_eq!(account_verdict("4100"), Verdict::Approved("vbank"));
        for refused in ["A225", "4117", "A107", "A211", "9000"] {
            assert_eq!(account_verdict(refused), Verdict::Refused, "{refused}");
        }
        for unsure in ["", "3001", "4000", "9999", "A299", "0000"] {
            assert_eq!(account_verdict(unsure), Verdict::Unsure, "{unsure}");
        }
    }

    #[test]
    fn a_wallet_is_refused_by_known_refusals_only() {
        for refused in ["3095", "A211", "A248", "V005"] {
            assert_eq!(wallet_verdict(refused), Verdict::Refused, "{refused}");
        }
        for unsure in ["5001", "4000", "0000", "A401", "H001", ""] {
            assert_eq!(wallet_verdict(unsure), Verdict::Unsure, "{unsure}");
        }
    }

    #[test]
    fn cards_and_easy_pay_in_v1s_words() {
        assert_eq!(card("06", "신한"), (Some("366".into()), Some("신한카드".into())));
        assert_eq!(card("6", ""), (Some("366".into()), Some("신한카드".into())));
        assert_eq!(card("40", "카카오머니"), (None, Some("카카오머니".into())));
        assert_eq!(card("40", "[카카오머니]").1.as_deref(), Some("카카오머니"));
        for (nice, v1) in CARDS {
            assert!(card_name(v1).is_some(), "{nice} -> {v1}");
        }
        assert_eq!(
            (easy_pay("16"), easy_pay("06"), easy_pay("")),
            (Some("kakaopay"), Some("skpay"), None)
        );
        assert_eq!(nice_card("366"), Some("06"));
    }

    #[test]
    fn who_gave_up() {
        assert!(given_up("I002", "") && given_up("9999", "사용자 취소"));
        assert!(!given_up("C002", "카드사 인증 실패"));
    }
}
