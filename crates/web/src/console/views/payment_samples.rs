//! States of the payment page.

use super::super::super::frame::Section;
use super::super::super::show::Lang;
use super::super::sample::{EVIL, attention, when};
use super::*;

fn item(tone: &'static str, what: &str, who: &str) -> Item {
    Item {
        tone,
        what: what.to_owned(),
        who: who.to_owned(),
        at: when(),
        took: None,
        notes: Vec::new(),
        summary: "통신 내용 보기",
        blocks: Vec::new(),
        resend: None,
    }
}

fn items() -> Vec<Item> {
    let mut exchange = item("accent", "승인 요청 · HTTP 200", "이음 → kicc");
    exchange.took = Some("182 ms".to_owned());
    let block = |title: &str, text: &str| Block { title: title.to_owned(), text: text.to_owned() };
    exchange.blocks = vec![
        block("POST https://testpgapi.easypay.co.kr/api/ep9/trades/approval", EVIL),
        block("HTTP 200", "{\"resCd\":\"0000\",\"cardNo\":\"***\"}"),
    ];
    let mut hook = item("bad", "웹훅 paid", "이음 → 상점");
    hook.notes = vec!["1. HTTP 500 · 40 ms".to_owned(), format!("2. {EVIL}")];
    hook.resend = Some(7);
    vec![
        item("mute", "결제창 열림", "구매자"),
        item("accent", "승인 시작", "구매자"),
        exchange,
        item("good", "결제 완료", "PG사"),
        hook,
    ]
}

fn cancel(account: bool, wrong: bool) -> CancelForm {
    CancelForm {
        wrongs: match wrong {
            true => Wrongs::one("amount", "취소 요청금액이 취소가능 금액을 초과합니다."),
            false => Wrongs::default(),
        },
        amount: "14000".to_owned(),
        amount_label: "취소 금액 (원)".to_owned(),
        amount_hint: "취소가능 14,000원".to_owned(),
        amount_extra: r#"inputmode="numeric" required"#,
        reason: "관리자페이지취소".to_owned(),
        account,
        banks: vec![Choice::new("004", "KB국민은행", "004")],
        refund_account: EVIL.to_owned(),
        refund_holder: String::new(),
        refund_tel: String::new(),
    }
}

fn page(lang: Lang, state: Pill) -> PaymentPage {
    let t = lang.texts();
    PaymentPage {
        frame: Frame { test: true, ..Frame::sample(lang, Section::Payments) },
        imp_uid: "imp_448280090638".to_owned(),
        merchant_uid: EVIL.to_owned(),
        name: format!("주문명:결제테스트 {EVIL}"),
        amount: "14,000원".to_owned(),
        left: None,
        reason: None,
        state,
        attentions: Vec::new(),
        items: items(),
        cancel: None,
        deposit: None,
        groups: vec![Group {
            title: t.group_payment,
            facts: vec![
                Fact::id("imp_uid", "imp_448280090638"),
                Fact::text(t.col_buyer, EVIL),
                Fact::at(t.paid_at, when()),
            ],
        }],
        cancels: Vec::new(),
    }
}

pub(crate) fn pages(lang: Lang) -> Vec<PaymentPage> {
    let t = lang.texts();
    let mut paid = page(lang, Pill::new("good", t.status_paid));
    paid.cancel = Some(cancel(false, false));
    let mut waiting = page(lang, Pill::new("warn", t.status_account));
    waiting.reason = Some("국민은행 123-456 14,000원".to_owned());
    waiting.deposit = Some(DepositForm {
        wrongs: Wrongs::one("depositor", EVIL),
        depositor: EVIL.to_owned(),
        button: "14,000원 입금 처리".to_owned(),
    });
    let mut part = page(lang, Pill::new("accent", t.status_part));
    part.left = Some("취소 4,000원 · 남은 금액 10,000원".to_owned());
    part.cancel = Some(cancel(true, true));
    part.cancels = vec![CancelLine {
        state: Pill::new("bad", t.cancel_refused),
        amount: "4,000원".to_owned(),
        reason: EVIL.to_owned(),
        requester: t.who_console,
        message: Some(EVIL.to_owned()),
        at: when(),
    }];
    let mut unknown = page(lang, Pill::new("warn", t.status_unknown));
    unknown.attentions = vec![attention(0)];
    unknown.frame.done = Some(t.done_resolved);
    let mut viewer = page(lang, Pill::new("bad", t.status_failed));
    viewer.reason = Some(EVIL.to_owned());
    viewer.frame.test = false;
    if let Some(person) = &mut viewer.frame.person {
        (person.writes, person.owns) = (false, false);
    }
    vec![paid, waiting, part, unknown, viewer]
}

pub(crate) fn cancel_page(lang: Lang) -> CancelPage {
    let t = lang.texts();
    CancelPage {
        frame: Frame { test: true, ..Frame::sample(lang, Section::Payments) },
        imp_uid: "imp_448280090638".to_owned(),
        question: "14,000원을 취소할까요?".to_owned(),
        amount: "14,000원".to_owned(),
        button: "14,000원 취소하기".to_owned(),
        facts: vec![Fact::id("imp_uid", "imp_448280090638"), Fact::text(t.reason, EVIL)],
        hidden: vec![("amount", "14000".to_owned()), ("reason", EVIL.to_owned())],
    }
}
