//! One run: both sides, the comparison, and what is kept of it.

use super::{BreakRow, Days, RunRow, file, mapping, ours};
use crate::{Engine, Error, Result, audit};
use domain::MerchantId;
use domain::reconcile::{Break, Flow, Kind, OtherDay, Report, Side, Theirs, compare};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::channels::ChannelRow;
use store::{Batch, recon};

/// More breaks than this are no breaks but the wrong file.
pub const MOST: usize = 10_000;

/// How many breaks one batch writes.
const CHUNK: usize = 500;

/// What a run found.
#[derive(Debug)]
pub struct Outcome {
    /// The run as it was kept.
    pub run: RunRow,
    /// Every break of its days, whatever became of it.
    pub breaks: Vec<BreakRow>,
}

impl Outcome {
    /// The breaks that wait for somebody.
    pub fn open(&self) -> impl Iterator<Item = &BreakRow> {
        self.breaks.iter().filter(|row| recon::OPEN.contains(&row.status.as_str()))
    }
}

/// Whose books, which days, and who asks.
pub(super) struct Asked<'a> {
    pub(super) channel: &'a ChannelRow,
    pub(super) days: Days,
    pub(super) actor: &'a str,
    /// `file` or `lookup`.
    pub(super) source: &'static str,
    pub(super) file_name: String,
    pub(super) file_hash: String,
    /// Payments the PG could not be asked about: left out on both sides.
    pub(super) unasked: Vec<String>,
    /// Rows that were passed over before.
    pub(super) foreign: u64,
}

/// Compares a settlement file, read by the channel's mapping or by the one given.
///
/// # Errors
/// [`Error::Invalid`] for a file that cannot be read, naming lines; [`Error::Refused`] if it is so
/// far from our books that it must be another contract's.
pub async fn from_file(
    engine: &Engine,
    channel: &ChannelRow,
    days: Days,
    actor: &str,
    (name, bytes): (&str, &[u8]),
    mapping: Option<mapping::Mapping>,
) -> Result<Outcome> {
    let merchant = MerchantId(channel.merchant_id);
    let mapping = match mapping {
        Some(mapping) => mapping.checked()?,
        None => mapping::of_channel(engine, merchant, channel.id).await?,
    };
    let spec = crate::channels::spec(channel)?;
    let mut codes = vec![spec.code];
    codes.extend(spec.aliases);
    let sheet = file::read(&mapping, &codes, bytes)?;
    let asked = Asked {
        channel,
        days,
        actor,
        source: "file",
        file_name: domain::text::cut(name, 200),
        file_hash: hex::encode(Sha256::digest(bytes)),
        unasked: Vec::new(),
        foreign: sheet.other_pgs,
    };
    run(engine, asked, sheet.rows).await
}

/// Compares and keeps what came of it.
pub(super) async fn run(engine: &Engine, asked: Asked<'_>, theirs: Vec<Theirs>) -> Result<Outcome> {
    let merchant = MerchantId(asked.channel.merchant_id);
    let _held = engine.locks.hold(&format!("reconcile:{}", asked.channel.id)).await;
    let mut mine = ours::load(engine, merchant, asked.channel.id, asked.days, &theirs).await?;
    mine.retain(|payment| !asked.unasked.contains(&payment.imp_uid));
    let (count, rows, days) = (mine.len(), theirs.len(), asked.days);
    let report = compare(&asked.channel.mid, days, mine, theirs);
    if report.breaks.len() > MOST {
        return Err(Error::Refused(format!(
            "불일치가 {}건입니다. 다른 계약이나 다른 기간의 자료로 보여 저장하지 않았습니다.",
            report.breaks.len()
        )));
    }
    let run = run_row(engine, &asked, &report, (count, rows));
    keep(engine, &asked, &run, &report).await?;
    let span = (days.from, days.to);
    let breaks = recon::breaks_of(&engine.db, merchant, asked.channel.id, span).await?;
    Ok(Outcome { run, breaks })
}

fn run_row(
    engine: &Engine,
    asked: &Asked<'_>,
    report: &Report,
    (ours, theirs): (usize, usize),
) -> RunRow {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let sum = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    RunRow {
        id: engine.next_id(),
        merchant_id: asked.channel.merchant_id,
        channel_id: asked.channel.id,
        from_day: asked.days.from,
        to_day: asked.days.to,
        source: asked.source.to_owned(),
        file_name: asked.file_name.clone(),
        file_hash: asked.file_hash.clone(),
        actor: asked.actor.to_owned(),
        at: engine.now().0,
        ours: count(ours),
        theirs: count(theirs),
        matched: sum(report.matched),
        other_days: count(report.other_days.len()),
        netted: sum(report.netted),
        foreign_rows: sum(report.foreign.saturating_add(asked.foreign)),
        unasked: count(asked.unasked.len()),
        found: count(report.breaks.len()),
    }
}

