//! Facts about each certifier. MIDs and passwords are the sandbox's own: nobody's contract.

use crate::spec::{Field, Flow, Spec};

const MID: Field = Field {
    key: "mid",
    ko: "상점아이디(MID)",
    en: "Shop ID (MID)",
    secret: false,
    required: true,
    max: 20,
    help: ("", ""),
};

const PASSWORD: Field = Field {
    key: "password",
    ko: "비밀번호",
    en: "Password",
    secret: true,
    required: true,
    max: 60,
    help: ("", ""),
};

const NOTE: (&str, &str) = (
    "본인인증은 테스트 모드(샌드박스)에서만 쓸 수 있습니다. 인증사의 연동 규격이 공개되어 있지 않아 \
     실제 통신사로는 확인하지 않습니다. 샌드박스의 인증번호는 언제나 000000입니다.",
    "Identity verification works in test mode (the sandbox) only: the protocol of this company is \
     not published, so nobody is really verified. The sandbox's code is always 000000.",
);

/// Everything about a person, by its name in our protocol.
const REDACT: &[&str] = &[
    "password",
    "name",
    "phone",
    "carrier",
    "birth",
    "gender",
    "gender_digit",
    "foreigner",
    "ci",
    "di",
    "otp",
    "prefill",
    "return_url",
];

const SOURCE: &str = "our own protocol (crates/pg/src/certifiers/README.md); MID forms from V1";

const BASE: Spec = Spec {
    code: "",
    aliases: &[],
    ko: "",
    en: "",
    note: NOTE,
    fields: &[MID, PASSWORD],
    test: &[],
    methods: &[],
    only_method: None,
    any_method: false,
    sandbox_only: true,
    closed_text: "[인증포기] 사용자가 본인인증을 취소하였습니다",
    currencies: &[],
    flow: Flow::CallbackRedirect,
    hosts: &[],
    notice_sources: &[],
    redact: REDACT,
    source: SOURCE,
};

pub(super) static DANAL: Spec = Spec {
    code: "danal",
    ko: "다날 본인인증",
    en: "Danal identity verification",
    test: &[("mid", "B010007887"), ("password", "ieum-danal-certification")],
    hosts: &["danal.certification.invalid"],
    ..BASE
};

pub(super) static INICIS_UNIFIED: Spec = Spec {
    code: "inicis_unified",
    ko: "KG이니시스 통합인증",
    en: "KG Inicis unified verification",
    test: &[("mid", "IEUMCERT01"), ("password", "ieum-inicis-certification")],
    hosts: &["inicis-unified.certification.invalid"],
    ..BASE
};

pub(super) static KCP_V2: Spec = Spec {
    code: "kcp_v2",
    ko: "NHN KCP 본인인증(신모듈)",
    en: "NHN KCP identity verification",
    test: &[("mid", "IEUMC"), ("password", "ieum-kcp-certification")],
    hosts: &["kcp-v2.certification.invalid"],
    ..BASE
};
