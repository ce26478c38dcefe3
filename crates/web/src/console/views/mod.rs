//! Typed contexts of the pages: plain words and numbers, ready to be shown. No engine in here, so
//! that a test renders every page in every state from its `samples()`.

use super::show::When;

pub(crate) mod accounts;
pub(crate) mod attentions;
pub(crate) mod channels;
pub(crate) mod developer;
pub(crate) mod faults;
pub(crate) mod home;
pub(crate) mod payment;
pub(crate) mod payments;
pub(crate) mod reconciliation;
pub(crate) mod small;
pub(crate) mod tiers;
pub(crate) mod webhooks;

/// A state in a coloured pill; `tone` is `good`, `warn`, `bad`, `accent` or `mute`.
#[derive(Clone, Debug)]
pub(crate) struct Pill {
    pub(crate) tone: &'static str,
    pub(crate) text: String,
}

impl Pill {
    /// A pill.
    pub(crate) fn new(tone: &'static str, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// A line of a fact list: a text, an id with its copy button, or a time.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) id: bool,
    pub(crate) at: Option<When>,
}

impl Fact {
    /// Plain text.
    pub(crate) fn text(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), id: false, at: None }
    }

    /// Something people copy.
    pub(crate) fn id(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), id: true, at: None }
    }

    /// A moment.
    pub(crate) const fn at(label: &'static str, at: When) -> Self {
        Self { label, value: String::new(), id: false, at: Some(at) }
    }
}

/// A payment in a list.
#[derive(Clone, Debug)]
pub(crate) struct PaymentLine {
    pub(crate) imp_uid: String,
    pub(crate) merchant_uid: String,
    pub(crate) name: String,
    pub(crate) buyer: String,
    pub(crate) amount: String,
    /// What is left after part cancels, in words.
    pub(crate) left: Option<String>,
    pub(crate) state: Pill,
    pub(crate) method: String,
    pub(crate) pg: String,
    pub(crate) at: When,
    pub(crate) test: bool,
}

/// Something a person must look at.
#[derive(Clone, Debug)]
pub(crate) struct AttentionItem {
    /// Its place on the page, for ids of inputs.
    pub(crate) n: usize,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) detail: String,
    /// What the person is to do.
    pub(crate) advice: &'static str,
    /// How it ended, as the person may say; empty where there is nothing to say.
    pub(crate) verdicts: Vec<Choice>,
    /// Empty for what is about no payment.
    pub(crate) imp_uid: String,
    pub(crate) at: When,
    /// Where to go once it is resolved.
    pub(crate) back: String,
}

/// An option of a select.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

impl Choice {
    /// One option; chosen if its value is `current`.
    pub(crate) fn new(value: &str, label: impl Into<String>, current: &str) -> Self {
        Self { value: value.to_owned(), label: label.into(), chosen: value == current }
    }
}

/// A select with its label.
#[derive(Clone, Debug)]
pub(crate) struct Select {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) options: Vec<Choice>,
}

/// Samples shared by pages.
#[cfg(test)]
pub(crate) mod sample {
    use super::*;
    use domain::Millis;

    /// What a hostile buyer or merchant types everywhere.
    pub(crate) const EVIL: &str = "<script>alert(1)</script>";
    /// A long name without a space.
    pub(crate) const LONG: &str =
        "아주긴주문명이띄어쓰기없이계속이어지는경우에도표가망가지지않아야합니다";

    pub(crate) fn when() -> When {
        let now = Millis::from_seconds(1_763_700_000);
        When::new(now.plus_seconds(-3_723), now)
    }

    pub(crate) fn line(n: usize) -> PaymentLine {
        let (tone, word) = [
            ("good", "결제완료"),
            ("warn", "입금대기"),
            ("accent", "부분취소"),
            ("mute", "취소"),
            ("bad", "실패"),
            ("warn", "결과 확인 중"),
        ][n % 6];
        PaymentLine {
            imp_uid: format!("imp_{:012}", 448_280_090_638 + n),
            merchant_uid: format!("merchant_{}", 1_763_700_000_000 + n),
            name: [EVIL, LONG, "주문명:결제테스트"][n % 3].to_owned(),
            buyer: ["구매자이름", "Jane \"Q\" <b>Doe</b>", ""][n % 3].to_owned(),
            amount: ["14,000원", "$1.20", "1,234,567원"][n % 3].to_owned(),
            left: (n % 6 == 2).then(|| "취소가능 10,000원".to_owned()),
            state: Pill::new(tone, word),
            method: ["신용카드", "알리페이", "가상계좌"][n % 3].to_owned(),
            pg: ["kicc", "alipay", "nice"][n % 3].to_owned(),
            at: when(),
            test: n.is_multiple_of(2),
        }
    }

    pub(crate) fn attention(n: usize) -> AttentionItem {
        AttentionItem {
            n,
            id: format!("cancel_unknown:imp_44828009063{n}"),
            title: "취소 결과를 알 수 없음".to_owned(),
            detail: format!("이 PG는 취소 결과를 알려주지 않습니다. {EVIL}"),
            advice: "PG사 관리자에서 취소 내역을 확인하고 결과를 선택하세요.",
            verdicts: match n {
                0 => vec![Choice::new("done", EVIL, ""), Choice::new("not_done", "No", "")],
                _ => Vec::new(),
            },
            imp_uid: format!("imp_44828009063{n}"),
            at: when(),
            back: "/console".to_owned(),
        }
    }
}
