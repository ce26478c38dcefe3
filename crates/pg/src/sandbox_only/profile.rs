//! What differs between the PGs of this folder: facts only, no behaviour of their protocols.

use crate::spec::{Field, Flow, Spec};
use domain::Currency;

/// One PG of this folder.
#[derive(Debug)]
pub struct SandboxOnly {
    /// Facts for everybody.
    pub(super) spec: &'static Spec,
    /// Facts for this folder.
    pub(super) facts: Facts,
}

/// What is written down of one PG.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) code: &'static str,
    pub(super) ko: &'static str,
    pub(super) en: &'static str,
    pub(super) methods: &'static [&'static str],
    /// The buyer chooses in the window, whatever was requested.
    pub(super) any_method: bool,
    pub(super) flow: Flow,
    pub(super) currencies: &'static [Currency],
    /// What an order must say (V1 behaviour §8.1, "required").
    pub(super) required: &'static [Need],
    /// The smallest amount it takes, minor units; key windows take nothing as well.
    pub(super) least: i64,
    /// Billing keys, if it has them.
    pub(super) keys: Option<Keys>,
    /// Accounts without a window, and whether they need a holder's name.
    pub(super) accounts: Option<bool>,
    /// Payments at a convenience store.
    pub(super) cvs: bool,
    /// Members with prepaid money.
    pub(super) quick: bool,
    /// Points behind a login.
    pub(super) login: bool,
    pub(super) hosts: &'static [&'static str],
    pub(super) test: &'static [(&'static str, &'static str)],
}

/// How a PG gives billing keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    /// In its window.
    pub(super) window: bool,
    /// From a card's number.
    pub(super) card: bool,
    /// Its window charges the amount when it issues (V1 behaviour §4.6).
    pub(super) charges: bool,
    /// Methods its window takes for a key.
    pub(super) methods: &'static [&'static str],
}

/// Something an order must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    BuyerName,
    BuyerTel,
    BuyerEmail,
    Name,
    Currency,
    CustomerUid,
    /// `biz_num`, of virtual accounts.
    BizNum,
}

/// The key every test channel signs with. No secret: it opens nothing but the sandbox.
pub(super) const TEST_KEY: &str = "sandbox-only-test-key";

/// The settings form has what every PG has; live mode is refused before it is asked.
const FIELDS: &[Field] = &[
    Field {
        key: "mid",
        ko: "상점아이디(MID)",
        en: "Merchant ID (MID)",
        secret: false,
        required: true,
        max: 40,
        help: ("", ""),
    },
    Field {
        key: "key",
        ko: "상점키",
        en: "Merchant key",
        secret: true,
        required: true,
        max: 100,
        help: ("", ""),
    },
];

impl Facts {
    /// A PG that sells cards in won, as most do.
    pub(super) const PLAIN: Self = Self {
        code: "",
        ko: "",
        en: "",
        methods: &["card"],
        any_method: false,
        flow: Flow::CallbackRedirect,
        currencies: &[Currency::Krw],
        required: &[],
        least: 0,
        keys: None,
        accounts: None,
        cvs: false,
        quick: false,
        login: false,
        hosts: &[],
        test: &[],
    };

    /// The facts for everybody.
    pub(super) const fn spec(&self) -> Spec {
        Spec {
            code: self.code,
            aliases: &[],
            ko: self.ko,
            en: self.en,
            note: (
                "아직 이 PG사와 연동되어 있지 않습니다. 이 PG사 코드를 쓰는 쇼핑몰을 시험할 수 \
                 있도록 내장 샌드박스가 자체 규격으로 결제창을 흉내 냅니다.",
                "The hub does not speak this PG's protocol. The embedded sandbox plays a window \
                 with a protocol of its own, so that shops using this code can be tested.",
            ),
            fields: FIELDS,
            test: self.test,
            methods: self.methods,
            only_method: None,
            any_method: self.any_method,
            sandbox_only: true,
            closed_text: crate::spec::GAVE_UP,
            currencies: self.currencies,
            flow: self.flow,
            hosts: self.hosts,
            notice_sources: &[],
            redact: &[
                "signature",
                "auth",
                "key",
                "card_data",
                "refund_account",
                "holder",
                "member_id",
                "login_data",
                "code_verifier",
                // Who ordered, and where it goes.
                "buyer",
                "orderer",
                "shipping_address",
                "memo",
            ],
            source: "V1's guides for code, methods, flow and keys; the protocol is our own",
        }
    }

    /// True if a customer can pay in later.
    pub(super) const fn deposits(&self) -> bool {
        self.cvs || self.opens_accounts()
    }

    /// True if there are virtual accounts, from a window or without one.
    pub(super) const fn opens_accounts(&self) -> bool {
        if self.accounts.is_some() {
            return true;
        }
        let mut at = 0;
        while at < self.methods.len() {
            if matches!(self.methods[at].as_bytes(), b"vbank") {
                return true;
            }
            at += 1;
        }
        false
    }
}
