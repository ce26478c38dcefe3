//! Cash receipts (현금영수증): what a buyer who paid in cash shows the tax office.
//!
//! Issuing tells the tax office something about a person, so it follows the rule of money: once per
//! operation, never again blindly, and an answer that is lost is asked after. The person's number
//! passes through memory only: what settles or takes back a receipt does without it.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Buyer, CancelDone, CancelSettled};
use domain::{Millis, Money};
use zeroize::Zeroizing;

/// What the receipt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// 소득공제: a person's tax deduction.
    Person,
    /// 지출증빙: a business's proof of expense.
    Company,
}

/// What kind of number names the buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// A mobile telephone.
    Phone,
    /// A resident registration number, 13 digits.
    Person,
    /// A business registration number, 10 digits.
    Business,
    /// The tax office's cash receipt card.
    TaxCard,
}

/// A receipt to be issued. `Debug` hides the buyer's number.
#[derive(Clone)]
pub struct ReceiptOrder {
    /// What was asked for and will be kept.
    pub asked: ReceiptAsked,
    /// Order name; may be empty.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What kind of number `id` is.
    pub id_kind: IdKind,
    /// The number, digits only; checked for its shape.
    pub id: Zeroizing<String>,
    /// Who paid.
    pub buyer: Buyer,
}

impl std::fmt::Debug for ReceiptOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceiptOrder").field("asked", &self.asked).finish_non_exhaustive()
    }
}

/// What is known of a receipt without the person it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptAsked {
    /// Our number of the receipt: the PG's order number; `[A-Za-z0-9_]`, at most 40.
    pub order_no: String,
    /// The whole.
    pub amount: Money,
    /// The part of it without VAT.
    pub tax_free: Money,
    /// The VAT in it.
    pub vat: Money,
    /// When it was asked for (the day some inquiries need).
    pub asked_at: Millis,
}

/// A receipt was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The PG's number of it.
    pub tid: String,
    /// The tax office's number (승인번호).
    pub number: String,
    /// The PG's own time.
    pub at: Option<Millis>,
}

/// How an unanswered issue ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssueSettled {
    /// It is issued.
    Issued(Issued),
    /// It was taken back: there is no receipt.
    Voided,
    /// The PG knows nothing of it. Asked too soon this may still change: the engine waits first.
    Nothing,
    /// This PG cannot tell: a person must look at its admin pages.
    CannotTell(String),
}

/// A receipt to be taken back, always whole.
#[derive(Clone, Debug)]
pub struct Revoke {
    /// As it was asked for.
    pub asked: ReceiptAsked,
    /// The PG's number of it.
    pub tid: String,
    /// When it was issued.
    pub issued_at: Millis,
    /// When it was to be taken back (the day some inquiries need).
    pub revoked_at: Millis,
    /// Why, for the PG's books; never empty.
    pub reason: String,
}

/// A PG that issues cash receipts for money however it came.
#[async_trait::async_trait]
pub trait CashReceipts: Send + Sync {
    /// Refuses what this PG cannot be asked for, before anything is written down or sent.
    ///
    /// # Errors
    /// [`PgError::Invalid`] naming V1's field.
    fn check(&self, order: &ReceiptOrder) -> Result<(), PgError>;

    /// Issues. Called once per operation: one that may have left is settled, never sent again.
    async fn issue(&self, cx: &Cx<'_>, order: &ReceiptOrder) -> Result<Issued, PgError>;

    /// How an issue without an answer ended. `cx.operation_id` is that of the issue.
    async fn settle_issue(
        &self,
        cx: &Cx<'_>,
        asked: &ReceiptAsked,
    ) -> Result<IssueSettled, PgError>;

    /// Takes a receipt back.
    async fn revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelDone, PgError>;

    /// How taking back without an answer ended. `cx.operation_id` is that of the call.
    async fn settle_revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelSettled, PgError>;
}