/// Writes the breaks, then the run with what is over by itself: a run that died in between is as
/// if it had not been, and running it again mends it.
async fn keep(engine: &Engine, asked: &Asked<'_>, run: &RunRow, report: &Report) -> Result<()> {
    let merchant = MerchantId(run.merchant_id);
    for some in report.breaks.chunks(CHUNK) {
        let mut batch = Batch::new();
        for found in some {
            recon::put_break(&mut batch, &break_row(engine, run, found));
            if found.kind == Kind::DayDiffers {
                let (Some(ours), Some(theirs)) = (&found.ours, &found.theirs) else { continue };
                let other = OtherDay {
                    item: found.item.clone(),
                    imp_uid: found.imp_uid.clone().unwrap_or_default(),
                    flow: found.flow,
                    ours: ours.clone(),
                    theirs: theirs.clone(),
                };
                recon::elsewhere(&mut batch, &other_row(engine, run, &other));
            }
        }
        engine.db.commit(batch).await?;
    }
    for some in report.other_days.chunks(CHUNK) {
        let mut batch = Batch::new();
        for other in some {
            recon::elsewhere(&mut batch, &other_row(engine, run, other));
        }
        engine.db.commit(batch).await?;
    }
    let mut batch = Batch::new();
    recon::insert_run(&mut batch, run);
    let span = (run.from_day, run.to_day);
    recon::absent(&mut batch, merchant, run.channel_id, span, run.id, &asked.unasked);
    let days = format!("{} ~ {}", super::day_text(span.0), super::day_text(span.1));
    let detail = format!("channel {} {days}: {}", run.channel_id, run.found);
    audit::note(engine, &mut batch, merchant, &run.actor, "reconcile.run", detail);
    engine.db.commit(batch).await?;
    Ok(())
}

fn break_row(engine: &Engine, run: &RunRow, found: &Break) -> BreakRow {
    let currency = [&found.ours, &found.theirs]
        .into_iter()
        .flatten()
        .map(|side| side.currency.clone())
        .find(|currency| !currency.is_empty());
    BreakRow {
        id: engine.next_id(),
        merchant_id: run.merchant_id,
        channel_id: run.channel_id,
        kind: found.kind.as_str().to_owned(),
        item: found.item.clone(),
        day: found.day,
        imp_uid: found.imp_uid.clone(),
        order_no: found.order_no.clone(),
        flow: flow(found.flow).to_owned(),
        currency: currency.unwrap_or_default(),
        difference: found.difference,
        ours: found.ours.as_ref().map(side),
        theirs: found.theirs.as_ref().map(side),
        status: "open".to_owned(),
        first_run: run.id,
        last_run: run.id,
        debit: None,
        credit: None,
        amount: None,
        reason: None,
        proposed_by: None,
        proposed_login: None,
        proposed_at: None,
        decided_login: None,
        decided_at: None,
        note: None,
        version: 1,
    }
}

/// The break an item would have been, had its other day not been found.
fn other_row(engine: &Engine, run: &RunRow, other: &OtherDay) -> BreakRow {
    let (kind, difference) = match other.flow {
        Flow::In => (Kind::MissingAtPg, -other.ours.amount),
        Flow::Back => (Kind::CancelMissingAtPg, other.ours.amount),
    };
    let found = Break {
        kind,
        item: other.item.clone(),
        imp_uid: Some(other.imp_uid.clone()),
        order_no: other.imp_uid.clone(),
        flow: other.flow,
        day: domain::reconcile::day_of(other.ours.at),
        ours: Some(other.ours.clone()),
        theirs: Some(other.theirs.clone()),
        difference,
    };
    break_row(engine, run, &found)
}

fn flow(flow: Flow) -> &'static str {
    match flow {
        Flow::In => "in",
        Flow::Back => "back",
    }
}

/// One side's values as they are kept.
fn side(side: &Side) -> String {
    json!({"amount": side.amount, "currency": side.currency, "mid": side.mid, "tid": side.tid,
        "at": side.at.0, "line": side.line})
    .to_string()
}
