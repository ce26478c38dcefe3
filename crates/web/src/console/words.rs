//! Words for what the engine and PGs call by codes. Pure.

use super::show::Lang;
use super::texts::Texts;
use super::views::Pill;
use domain::payment::{Payment, State};
use engine::console::Verdict;

/// Where a payment stands.
pub(super) fn state(t: &Texts, payment: Payment) -> Pill {
    if payment.pending_cancel().is_some() {
        return Pill::new("warn", t.status_cancelling);
    }
    let (tone, text) = match payment.state {
        State::Ready => ("mute", t.status_ready),
        State::Approving => ("warn", t.status_approving),
        State::Unknown => ("warn", t.status_unknown),
        State::AccountIssued { .. } => ("warn", t.status_account),
        State::Paid { .. } => ("good", t.status_paid),
        State::PartCancelled { .. } => ("accent", t.status_part),
        State::Cancelled => ("mute", t.status_cancelled),
        State::Failed => ("bad", t.status_failed),
    };
    Pill::new(tone, text)
}

/// The state filter: its words in the address, their inner states, their label.
pub(super) fn states(
    t: &'static Texts,
) -> [(&'static str, &'static [&'static str], &'static str); 7] {
    [
        ("paid", &["paid"], t.status_paid),
        ("partial", &["part_cancelled"], t.status_part),
        ("cancelled", &["cancelled"], t.status_cancelled),
        ("account", &["account_issued"], t.status_account),
        ("unknown", &["unknown", "approving"], t.status_unknown),
        ("ready", &["ready"], t.status_ready),
        ("failed", &["failed"], t.status_failed),
    ]
}

/// Pay methods as merchants call them; what is not listed keeps its code.
const METHODS: [(&str, &str, &str); 10] = [
    ("card", "신용카드", "Card"),
    ("trans", "실시간계좌이체", "Bank transfer"),
    ("vbank", "가상계좌", "Virtual account"),
    ("phone", "휴대폰소액결제", "Mobile phone"),
    ("alipay", "알리페이", "Alipay"),
    ("kakaopay", "카카오페이", "KakaoPay"),
    ("naverpay", "네이버페이", "Naver Pay"),
    ("payco", "페이코", "PAYCO"),
    ("samsung", "삼성페이", "Samsung Pay"),
    ("point", "포인트", "Points"),
];

/// Codes of the method filter.
pub(super) fn method_codes() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|(code, ..)| *code)
}

/// A pay method in words.
pub(super) fn method(lang: Lang, code: &str) -> String {
    let known = METHODS.iter().find(|(known, ..)| *known == code);
    match known {
        Some((_, ko, en)) => lang.pick((ko, en)).to_owned(),
        None if code.is_empty() => "–".to_owned(),
        None => code.to_owned(),
    }
}

/// A PG's name; its code if this program does not have it.
pub(super) fn pg(lang: Lang, code: &str) -> String {
    engine::console::pg(code)
        .map_or_else(|| code.to_owned(), |spec| lang.pick((spec.ko, spec.en)).to_owned())
}

