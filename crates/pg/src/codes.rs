//! V1's own code tables (V1 behaviour §3.12): what every PG's codes are translated into.

/// V1 card codes and names.
pub const CARDS: &[(&str, &str)] = &[
    ("361", "BC카드"),
    ("364", "광주카드"),
    ("365", "삼성카드"),
    ("366", "신한카드"),
    ("367", "현대카드"),
    ("368", "롯데카드"),
    ("369", "수협카드"),
    ("370", "씨티카드"),
    ("371", "NH카드"),
    ("372", "전북카드"),
    ("373", "제주카드"),
    ("374", "하나SK카드"),
    ("381", "KB국민카드"),
    ("041", "우리카드"),
    ("071", "우체국"),
    ("045", "새마을금고"),
    ("048", "신협"),
    ("002", "KDB산업은행"),
    ("089", "케이뱅크"),
    ("090", "카카오뱅크"),
    ("050", "저축은행"),
    ("VIS", "해외비자"),
    ("MAS", "해외마스터"),
    ("DIN", "해외다이너스"),
    ("AMX", "해외아멕스"),
    ("JCB", "해외JCB"),
    ("UNI", "중국은련"),
    ("10001", "해외은련"),
    ("10002", "해외다이너스"),
    ("10003", "해외아멕스"),
    ("10004", "해외마스터"),
    ("10005", "해외비자"),
    ("10006", "해외JCB"),
];

/// V1 bank codes and names.
pub const BANKS: &[(&str, &str)] = &[
    ("002", "산업은행"),
    ("003", "기업은행"),
    ("004", "KB국민은행"),
    ("005", "외환은행"),
    ("007", "수협은행"),
    ("011", "농협은행"),
    ("012", "축협"),
    ("020", "우리은행"),
    ("023", "SC제일은행"),
    ("027", "한국씨티은행"),
    ("031", "대구은행"),
    ("032", "부산은행"),
    ("034", "광주은행"),
    ("035", "제주은행"),
    ("037", "전북은행"),
    ("039", "경남은행"),
    ("045", "새마을금고"),
    ("048", "신협"),
    ("071", "우체국"),
    ("081", "하나은행"),
    ("088", "신한은행"),
    ("089", "K뱅크"),
    ("090", "카카오뱅크"),
    ("092", "토스뱅크"),
    ("209", "유안타증권"),
    ("218", "현대증권"),
    ("230", "미래에셋증권"),
    ("238", "대우증권"),
    ("240", "삼성증권"),
    ("243", "한국투자증권"),
    ("247", "우리투자증권"),
    ("261", "교보증권"),
    ("262", "하이투자증권"),
    ("263", "HMC투자증권"),
    ("264", "키움증권"),
    ("265", "이트레이드증권"),
    ("266", "SK증권"),
    ("267", "대신증권"),
    ("268", "솔로몬투자증권"),
    ("269", "한화증권"),
    ("270", "하나대투증권"),
    ("278", "굿모닝신한증권"),
    ("279", "동부증권"),
    ("280", "유진투자증권"),
    ("287", "메리츠증권"),
    ("289", "NH투자증권"),
    ("290", "부국증권"),
];

/// The name of a V1 card code.
#[must_use]
pub fn card_name(code: &str) -> Option<&'static str> {
    CARDS.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// The name of a 3-digit bank code.
#[must_use]
pub fn bank_name(code: &str) -> Option<&'static str> {
    BANKS.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// A bank code in any of the shapes merchants send (`BK04`, `04`, `4`, `004`) as 3 digits.
/// `None` if no bank has it.
#[must_use]
pub fn normalise_bank(code: &str) -> Option<&'static str> {
    let digits = code.trim().trim_start_matches("BK").trim_start_matches("bk");
    let padded = format!("{digits:0>3}");
    BANKS.iter().map(|(known, _)| *known).find(|known| *known == padded)
}

#[cfg(test)]
mod tests {
    #[test]
    fn bank_codes_in_every_shape() {
        for shape in ["BK04", "04", "4", "004", " 004 "] {
            assert_eq!(super::normalise_bank(shape), Some("004"), "{shape}");
        }
        assert_eq!(super::normalise_bank("999"), None);
        assert_eq!(super::card_name("361"), Some("BC카드"));
    }
}
