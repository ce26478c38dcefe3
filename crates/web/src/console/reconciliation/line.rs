//! Breaks and runs in words.

use super::super::show::{Lang, When, fill, minor};
use super::super::texts_reconcile::Texts;
use super::super::views::reconciliation::{BreakLine, RunLine};
use super::super::views::{Fact, Pill};
use super::super::words;
use domain::{Currency, Millis};
use engine::reconcile::{BreakRow, Kind, RunRow, day_text};
use engine::rows::ChannelRow;
use serde_json::Value;

/// What a channel is called, with its MID.
pub(super) fn channel_name(lang: Lang, row: &ChannelRow) -> String {
    let name = if row.name.is_empty() { words::pg(lang, &row.pg) } else { row.name.clone() };
    format!("{name} ({})", row.mid)
}

fn channel(lang: Lang, id: i64, channels: &[ChannelRow]) -> String {
    let known = channels.iter().find(|row| row.id == id);
    known.map_or_else(|| id.to_string(), |row| channel_name(lang, row))
}

/// A break in the list.
pub(super) fn found(
    lang: Lang,
    r: &'static Texts,
    row: &BreakRow,
    channels: &[ChannelRow],
) -> BreakLine {
    let side = |text: &Option<String>| {
        text.as_ref().map_or(r.nothing.to_owned(), |text| side_amount(lang, text))
    };
    BreakLine {
        id: row.id,
        kind: kind(r, row).0,
        day: day_text(row.day),
        channel: channel(lang, row.channel_id, channels),
        order: if row.order_no.is_empty() { row.item.clone() } else { row.order_no.clone() },
        imp_uid: row.imp_uid.clone(),
        ours: side(&row.ours),
        theirs: side(&row.theirs),
        difference: difference(lang, row),
        status: status(r, &row.status),
    }
}

/// The break's name and what it means.
pub(super) fn kind(r: &'static Texts, row: &BreakRow) -> (&'static str, &'static str) {
    match Kind::parse(&row.kind) {
        None => ("?", ""),
        Some(Kind::MissingAtPg) => (r.kind_missing_at_pg, r.why_missing_at_pg),
        Some(Kind::MissingHere) => (r.kind_missing_here, r.why_missing_here),
        Some(Kind::UnpaidHere) => (r.kind_unpaid_here, r.why_unpaid_here),
        Some(Kind::UnknownHere) => (r.kind_unknown_here, r.why_unknown_here),
        Some(Kind::AmountDiffers) => (r.kind_amount_differs, r.why_amount_differs),
        Some(Kind::CurrencyDiffers) => (r.kind_currency_differs, r.why_currency_differs),
        Some(Kind::MidDiffers) => (r.kind_mid_differs, r.why_mid_differs),
        Some(Kind::DayDiffers) => (r.kind_day_differs, r.why_day_differs),
        Some(Kind::TwiceAtPg) => (r.kind_twice_at_pg, r.why_twice_at_pg),
        Some(Kind::CancelMissingAtPg) => (r.kind_cancel_missing_at_pg, r.why_cancel_missing_at_pg),
        Some(Kind::CancelMissingHere) => (r.kind_cancel_missing_here, r.why_cancel_missing_here),
        Some(Kind::CancelUnknownHere) => (r.kind_cancel_unknown_here, r.why_cancel_unknown_here),
        Some(Kind::CancelAmountDiffers) => {
            (r.kind_cancel_amount_differs, r.why_cancel_amount_differs)
        }
    }
}

fn status(r: &'static Texts, word: &str) -> Pill {
    match word {
        "open" => Pill::new("bad", r.status_open),
        "proposed" => Pill::new("warn", r.status_proposed),
        "corrected" => Pill::new("good", r.status_corrected),
        "remedied" => Pill::new("good", r.status_remedied),
        "closed" => Pill::new("mute", r.status_closed),
        "other_day" => Pill::new("mute", r.status_other_day),
        _ => Pill::new("mute", r.status_vanished),
    }
}

/// Signed, in the break's currency.
pub(super) fn difference(lang: Lang, row: &BreakRow) -> String {
    let amount = amount(lang, row.difference.saturating_abs(), &row.currency);
    match row.difference.signum() {
        -1 => format!("−{amount}"),
        1 => format!("+{amount}"),
        _ => "–".to_owned(),
    }
}

/// Minor units in words; a currency we do not know keeps its number.
pub(super) fn amount(lang: Lang, value: i64, currency: &str) -> String {
    match Currency::parse(currency) {
        Some(currency) => minor(lang, value, currency),
        None => format!("{value} {currency}"),
    }
}

fn side_amount(lang: Lang, text: &str) -> String {
    let side: Value = serde_json::from_str(text).unwrap_or_default();
    let value = side["amount"].as_i64().unwrap_or_default();
    amount(lang, value, side["currency"].as_str().unwrap_or_default())
}

/// One side's values.
pub(super) fn facts(
    lang: Lang,
    r: &'static Texts,
    text: Option<&String>,
    now: Millis,
) -> Vec<Fact> {
    let Some(text) = text else { return Vec::new() };
    let side: Value = serde_json::from_str(text).unwrap_or_default();
    let mut facts = vec![Fact::text(r.label_amount, side_amount(lang, text))];
    if let Some(at) = side["at"].as_i64() {
        facts.push(Fact::at(r.label_at, When::new(Millis(at), now)));
    }
    for (label, name) in [(r.label_mid, "mid"), (r.label_tid, "tid")] {
        let value = side[name].as_str().unwrap_or_default();
        if !value.is_empty() {
            facts.push(Fact::id(label, value));
        }
    }
    if let Some(line) = side["line"].as_i64() {
        facts.push(Fact::text(r.label_line, line.to_string()));
    }
    facts
}

/// A run in the list.
pub(super) fn run(
    lang: Lang,
    r: &'static Texts,
    row: &RunRow,
    channels: &[ChannelRow],
    now: Millis,
) -> RunLine {
    let count = |text: &str, number: i64| (number > 0).then(|| fill(text, &[&number.to_string()]));
    let notes = [
        count(r.other_days, row.other_days),
        count(r.unasked, row.unasked),
        count(r.foreign, row.foreign_rows),
    ];
    let (from, to) = (day_text(row.from_day), day_text(row.to_day));
    RunLine {
        at: When::new(Millis(row.at), now),
        actor: row.actor.clone(),
        channel: channel(lang, row.channel_id, channels),
        days: if from == to { from } else { format!("{from} ~ {to}") },
        source: if row.source == "file" { r.source_file } else { r.source_lookup },
        file: row.file_name.clone(),
        matched: row.matched,
        found: row.found,
        notes: notes.into_iter().flatten().collect(),
    }
}