/// Who caused a step of the timeline.
pub(super) fn actor(t: &'static Texts, word: &str) -> &'static str {
    match word {
        "page" => t.who_page,
        "pg" => t.who_pg,
        "notice" => t.who_notice,
        "api" => t.who_api,
        "console" => t.who_console,
        _ => t.who_job,
    }
}

/// A step of the timeline: its tone and its words.
pub(super) fn event(t: &'static Texts, word: &str) -> (&'static str, String) {
    let (tone, text) = match word {
        "opened" => ("mute", t.ev_opened),
        "window_opened" => ("mute", t.ev_window_opened),
        "approval_started" => ("accent", t.ev_approval_started),
        "approved" => ("good", t.ev_approved),
        "account_issued" => ("good", t.ev_account_issued),
        "declined" => ("bad", t.ev_declined),
        "no_answer" => ("warn", t.ev_no_answer),
        "voided" => ("bad", t.ev_voided),
        "void_failed" => ("bad", t.ev_void_failed),
        "deposited" => ("good", t.ev_deposited),
        "cancel_started" => ("accent", t.ev_cancel_started),
        "cancel_done" => ("good", t.ev_cancel_done),
        "cancel_refused" => ("bad", t.ev_cancel_refused),
        "cancel_no_answer" => ("warn", t.ev_cancel_no_answer),
        "settle_tried" => ("mute", t.ev_settle_tried),
        "cancel_settle_tried" => ("mute", t.ev_cancel_settle_tried),
        "second_deposit" => ("warn", t.ev_second_deposit),
        "ledger_opened" => ("mute", t.ev_ledger_opened),
        "ledger_corrected" => ("accent", t.ev_ledger_corrected),
        "receipt_asked" => ("accent", t.ev_receipt_asked),
        "receipt_issued" => ("good", t.ev_receipt_issued),
        "receipt_failed" => ("bad", t.ev_receipt_failed),
        "receipt_revoking" => ("accent", t.ev_receipt_revoking),
        "receipt_revoked" => ("good", t.ev_receipt_revoked),
        "receipt_kept" => ("bad", t.ev_receipt_kept),
        "receipt_settle_tried" => ("mute", t.ev_receipt_settle_tried),
        "delivery_asked" => ("accent", t.ev_delivery_asked),
        "delivery_registered" => ("good", t.ev_delivery_registered),
        "delivery_refused" => ("bad", t.ev_delivery_refused),
        "delivery_settle_tried" => ("mute", t.ev_delivery_settle_tried),
        "escrow_changed" => ("accent", t.ev_escrow_changed),
        "partners_listed" => ("mute", t.ev_partners_listed),
        other => return ("mute", other.to_owned()),
    };
    (tone, text.to_owned())
}

/// What was asked of a PG; what is not listed keeps the connector's word.
pub(super) fn operation(t: &'static Texts, word: &str) -> String {
    let text = match word {
        "register" => t.op_register,
        "approve" => t.op_approve,
        "net_cancel" => t.op_net_cancel,
        "cancel" => t.op_cancel,
        "lookup" => t.op_lookup,
        other => other,
    };
    text.to_owned()
}

/// How a cancel stands.
pub(super) fn cancel(t: &'static Texts, state: &str) -> Pill {
    let (tone, text) = match state {
        "done" => ("good", t.cancel_done),
        "refused" => ("bad", t.cancel_refused),
        "person" => ("bad", t.cancel_person),
        _ => ("warn", t.cancel_asked),
    };
    Pill::new(tone, text)
}

/// Titles of what needs a person.
/// A kind of attention: its title and what the person is to do, in Korean and English.
type Attention = (&'static str, (&'static str, &'static str), (&'static str, &'static str));

/// Every kind the engine raises.
const ATTENTIONS: [Attention; 13] = [
    (
        "account_changed_late",
        ("입금된 가상계좌의 금액이 변경됨", "A paid account was changed"),
        (
            "PG사 관리자에서 실제 입금액을 확인하세요.",
            "See in the PG's own pages what was paid in.",
        ),
    ),
    (
        "approval_unknown",
        ("승인 결과를 알 수 없음", "Approval outcome unknown"),
        (
            "PG사 관리자에서 이 주문의 승인 내역을 확인하세요. 승인되어 있으면 그곳에서 취소한 뒤 \
             아래에 표시합니다. 그동안에도 PG사에 계속 조회합니다.",
            "Look the order up in the PG's own pages. If it was approved, cancel it there, then \
             say so below. The PG is asked on meanwhile.",
        ),
    ),
    (
        "cancel_unknown",
        ("취소 결과를 알 수 없음", "Cancel outcome unknown"),
        (
            "PG사 관리자에서 취소 내역을 확인하고 결과를 선택하세요. 그때까지 이 결제는 다시 취소할 수 \
             없습니다.",
            "Look the cancel up in the PG's own pages and say how it ended. Until then the payment \
             cannot be cancelled again.",
        ),
    ),
    (
        "cash_receipt_left",
        ("취소된 결제의 현금영수증이 남음", "A cash receipt without a sale"),
        (
            "PG사 관리자에서 현금영수증을 취소하세요.",
            "Take the cash receipt back in the PG's own pages.",
        ),
    ),
    (
        "cash_receipt_unknown",
        ("현금영수증 결과를 알 수 없음", "Cash receipt outcome unknown"),
        (
            "PG사 관리자에서 현금영수증이 남아 있으면 그곳에서 취소한 뒤 표시하세요. 없는 것으로 \
             처리됩니다.",
            "If the PG still has the receipt, take it back there, then mark this: none is left.",
        ),
    ),
    (
        "check_cancel",
        ("카드 확인 결제를 취소하지 못함", "Card check not given back"),
        (
            "PG사가 취소를 거절합니다. PG사 관리자에서 취소하세요. 취소 요청도 계속됩니다.",
            "The PG refuses to give it back. Cancel it in the PG's own pages; the hub tries on.",
        ),
    ),
    (
        "delivery_unknown",
        ("배송정보 등록 결과를 알 수 없음", "Delivery outcome unknown"),
        (
            "PG사 관리자에서 배송정보를 확인하고, 없으면 다시 등록하세요.",
            "Look the delivery up in the PG's own pages; register it again if it is not there.",
        ),
    ),
    (
        "deposit_after_cancel",
        ("취소된 가상계좌에 입금됨", "Deposit after the cancel"),
        (
            "입금자에게 돌려줄 계좌를 확인하고 PG사 관리자에서 환불하세요.",
            "Ask the buyer for an account and refund the deposit in the PG's own pages.",
        ),
    ),
    (
        "errand_unknown",
        ("요청 처리 결과를 알 수 없음", "Outcome of a request unknown"),
        (
            "PG사 관리자에서 처리되었는지 확인하고 결과를 선택하세요. 그때까지 같은 대상에 다른 요청을 \
             보낼 수 없습니다.",
            "See in the PG's own pages whether it was done and say so. Until then nothing else is \
             asked about the same thing.",
        ),
    ),
    (
        "money_after_failure",
        ("실패한 결제에 돈이 들어옴", "Money for a failed payment"),
        (
            "PG사 관리자에서 금액을 확인하고 취소하거나 환불하세요.",
            "Find the money in the PG's own pages and give it back there.",
        ),
    ),
    (
        "order_paid_twice",
        ("이미 결제된 주문에 다시 입금됨", "An order was paid twice"),
        ("두 결제 중 하나를 취소(환불)하세요.", "Cancel (refund) one of the two payments."),
    ),
    (
        "second_deposit",
        ("이미 입금된 계좌에 다시 입금됨", "A second deposit"),
        (
            "더 입금된 금액을 PG사 관리자에서 환불하세요.",
            "Refund what was paid too much in the PG's own pages.",
        ),
    ),
    (
        "wrong_deposit",
        ("입금 금액이 주문과 다름", "A deposit of another amount"),
        (
            "PG사 관리자에서 실제 입금액을 확인하세요. 위조된 통보일 수도 있습니다.",
            "See in the PG's own pages what was paid: the notice may be a forgery.",
        ),
    ),
];

fn attention_texts(kind: &str) -> Option<&'static Attention> {
    ATTENTIONS.iter().find(|(known, ..)| *known == kind)
}

/// The title of an attention.
pub(super) fn attention(lang: Lang, kind: &str) -> String {
    let known = attention_texts(kind);
    known.map_or_else(|| kind.to_owned(), |(_, title, _)| lang.pick(*title).to_owned())
}

/// What the person is to do about an attention.
pub(super) fn advice(lang: Lang, kind: &str) -> &'static str {
    attention_texts(kind).map_or("", |(_, _, advice)| lang.pick(*advice))
}

