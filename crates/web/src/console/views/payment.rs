//! One payment: amount and state, the whole story, what can be done.

use super::super::frame::{Frame, Wrongs};
use super::super::show::When;
use super::{AttentionItem, Choice, Fact, Pill};
use askama::Template;

/// The payment page.
#[derive(Template)]
#[template(path = "console/payment.html")]
pub(crate) struct PaymentPage {
    pub(crate) frame: Frame,
    pub(crate) imp_uid: String,
    pub(crate) merchant_uid: String,
    pub(crate) name: String,
    pub(crate) amount: String,
    /// What was given back and what is left, in words.
    pub(crate) left: Option<String>,
    /// Why it failed, or what is being waited for.
    pub(crate) reason: Option<String>,
    pub(crate) state: Pill,
    pub(crate) attentions: Vec<AttentionItem>,
    pub(crate) items: Vec<Item>,
    pub(crate) cancel: Option<CancelForm>,
    pub(crate) deposit: Option<DepositForm>,
    pub(crate) groups: Vec<Group>,
    pub(crate) cancels: Vec<CancelLine>,
}

/// A step of the story.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) tone: &'static str,
    pub(crate) what: String,
    pub(crate) who: String,
    pub(crate) at: When,
    /// How long it took.
    pub(crate) took: Option<String>,
    pub(crate) notes: Vec<String>,
    /// What opens the blocks.
    pub(crate) summary: &'static str,
    pub(crate) blocks: Vec<Block>,
    /// A webhook that can be sent again.
    pub(crate) resend: Option<i64>,
}

/// Text as it went over the wire, redacted.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) title: String,
    pub(crate) text: String,
}

/// Facts that belong together.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) facts: Vec<Fact>,
}

/// A cancel in the table.
pub(crate) struct CancelLine {
    pub(crate) state: Pill,
    pub(crate) amount: String,
    pub(crate) reason: String,
    pub(crate) requester: &'static str,
    pub(crate) message: Option<String>,
    pub(crate) at: When,
}

/// The form that asks for a cancel.
pub(crate) struct CancelForm {
    pub(crate) wrongs: Wrongs,
    pub(crate) amount: String,
    pub(crate) amount_label: String,
    pub(crate) amount_hint: String,
    /// Attributes of the amount's input: our own text.
    pub(crate) amount_extra: &'static str,
    pub(crate) reason: String,
    /// A paid virtual account: the money goes to an account that has to be given.
    pub(crate) account: bool,
    pub(crate) banks: Vec<Choice>,
    pub(crate) refund_account: String,
    pub(crate) refund_holder: String,
    pub(crate) refund_tel: String,
}

/// The button that plays the customer's deposit.
pub(crate) struct DepositForm {
    pub(crate) wrongs: Wrongs,
    pub(crate) depositor: String,
    pub(crate) button: String,
}

/// The second page of a cancel: repeats the amount.
#[derive(Template)]
#[template(path = "console/cancel.html")]
pub(crate) struct CancelPage {
    pub(crate) frame: Frame,
    pub(crate) imp_uid: String,
    pub(crate) question: String,
    pub(crate) amount: String,
    pub(crate) button: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) hidden: Vec<(&'static str, String)>,
}

#[cfg(test)]
#[path = "payment_samples.rs"]
pub(crate) mod samples;
