//! The catalogue of faults: the one list of what can go wrong at a PG, what the hub does about it
//! and what the shop sees. `docs/faults.md`, the console's page and the tests are made from it: a
//! fault joins all of them by being in [`CATALOGUE`].

use crate::Sandbox;
use crate::fault::{Kind, OPERATIONS};
use serde_json::{Value, json};

/// A text in Korean and English.
pub type Texts = (&'static str, &'static str);

/// When a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before the PG does anything: nothing is booked.
    Before,
    /// After the PG has done what was asked.
    After,
    /// When the PG posts a notice to the hub.
    Notice,
}

impl When {
    /// `before`, `after`, `notice`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Notice => "notice",
        }
    }
}

/// A fault.
#[derive(Debug)]
pub struct Entry {
    /// What `fault` is called in `POST /sandbox/faults`.
    pub word: &'static str,
    /// When it strikes.
    pub when: When,
    /// What happens.
    pub does: Texts,
    /// What the hub does about it.
    pub hub: Texts,
    /// What the shop and the buyer see.
    pub shop: Texts,
    pub(crate) kind: Kind,
}

const ASKS: Texts = (
    "성공도 실패도 아닌 '결과 확인 중'으로 두고 PG사에 조회하여, 승인되었으면 확정하고 아니면 \
     취소(망취소)합니다. 조회할 수 없는 PG사는 담당자에게 알립니다.",
    "Neither paid nor failed: the PG is asked (inquiry), then the payment is settled or voided \
     (net-cancel). Where the PG cannot tell, a person is told.",
);
const WAITS: Texts = (
    "결제창이 결과를 기다리다가 확정된 결과를 알려 줍니다. API 취소는 확인 중이라는 오류를 받고, \
     결과는 웹훅과 조회로 알 수 있습니다.",
    "The page waits and then tells the end. A cancel by API is answered that it is being settled; \
     webhook and lookup tell the end.",
);
const NOT_SENT: Texts = (
    "요청이 나가지 않은 것이 확실하므로 바로 실패로 끝냅니다.",
    "Nothing was sent, which is certain: it fails at once.",
);
const FAILED: Texts = (
    "결제 실패 또는 취소 실패를 바로 알 수 있고 다시 시도할 수 있습니다.",
    "A failure at once; trying again is safe.",
);
const VOIDED: Texts = (
    "서명이 맞더라도 금액이 주문과 다르면 승인을 즉시 취소합니다. 취소 응답의 금액이 다르면 조회합니다.",
    "An approval whose amount is not the order's is given back at once; a cancel's answer is \
     looked up.",
);
const NOTHING_STANDS: Texts =
    ("결제 실패. 청구되지 않습니다.", "A failed payment; nothing is charged.");
const REFUSES_NOTICE: Texts = (
    "통보를 믿지 않고 거절합니다. PG사가 다시 보낸 올바른 통보만 반영합니다.",
    "The notice is refused; only a right one, sent again, counts.",
);
const PAID_LATER: Texts =
    ("올바른 통보가 온 뒤에 결제완료가 됩니다.", "Paid once the right notice has come.");

const fn entry(word: &'static str, when: When, kind: Kind, texts: [Texts; 3]) -> Entry {
    let [does, hub, shop] = texts;
    Entry { word, when, does, hub, shop, kind }
}

