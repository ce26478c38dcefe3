//! Facts about `nice`: the settings form, methods, hosts and the published test shop.

use crate::spec::{Field, Flow, Spec};
use domain::Currency;

/// NICE's published test shop. Test approvals are cancelled by NICE at 23:30 KST of the same day.
pub(crate) const TEST_MID: &str = "nicepay00m";
/// Its current key, from NICE's own samples.
pub(crate) const TEST_KEY: &str =
    "EYzu8jGGMfqaDEp76gSckuvnaHHu+bC4opsSN6lHv3b2lurNYkVXrZ7Z1AoqQnXI3eLuaUFyoRNC6FkrzVjceg==";

/// Every host of the protocol. Where approval and net-cancel go is said by the authentication
/// result; the two data centres are the documented answers.
pub(crate) const HOSTS: &[&str] = &[
    "pg-web.nicepay.co.kr",
    "web.nicepay.co.kr",
    "pg-api.nicepay.co.kr",
    "webapi.nicepay.co.kr",
    "dc1-api.nicepay.co.kr",
    "dc2-api.nicepay.co.kr",
];

/// Fields whose value never reaches a log.
pub(crate) const REDACT: &[&str] = &[
    "AuthToken",
    "SignData",
    "Signature",
    "CancelPwd",
    "CardNo",
    "EncData",
    "BID",
    "RefundAcctNo",
    "ReceiptTypeNo",
    "BuyerAddr",
    "RegisterName",
];

/// Where deposit notices come from (manual, 입금통보).
const NOTICE_SOURCES: &[&str] = &["121.133.126.10", "121.133.126.11", "211.33.136.39"];

pub(crate) const MID: Field = Field {
    key: "mid",
    ko: "상점아이디(MID)",
    en: "Shop ID (MID)",
    secret: false,
    required: true,
    max: 10,
    help: ("", ""),
};

pub(crate) const KEY: Field = Field {
    key: "key",
    ko: "KEY",
    en: "KEY",
    secret: true,
    required: true,
    max: 120,
    help: (
        "나이스페이먼츠 상점관리자에서 확인하는 상점키(MerchantKey)입니다.",
        "The MerchantKey shown in NICE's shop admin.",
    ),
};

pub(crate) const CANCEL_PASSWORD: Field = Field {
    key: "cancel_password",
    ko: "결제취소비밀번호",
    en: "Cancel password",
    secret: true,
    required: false,
    max: 10,
    help: (
        "상점관리자에서 취소비밀번호를 설정한 상점만 입력하세요.",
        "Only for shops that set one in NICE's shop admin.",
    ),
};

/// The facts.
pub(crate) static SPEC: Spec = Spec {
    code: "nice",
    aliases: &[],
    ko: "나이스페이먼츠",
    en: "NICE Payments",
    note: (
        "구모듈(웹표준 v3) 계약의 MID와 상점키를 사용합니다. 신모듈(START)의 키는 맞지 않습니다.",
        "Uses MID and key of the classic web module (v3); keys of the newer START module differ.",
    ),
    fields: &[MID, KEY, CANCEL_PASSWORD],
    test: &[("mid", TEST_MID), ("key", TEST_KEY)],
    methods: &["card", "trans", "vbank", "phone"],
    only_method: None,
    any_method: false,
    sandbox_only: false,
    closed_text: crate::spec::GAVE_UP,
    currencies: &[Currency::Krw],
    flow: Flow::CallbackRedirect,
    hosts: HOSTS,
    notice_sources: NOTICE_SOURCES,
    redact: REDACT,
    source: "NICE Payments developer manual: 인증결제(v3) v2.0.8, 취소, 입금통보, 신용카드 빌링",
};