/// A verdict a person may give about an attention: its value and words.
pub(super) fn verdict(lang: Lang, kind: &str, verdict: Verdict) -> (&'static str, &'static str) {
    match (kind, verdict) {
        ("approval_unknown", _) => (
            "not_done",
            lang.pick((
                "승인되지 않았거나 PG사에서 취소했습니다",
                "Not approved, or cancelled at the PG",
            )),
        ),
        ("cancel_unknown", Verdict::Done) => {
            ("done", lang.pick(("PG사에서 취소되었습니다", "Cancelled at the PG")))
        }
        ("cancel_unknown", Verdict::NotDone) => {
            ("not_done", lang.pick(("취소되지 않았습니다", "Not cancelled")))
        }
        (_, Verdict::Done) => ("done", lang.pick(("처리되었습니다", "It was done"))),
        (_, Verdict::NotDone) => {
            ("not_done", lang.pick(("처리되지 않았습니다", "It was not done")))
        }
    }
}

/// What the engine says to people, with its English. What is not listed stays Korean.
const ENGINE: [(&str, &str); 25] = [
    ("PG사에서 확인한 결과를 선택해 주세요.", "Say how it ended at the PG."),
    ("영문 대문자와 숫자 3자리여야 합니다.", "Three capital letters or digits."),
    ("이미 사용 중인 코드입니다.", "This code is in use."),
    (
        "아직 연동되지 않은 PG사라 실연동 모드를 쓸 수 없습니다. 테스트 모드에서 내장 샌드박스로만 \
         결제할 수 있습니다.",
        "The hub does not speak this PG's protocol: test mode with the embedded sandbox only.",
    ),
    ("비밀번호는 8자에서 128자까지입니다.", "A password has 8 to 128 characters."),
    ("이미 전액취소된 주문입니다.", "It was cancelled in full before."),
    ("취소할 결제건이 존재하지 않습니다.", "There is nothing to cancel."),
    ("취소 요청금액이 취소가능 금액을 초과합니다.", "More than can be cancelled."),
    ("취소가능 잔액이 일치하지 않습니다.", "What can be cancelled has changed meanwhile."),
    (
        "이전 취소 요청의 결과를 PG사에 확인하고 있습니다. 잠시 후 다시 시도해 주세요.",
        "An earlier cancel is being settled with the PG. Try again in a moment.",
    ),
    (
        "PG사의 응답을 받지 못해 취소 결과를 확인하고 있습니다.",
        "The PG did not answer; we are finding out whether it was cancelled.",
    ),
    (
        "입금 전 가상계좌는 전액만 취소할 수 있습니다.",
        "An account that waits for its deposit can only be cancelled in full.",
    ),
    (
        "가상계좌 취소는 계좌번호, 예금주, 은행명을 입력해야 합니다.",
        "A paid virtual account needs the refund account, its holder and bank.",
    ),
    (
        "같은 PG사, 상점아이디(MID), 모드의 설정이 이미 있습니다.",
        "These settings exist already: same PG, MID and mode.",
    ),
    (
        "다른 사람이 먼저 변경했습니다. 다시 확인해 주세요.",
        "Somebody else changed it first. Look again.",
    ),
    (
        "이 채널로 이루어진 결제가 있어 상점아이디(MID)와 모드를 바꿀 수 없습니다. \
         PG사를 새로 추가해 주세요.",
        "Payments were made through it, so its MID and mode must stay. Add another PG instead.",
    ),
    ("지원하지 않는 PG사입니다.", "This PG is not supported."),
    ("채널 이름에 쓸 수 없는 문자가 있습니다.", "The name has characters that cannot be used."),
    (
        "http:// 또는 https://로 시작하는 URL이어야 합니다.",
        "It must be a URL that starts with http:// or https://.",
    ),
    ("저장된 웹훅 URL이 없습니다.", "No webhook URL is saved."),
    ("사유를 입력해 주세요.", "Give a reason."),
    ("이미 처리되었거나 없는 항목입니다.", "It was dealt with before, or never existed."),
    ("입금을 기다리는 가상계좌가 아닙니다.", "No deposit is awaited."),
    ("저장된 인증 정보를 열었습니다.", "The stored credentials were opened."),
    (
        "저장된 인증 정보를 열 수 없습니다. 마스터 키가 바뀌었는지 확인해 주세요.",
        "The stored credentials cannot be opened. Was the master key changed?",
    ),
];

