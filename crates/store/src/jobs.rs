//! Work for later. A runner takes a job by lease; if its process dies, another takes it after that.
//!
//! `run_at` is in the clock of the job's merchant, leases are in the wall clock.

use crate::{Arg, Batch, CommitError, Db, DbError, Row, args};
use domain::{MerchantId, Millis};

/// A row of `jobs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    /// `kind:key`.
    pub id: String,
    /// The owner.
    pub merchant_id: i64,
    /// Which of the engine's jobs it is.
    pub kind: String,
    /// When it is due, by the merchant's clock.
    pub run_at: Millis,
    /// How often it was put off since it was queued.
    pub attempts: i64,
    /// Until when its taker has it, by the wall clock.
    pub lease_until: Option<Millis>,
    /// Who has it; no name beside a lease means that it was queued again meanwhile.
    pub lease_by: Option<String>,
}

impl JobRow {
    /// What it is about: the part of the id after the kind.
    #[must_use]
    pub fn key(&self) -> &str {
        self.id.split_once(':').map_or("", |(_, key)| key)
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.text("id")?,
            merchant_id: row.int("merchant_id")?,
            kind: row.text("kind")?,
            run_at: Millis(row.int("run_at")?),
            attempts: row.int("attempts")?,
            lease_until: row.opt_int("lease_until")?.map(Millis),
            lease_by: row.opt_text("lease_by")?,
        })
    }
}

/// Queues a job once. One that waits already is done at the earlier of both times; one that runs
/// just now runs again after that.
pub fn enqueue(batch: &mut Batch, merchant: MerchantId, kind: &str, key: &str, run_at: Millis) {
    batch.push(
        "insert into jobs (id, merchant_id, kind, run_at, attempts) values ($1, $2, $3, $4, 0)
         on conflict (id) do update set attempts = 0, lease_by = null,
             run_at = case when excluded.run_at < jobs.run_at
                 then excluded.run_at else jobs.run_at end",
        args![format!("{kind}:{key}"), merchant.0, kind, run_at.0],
    );
}

/// Takes a job out of the queue that is not needed any more, also one that runs just now.
pub fn remove(batch: &mut Batch, merchant: MerchantId, kind: &str, key: &str) {
    batch.push(
        "delete from jobs where id = $1 and merchant_id = $2",
        args![format!("{kind}:{key}"), merchant.0],
    );
}

/// Which jobs to take.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// The wall clock.
    pub now: Millis,
    /// How long the taker has them, by the wall clock.
    pub lease_until: Millis,
    /// The taker's name, new for each claim.
    pub lease_by: &'a str,
    /// At most so many.
    pub limit: i64,
    /// Only of these kinds.
    pub kinds: &'a [&'a str],
    /// Only of this merchant.
    pub merchant: Option<MerchantId>,
}

/// Takes jobs that are due and that nobody has.
///
/// # Errors
/// After [`CommitError::Unknown`] jobs may be taken by a name nobody acts for: they come back when
/// the lease ends.
pub async fn claim(db: &Db, claim: &Claim<'_>) -> Result<Vec<JobRow>, CommitError> {
    let mut args = args![
        claim.now.0,
        claim.lease_until.0,
        claim.lease_by,
        claim.limit,
        claim.merchant.map(|id| id.0),
    ];
    let marks = kind_marks(&mut args, claim.kinds);
    // The second line of the condition is what the index on run_at can use.
    let sql = format!(
        "with due as materialized (
             select j.id from jobs j
             where j.run_at <= $1
                 + (select m.clock_offset_ms from merchants m where m.id = j.merchant_id)
             and j.run_at <= $1 + (select coalesce(max(m.clock_offset_ms), 0) from merchants m)
             and (j.lease_until is null or j.lease_until <= $1)
             and (cast($5 as bigint) is null or j.merchant_id = $5)
             and j.kind in ({marks})
             order by j.run_at limit $4{})
         update jobs set lease_until = $2, lease_by = $3
         where id in (select id from due) returning *",
        db.skip_locked()
    );
    let mut batch = Batch::new();
    batch.push(sql, args);
    let rows = db.commit(batch).await?;
    let mut jobs = Vec::new();
    for row in rows.iter().flatten() {
        jobs.push(JobRow::read(row)?);
    }
    jobs.sort_by_key(|job| job.run_at);
    Ok(jobs)
}

fn kind_marks(args: &mut Vec<Arg>, kinds: &[&str]) -> String {
    let mut marks = Vec::new();
    for kind in kinds {
        args.push(Arg::from(*kind));
        marks.push(format!("${}", args.len()));
    }
    marks.join(", ")
}

/// Ends a taken job, unless it was queued again meanwhile: then it is free to be taken at once.
pub fn complete(batch: &mut Batch, job: &JobRow) {
    batch.push(
        "delete from jobs where id = $1 and lease_by = $2",
        args![&job.id, job.lease_by.clone()],
    );
    release(batch, job);
}

/// Puts a taken job off, unless it was queued again meanwhile: then it is free to be taken at once.
pub fn reschedule(batch: &mut Batch, job: &JobRow, run_at: Millis) {
    batch.push(
        "update jobs set run_at = $3, attempts = attempts + 1, lease_until = null, lease_by = null
         where id = $1 and lease_by = $2",
        args![&job.id, job.lease_by.clone(), run_at.0],
    );
    release(batch, job);
}

fn release(batch: &mut Batch, job: &JobRow) {
    batch.push(
        "update jobs set lease_until = null
         where id = $1 and lease_by is null and lease_until = $2",
        args![&job.id, job.lease_until.map(|at| at.0)],
    );
}

/// The merchant's jobs that are due, taken or not.
pub async fn due(db: &Db, merchant: MerchantId, now: Millis) -> Result<Vec<JobRow>, DbError> {
    let sql = "select j.* from jobs j join merchants m on m.id = j.merchant_id
        where j.merchant_id = $1 and j.run_at <= $2 + m.clock_offset_ms order by j.run_at";
    db.rows(sql, &args![merchant.0, now.0]).await?.iter().map(JobRow::read).collect()
}

/// When the merchant's next job after a moment of its clock is due, if there is one.
pub async fn next_after(
    db: &Db,
    merchant: MerchantId,
    at: Millis,
) -> Result<Option<Millis>, DbError> {
    let sql = "select run_at from jobs where merchant_id = $1 and run_at > $2
        order by run_at limit 1";
    let row = db.row(sql, &args![merchant.0, at.0]).await?;
    Ok(row.as_ref().map(|row| row.int("run_at")).transpose()?.map(Millis))
}

/// All jobs of a merchant by the time they are due, for the console and for tests.
pub async fn list(db: &Db, merchant: MerchantId, limit: i64) -> Result<Vec<JobRow>, DbError> {
    let sql = "select * from jobs where merchant_id = $1 order by run_at limit $2";
    db.scan(sql, args![merchant.0, limit]).await?.iter().map(JobRow::read).collect()
}
