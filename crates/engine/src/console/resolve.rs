//! A person deals with what a machine cannot decide: says how it ended, or that it is dealt with.

use super::acts::reason_text;
use crate::payments::{cancel, settle};
use crate::{Engine, Error, Result, audit, errands};
use domain::MerchantId;
use store::attentions::{self, AttentionRow};
use store::{Batch, CommitError};

/// How something that was unknown ended, as a person saw it at the PG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The PG did it.
    Done,
    /// The PG did not do it, or the person undid it there.
    NotDone,
}

impl Verdict {
    /// `done` or `not_done`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "done" => Some(Self::Done),
            "not_done" => Some(Self::NotDone),
            _ => None,
        }
    }
}

/// What a person may say about an attention of this kind; empty where there is only to be said that
/// it is dealt with. An approval nobody can look up is undone at the PG, then it is "not done":
/// what a payment needs to be paid (its transaction, its card) only the PG's answer has.
#[must_use]
pub fn verdicts(kind: &str) -> &'static [Verdict] {
    match kind {
        "cancel_unknown" | "errand_unknown" => &[Verdict::Done, Verdict::NotDone],
        "approval_unknown" => &[Verdict::NotDone],
        _ => &[],
    }
}

/// Everything open, newest first, and the last that were dealt with.
///
/// # Errors
/// Of the database.
pub async fn attentions(
    engine: &Engine,
    merchant: MerchantId,
) -> Result<(Vec<AttentionRow>, Vec<AttentionRow>)> {
    const OPEN: i64 = 1_000;
    const RESOLVED: i64 = 100;
    let open = attentions::open(&engine.db, merchant, OPEN).await?;
    Ok((open, attentions::resolved(&engine.db, merchant, RESOLVED).await?))
}

/// Marks an attention as dealt with. `reason` says how; `verdict` how it ended, where the payment
/// waits for that. Who and when is kept.
///
/// # Errors
/// [`Error::Invalid`] without a reason, or without a verdict where one is needed;
/// [`Error::NotFound`] if it is not open.
pub async fn resolve(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    id: &str,
    (verdict, reason): (Option<Verdict>, &str),
) -> Result<()> {
    let reason = reason_text(reason)?;
    let gone = Error::NotFound("이미 처리되었거나 없는 항목입니다.");
    // PostgreSQL refuses NUL in a text, and no id holds one.
    if id.contains('\0') {
        return Err(gone);
    }
    let row = attentions::find_open(&engine.db, merchant, id).await?.ok_or(gone)?;
    let allowed = verdicts(&row.kind);
    let waits = !allowed.is_empty() && open(engine, merchant, &row).await?;
    if waits && !verdict.is_some_and(|verdict| allowed.contains(&verdict)) {
        return Err(Error::invalid("verdict", "PG사에서 확인한 결과를 선택해 주세요."));
    }
    let detail = format!("{id} {} {reason}", verdict.map_or("", word));
    if let Some(verdict) = verdict.filter(|_| waits) {
        // First the line about who says so: no verdict is without one.
        super::acts::note(engine, merchant, actor, "attention.decide", &detail).await?;
        return decide(engine, merchant, actor, &row, verdict).await;
    }
    let mut batch = Batch::new();
    attentions::resolve(&mut batch, merchant, id, actor, engine.now().0);
    audit::note(engine, &mut batch, merchant, actor, "attention.resolve", detail);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(()),
        Err(CommitError::Expectation("no such attention")) => {
            Err(Error::NotFound("이미 처리되었거나 없는 항목입니다."))
        }
        Err(other) => Err(other.into()),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Done => "done",
        Verdict::NotDone => "not_done",
    }
}

/// The last part of an attention's id: the cancel or the errand it is about.
fn about(row: &AttentionRow) -> &str {
    row.id.rsplit(':').next().unwrap_or_default()
}

/// Something still waits for how it ended.
async fn open(engine: &Engine, merchant: MerchantId, row: &AttentionRow) -> Result<bool> {
    let db = &engine.db;
    Ok(match row.kind.as_str() {
        "cancel_unknown" => {
            let open = store::cancels::open_of_payment(db, merchant, &row.imp_uid).await?;
            open.is_some_and(|open| open.cancel_id == about(row))
        }
        "errand_unknown" => {
            let errand = store::errands::find(db, merchant, about(row)).await?;
            errand.is_some_and(|errand| errand.state == "asked")
        }
        _ => {
            let payment = store::payments::find(db, merchant, &row.imp_uid).await?;
            payment.is_some_and(|payment| settle::unsettled(&payment))
        }
    })
}

async fn decide(
    engine: &Engine,
    merchant: MerchantId,
    by: &str,
    row: &AttentionRow,
    verdict: Verdict,
) -> Result<()> {
    let done = verdict == Verdict::Done;
    if row.kind == "errand_unknown" {
        return errands::decide(engine, merchant, about(row), done, by).await;
    }
    let payment = store::payments::find(&engine.db, merchant, &row.imp_uid).await?;
    let payment = payment.ok_or_else(|| Error::internal("the payment is gone"))?;
    match row.kind.as_str() {
        "cancel_unknown" => cancel::decide(engine, payment, about(row), done, by).await?,
        _ => settle::nothing_stands(engine, payment, by).await?,
    };
    Ok(())
}
