//! The timeline of a payment, step by step.

use super::line::hook_state;
use super::show::{Lang, When, fill, money, took};
use super::views::payment::{Block, Item};
use super::words;
use domain::{Millis, Money};
use engine::console::{Step, What};
use engine::rows::{AttemptRow, EventRow, ExchangeRow, NoticeRow, PaymentRow};
use engine::webhooks::{Event, Log, message::Message};
use serde_json::Value;

/// A step in words.
pub(super) fn item(lang: Lang, row: &PaymentRow, step: &Step, now: Millis) -> Item {
    let at = When::new(step.at, now);
    match &step.what {
        What::Event(event) => of_event(lang, row, event, at),
        What::Exchange(exchange) => of_exchange(lang, row, exchange, at),
        What::Notice(notice) => of_notice(lang, notice, at),
        What::Webhook(log) => of_webhook(lang, log, at),
    }
}

fn plain(tone: &'static str, what: String, who: String, at: When) -> Item {
    Item {
        tone,
        what,
        who,
        at,
        took: None,
        notes: Vec::new(),
        summary: "",
        blocks: Vec::new(),
        resend: None,
    }
}

fn of_event(lang: Lang, row: &PaymentRow, event: &EventRow, at: When) -> Item {
    let t = lang.texts();
    let (tone, what) = words::event(t, &event.event);
    let mut item = plain(tone, what, words::actor(t, &event.actor).to_owned(), at);
    let detail = serde_json::from_str::<Value>(&event.detail).unwrap_or_default();
    for (key, value) in detail.as_object().into_iter().flatten() {
        let Some(text) = value.as_str().map(str::to_owned).or_else(|| number(value)) else {
            continue;
        };
        let amount = Money::parse(&text, row.payment.amount.currency());
        match (key.as_str(), amount) {
            // How this change is told from another one: of no interest to people.
            ("change", _) => {}
            // Among the facts beside the timeline.
            ("pg" | "mid" | "channel" | "pg_tid", _) => {}
            ("amount" | "approved", Ok(amount)) => item.notes.push(money(lang, amount)),
            ("why" | "reason" | "message", _) => {
                item.notes.push(words::engine_text(lang, &text));
            }
            ("depositor", _) => item.notes.push(format!("{}: {text}", t.depositor)),
            (other, _) => item.notes.push(format!("{other}: {text}")),
        }
    }
    item
}

fn number(value: &Value) -> Option<String> {
    value.is_number().then(|| value.to_string())
}

fn of_exchange(lang: Lang, row: &PaymentRow, exchange: &ExchangeRow, at: When) -> Item {
    let t = lang.texts();
    let operation = words::operation(t, &exchange.operation);
    let who = fill(t.who_to_pg, &[&words::pg(lang, &row.pg)]);
    let (tone, outcome) = match exchange.http_status {
        Some(status @ 200..=299) => ("accent", format!("HTTP {status}")),
        Some(status) => ("bad", format!("HTTP {status}")),
        None => ("bad", t.no_answer.to_owned()),
    };
    let mut item = plain(tone, format!("{operation} · {outcome}"), who, at);
    item.took = Some(took(exchange.elapsed_ms));
    item.notes.extend(exchange.error.clone());
    item.summary = t.show_wire;
    item.blocks = vec![Block { title: exchange.url.clone(), text: exchange.request.clone() }];
    if let Some(response) = &exchange.response {
        item.blocks.push(Block { title: outcome, text: response.clone() });
    }
    item
}

fn of_notice(lang: Lang, notice: &NoticeRow, at: When) -> Item {
    let t = lang.texts();
    let tone = if notice.outcome == "deposited" { "good" } else { "warn" };
    let mut item = plain(tone, t.notice.to_owned(), t.who_notice.to_owned(), at);
    item.notes.push(notice.outcome.clone());
    item.summary = t.show_fields;
    item.blocks = vec![Block { title: notice.notice_id.clone(), text: notice.fields.clone() }];
    item
}

fn of_webhook(lang: Lang, log: &Log, at: When) -> Item {
    let t = lang.texts();
    let hook = &log.webhook;
    let state = hook_state(lang, hook);
    let event = Event::stored(hook.event.as_deref());
    let name = event.as_ref().map_or(&hook.status, |event| &event.name);
    let what = format!("{} · {}", fill(t.webhook, &[name]), state.text);
    let mut item = plain(state.tone, what, t.who_to_shop.to_owned(), at);
    item.notes.push(hook.url.clone());
    item.notes.extend(log.attempts.iter().map(|attempt| of_attempt(lang, attempt)));
    if log.attempts.is_empty() {
        item.notes.push(t.due_next.to_owned());
    }
    item.took = log.attempts.last().map(|attempt| took(attempt.elapsed_ms));
    item.summary = t.show_answers;
    let message = Message {
        imp_uid: &hook.imp_uid,
        merchant_uid: &hook.merchant_uid,
        status: &hook.status,
        cancellation_id: hook.cancellation_id.as_deref(),
        event: event.as_ref(),
    };
    // Each attempt sends the same bytes.
    let body = message.request(&hook.url, &hook.format).body;
    let body = String::from_utf8_lossy(&body).into_owned();
    item.blocks = vec![Block { title: format!("POST {}", hook.url), text: body }];
    let answers = log.attempts.iter().filter_map(|attempt| {
        let text = attempt.response.clone().filter(|text| !text.is_empty())?;
        Some(Block { title: of_attempt(lang, attempt), text })
    });
    item.blocks.extend(answers);
    item.resend = Some(hook.id);
    item
}

fn of_attempt(lang: Lang, attempt: &AttemptRow) -> String {
    let t = lang.texts();
    let (n, took) = (attempt.attempt.to_string(), took(attempt.elapsed_ms));
    match (attempt.http_status, &attempt.error) {
        (Some(status), _) => fill(t.try_answer, &[&n, &status.to_string(), &took]),
        (None, Some(error)) => fill(t.try_error, &[&n, error, &took]),
        (None, None) => fill(t.try_error, &[&n, t.no_answer, &took]),
    }
}
