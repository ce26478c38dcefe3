//! The one door for changes of a payment: state with its version check, entries in the ledger,
//! history, order claim, jobs and webhook intent in one batch, whole or not at all.

mod outcome;
mod surprise;

use crate::ledger::{self, entry};
use crate::{Engine, Error};
use domain::ledger::{Kind, Transfer};
use domain::payment::{Effect, Event, Illegal, Payment, State, Status};
use domain::{MerchantId, Millis};
use serde_json::{Map, Value};
use store::exchanges::ExchangeRow;
use store::history::EventRow;
use store::payments::PaymentRow;
use store::{Batch, CommitError};

/// Who caused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The buyer's browser.
    Page,
    /// The PG's answer to a call of ours.
    Pg,
    /// A notice of the PG.
    Notice,
    /// The merchant's server.
    Api,
    /// Staff.
    Console,
    /// A job of ours.
    Job,
}

impl Actor {
    /// The word in the history.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Pg => "pg",
            Self::Notice => "notice",
            Self::Api => "api",
            Self::Console => "console",
            Self::Job => "job",
        }
    }
}

/// `customer_uid_usage` of a charge that only tries a key and is given back at once. To merchants
/// it is a `payment`.
pub const CARD_CHECK: &str = "payment.check";

/// Why a change did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Conflict {
    /// The rules forbid it.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// Somebody else changed the payment first: read again and decide again.
    #[error("changed meanwhile")]
    Changed,
    /// Another attempt of the order is approved or being approved.
    #[error("another attempt holds the order")]
    OrderTaken,
    /// This notice was acted on before.
    #[error("notice seen")]
    NoticeSeen,
    /// What this correction of the ledger is about was settled before.
    #[error("correction made")]
    CorrectionMade,
    /// Anything else.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<Conflict> for Error {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::Failed(error) => error,
            Conflict::OrderTaken => Self::Refused("이미 결제가 이루어진 거래건입니다.".into()),
            Conflict::Changed => {
                Self::Refused("다른 요청이 처리 중입니다. 다시 시도해 주세요.".into())
            }
            other @ (Conflict::Illegal(_) | Conflict::NoticeSeen | Conflict::CorrectionMade) => {
                Self::internal(other)
            }
        }
    }
}

/// A change being put together.
pub struct Change {
    /// The row as it will be.
    pub row: PaymentRow,
    /// Further statements of the same batch (the cancel's row, the notice's row).
    pub batch: Batch,
    /// A cancel's webhook is wanted (V1 sends none for API cancels unless asked).
    pub notify_cancel: Option<String>,
    /// A failure's webhook is wanted (V1 sends one for scheduled charges only).
    pub notify_failure: bool,
    /// The person who decided it, where one did.
    pub by: Option<String>,
    actor: Actor,
    at: Millis,
    event: String,
    detail: Map<String, Value>,
    effects: Vec<Effect>,
    was: Payment,
    was_paid: bool,
    moved: Vec<(Transfer, String)>,
    operation: Option<String>,
    quiet: bool,
    change_id: String,
}

impl Change {
    /// Starts from the row as read. `at` is the merchant's time.
    #[must_use]
    pub fn new(engine: &Engine, row: PaymentRow, actor: Actor, at: Millis) -> Self {
        let (was, was_paid) = (row.payment, row.paid_at.is_some());
        let change_id = format!("{:016x}", engine.random.u64());
        Self {
            row,
            batch: Batch::new(),
            notify_cancel: None,
            notify_failure: false,
            by: None,
            actor,
            at,
            event: String::new(),
            detail: Map::new(),
            effects: Vec::new(),
            was,
            was_paid,
            moved: Vec::new(),
            operation: None,
            quiet: false,
            change_id,
        }
    }

    /// Applies an event of the state machine.
    ///
    /// # Errors
    /// [`Conflict::Illegal`]; the change is then to be dropped.
    pub fn apply(&mut self, event: Event) -> Result<(), Conflict> {
        let before = self.row.payment;
        let (payment, effects) = before.apply(event)?;
        if ledger::charged(&self.row)
            && let Some(moved) = domain::ledger::transfer(before, event, self.row.channel_id)
        {
            self.moves(moved, "");
        }
        self.row.payment = payment;
        self.effects = effects;
        self.event = event_name(event).to_owned();
        Ok(())
    }

