//! The list: V1 behaviour §8.1 for methods, flow, currencies and keys, §7.2 for test MIDs.

use super::profile::{Facts, Keys, Need, SandboxOnly, TEST_KEY};
use crate::spec::Flow;
use domain::Currency::{self, Aud, Cad, Eur, Gbp, Hkd, Jpy, Krw, Rub, Sgd, Thb, Usd};

const ALL_FOUR: &[&str] = &["card", "trans", "vbank", "phone"];
const BY_CARD: &[&str] = &["card"];

const fn keys(window: bool, card: bool, charges: bool, methods: &'static [&'static str]) -> Keys {
    Keys { window, card, charges, methods }
}

/// In the window, nothing is charged.
const WINDOW: Option<Keys> = Some(keys(true, false, false, BY_CARD));
/// In the window, which charges at once.
const CHARGING: Option<Keys> = Some(keys(true, false, true, BY_CARD));
/// From a card's number only.
const API: Option<Keys> = Some(keys(false, true, false, BY_CARD));

macro_rules! pg {
    ($code:literal, $ko:literal, $en:literal, $mid:literal $(, $field:ident: $value:expr)*) => {{
        const FACTS: Facts = Facts {
            code: $code,
            ko: $ko,
            en: $en,
            hosts: &[concat!($code, ".pg.invalid")],
            test: &[("mid", $mid), ("key", TEST_KEY)],
            $($field: $value,)*
            ..Facts::PLAIN
        };
        SandboxOnly { spec: &FACTS.spec(), facts: FACTS }
    }};
}

/// How many there are.
pub const COUNT: usize = 38;

