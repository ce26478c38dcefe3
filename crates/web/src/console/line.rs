//! Rows of lists out of the engine's rows.

use super::show::{Lang, When, fill, money};
use super::views::webhooks::HookLine;
use super::views::{AttentionItem, Choice, PaymentLine, Pill};
use super::words;
use domain::Millis;
use domain::payment::State;
use engine::rows::{AttentionRow, PaymentRow, WebhookRow};

/// A payment; `at` is the moment it is listed under.
pub(super) fn payment(lang: Lang, row: &PaymentRow, at: i64, now: Millis) -> PaymentLine {
    let t = lang.texts();
    let part = matches!(row.payment.state, State::PartCancelled { .. });
    let left = row.payment.left().ok().filter(|_| part);
    PaymentLine {
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        name: name(row),
        buyer: row.buyer_name.clone().unwrap_or_default(),
        amount: money(lang, row.payment.amount),
        left: left.map(|left| fill(t.left, &[&money(lang, left)])),
        state: words::state(t, row.payment),
        method: words::method(lang, row.pay_method.as_deref().unwrap_or("")),
        pg: words::pg(lang, &row.pg),
        at: When::new(Millis(at), now),
        test: row.mode == "test",
    }
}

/// What a payment is called: the order's name, or its number if it has none.
pub(super) fn name(row: &PaymentRow) -> String {
    let named = row.name.clone().filter(|name| !name.trim().is_empty());
    named.unwrap_or_else(|| row.merchant_uid.clone())
}

/// What needs a person; `n` is its place on the page.
pub(super) fn attention(
    lang: Lang,
    n: usize,
    row: &AttentionRow,
    now: Millis,
    back: &str,
) -> AttentionItem {
    AttentionItem {
        n,
        id: row.id.clone(),
        title: words::attention(lang, &row.kind),
        detail: words::engine_text(lang, &row.detail),
        advice: words::advice(lang, &row.kind),
        verdicts: verdicts(lang, &row.kind),
        imp_uid: row.imp_uid.clone(),
        at: When::new(Millis(row.at), now),
        back: back.to_owned(),
    }
}

/// What a person may say about it, nothing chosen yet.
fn verdicts(lang: Lang, kind: &str) -> Vec<Choice> {
    let choices = engine::console::verdicts(kind).iter().map(|verdict| {
        let (value, label) = words::verdict(lang, kind, *verdict);
        Choice::new(value, label, "")
    });
    choices.collect()
}

/// A webhook.
pub(super) fn hook(lang: Lang, row: &WebhookRow, now: Millis) -> HookLine {
    HookLine {
        id: row.id,
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        event: row.status.clone(),
        url: row.url.clone(),
        attempts: row.attempts,
        state: hook_state(lang, row),
        at: When::new(row.created_at, now),
    }
}

/// How a webhook stands.
pub(super) fn hook_state(lang: Lang, row: &WebhookRow) -> Pill {
    let t = lang.texts();
    match (row.delivered_at, row.gave_up_at, row.attempts) {
        (Some(_), ..) => Pill::new("good", t.hook_delivered),
        (None, Some(_), _) => Pill::new("bad", t.hook_gave_up),
        (None, None, 0) => Pill::new("mute", t.hook_waiting),
        (None, None, _) => Pill::new("warn", t.hook_retrying),
    }
}
