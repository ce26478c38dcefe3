//! The PG's word by its inquiry: each payment and cancel of the days is asked about, one after the
//! other. Nothing is changed anywhere, and no answer is no answer: such a payment is left out and
//! counted. What the PG has and we do not know cannot be found this way.

use super::run::{Asked, Outcome, run};
use super::{Days, ours};
use crate::payments::line::Line;
use crate::payments::order::cancel_order;
use crate::{Engine, Error, Result};
use domain::reconcile::{Entry, Flow, Ours, Standing, Theirs};
use domain::{MerchantId, Millis};
use pg::CancelSettled;
use pg::capability::inquiry::{Inquiries, Inquiry, Known, Told};
use store::cancels::CancelRow;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

/// So many payments are asked about in one run, no more.
pub const MOST_ASKED: usize = 5_000;

/// Waits between two questions, so that a PG is not asked faster than it likes.
#[async_trait::async_trait]
pub trait Pace: Send + Sync {
    /// Until the next question may be asked.
    async fn wait(&self);
}

/// No waiting: for tests and sandboxes.
pub struct NoPace;

#[async_trait::async_trait]
impl Pace for NoPace {
    async fn wait(&self) {}
}

/// Compares what the PG answers when asked, of at most `most` payments ([`MOST_ASKED`] itself).
///
/// # Errors
/// [`Error::Unsupported`] for a PG without such an inquiry; [`Error::Refused`] for too many
/// payments at once.
pub async fn by_lookup(
    engine: &Engine,
    channel: &ChannelRow,
    days: Days,
    actor: &str,
    pace: &dyn Pace,
    most: usize,
) -> Result<Outcome> {
    let line = Line::of_channel(engine, channel, "").await?;
    let Some(verbs) = line.pg.inquiries() else {
        let text = format!(
            "{}: 거래 조회를 제공하지 않는 PG사입니다. 정산 파일로 대사해 주세요.",
            line.pg.spec().ko
        );
        return Err(Error::Unsupported(text));
    };
    let merchant = MerchantId(channel.merchant_id);
    let mine = ours::load(engine, merchant, channel.id, days, &[]).await?;
    let mine: Vec<Ours> = mine.into_iter().filter(|payment| about(payment, days)).collect();
    let most = most.min(MOST_ASKED);
    if mine.len() > most {
        return Err(Error::Refused(format!(
            "조회할 거래가 {}건입니다. {most}건까지 조회할 수 있습니다. 기간을 줄이거나 정산 \
             파일로 대사해 주세요.",
            mine.len()
        )));
    }
    let (mut theirs, mut unasked) = (Vec::new(), Vec::new());
    for payment in &mine {
        let question = Question { engine, line: &line, verbs, days, pace };
        match question.ask(payment).await? {
            Some(rows) => theirs.extend(rows),
            None => unasked.push(payment.imp_uid.clone()),
        }
        // What was said is not kept: it changed nothing.
        drop(line.take());
    }
    let asked = Asked {
        channel,
        days,
        actor,
        source: "lookup",
        file_name: String::new(),
        file_hash: String::new(),
        unasked,
        foreign: 0,
    };
    run(engine, asked, theirs).await
}

/// Whether money of a payment moved on one of the days.
fn about(payment: &Ours, days: Days) -> bool {
    let entries = payment.paid.iter().chain(&payment.backs);
    payment.standing == Standing::Held && entries.into_iter().any(|entry| days.hold(entry.at))
}

struct Question<'a> {
    engine: &'a Engine,
    line: &'a Line,
    verbs: &'a dyn Inquiries,
    days: Days,
    pace: &'a dyn Pace,
}