/// Every PG of this folder, in the order the console offers them.
pub static PGS: [SandboxOnly; COUNT] = [
    pg!("kcp", "NHN KCP", "NHN KCP", "T0000",
        methods: &["card", "trans", "vbank", "phone", "samsung", "payco"], keys: API),
    pg!("kcp_billing", "NHN KCP 정기결제", "NHN KCP billing", "A52Q7",
        required: &[Need::CustomerUid], keys: WINDOW),
    pg!("kcp_quick", "NHN KCP 퀵페이", "NHN KCP Quick Pay", "A7NC2", quick: true, keys: WINDOW),
    pg!("kakaopay", "카카오페이", "KakaoPay", "TC0ONETIME",
        methods: &["card", "point"], any_method: true, keys: CHARGING),
    pg!("naverpay", "네이버페이(결제형)", "Naver Pay (payment)", "naverpaytest",
        methods: &["card", "point"], any_method: true, flow: Flow::AskedPopup, least: 10,
        keys: WINDOW),
    pg!("naverco", "네이버페이(주문형)", "Naver Pay (order)", "navercotest",
        methods: &["card", "point"], any_method: true, flow: Flow::NoReturn, least: 10),
    pg!("tosspay", "토스페이", "Toss Pay", "tosstest",
        methods: &["card", "trans"], required: &[Need::Name]),
    pg!("tosspay_v2", "토스페이(신모듈)", "Toss Pay (new module)", "tosspay_v2test",
        methods: &["card", "trans"], keys: WINDOW),
    pg!("tosspayments", "토스페이먼츠", "Toss Payments", "iamporttest_3",
        methods: &["card", "trans", "vbank", "phone", "cultureland", "smartculture", "booknlife"],
        keys: Some(keys(true, true, false, BY_CARD))),
    pg!("toss_brandpay", "토스 브랜드페이", "Toss BrandPay", "iamporttest_5",
        methods: &["card", "trans"], flow: Flow::CallbackCallback),
    pg!("uplus", "LG유플러스(구모듈)", "LG U+ (old module)", "tlgdacomxpay", methods: ALL_FOUR),
    pg!("payco", "페이코", "PAYCO", "PARTNERTEST",
        methods: &["card", "point"], any_method: true, flow: Flow::CallbackCallback,
        required: &[Need::Name], keys: WINDOW),
    pg!("danal", "다날 휴대폰결제", "Danal mobile phone", "A010002002",
        methods: &["phone"], flow: Flow::CallbackCallback, required: &[Need::BuyerTel],
        keys: Some(keys(true, false, true, &["phone"]))),
    pg!("danal_tpay", "다날", "Danal T-pay", "9810030929",
        methods: &["card", "trans", "vbank"], flow: Flow::CallbackCallback,
        required: &[Need::BuyerTel, Need::BizNum], keys: CHARGING),
    pg!("jtnet", "JTNet", "JTNet", "tpaytest0m",
        methods: ALL_FOUR, keys: Some(keys(true, true, true, BY_CARD))),
    pg!("mobilians", "KG모빌리언스", "KG Mobilians", "170622040674",
        methods: &["phone", "card"], keys: Some(keys(true, false, true, &["phone", "card"]))),
    pg!("settle", "헥토파이낸셜", "Hecto Financial", "portone_settle",
        methods: ALL_FOUR, required: &[Need::BuyerTel], keys: API, accounts: Some(true)),
    pg!("settle_acc", "헥토파이낸셜 내통장결제", "Hecto bank account pay", "portone_acc",
        methods: &["trans"], keys: Some(keys(true, false, true, &["trans"]))),
    pg!("smartro", "스마트로", "Smartro", "SMTPAY001m", methods: ALL_FOUR),
    pg!("smartro_v2", "스마트로(신모듈)", "Smartro (new module)", "t_2305081m",
        methods: ALL_FOUR, required: &[Need::BuyerName, Need::BuyerTel, Need::BuyerEmail],
        keys: WINDOW, accounts: Some(true)),
    pg!("ksnet", "KSNET", "KSNET", "2999199999", methods: ALL_FOUR, keys: API),
    pg!("galaxia", "갤럭시아머니트리", "Galaxia Moneytree", "galaxiatest",
        methods: &["card", "phone"], cvs: true),
    pg!("daou", "페이조아(다우데이타)", "Payjoa (Daou Data)", "daoutest",
        methods: ALL_FOUR, keys: API),
    pg!("welcome", "웰컴페이먼츠", "Welcome Payments", "welcometst",
        methods: ALL_FOUR, keys: Some(keys(true, true, false, BY_CARD))),
    pg!("nice_v2", "나이스페이먼츠(신모듈)", "NICE Payments (new module)", "nice_v2test",
        methods: ALL_FOUR, keys: API),
    pg!("kicc_v2", "KICC 이지페이(신모듈)", "KICC EasyPay (new module)", "kicc_v2test",
        methods: ALL_FOUR),
    pg!("bluewalnut", "블루월넛", "Bluewalnut", "bluetest", methods: ALL_FOUR),
    pg!("smilepay", "스마일페이", "SmilePay", "cnstest25m",
        methods: &["card", "trans", "point"], any_method: true),
    pg!("chai", "차이", "CHAI", "chaitest",
        methods: &["trans"], flow: Flow::RedirectRedirect,
        keys: Some(keys(true, false, false, &["trans"]))),
    pg!("kakao", "카카오페이(LG CNS)", "KakaoPay (LG CNS)", "cnstest00m",
        methods: &["card"], any_method: true),
    pg!("syrup", "시럽페이", "Syrup Pay", "syruptest"),
    pg!("inicis_jp", "KG이니시스 일본결제", "KG Inicis Japan", "inijptest",
        currencies: &[Jpy]),
    pg!("payletter_global", "페이레터 해외결제", "Payletter Global", "payletter_gl",
        currencies: &[Usd, Krw, Jpy, Eur]),
    pg!("paypal", "페이팔(Express Checkout)", "PayPal Express Checkout", "paypaltest",
        flow: Flow::RedirectRedirect,
        currencies: &[Usd, Eur, Jpy, Gbp, Currency::Cny, Thb, Sgd, Rub, Hkd, Cad, Aud]),
    pg!("paypal_v2", "페이팔(SPB/RT)", "PayPal (SPB/RT)", "paypal_v2test",
        methods: &["paypal"], flow: Flow::CallbackCallback, currencies: &[Usd],
        keys: Some(keys(true, false, false, &["paypal"]))),
    pg!("eximbay", "엑심베이", "Eximbay", "1849705C64",
        methods: &["card", "unionpay", "alipay", "wechat", "tenpay"],
        flow: Flow::CallbackCallback, required: &[Need::BuyerTel],
        currencies: &[Usd, Krw, Eur, Gbp, Jpy, Thb, Sgd, Rub, Hkd, Cad, Aud]),
    pg!("paymentwall", "페이먼트월", "Paymentwall", "pwtest",
        any_method: true, required: &[Need::BuyerEmail, Need::Currency],
        currencies: &[Usd, Krw, Eur, Jpy, Gbp, Currency::Cny, Thb, Sgd, Rub, Hkd, Cad, Aud],
        keys: Some(keys(true, true, true, BY_CARD))),
    pg!("benepia", "베네피아", "Benepia", "benepiatest",
        methods: &["point"], login: true, keys: Some(keys(false, false, false, &[]))),
];