/// Beginnings of what the engine says before a name or a PG's own words.
const BEGINNINGS: [(&str, &str); 5] = [
    ("IP 주소나 CIDR이 아닙니다: ", "Neither an IP nor a CIDR: "),
    ("필수 항목이 모두 있습니다. MID: ", "Nothing is missing. MID: "),
    ("빠진 항목: ", "Missing: "),
    ("결제취소에 실패하였습니다. ", "Not cancelled. "),
    ("이미 입금된 가상계좌에 다시 입금되었습니다. ", "Paid into again after the deposit. "),
];

/// The engine's text in a language.
pub(super) fn engine_text(lang: Lang, message: &str) -> String {
    if lang == Lang::Ko {
        return message.to_owned();
    }
    if let Some((_, en)) = ENGINE.iter().find(|(ko, _)| *ko == message) {
        return (*en).to_owned();
    }
    let begins = BEGINNINGS.iter().find_map(|(ko, en)| Some((en, message.strip_prefix(ko)?)));
    begins.map_or_else(|| message.to_owned(), |(en, rest)| format!("{en}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_keeps_its_code() {
        assert_eq!(method(Lang::Ko, "card"), "신용카드");
        assert_eq!(method(Lang::En, "lpay"), "lpay");
        assert_eq!(attention(Lang::En, "new_kind"), "new_kind");
        assert!(ATTENTIONS.iter().all(|(kind, ..)| !advice(Lang::En, kind).is_empty()));
        assert_eq!(event(Lang::Ko.texts(), "reopened").1, "reopened");
        assert_eq!(engine_text(Lang::En, "처음 보는 말"), "처음 보는 말");
        assert_eq!(engine_text(Lang::En, "사유를 입력해 주세요."), "Give a reason.");
        assert_eq!(engine_text(Lang::En, "빠진 항목: KEY"), "Missing: KEY");
    }
}
