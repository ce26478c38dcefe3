//! Facts about `template`: what the settings form asks for and what the window sells.

use crate::spec::{Field, Flow, Spec};
use domain::Currency;

/// The server, where test and live differ only in credentials.
pub(super) const HOST: &str = "template.invalid";

/// The PG's facts.
pub(super) static SPEC: Spec = Spec {
    code: "template",
    aliases: &[],
    ko: "template",
    en: "template",
    note: ("", ""),
    fields: &[
        Field {
            key: "mid",
            ko: "상점아이디(MID)",
            en: "Merchant ID (MID)",
            secret: false,
            required: true,
            max: 20,
            help: ("", ""),
        },
        Field {
            key: "key",
            ko: "상점키",
            en: "Merchant key",
            secret: true,
            required: true,
            max: 200,
            help: ("", ""),
        },
    ],
    // Only what the PG publishes for everybody.
    test: &[("mid", ""), ("key", "")],
    methods: &["card"],
    only_method: None,
    any_method: false,
    sandbox_only: false,
    closed_text: crate::spec::GAVE_UP,
    currencies: &[Currency::Krw],
    flow: Flow::CallbackRedirect,
    hosts: &[HOST],
    notice_sources: &[],
    redact: &[],
    source: "the manual: its address and its date",
};
