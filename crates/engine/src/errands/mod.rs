//! Errands: calls that change something at a PG and move no money. A step of a product order, a
//! confirmed purchase, a state of an order, a delivery's data, another amount for an open account.
//!
//! As with money, the intent is written down before the call, and no answer is not a failure: it is
//! asked about at once, then by the job [`JOB`] until the PG says how it ended. Until then nothing
//! else is asked about the same thing. An errand is never sent twice; asking again afterwards is
//! another errand, which the PG's own state allows or refuses. The hub keeps no copy of that state.

mod account;
mod settle;

pub(crate) use account::known as account_known;
pub(crate) use settle::decide;
pub use settle::settle;

use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::{AccountChange, Cx, DeliveryReport, OrderStatus, PgError, ProductOrder, Requester, Step};
use store::errands::ErrandRow;
use store::payments::PaymentRow;
use store::{Batch, CommitError};

/// The job that settles an errand; its key is the errand's number.
pub const JOB: &str = "settle_errand";

const SETTLING: &str = "이전 요청의 결과를 PG사에 확인하고 있습니다. 잠시 후 다시 시도해 주세요.";
const NO_ANSWER: &str = "PG사의 응답을 받지 못해 처리 결과를 확인하고 있습니다.";
const NOT_DONE: &str = "PG사에 처리 내역이 없습니다. 처리되지 않았습니다.";

/// What a PG is asked to do.
#[derive(Clone, Debug)]
pub(crate) enum Errand {
    /// A step of the product order with this number.
    Step(String, Step),
    /// The buyer's points.
    GivePoints,
    /// The purchase is over.
    Confirm(Requester),
    /// A state of the order.
    Status(OrderStatus),
    /// How the goods travel.
    Delivery(Box<DeliveryReport>),
    /// What an open account shall be.
    Account(AccountChange),
}

impl Errand {
    fn kind(&self) -> &'static str {
        match self {
            Self::Step(_, step) => step.word(),
            Self::GivePoints => "points",
            Self::Confirm(_) => "confirm",
            Self::Status(_) => "order-status",
            Self::Delivery(_) => "delivery",
            Self::Account(_) => account::KIND,
        }
    }

    fn target(&self) -> &str {
        match self {
            Self::Step(id, _) => id,
            Self::GivePoints | Self::Confirm(_) | Self::Status(_) | Self::Delivery(_) => "",
            Self::Account(_) => account::KIND,
        }
    }

    /// Asks once. A product order comes back from a step.
    async fn ask(
        &self,
        line: &Line,
        cx: &Cx<'_>,
        tid: &str,
    ) -> std::result::Result<Option<ProductOrder>, PgError> {
        // Whoever sends an errand has asked before whether the PG can.
        let cannot = || PgError::invalid("pg", "이 PG사가 지원하지 않는 처리입니다.");
        match self {
            Self::Step(id, step) => {
                let verbs = line.pg.product_orders().ok_or_else(cannot)?;
                return verbs.step(cx, id, step).await.map(Some);
            }
            Self::GivePoints => {
                line.pg.purchases().ok_or_else(cannot)?.give_points(cx, tid).await?;
            }
            Self::Confirm(by) => {
                line.pg.purchases().ok_or_else(cannot)?.confirm(cx, tid, *by).await?;
            }
            Self::Status(to) => {
                line.pg.order_statuses().ok_or_else(cannot)?.change(cx, tid, *to).await?;
            }
            Self::Account(change) => {
                line.pg.account_changes().ok_or_else(cannot)?.change(cx, tid, change).await?;
            }
            Self::Delivery(report) => {
                line.pg.deliveries().ok_or_else(cannot)?.report(cx, tid, report).await?;
            }
        }
        Ok(None)
    }
}

/// Runs an errand about a payment to its end, or as far as it can be known now. A step gives the
/// product order, unless its answer was lost and only its end is known.
///
/// # Errors
/// [`Error::PgRefused`] in the PG's words: nothing changed. [`Error::Refused`] while an earlier
/// errand about the same thing has no end. Without an answer [`Error::PgRefused`] says that it is
/// being settled.
pub(crate) async fn run(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
    errand: &Errand,
) -> Result<Option<ProductOrder>> {
    let merchant = MerchantId(row.merchant_id);
    let target = errand.target();
    let _held = engine.locks.hold(&format!("errand:{}:{target}", row.imp_uid)).await;
    if let Some(open) = store::errands::open(&engine.db, merchant, &row.imp_uid, target).await?
        && settle::now(engine, line, open).await?.state == "asked"
    {
        return Err(Error::Refused(SETTLING.into()));
    }
    let asked = intent(engine, line, row, errand).await?;
    let tid = row.pg_tid.clone().unwrap_or_default();
    match errand.ask(line, &line.cx(&asked.errand_id), &tid).await {
        Ok(told) => {
            settle::finish(engine, line, &asked, "done", None).await?;
            Ok(told)
        }
        Err(PgError::Unknown(why)) => {
            tracing::warn!(errand = asked.errand_id, why, "an errand without an answer");
            let ended = settle::now(engine, line, asked).await?;
            match ended.state.as_str() {
                "done" => Ok(None),
                "refused" => Err(refused(ended.message.unwrap_or_default())),
                _ => Err(refused(NO_ANSWER.into())),
            }
        }
        Err(error) => {
            let error = Error::from(error);
            settle::finish(engine, line, &asked, "refused", Some(&error.to_string())).await?;
            Err(error)
        }
    }
}

fn refused(message: String) -> Error {
    Error::PgRefused { code: "F500".into(), message }
}

/// Writes down that it will be asked, and the job that settles it should we die.
async fn intent(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
    errand: &Errand,
) -> Result<ErrandRow> {
    let merchant = MerchantId(row.merchant_id);
    let (amount, due_at) = match errand {
        Errand::Account(change) => {
            (change.amount.map(domain::Money::minor), change.due.map(|due| due.0))
        }
        _ => (None, None),
    };
    let asked = ErrandRow {
        errand_id: line.number('e'),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone(),
        kind: errand.kind().to_owned(),
        target: domain::text::cut(errand.target(), 80),
        state: "asked".to_owned(),
        asked_at: line.at.0,
        ended_at: None,
        message: None,
        settle_attempts: 0,
        amount,
        due_at,
    };
    let mut batch = Batch::new();
    store::errands::insert(&mut batch, &asked);
    let run_at = line.at.plus_seconds(engine.settings.settle_grace_seconds);
    store::jobs::enqueue(&mut batch, merchant, JOB, &asked.errand_id, run_at);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(asked),
        Err(CommitError::Expectation("errand open")) => Err(Error::Refused(SETTLING.into())),
        Err(other) => Err(other.into()),
    }
}