impl Question<'_> {
    /// Their rows of a payment; `None` if the PG could not be asked about all of it.
    async fn ask(&self, payment: &Ours) -> Result<Option<Vec<Theirs>>> {
        let merchant = MerchantId(self.line.merchant());
        let db = &self.engine.db;
        let row = store::payments::find(db, merchant, &payment.imp_uid).await?;
        let (Some(row), Some(paid)) = (row, payment.paid.as_ref()) else { return Ok(None) };
        let mut rows = Vec::new();
        let mut told_back = None;
        if self.days.hold(paid.at) || self.verbs.tells_backs() {
            match self.payment(&row).await {
                Some(Told::Known(known)) => {
                    told_back = known.back.map(domain::Money::minor);
                    rows.push(came(payment, paid, &known));
                }
                Some(Told::Nothing) => return Ok(Some(rows)),
                Some(Told::CannotTell(_)) | None => return Ok(None),
            }
        }
        if let Some(back) = told_back {
            rows.extend(went(payment, back));
            return Ok(Some(rows));
        }
        let cancels = store::cancels::of_payment(db, merchant, &payment.imp_uid).await?;
        let done: Vec<&CancelRow> = cancels.iter().filter(|one| one.state == "done").collect();
        for (earlier, cancel) in done.iter().enumerate() {
            if cancel.done_at.is_none_or(|at| !self.days.hold(Millis(at))) {
                continue;
            }
            match self.cancel(&row, cancel, earlier).await {
                Some(CancelSettled::Done(done)) => rows.push(Theirs {
                    flow: Flow::Back,
                    amount: cancel.amount,
                    cancel_no: done.tid,
                    at: done.at.unwrap_or(Millis(cancel.done_at.unwrap_or(cancel.asked_at))),
                    ..row_of(payment, paid)
                }),
                Some(CancelSettled::NotDone) => {}
                Some(CancelSettled::CannotTell(_)) | None => return Ok(None),
            }
        }
        Ok(Some(rows))
    }

    async fn payment(&self, row: &PaymentRow) -> Option<Told> {
        self.pace.wait().await;
        let inquiry = Inquiry {
            imp_uid: row.imp_uid.clone(),
            tid: row.pg_tid.clone().unwrap_or_default(),
            amount: row.payment.amount,
            method: row.pay_method.clone().unwrap_or_default(),
            memo: row.pg_memo.clone(),
            asked_at: Millis(row.approving_at.or(row.paid_at).unwrap_or(row.started_at)),
        };
        let operation = row.operation_id.clone().unwrap_or_default();
        self.verbs.payment(&self.line.cx(&operation), &inquiry).await.ok()
    }

    async fn cancel(
        &self,
        row: &PaymentRow,
        cancel: &CancelRow,
        earlier: usize,
    ) -> Option<CancelSettled> {
        self.pace.wait().await;
        let order = cancel_order(row, cancel, i64::try_from(earlier).unwrap_or(0));
        let operation = cancel.cancel_id.clone();
        self.verbs.cancel(&self.line.cx(&operation), &order).await.ok()
    }
}

fn row_of(payment: &Ours, paid: &Entry) -> Theirs {
    Theirs {
        line: 0,
        order_no: payment.imp_uid.clone(),
        tid: paid.tid.clone(),
        cancel_no: String::new(),
        mid: String::new(),
        flow: Flow::In,
        amount: paid.amount,
        currency: String::new(),
        at: paid.at,
    }
}

fn came(payment: &Ours, paid: &Entry, known: &Known) -> Theirs {
    Theirs {
        tid: known.tid.clone(),
        mid: known.mid.clone(),
        amount: known.amount.minor(),
        currency: known.amount.currency().code().to_owned(),
        at: known.at.unwrap_or(paid.at),
        ..row_of(payment, paid)
    }
}

/// One sum of what went back, as rows: our own cancels as far as it reaches, and what is over.
fn went(payment: &Ours, sum: i64) -> Vec<Theirs> {
    let Some(paid) = payment.paid.as_ref() else { return Vec::new() };
    let mut left = sum;
    let mut rows = Vec::new();
    let mut last = paid.at;
    for back in &payment.backs {
        let amount = back.amount.min(left);
        if amount > 0 {
            rows.push(Theirs {
                flow: Flow::Back,
                cancel_no: back.tid.clone(),
                amount,
                at: back.at,
                ..row_of(payment, paid)
            });
        }
        left -= amount;
        last = back.at;
    }
    if left > 0 {
        let row = row_of(payment, paid);
        rows.push(Theirs { flow: Flow::Back, amount: left, at: last, ..row });
    }
    rows
}
