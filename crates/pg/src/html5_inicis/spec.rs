//! Facts about KG Inicis: the settings form, the published test credentials, hosts and addresses.

use crate::spec::{Field, Flow, Spec};
use domain::Currency;

/// Every host of the three protocols (window, approval, INIAPI) a connector URL may name.
const HOSTS: &[&str] = &[
    "stgstdpay.inicis.com",
    "stdpay.inicis.com",
    "fcstdpay.inicis.com",
    "ksstdpay.inicis.com",
    "mobile.inicis.com",
    "stgmobile.inicis.com",
    "fcmobile.inicis.com",
    "ksmobile.inicis.com",
    "stginiapi.inicis.com",
    "iniapi.inicis.com",
];

const fn secret(
    key: &'static str,
    ko: &'static str,
    en: &'static str,
    required: bool,
    help: (&'static str, &'static str),
) -> Field {
    Field { key, ko, en, secret: true, required, max: 200, help }
}

const FIELDS: &[Field] = &[
    Field {
        key: "mid",
        ko: "상점아이디(MID)",
        en: "Merchant id (MID)",
        secret: false,
        required: true,
        max: 10,
        help: ("", ""),
    },
    secret(
        "sign_key",
        "웹표준 signKey",
        "Web standard signKey",
        true,
        (
            "상점관리자 > 상점정보 > 계약정보 > 부가정보의 웹결제 signkey입니다.",
            "The web payment signkey shown in the PG's merchant admin.",
        ),
    ),
    secret(
        "api_key",
        "INIAPI KEY",
        "INIAPI key",
        true,
        (
            "취소, 거래조회, 빌링키 결제에 쓰입니다. signKey와 다른 값입니다.",
            "For cancels, inquiries and charges of billing keys; not the same value as signKey.",
        ),
    ),
    secret(
        "api_iv",
        "INIAPI IV",
        "INIAPI IV",
        true,
        ("가상계좌 환불 계좌번호 암호화에 쓰입니다.", "Encrypts refund account numbers."),
    ),
    secret(
        "mobile_hash_key",
        "모바일 HashKey",
        "Mobile hash key",
        false,
        (
            "입력하면 모바일 결제창에 금액 위변조 검증값(P_CHKFAKE)을 함께 보냅니다.",
            "If set, mobile windows carry the amount check (P_CHKFAKE).",
        ),
    ),
];

/// The facts.
pub(super) static SPEC: Spec = Spec {
    code: "html5_inicis",
    aliases: &["inicis"],
    ko: "KG이니시스",
    en: "KG Inicis",
    note: (
        "INIAPI를 쓰려면 이 서버의 IP를 상점관리자에 등록해야 합니다. PC 가상계좌 입금통보 URL도 \
         상점관리자에 등록하세요.",
        "Register this server's address for INIAPI, and the deposit notice URL for PC virtual \
         accounts, in the PG's merchant admin.",
    ),
    fields: FIELDS,
    test: &[
        ("mid", "INIpayTest"),
        ("sign_key", "SU5JTElURV9UUklQTEVERVNfS0VZU1RS"),
        ("api_key", "ItEQKi3rY7uvDS8l"),
        ("api_iv", "HYb3yQ4f65QL89=="),
    ],
    methods: &["card", "trans", "vbank", "phone"],
    only_method: None,
    any_method: false,
    sandbox_only: false,
    closed_text: super::return_::GAVE_UP,
    currencies: &[Currency::Krw],
    flow: Flow::CallbackRedirect,
    hosts: HOSTS,
    // PC and mobile notices come from different machines; both lists together.
    notice_sources: &["203.238.37.15", "39.115.212.9", "183.109.71.153", "118.129.210.25"],
    redact: &[
        "authToken",
        "signature",
        "verification",
        "mKey",
        "hashData",
        "P_CHKFAKE",
        "refundAcctNum",
        "CARD_BillKey",
        "billKey",
        "issueNumber",
        "sendName",
        "sendTel",
        "sendPost",
        "sendAddr1",
        "registName",
        "recvName",
        "recvTel",
        "recvPost",
        "recvAddr",
    ],
    source: "manual.inicis.com/stdpay, /pay, /iniapi; see README.md in this folder",
};
