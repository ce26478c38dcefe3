//! The simulator's own tables: merchants with their published keys, cards, banks and carriers.

use crate::sim::page::Choice;

/// A merchant this simulator knows, with the keys the PG publishes for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Merchant {
    pub(super) mid: &'static str,
    pub(super) sign_key: &'static str,
    pub(super) api_key: &'static str,
    pub(super) api_iv: &'static str,
}

const SIGN_KEY: &str = "SU5JTElURV9UUklQTEVERVNfS0VZU1RS";

static MERCHANTS: &[Merchant] = &[
    Merchant {
        mid: "INIpayTest",
        sign_key: SIGN_KEY,
        api_key: "ItEQKi3rY7uvDS8l",
        api_iv: "HYb3yQ4f65QL89==",
    },
    Merchant {
        mid: "iniescrow0",
        sign_key: SIGN_KEY,
        api_key: "yERbIlJ3NhTeObsA",
        api_iv: "tOGDXbfoajk2DQ==",
    },
    Merchant {
        mid: "INIBillTst",
        sign_key: SIGN_KEY,
        api_key: "rKnPljRn5m6J9Mzz",
        api_iv: "W2KLNKra6Wxc1P==",
    },
];

/// The merchant with this MID.
pub(super) fn merchant(mid: &str) -> Option<&'static Merchant> {
    MERCHANTS.iter().find(|merchant| merchant.mid == mid)
}

const fn choice(code: &'static str, name: &'static str) -> Choice {
    Choice { code, name }
}

/// Card companies.
pub(super) static CARDS: &[Choice] = &[
    choice("14", "신한카드"),
    choice("06", "국민카드"),
    choice("11", "BC카드"),
    choice("12", "삼성카드"),
    choice("04", "현대카드"),
    choice("03", "롯데카드"),
    choice("16", "NH카드"),
    choice("17", "하나카드"),
    choice("97", "카카오머니"),
];

/// Banks.
pub(super) static BANKS: &[Choice] = &[
    choice("88", "신한은행"),
    choice("04", "국민은행"),
    choice("11", "농협은행"),
    choice("20", "우리은행"),
    choice("81", "하나은행"),
    choice("03", "기업은행"),
    choice("71", "우체국"),
    choice("90", "카카오뱅크"),
    choice("92", "토스뱅크"),
];

/// Telephone companies.
pub(super) static CARRIERS: &[Choice] =
    &[choice("SKT", "SKT"), choice("KTF", "KT"), choice("LGT", "LG U+")];

/// One pay method in all the words the PG has for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    /// V1's word, for the books.
    pub(super) v1: &'static str,
    /// `gopaymethod` and `payMethod`.
    pub(super) web: &'static str,
    /// `P_INI_PAYMENT` and `P_TYPE`.
    pub(super) mobile: &'static str,
    /// In a PC and in a mobile transaction number.
    pub(super) tid: (&'static str, &'static str),
    pub(super) ko: &'static str,
    pub(super) label: &'static str,
    pub(super) choices: &'static [Choice],
}

static METHODS: &[Method] = &[
    Method {
        v1: "card",
        web: "Card",
        mobile: "CARD",
        tid: ("CARD", "CARD"),
        ko: "신용카드",
        label: "카드사",
        choices: CARDS,
    },
    Method {
        v1: "trans",
        web: "DirectBank",
        mobile: "BANK",
        tid: ("DBNK", "BANK"),
        ko: "실시간계좌이체",
        label: "은행",
        choices: BANKS,
    },
    Method {
        v1: "vbank",
        web: "VBank",
        mobile: "VBANK",
        tid: ("VBNK", "VBNK"),
        ko: "가상계좌",
        label: "은행",
        choices: BANKS,
    },
    Method {
        v1: "phone",
        web: "HPP",
        mobile: "MOBILE",
        tid: ("HPP_", "HPP_"),
        ko: "휴대폰",
        label: "통신사",
        choices: CARRIERS,
    },
];

/// The method of a `gopaymethod` list; empty offers all, of which this window shows the first.
pub(super) fn web_method(list: &str) -> Option<&'static Method> {
    let wanted = list.split(':').next().unwrap_or_default();
    METHODS.iter().find(|method| wanted.is_empty() || method.web == wanted)
}

/// The method of `P_INI_PAYMENT`.
pub(super) fn mobile_method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.mobile == name)
}

/// The method by V1's word.
pub(super) fn method(v1: &str) -> &'static Method {
    METHODS.iter().find(|method| method.v1 == v1).unwrap_or(&METHODS[0])
}

impl Method {
    /// The choice with this code, or the first.
    pub(super) fn chosen(&self, code: &str) -> Choice {
        let found = self.choices.iter().find(|choice| choice.code == code);
        found.or_else(|| self.choices.first()).copied().unwrap_or(choice("", ""))
    }

    /// BC and KB cards are authenticated through ISP and named after it.
    pub(super) fn is_isp(&self, code: &str) -> bool {
        self.v1 == "card" && matches!(code, "11" | "06")
    }
}
