//! What NICE's code book says: cards, banks, messages. The simulator's own reading of it.

use crate::sim::page::Choice;

/// A refusal in NICE's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// Messages of NICE's published code list.
const MESSAGES: &[(&str, &str)] = &[
    ("2010", "취소 요청금액 0원 이하"),
    ("2011", "취소 금액 불일치"),
    ("2012", "취소 해당거래 없음"),
    ("2013", "취소 완료 거래"),
    ("2014", "취소 불가능 거래"),
    ("2019", "타 회원사 거래 취소 불가"),
    ("2024", "취소패스워드 불일치"),
    ("2025", "취소패스워드 미 입력"),
    ("2031", "전체금액취소 불가"),
    ("2032", "취소금액이 취소가능금액보다 큼"),
    ("2033", "부분취소 불가능금액 전체취소 이용바람"),
    ("2047", "이미 입금처리가 완료되어 취소 불가"),
    ("3022", "할부개월오류"),
    ("3024", "할부 최소금액 오류(50000미만)"),
    ("3095", "카드사 실패 응답"),
    ("4001", "금결원오류응답"),
    ("4117", "가상계좌 발급 실패"),
    ("9001", "필드 길이가 잘못되었습니다."),
    ("A001", "휴대폰결제 처리 실패"),
    ("A106", "날짜 형식이 올바르지 않습니다"),
    ("A107", "입금예정일이 지났습니다"),
    ("A114", "상점 MID가 유효하지 않습니다"),
    ("A115", "TID가 유효하지 않습니다"),
    ("A116", "요청 금액이 올바르지 않습니다"),
    ("A122", "타 상점 거래 처리 불가(MID 불일치)"),
    ("A123", "거래금액 불일치(인증된 금액과 승인요청 금액 불일치)"),
    ("A124", "해당 BID가 존재하지 않습니다"),
    ("A125", "BID가 유효하지 않습니다"),
    ("A126", "이미 삭제된 빌키이거나 존재하지 않은 빌키입니다"),
    ("A146", "외화 결제 불가한 결제수단 입니다"),
    ("A204", "전문 복호화 오류가 발생하였습니다"),
    ("A210", "인증 요청내역이 존재하지 않습니다"),
    ("A211", "해쉬값 검증에 실패하였습니다"),
    ("A212", "잘못된 데이터 형식입니다"),
    ("A225", "TID 중복 오류"),
    ("A245", "인증 시간이 초과 되었습니다"),
    ("A247", "정의되지 않은 통화코드 입니다"),
    ("F112", "유효하지않은 카드번호를 입력하셨습니다. (card_bin 없음)"),
    ("F113", "본인의 신용카드 확인중 오류가 발생하였습니다"),
    ("F118", "해당카드는 사용이 불가능 합니다 타사카드를 이용해주세요"),
    ("V005", "지원하지 않는 지불수단입니다"),
];

/// The fault with its published message.
pub(super) fn fault(code: &'static str) -> Fault {
    let message = MESSAGES.iter().find(|(known, _)| *known == code).map_or("", |(_, text)| text);
    Fault { code, message: message.to_owned() }
}

/// 9000: a field is missing.
pub(super) fn missing(field: &str) -> Fault {
    Fault { code: "9000", message: format!("{field} 필드값이 누락되었습니다.") }
}

/// A `PayMethod`: its V1 word, its two digits in a TID, its success and a refusal.
pub(super) struct Way {
    pub(super) pay_method: &'static str,
    pub(super) method: &'static str,
    pub(super) tid: &'static str,
    pub(super) success: (&'static str, &'static str),
    pub(super) decline: &'static str,
    pub(super) title: &'static str,
    pub(super) choice_label: &'static str,
    pub(super) choices: &'static [Choice],
}

