//! Every change of a verification: one versioned write, with the job that finds out what was asked.

use super::{CERTIFIED, FAILED, JOB, READY, is_open, sealed};
use crate::payments::line::Line;
use crate::payments::window::failure;
use crate::{Engine, Error, Result};
use domain::{ImpUid, MerchantId, retry};
use pg::PgError;
use pg::capability::certification::{Certifier, Person, Verdict};
use store::certifications::{self, CertificationRow};
use store::{Batch, CommitError};

/// The line to who verifies.
pub(super) type CertifierLine = Line<dyn Certifier>;

/// How often another number is drawn when it is in use.
const DRAWS: usize = 8;

/// How often a change is decided anew when somebody else was faster.
const TRIES: usize = 5;

/// Adds a new one under a number that is drawn here; `fill` makes the row for it.
pub(super) async fn create(
    engine: &Engine,
    fill: impl Fn(&str) -> Result<CertificationRow>,
) -> Result<CertificationRow> {
    for _ in 0..DRAWS {
        let imp_uid = ImpUid::window(engine.ids.certification(engine.clock.now()));
        let row = fill(imp_uid.as_str())?;
        let mut batch = Batch::new();
        certifications::insert(&mut batch, &row);
        match engine.db.commit(batch).await {
            Ok(_) => return Ok(row),
            Err(CommitError::Expectation("imp_uid taken")) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("no free number"))
}

/// Opens the line of a verification.
pub(super) async fn line(engine: &Engine, row: &CertificationRow) -> Result<CertifierLine> {
    let merchant = MerchantId(row.merchant_id);
    let channel = store::channels::find(&engine.db, merchant, row.channel_id).await?;
    let channel = channel.ok_or_else(|| Error::internal("the channel is gone"))?;
    Line::certifying(engine, &channel, &row.imp_uid).await
}

/// The row as it is now.
pub(super) async fn reload(engine: &Engine, row: &CertificationRow) -> Result<CertificationRow> {
    let merchant = MerchantId(row.merchant_id);
    let now = certifications::find(&engine.db, merchant, &row.imp_uid).await?;
    now.ok_or_else(super::unknown)
}

/// Changes a verification that is still open, deciding anew on what somebody else made of it. One
/// that is over stays as it is. What was said to the PG is kept in the same batch.
pub(super) async fn change(
    engine: &Engine,
    line: &CertifierLine,
    row: CertificationRow,
    decide: impl Fn(&mut CertificationRow) -> Result<()>,
) -> Result<CertificationRow> {
    let mut said = line.take();
    let mut row = row;
    for _ in 0..TRIES {
        if !is_open(&row) {
            return Ok(row);
        }
        let asked_before = row.asking_at.is_some();
        let mut next = row.clone();
        decide(&mut next)?;
        next.version += 1;
        next.updated_at = line.at.0;
        let mut batch = Batch::new();
        certifications::update(&mut batch, &next);
        let merchant = MerchantId(next.merchant_id);
        match (asked_before, next.asking_at) {
            (false, Some(_)) => {
                let run_at = line.at.plus_seconds(retry::settle_delay(0));
                store::jobs::enqueue(&mut batch, merchant, JOB, &next.imp_uid, run_at);
            }
            (true, None) => store::jobs::remove(&mut batch, merchant, JOB, &next.imp_uid),
            _ => {}
        }
        for exchange in &said {
            store::exchanges::insert(&mut batch, exchange);
        }
        match engine.db.commit(batch).await {
            Ok(_) => {
                engine.wake.notify_one();
                return Ok(next);
            }
            Err(CommitError::Expectation("certification changed")) => {
                row = reload(engine, &row).await?;
            }
            // Deciding again on what is there does no harm; what was said may be there already.
            Err(CommitError::Unknown(_)) => {
                said.clear();
                row = reload(engine, &row).await?;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::Busy)
}

/// Writes down that the PG is being asked about `number`: should we die, a job asks.
pub(super) async fn asking(
    engine: &Engine,
    line: &CertifierLine,
    row: CertificationRow,
    number: Option<&str>,
) -> Result<CertificationRow> {
    change(engine, line, row, |row| {
        row.asking_at = Some(line.at.0);
        if let Some(number) = number {
            row.pg_tid = Some(number.to_owned());
        }
        Ok(())
    })
    .await
}

/// Writes down what the PG said. No answer leaves it open, and the job asking.
pub(super) async fn conclude(
    engine: &Engine,
    line: &CertifierLine,
    row: CertificationRow,
    answer: &std::result::Result<Verdict, PgError>,
) -> Result<CertificationRow> {
    change(engine, line, row, |row| {
        match answer {
            Ok(Verdict::Certified(person, at)) => {
                certified(engine, row, person, at.unwrap_or(line.at), line)
            }
            Ok(Verdict::Failed(refusal)) => {
                fail(row, &refusal.code, &refusal.message, line.at.0);
                Ok(())
            }
            // Whoever comes back from a window has left it.
            Ok(Verdict::Waiting) if row.way == "window" => {
                fail(row, "F400", "본인인증이 완료되지 않았습니다.", line.at.0);
                Ok(())
            }
            Ok(Verdict::Waiting) => {
                row.asking_at = None;
                Ok(())
            }
            Err(PgError::Unknown(_) | PgError::Unavailable(_)) => Ok(()),
            Err(error) => {
                let (code, message) = failure(error);
                fail(row, &code, &message, line.at.0);
                Ok(())
            }
        }
    })
    .await
}

fn certified(
    engine: &Engine,
    row: &mut CertificationRow,
    person: &Person,
    at: domain::Millis,
    line: &CertifierLine,
) -> Result<()> {
    let age = person.birth().map_or(0, |birth| birth.years_at(line.at));
    if let Some(least) = row.min_age.filter(|least| age < *least) {
        let text = format!("만 {least}세 이상만 본인인증을 할 수 있습니다.");
        fail(row, "F400", &text, line.at.0);
        return Ok(());
    }
    row.person = sealed::person(engine, &row.imp_uid, person)?;
    CERTIFIED.clone_into(&mut row.state);
    row.certified_at = Some(at.0);
    row.asked = String::new();
    row.asking_at = None;
    Ok(())
}

/// It will not be. What the page said is forgotten.
pub(super) fn fail(row: &mut CertificationRow, code: &str, message: &str, at: i64) {
    FAILED.clone_into(&mut row.state);
    row.failed_at = Some(at);
    row.fail_code = Some(domain::text::cut(code, 64)).filter(|code| !code.is_empty());
    row.fail_reason = Some(domain::text::cut(message, 500));
    row.asked = String::new();
    row.asking_at = None;
}

/// The row both ways begin with.
pub(super) fn fresh(
    imp_uid: &str,
    merchant_uid: &str,
    channel: &store::channels::ChannelRow,
    way: &str,
    at: i64,
) -> CertificationRow {
    CertificationRow {
        imp_uid: imp_uid.to_owned(),
        merchant_id: channel.merchant_id,
        merchant_uid: merchant_uid.to_owned(),
        channel_id: channel.id,
        pg: channel.pg.clone(),
        pg_id: channel.mid.clone(),
        mode: channel.mode.clone(),
        version: 1,
        state: READY.to_owned(),
        way: way.to_owned(),
        pg_tid: None,
        min_age: None,
        asked: String::new(),
        person: String::new(),
        page_url: None,
        session: None,
        flow: String::new(),
        opener: String::new(),
        redirect_url: None,
        language: "ko".to_owned(),
        started_at: at,
        certified_at: None,
        failed_at: None,
        fail_code: None,
        fail_reason: None,
        asking_at: None,
        updated_at: at,
        deleted_at: None,
    }
}
