//! KICC's codes as V1's: cards, banks, methods, easy-pay services.

use crate::codes::bank_name;

/// KICC's two digits of a V1 method; `None` if the integrated window does not sell it here.
pub(super) fn method_to_kicc(method: &str) -> Option<&'static str> {
    match method {
        "card" => Some("11"),
        "trans" => Some("21"),
        "vbank" => Some("22"),
        "phone" => Some("31"),
        _ => None,
    }
}

/// The V1 method of KICC's two digits: easy-pay (60) is a card, prepaid money (50) is points.
pub(super) fn method_to_v1(code: &str) -> Option<&'static str> {
    match code {
        "11" | "60" => Some("card"),
        "21" => Some("trans"),
        "22" => Some("vbank"),
        "31" => Some("phone"),
        "41" | "50" => Some("point"),
        _ => None,
    }
}

/// V1's card code of an issuer or acquirer.
pub(super) fn card_to_v1(code: &str) -> Option<&'static str> {
    Some(match code {
        "002" => "364",
        // KEB's cards became Hana's.
        "006" | "008" => "374",
        "010" => "372",
        "011" => "373",
        "015" => "041",
        "016" => "381",
        "017" => "369",
        "018" => "371",
        "022" => "370",
        "026" => "361",
        "027" => "367",
        "028" => "JCB",
        "029" => "366",
        "031" => "365",
        "045" | "047" => "368",
        "046" => "AMX",
        "048" => "DIN",
        "049" => "MAS",
        "050" => "VIS",
        "058" => "002",
        "081" => "UNI",
        "126" => "050",
        "226" => "071",
        "326" => "045",
        "626" => "048",
        "A16" => "090",
        "C26" => "089",
        _ => return None,
    })
}

/// V1's bank code and name. KICC writes two or three digits, and 026 for Shinhan's accounts.
pub(super) fn bank_to_v1(code: &str) -> Option<(&'static str, &'static str)> {
    let padded = format!("{code:0>3}");
    let v1 = match padded.as_str() {
        "026" => "088",
        // The fisheries federation and the bank that came out of it.
        "030" => "007",
        other => other,
    };
    let known = crate::codes::BANKS.iter().find(|(known, _)| *known == v1)?;
    Some((known.0, bank_name(known.0)?))
}

/// V1's word for an easy-pay service (`cpCode`).
pub(super) fn easy_pay(code: &str) -> Option<&'static str> {
    match code {
        "SAM" => Some("samsungpay"),
        "KKO" => Some("kakaopay"),
        "NPAY" => Some("naverpay"),
        "PCO" => Some("payco"),
        "LPAY" => Some("lpay"),
        "SSG" => Some("ssgpay"),
        "APY" => Some("applepay"),
        "TOS" => Some("tosspay"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_and_bank_lands_in_v1s_tables() {
        for code in ["002", "006", "008", "010", "011", "015", "016", "017", "018", "022", "026"] {
            let v1 = card_to_v1(code);
            assert!(v1.and_then(crate::codes::card_name).is_some(), "{code} {v1:?}");
        }
        for code in ["003", "004", "011", "020", "023", "026", "031", "032", "039", "071", "081"] {
            assert!(bank_to_v1(code).is_some(), "{code}");
        }
        assert_eq!(bank_to_v1("11").map(|bank| bank.0), Some("011"));
        assert_eq!(bank_to_v1("026").map(|bank| bank.0), Some("088"));
        assert_eq!(card_to_v1("034"), None);
        assert_eq!(bank_to_v1("999"), None);
    }
}