/// Everything the window can pay with. Alipay's row is a guess: NICE publishes none.
pub(super) static WAYS: &[Way] = &[
    Way {
        pay_method: "CARD",
        method: "card",
        tid: "01",
        success: ("3001", "카드 결제 성공"),
        decline: "3095",
        title: "신용카드",
        choice_label: "카드사",
        choices: CARDS,
    },
    Way {
        pay_method: "BANK",
        method: "trans",
        tid: "02",
        success: ("4000", "계좌이체 결제 성공"),
        decline: "4001",
        title: "계좌이체",
        choice_label: "은행",
        choices: BANKS,
    },
    Way {
        pay_method: "VBANK",
        method: "vbank",
        tid: "03",
        success: ("4100", "가상계좌 발급 성공"),
        decline: "4117",
        title: "가상계좌",
        choice_label: "은행",
        choices: BANKS,
    },
    Way {
        pay_method: "CELLPHONE",
        method: "phone",
        tid: "05",
        success: ("A000", "휴대폰결제 처리 성공"),
        decline: "A001",
        title: "휴대폰 소액결제",
        choice_label: "통신사",
        choices: CARRIERS,
    },
    Way {
        pay_method: "ALIPAY",
        method: "alipay",
        tid: "01",
        success: ("3001", "결제 성공"),
        decline: "3095",
        title: "알리페이 支付宝",
        choice_label: "지갑",
        choices: WALLETS,
    },
];

/// The row of a `PayMethod`; of several, the first.
pub(super) fn way(pay_method: &str) -> Option<&'static Way> {
    let first = pay_method.split(',').next().unwrap_or_default().trim();
    let first = if first.is_empty() { "CARD" } else { first };
    WAYS.iter().find(|way| way.pay_method == first)
}

/// The chosen row of a way, or its first.
pub(super) fn choice(way: &Way, code: &str) -> Choice {
    let known = way.choices.iter().find(|choice| choice.code == code);
    known.or(way.choices.first()).copied().unwrap_or(Choice { code: "", name: "" })
}

/// The name of a bank code.
pub(super) fn bank(code: &str) -> Option<&'static str> {
    BANKS.iter().find(|bank| bank.code == code).map(|bank| bank.name)
}

const CARDS: &[Choice] = &[
    Choice { code: "06", name: "신한" },
    Choice { code: "02", name: "KB국민" },
    Choice { code: "04", name: "삼성" },
    Choice { code: "07", name: "현대" },
    Choice { code: "08", name: "롯데" },
    Choice { code: "01", name: "비씨" },
    Choice { code: "16", name: "하나" },
    Choice { code: "12", name: "NH채움" },
    Choice { code: "15", name: "우리" },
    Choice { code: "11", name: "씨티" },
    Choice { code: "37", name: "카카오뱅크" },
    Choice { code: "38", name: "케이뱅크" },
    Choice { code: "25", name: "해외비자" },
    Choice { code: "26", name: "해외마스터" },
];

const BANKS: &[Choice] = &[
    Choice { code: "004", name: "국민은행" },
    Choice { code: "088", name: "신한은행" },
    Choice { code: "020", name: "우리은행" },
    Choice { code: "081", name: "하나은행" },
    Choice { code: "011", name: "농협중앙회" },
    Choice { code: "003", name: "기업은행" },
    Choice { code: "023", name: "SC은행" },
    Choice { code: "031", name: "대구은행" },
    Choice { code: "032", name: "부산은행" },
    Choice { code: "034", name: "광주은행" },
    Choice { code: "039", name: "경남은행" },
    Choice { code: "071", name: "우체국" },
    Choice { code: "089", name: "케이뱅크" },
];

const CARRIERS: &[Choice] = &[
    Choice { code: "SKT", name: "SKT" },
    Choice { code: "KTF", name: "KT" },
    Choice { code: "LGT", name: "LG U+" },
];

const WALLETS: &[Choice] = &[
    Choice { code: "CN", name: "Alipay 支付宝 (中国)" },
    Choice { code: "HK", name: "AlipayHK 支付寶香港" },
];