/// Every fault there is.
pub static CATALOGUE: &[Entry] = &[
    entry(
        "down",
        When::Before,
        Kind::Down,
        [
            (
                "PG사가 꺼져 있습니다. 응답 없이 연결이 끊기고 아무것도 기록되지 않습니다.",
                "The PG is down: the connection is closed without an answer, nothing is booked.",
            ),
            NOT_SENT,
            FAILED,
        ],
    ),
    entry(
        "timeout_before",
        When::Before,
        Kind::TimeoutBefore,
        [
            (
                "PG사가 처리하지 않았고 응답도 오지 않습니다.",
                "Nothing is booked and no answer comes.",
            ),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "reset_before",
        When::Before,
        Kind::ResetBefore,
        [
            (
                "PG사가 처리하지 않았고 응답이 중간에 끊깁니다.",
                "Nothing is booked and the answer is cut in the middle.",
            ),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "server_error",
        When::Before,
        Kind::ServerError,
        [
            (
                "PG사가 처리하지 않았고 HTTP 500 HTML 페이지로 응답합니다.",
                "Nothing is booked and the answer is an HTML page with HTTP 500.",
            ),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "timeout_after",
        When::After,
        Kind::TimeoutAfter,
        [("PG사가 처리한 뒤 응답하지 않습니다.", "Booked, then no answer comes."), ASKS, WAITS],
    ),
    entry(
        "reset_after",
        When::After,
        Kind::ResetAfter,
        [
            (
                "PG사가 처리한 뒤 응답이 중간에 끊깁니다.",
                "Booked, then the answer is cut in the middle.",
            ),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "server_error_after",
        When::After,
        Kind::ServerErrorAfter,
        [
            (
                "PG사가 처리한 뒤 HTTP 500 HTML 페이지로 응답합니다.",
                "Booked, then the answer is an HTML page with HTTP 500.",
            ),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "answered_twice",
        When::After,
        Kind::AnsweredTwice,
        [
            (
                "PG사가 처리한 뒤 같은 응답 본문을 두 번 이어서 보냅니다.",
                "Booked; the body of the answer comes twice in a row.",
            ),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "handled_twice",
        When::After,
        Kind::HandledTwice,
        [
            (
                "PG사 앞단이 같은 요청을 두 번 전달하고 두 번째 응답만 돌아옵니다.",
                "The PG's front hands the request over twice; only the second answer comes back.",
            ),
            (
                "같은 거래번호이므로 PG사는 한 번만 처리합니다. '이미 처리됨' 응답은 조회로 확인합니다.",
                "The number is the same, so the PG does it once; \"done before\" is looked up.",
            ),
            WAITS,
        ],
    ),
    entry(
        "garbage",
        When::After,
        Kind::Garbage,
        [
            ("PG사가 처리한 뒤 임의의 바이트를 보냅니다.", "Booked; the body is random bytes."),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "wrong_charset",
        When::After,
        Kind::WrongCharset,
        [
            (
                "PG사가 처리한 뒤 UTF-8이어야 할 본문을 EUC-KR로(또는 그 반대로) 보냅니다.",
                "Booked; the body is EUC-KR where it should be UTF-8, and the reverse.",
            ),
            (
                "두 인코딩을 모두 읽습니다. 서명이나 형식이 맞지 않으면 조회합니다.",
                "Both are read; where signature or form do not hold, the PG is asked.",
            ),
            WAITS,
        ],
    ),
    entry(
        "wrong_amount",
        When::After,
        Kind::WrongAmount,
        [
            (
                "PG사가 처리한 뒤 금액을 최소단위 1만큼 크게 보냅니다.",
                "Booked; amounts in the body are one minor unit more.",
            ),
            VOIDED,
            NOTHING_STANDS,
        ],
    ),
    entry(
        "forged_signature",
        When::After,
        Kind::ForgedSignature,
        [
            (
                "PG사가 처리한 뒤 서명을 바꿔 보냅니다.",
                "Booked; signatures in the body are changed.",
            ),
            ASKS,
            WAITS,
        ],
    ),
    entry(
        "late:<ms>",
        When::After,
        Kind::Late(0),
        [
            (
                "PG사가 처리한 뒤 이만큼(밀리초) 늦게 응답합니다.",
                "Booked; the answer comes this many milliseconds late.",
            ),
            (
                "제한시간 안이면 그대로 받고, 넘으면 응답이 없는 것과 같습니다.",
                "Within the time-out it is taken as it is; after it, it is no answer.",
            ),
            WAITS,
        ],
    ),
    entry(
        "duplicate_notice",
        When::Notice,
        Kind::DuplicateNotice,
        [
            ("통보를 두 번 보냅니다.", "The notice is sent twice."),
            (
                "같은 통보번호는 한 번만 반영하고 두 번 다 정상 응답합니다.",
                "Its number counts once; both are answered as taken.",
            ),
            ("웹훅은 한 번만 갑니다.", "One webhook."),
        ],
    ),
    entry(
        "late_notice",
        When::Notice,
        Kind::LateNotice,
        [
            (
                "통보를 손으로 다시 보낼 때까지 붙잡아 둡니다.",
                "The notice is kept until it is resent by hand.",
            ),
            (
                "언제 오든 그때 반영합니다. 그 사이 취소된 거래라면 담당자에게 알립니다.",
                "It counts whenever it comes; after a cancel, a person is told.",
            ),
            PAID_LATER,
        ],
    ),
    entry(
        "overtaken_notice",
        When::Notice,
        Kind::OvertakenNotice,
        [
            (
                "같은 PG사의 다음 통보가 먼저 간 뒤에 보냅니다.",
                "The notice is sent only after the next notice of the same PG.",
            ),
            (
                "순서와 무관하게 통보의 거래번호와 시각으로 반영합니다.",
                "Notices count by their transaction and time, in any order.",
            ),
            PAID_LATER,
        ],
    ),
    entry(
        "no_notice",
        When::Notice,
        Kind::NoNotice,
        [
            (
                "통보가 오지 않고 다시 보낼 수도 없습니다.",
                "The notice is never sent and cannot be resent.",
            ),
            (
                "입금대기로 남습니다. PG사 장부와의 대사(reconcile)에서 드러납니다.",
                "The account stays open; reconciliation with the PG's books shows it.",
            ),
            ("입금대기로 보입니다.", "It is shown as waiting for the deposit."),
        ],
    ),
];

/// Faults of answers that may also befall the body of a notice, with what becomes of it then.
pub static NOTICE_BODIES: &[(&str, Texts, Texts)] = &[
    ("garbage", REFUSES_NOTICE, PAID_LATER),
    ("wrong_amount", REFUSES_NOTICE, PAID_LATER),
    ("forged_signature", REFUSES_NOTICE, PAID_LATER),
];

/// Where only a person can find out: the PG, the operation, and why.
pub static PERSON: &[(&str, &str, Texts)] =
    &[("nice", "cancel", NO_INQUIRY), ("alipay", "cancel", NO_INQUIRY)];

const NO_INQUIRY: Texts = (
    "부분취소 결과를 조회하는 공개된 방법이 없습니다. 응답을 잃은 부분취소는 담당자가 PG사에서 확인합니다.",
    "No inquiry about a part that was cancelled is published: a person looks at the PG's own pages \
     and says how it ended.",
);

impl Sandbox {
    /// What can go wrong here: `{"seed", "operations", "pgs", "faults": [{"fault", "when",
    /// "ko": {"does", "hub", "shop"}, "en": {..}}]}`.
    #[must_use]
    pub fn fault_catalogue(&self) -> Value {
        let row = |entry: &Entry| {
            let text = |pick: fn(&Texts) -> &'static str| {
                let (does, hub, shop) = (pick(&entry.does), pick(&entry.hub), pick(&entry.shop));
                json!({ "does": does, "hub": hub, "shop": shop })
            };
            let (ko, en) = (text(|texts| texts.0), text(|texts| texts.1));
            json!({ "fault": entry.word, "when": entry.when.word(), "ko": ko, "en": en })
        };
        json!({
            "seed": self.seed(),
            "operations": OPERATIONS,
            "pgs": self.codes(),
            "faults": CATALOGUE.iter().map(row).collect::<Vec<_>>(),
        })
    }
}
