//! Alipay as Korean merchants buy it: a contract with NICE Payments, over NICE's legacy wire.
//!
//! Only a profile and the settings form; every verb is [`crate::nice`]'s. What is not published and
//! how we handle it: `README.md` in this folder.

use crate::nice::profile::Wallet;
use crate::nice::{Gateway, Profile};
use crate::spec::{Field, Flow, Spec};
use domain::Currency;

/// Alipay through NICE Payments.
pub static ALIPAY: Gateway = Gateway {
    profile: &Profile {
        currencies: SPEC.currencies,
        script_on_pc: false,
        password_required: true,
        wallet: Some(Wallet { method: "alipay", pay_method: "ALIPAY", success_code: "3001" }),
    },
    spec: &SPEC,
};

const OPTIONAL: Field =
    Field { key: "", ko: "", en: "", secret: false, required: false, max: 40, help: ("", "") };

/// MID, KEY and cancel password are the classic console's three; the rest replaces what NICE tells
/// its Alipay merchants and nobody else.
const FIELDS: &[Field] = &[
    crate::nice::spec::MID,
    crate::nice::spec::KEY,
    Field {
        required: true,
        help: (
            "계약 후 나이스페이먼츠 상점관리자에서 확인하는 취소 비밀번호입니다.",
            "The cancel password of your NICE shop admin, issued with the contract.",
        ),
        ..crate::nice::spec::CANCEL_PASSWORD
    },
    Field {
        key: "pay_method",
        ko: "결제수단 코드(PayMethod)",
        en: "Method code (PayMethod)",
        max: 10,
        help: (
            "나이스페이먼츠가 안내한 값이 있을 때만 입력하세요. 비워 두면 ALIPAY입니다.",
            "Only if NICE told you another one; ALIPAY if empty.",
        ),
        ..OPTIONAL
    },
    Field {
        key: "success_code",
        ko: "승인 성공코드(ResultCode)",
        en: "Success code (ResultCode)",
        help: (
            "나이스페이먼츠가 안내한 값이 있을 때만 쉼표로 구분해 입력하세요. 비워 두면 3001입니다.",
            "Only if NICE told you others, separated by commas; 3001 if empty.",
        ),
        ..OPTIONAL
    },
    Field {
        key: "usd_amount",
        ko: "달러 금액 표기",
        en: "How dollars are written",
        max: 7,
        help: (
            "decimal은 1.20, cents는 120으로 보냅니다. 비워 두면 decimal입니다.",
            "decimal sends 1.20, cents sends 120; decimal if empty.",
        ),
        ..OPTIONAL
    },
];

/// The facts.
pub static SPEC: Spec = Spec {
    code: "alipay",
    aliases: &[],
    ko: "알리페이(Alipay)",
    en: "Alipay",
    note: (
        "알리페이를 쓰려면 국내 대행사인 나이스페이먼츠와 계약해야 합니다. 결제 통화는 달러(USD)가 \
         기본이고, 원화(KRW)로 받으려면 나이스페이먼츠와 미리 협의하세요.",
        "Alipay needs a contract with its Korean agent, NICE Payments. Prices are in US dollars; \
         charging in won has to be agreed with NICE first.",
    ),
    fields: FIELDS,
    test: &[
        ("mid", crate::nice::spec::TEST_MID),
        ("key", crate::nice::spec::TEST_KEY),
        ("cancel_password", "123456"),
    ],
    methods: &["alipay"],
    only_method: Some("alipay"),
    any_method: false,
    sandbox_only: false,
    closed_text: crate::spec::GAVE_UP,
    currencies: &[Currency::Usd, Currency::Krw],
    flow: Flow::RedirectRedirect,
    hosts: crate::nice::spec::HOSTS,
    notice_sources: &[],
    redact: crate::nice::spec::REDACT,
    source: "V1's Alipay guide; NICE's legacy manual for the wire; PayMethod and codes inferred",
};

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::Pg;
    use crate::error::PgError;
    use crate::nice::fixtures::{self, Lab};
    use crate::nice::tests_support::ready;
    use crate::ops::{Device, Order, Window};
    use domain::Money;

    fn open(lab: &Lab, order: &Order) -> Result<Vec<(String, String)>, PgError> {
        match ready(ALIPAY.open(&lab.cx(), order))?.window {
            Window::Form { action, charset, fields } => {
                assert_eq!(action, "https://web.nicepay.co.kr/v3/v3Payment.jsp");
                assert_eq!(charset, "euc-kr");
                Ok(fields)
            }
            other => panic!("{other:?}"),
        }
    }

    fn value<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
        fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn lab() -> Lab {
        Lab { credentials: SPEC.test_credentials() }
    }

    fn order(amount: Money, device: Device) -> Order {
        Order { amount, device, ..fixtures::order() }
    }

    #[test]
    fn both_devices_are_posted_to_the_page_with_exact_dollars() {
        let dollars = Money::new(120, Currency::Usd).unwrap();
        for device in [Device::Pc, Device::Mobile] {
            let fields = open(&lab(), &order(dollars, device)).unwrap();
            assert_eq!(value(&fields, "PayMethod"), "ALIPAY");
            assert_eq!((value(&fields, "Amt"), value(&fields, "CurrencyCode")), ("1.20", "USD"));
        }
        let won = Money::new(1500, Currency::Krw).unwrap();
        let fields = open(&lab(), &order(won, Device::Pc)).unwrap();
        assert_eq!((value(&fields, "Amt"), value(&fields, "CurrencyCode")), ("1500", "KRW"));
    }

    #[test]
    fn what_is_not_published_is_a_setting() {
        let mut lab = lab();
        lab.credentials.set("pay_method", "ALI_QR".into());
        lab.credentials.set("usd_amount", "cents".into());
        let dollars = Money::new(120, Currency::Usd).unwrap();
        let fields = open(&lab, &order(dollars, Device::Pc)).unwrap();
        assert_eq!((value(&fields, "PayMethod"), value(&fields, "Amt")), ("ALI_QR", "120"));
    }

    #[test]
    fn the_cancel_password_is_asked_for_before_any_money_moves() {
        let mut lab = lab();
        lab.credentials.set("cancel_password", String::new());
        let won = Money::new(1500, Currency::Krw).unwrap();
        let result = open(&lab, &order(won, Device::Pc));
        assert!(matches!(result, Err(PgError::Invalid { field: "cancel_password", .. })));
    }

    #[test]
    fn euros_are_refused_and_there_are_no_deposit_notices() {
        let euro = Money::new(120, Currency::Eur).unwrap();
        let result = open(&lab(), &order(euro, Device::Pc));
        assert!(matches!(result, Err(PgError::Invalid { field: "currency", .. })));
        assert!(ALIPAY.notices().is_none());
        let first = SPEC.fields.iter().take(3).map(|field| field.ko).collect::<Vec<_>>();
        assert_eq!(first, ["상점아이디(MID)", "KEY", "결제취소비밀번호"]);
    }
}