    /// A change that leaves the state alone (`window_opened`, `settle_tried`).
    pub fn note(&mut self, event: &str) {
        event.clone_into(&mut self.event);
    }

    /// As [`Change::note`], for what is about the ledger alone: to the merchant the payment is as
    /// old as it was.
    pub(crate) fn quiet(&mut self, event: &str) {
        self.quiet = true;
        self.note(event);
    }

    /// Money moves that no event of the state machine tells of.
    pub(crate) fn moves(&mut self, moved: Transfer, note: &str) {
        self.moved.push((moved, note.to_owned()));
    }

    /// The notice, cancel or correction that moves the money; else it is the approval.
    pub(crate) fn operation(&mut self, operation_id: &str) {
        self.operation = Some(operation_id.to_owned());
    }

    /// Something worth knowing later; never a secret.
    pub fn detail(&mut self, key: &str, value: impl Into<Value>) {
        self.detail.insert(key.to_owned(), value.into());
    }

    /// Keeps the exchanges that led to this change.
    pub fn exchanges(&mut self, rows: &[ExchangeRow]) {
        for row in rows {
            store::exchanges::insert(&mut self.batch, row);
        }
    }

    /// Commits. The row returned is what is now in the database.
    ///
    /// # Errors
    /// [`Conflict`]; nothing was written then.
    pub async fn commit(mut self, engine: &Engine) -> Result<PaymentRow, Conflict> {
        let batch = self.rest(engine).await?;
        #[cfg(feature = "planted")]
        let Some(batch) = crate::planted::order(engine, &self.row.imp_uid, &self.event, batch)
        else {
            return Ok(self.row);
        };
        let begun = outcome::begun(self.was);
        match outcome::commit(engine, batch, begun).await {
            Ok(()) => {
                engine.wake.notify_one();
                Ok(self.row)
            }
            Err(CommitError::Expectation("ledger sealed")) => {
                ledger::tend::learn(engine).await?;
                Err(Conflict::Changed)
            }
            Err(CommitError::Expectation(name)) => Err(named(name)),
            Err(CommitError::Unknown(why)) => self.find_out(engine, &why).await,
            Err(other) => Err(Conflict::Failed(outcome::told(other, begun))),
        }
    }

    /// Everything of the change as one batch, over the row that was read.
    pub(crate) async fn rest(&mut self, engine: &Engine) -> Result<Batch, Conflict> {
        self.row.version += 1;
        if !self.quiet {
            self.row.updated_at = self.at.0;
        }
        let mut batch = Batch::new();
        let entries = self.entries(engine).await?;
        store::payments::update(&mut batch, &self.row);
        batch.extend(entries);
        self.order_claim(&mut batch);
        self.settled(&mut batch);
        self.history(&mut batch);
        self.effects(engine, &mut batch).await?;
        batch.extend(std::mem::take(&mut self.batch));
        Ok(batch)
    }

    /// What moved, as entries of the ledger behind the payment's last one.
    async fn entries(&mut self, engine: &Engine) -> Result<Batch, Conflict> {
        let mut batch = Batch::new();
        let mut moved = std::mem::take(&mut self.moved);
        let operation = self.operation.clone().or_else(|| self.row.operation_id.clone());
        let operation_id = operation.unwrap_or_default();
        let (at, actor) = (self.at, self.actor.as_str());
        let said = |operation_id, note| entry::Circumstances { at, operation_id, actor, note };
        if self.row.ledger_seq < 0 {
            let mut opening = domain::ledger::opening(self.was, self.was_paid, self.row.channel_id);
            opening.retain(|_| ledger::charged(&self.row));
            for moved in &opening {
                entry::append(engine, &mut batch, &mut self.row, moved, said("", ""));
            }
            self.row.ledger_seq = self.row.ledger_seq.max(0);
        }
        // An approval is found once, however often it is asked about.
        if moved.iter().any(|(moved, _)| moved.kind == Kind::LateApproval) {
            let entries = store::ledger::of_payment(&engine.db, &self.row.imp_uid).await;
            let late = |kind: &str| kind == Kind::LateApproval.as_str();
            let known = entries.map_err(Error::from)?.iter().any(|entry| late(&entry.kind));
            moved.retain(|(moved, _)| !(known && moved.kind == Kind::LateApproval));
        }
        for (moved, note) in &moved {
            let said = said(&operation_id, note);
            entry::append(engine, &mut batch, &mut self.row, moved, said);
        }
        Ok(batch)
    }

