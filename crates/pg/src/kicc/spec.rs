//! Facts about KICC: what the settings form asks for and what the window sells.

use crate::spec::{Field, Flow, Spec};
use domain::Currency;

/// The test server.
pub(super) const TEST_HOST: &str = "testpgapi.easypay.co.kr";
/// The live server.
pub(super) const LIVE_HOST: &str = "pgapi.easypay.co.kr";

/// KICC's facts.
pub(super) static SPEC: Spec = Spec {
    code: "kicc",
    aliases: &[],
    ko: "KICC 이지페이",
    en: "KICC EasyPay",
    note: (
        "가맹점 관리자(office.easypay.co.kr)의 노티 등록 메뉴에 이 허브의 노티 주소를 등록해야 \
         가상계좌 입금이 통보됩니다. 입금(30)과 입금취소(31)를 꼭 포함하세요.",
        "Register this hub's notice URL in KICC's merchant admin (office.easypay.co.kr), with \
         deposit (30) and deposit reversal (31), or deposits will not be announced.",
    ),
    fields: &[
        Field {
            key: "mid",
            ko: "상점아이디(MID)",
            en: "Merchant ID (MID)",
            secret: false,
            required: true,
            max: 8,
            help: ("KICC가 부여한 8자리 상점ID입니다.", "The 8-character mall ID issued by KICC."),
        },
        Field {
            key: "key",
            ko: "Secret KEY",
            en: "Secret KEY",
            secret: true,
            required: true,
            max: 100,
            help: (
                "메시지 인증값(HMAC)을 만들고 확인하는 키입니다.",
                "The key that signs and checks messages (HMAC).",
            ),
        },
    ],
    test: &[("mid", "T5102001"), ("key", "easypay!KICCTEST")],
    methods: &["card", "trans", "vbank", "phone"],
    only_method: None,
    any_method: false,
    sandbox_only: false,
    closed_text: crate::spec::GAVE_UP,
    currencies: &[Currency::Krw],
    flow: Flow::CallbackRedirect,
    // The window's own host is in the answer to `register`; only names below easypay.co.kr pass.
    hosts: &[TEST_HOST, LIVE_HOST, "*.easypay.co.kr"],
    notice_sources: &["203.233.72.150", "203.233.72.151", "61.33.211.180", "61.33.205.151"],
    // Where a key is issued, `cardNo` is that key.
    redact: &[
        "msgAuthValue",
        "authorizationId",
        "refundAccountNo",
        "cardNo",
        "cardMaskNo",
        "batchKey",
        "authValue",
    ],
    source: "https://docs.kicc.co.kr/docs/online-payment (EP9, 2026-01)",
};
