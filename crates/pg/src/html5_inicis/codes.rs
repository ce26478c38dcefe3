//! KG Inicis' codes in V1's words.

/// Two-digit card codes whose V1 code is known, and the V1 code.
const CARDS: &[(&str, &str)] = &[
    ("03", "368"),
    ("04", "367"),
    ("06", "381"),
    ("11", "361"),
    ("12", "365"),
    ("14", "366"),
    // Hanmi became Citi.
    ("15", "370"),
    ("16", "371"),
    ("17", "374"),
    ("21", "VIS"),
    ("22", "MAS"),
    ("23", "JCB"),
    ("24", "AMX"),
    ("25", "DIN"),
];

/// Codes in the place of a card code that are really an easy-pay balance.
const BALANCES: &[(&str, &str)] = &[
    ("91", "naverpay"),
    ("93", "tosspay"),
    ("94", "ssgpay"),
    ("96", "lpay"),
    ("97", "kakaopay"),
    ("98", "payco"),
];

/// `CARD_SrcCode` / `P_SRC_CODE`: the app that paid.
const SOURCES: &[(&str, &str)] = &[
    ("B", "samsungpay"),
    ("D", "samsungpay"),
    ("C", "payco"),
    ("G", "ssgpay"),
    ("L", "lpay"),
    ("O", "kakaopay"),
];

/// True for a refusal of an approval that says that it was done before: a copy of this very
/// request, sent on by a proxy, may have been carried out. Such a refusal ends nothing: the PG is
/// asked. Its code is not published, so its words count.
pub(super) fn used_before(message: &str) -> bool {
    message.contains("이미") || message.contains("중복")
}

/// The same for a cancel: cancelled before (`500626`), or another sum is left than we think.
pub(super) fn cancelled_before(code: &str, message: &str) -> bool {
    code == "500626" || message.contains("confirmPrice") || message.contains("중복")
}

fn find(table: &'static [(&str, &str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, value)| *value)
}

/// The V1 card code of a two-digit code; `None` for the rest (01 외환 has no V1 code).
pub(super) fn card(code: &str) -> Option<&'static str> {
    find(CARDS, code)
}

/// V1's `emb_pg_provider` from the source code, or from a balance's own card code.
pub(super) fn easy_pay(source: &str, card: &str) -> Option<&'static str> {
    find(SOURCES, source).or_else(|| find(BALANCES, card))
}

/// The V1 pay method of `payMethod` (PC) or `P_TYPE` (mobile).
pub(super) fn method(name: &str) -> Option<&'static str> {
    Some(match name {
        "Card" | "VCard" | "CARD" | "ISP" => "card",
        "DirectBank" | "BANK" => "trans",
        "VBank" | "VBANK" => "vbank",
        "HPP" | "MOBILE" => "phone",
        _ => return None,
    })
}

/// `gopaymethod` of the PC window.
pub(super) fn window_method(method: &str) -> Option<&'static str> {
    Some(match method {
        "card" => "Card",
        "trans" => "DirectBank",
        "vbank" => "VBank",
        "phone" => "HPP",
        _ => return None,
    })
}

/// `P_INI_PAYMENT` of the mobile window.
pub(super) fn mobile_method(method: &str) -> Option<&'static str> {
    Some(match method {
        "card" => "CARD",
        "trans" => "BANK",
        "vbank" => "VBANK",
        "phone" => "MOBILE",
        _ => return None,
    })
}

/// The two digits this PG wants for a 3-digit bank code; `None` for securities firms.
pub(super) fn bank_out(code: &str) -> Option<&str> {
    code.strip_prefix('0').filter(|rest| rest.len() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_v1_card_code_exists() {
        for (theirs, ours) in CARDS {
            assert!(crate::codes::card_name(ours).is_some(), "{theirs} → {ours}");
        }
        assert_eq!(card("14"), Some("366"));
        assert_eq!((card("01"), card("97")), (None, None));
    }

    #[test]
    fn easy_pay_by_app_and_by_balance() {
        assert_eq!(easy_pay("O", "06"), Some("kakaopay"));
        assert_eq!(easy_pay("", "91"), Some("naverpay"));
        assert_eq!(easy_pay("", "14"), None);
    }

    #[test]
    fn methods_both_ways() {
        for ours in ["card", "trans", "vbank", "phone"] {
            assert_eq!(window_method(ours).and_then(method), Some(ours));
            assert_eq!(mobile_method(ours).and_then(method), Some(ours));
        }
        assert_eq!(window_method("samsung"), None);
        assert_eq!((bank_out("088"), bank_out("240")), (Some("88"), None));
    }
}