    /// Writes the row for the first time instead of over what was read. Whoever begins an attempt
    /// has moved no money yet.
    async fn create(mut self, engine: &Engine) -> Result<PaymentRow, Conflict> {
        let mut batch = Batch::new();
        store::payments::insert(&mut batch, &self.row);
        self.order_claim(&mut batch);
        self.history(&mut batch);
        self.effects(engine, &mut batch).await?;
        batch.extend(std::mem::take(&mut self.batch));
        match outcome::commit(engine, batch, false).await {
            Ok(()) => {
                engine.wake.notify_one();
                Ok(self.row)
            }
            Err(CommitError::Expectation("imp_uid taken")) => Err(Conflict::Changed),
            Err(CommitError::Expectation(name)) => Err(named(name)),
            Err(CommitError::Unknown(why)) => self.find_out(engine, &why).await,
            Err(other) => Err(Conflict::Failed(outcome::told(other, false))),
        }
    }

    fn merchant(&self) -> MerchantId {
        MerchantId(self.row.merchant_id)
    }

    /// Whoever asks for approval holds the order; whoever fails, or only waits for a deposit, gives
    /// it back: an order may have several open accounts and still be paid by card. Money that was
    /// deposited takes the order if nobody else has it.
    fn order_claim(&self, batch: &mut Batch) {
        let (merchant, order) = (self.merchant(), &self.row.merchant_uid);
        match (self.was.state, self.row.payment.state) {
            (State::Ready, State::Approving) => {
                store::history::claim_order(batch, merchant, order, &self.row.imp_uid);
            }
            (State::AccountIssued { .. }, State::Paid { .. }) => {
                store::history::claim_free_order(batch, merchant, order, &self.row.imp_uid);
            }
            (was, now @ (State::Failed | State::AccountIssued { .. })) if was != now => {
                store::history::release_order(batch, merchant, order, &self.row.imp_uid);
            }
            _ => {}
        }
    }

    /// What was settled need not be asked about any more; what was sold no more needs no receipt.
    fn settled(&self, batch: &mut Batch) {
        let open = |state| matches!(state, State::Approving | State::Unknown);
        let imp_uid = &self.row.imp_uid;
        if open(self.was.state) && !open(self.row.payment.state) {
            store::jobs::remove(batch, self.merchant(), "settle_approval", imp_uid);
            self.found_out(batch, "approval_unknown");
        }
        if self.was.pending_cancel().is_some() && self.row.payment.pending_cancel().is_none() {
            store::jobs::remove(batch, self.merchant(), "settle_cancel", imp_uid);
            self.found_out(batch, "cancel_unknown");
        }
        if self.row.payment.state == State::Cancelled && self.was.state != State::Cancelled {
            crate::receipts::follow::with_payment(batch, self.merchant(), imp_uid, self.at);
        }
    }

    /// Nobody needs to find out any more how it ended.
    fn found_out(&self, batch: &mut Batch, kind: &str) {
        let by = self.by.as_deref().unwrap_or(self.actor.as_str());
        let imp_uid = &self.row.imp_uid;
        store::attentions::close(batch, self.merchant(), imp_uid, kind, (by, self.at.0));
    }

    fn history(&mut self, batch: &mut Batch) {
        self.detail.insert("change".into(), self.change_id.clone().into());
        let event = EventRow {
            imp_uid: self.row.imp_uid.clone(),
            version: self.row.version,
            merchant_id: self.row.merchant_id,
            at: self.at.0,
            actor: self.actor.as_str().to_owned(),
            event: self.event.clone(),
            state: self.row.payment.stored().word.to_owned(),
            detail: Value::Object(self.detail.clone()).to_string(),
        };
        store::history::insert(batch, &event);
    }

    async fn effects(&self, engine: &Engine, batch: &mut Batch) -> Result<(), Conflict> {
        let imp_uid = &self.row.imp_uid;
        if self.notify_failure && self.row.payment.state == State::Failed {
            self.webhook(engine, batch, Status::Failed, None).await?;
        }
        if self.was.state != self.row.payment.state {
            crate::payments::nightly::tonight(engine, batch, &self.row, self.at);
        }
        for effect in &self.effects {
            match effect {
                Effect::Notify(Status::Cancelled) => {
                    if let Some(cancel_id) = &self.notify_cancel {
                        self.webhook(engine, batch, Status::Cancelled, Some(cancel_id)).await?;
                    }
                }
                Effect::Notify(status) => self.webhook(engine, batch, *status, None).await?,
                Effect::SettleApproval => {
                    let run_at = self.at.plus_seconds(engine.settings.settle_grace_seconds);
                    store::jobs::enqueue(
                        batch,
                        self.merchant(),
                        "settle_approval",
                        imp_uid,
                        run_at,
                    );
                }
                Effect::SettleCancel => {
                    let run_at = self.at.plus_seconds(engine.settings.settle_grace_seconds);
                    store::jobs::enqueue(batch, self.merchant(), "settle_cancel", imp_uid, run_at);
                }
                Effect::NeedsPerson(surprise) => {
                    let person = surprise::attention(&self.row, *surprise, self.at);
                    store::attentions::raise(batch, &person);
                }
            }
        }
        Ok(())
    }

    async fn webhook(
        &self,
        engine: &Engine,
        batch: &mut Batch,
        status: Status,
        cancel_id: Option<&str>,
    ) -> Result<(), Conflict> {
        // Nobody ordered a card check, so nobody is told of it.
        if self.row.customer_uid_usage.as_deref() == Some(CARD_CHECK) {
            return Ok(());
        }
        let sent = crate::webhooks::emit(engine, batch, &self.row, status, cancel_id, self.at);
        sent.await.map_err(Conflict::Failed)
    }

    /// No answer came to the commit.
    async fn find_out(self, engine: &Engine, why: &str) -> Result<PaymentRow, Conflict> {
        tracing::warn!(imp_uid = self.row.imp_uid, why, "a commit without an answer");
        if outcome::happened(engine, &self.row, &self.change_id).await? {
            engine.wake.notify_one();
            return Ok(self.row);
        }
        Err(Conflict::Changed)
    }
}

/// Creates an attempt whose PG is about to be asked without a window: row, order claim, history,
/// the job that settles it should we die, and what else belongs to it, in one batch.
///
/// # Errors
/// [`Conflict::Changed`] if the number is in use (draw another), [`Conflict::OrderTaken`].
pub async fn create_intent(
    engine: &Engine,
    row: PaymentRow,
    actor: Actor,
    at: Millis,
    more: Batch,
) -> Result<PaymentRow, Conflict> {
    let mut change = Change::new(engine, row, actor, at);
    change.batch = more;
    change.apply(Event::ApprovalStarted)?;
    change.create(engine).await
}

/// Creates an attempt that failed before any PG was asked, with its history and webhook.
///
/// # Errors
/// [`Conflict::Changed`] if the number is in use (draw another).
pub async fn create_failed(
    engine: &Engine,
    row: PaymentRow,
    actor: Actor,
    at: Millis,
    why: &str,
) -> Result<PaymentRow, Conflict> {
    let mut change = Change::new(engine, row, actor, at);
    change.notify_failure = true;
    crate::payments::window::fail(&mut change, "", why, at.0)?;
    change.create(engine).await
}

/// What an unmet expectation of the batch means.
fn named(name: &'static str) -> Conflict {
    match name {
        "payment changed"
        | "cancel settled before"
        | "receipt changed"
        | "receipt taken"
        | "escrow changed"
        | "break changed" => Conflict::Changed,
        "order taken" | "plan taken" => Conflict::OrderTaken,
        "correction made" => Conflict::CorrectionMade,
        "notice seen" => Conflict::NoticeSeen,
        other => Conflict::Failed(Error::internal(other)),
    }
}

const fn event_name(event: Event) -> &'static str {
    match event {
        Event::ApprovalStarted => "approval_started",
        Event::Approved(_) => "approved",
        Event::AccountIssued => "account_issued",
        Event::AccountChanged(_) => "account_changed",
        Event::Declined => "declined",
        Event::NoAnswer => "no_answer",
        Event::Voided => "voided",
        Event::Deposited(_) => "deposited",
        Event::CancelStarted(_) => "cancel_started",
        Event::CancelDone => "cancel_done",
        Event::CancelRefused => "cancel_refused",
        Event::CancelNoAnswer => "cancel_no_answer",
    }
}
