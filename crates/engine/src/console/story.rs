//! A payment's whole story: what happened, what was said to the PG and by it, who was told.

use crate::payments::find::{self, View};
use crate::rows::{AttentionRow, EventRow, ExchangeRow, NoticeRow};
use crate::webhooks::{self, Log};
use crate::{Engine, Result, channels, merchants};
use domain::{MerchantId, Millis};

/// Everything the payment page shows.
#[derive(Clone, Debug)]
pub struct Story {
    /// The payment with its cancels.
    pub view: View,
    /// In the order things happened.
    pub steps: Vec<Step>,
    /// Open attentions about it.
    pub attentions: Vec<AttentionRow>,
    /// The merchant's time.
    pub now: Millis,
    /// The sandbox plays this payment's PG: a deposit can be made.
    pub sandbox: bool,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Step {
    /// By the merchant's clock.
    pub at: Millis,
    /// What.
    pub what: What,
}

/// What a step is.
#[derive(Clone, Debug)]
pub enum What {
    /// The payment changed.
    Event(EventRow),
    /// Something was said to the PG.
    Exchange(ExchangeRow),
    /// The PG told something of its own accord.
    Notice(NoticeRow),
    /// The merchant's server was told.
    Webhook(Log),
}

impl What {
    /// Order within one moment: an intent is committed before the PG is asked, its outcome after,
    /// and webhooks follow what they tell of.
    fn rank(&self) -> u8 {
        match self {
            Self::Event(event) if event.event == "opened" => 0,
            Self::Event(event) if event.event.ends_with("_started") => 1,
            Self::Exchange(_) => 2,
            Self::Notice(_) => 3,
            Self::Event(_) => 4,
            Self::Webhook(_) => 5,
        }
    }
}

/// Reads it.
///
/// # Errors
/// [`crate::Error::NotFound`].
pub async fn story(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<Story> {
    let db = &engine.db;
    let row = find::get(engine, merchant, imp_uid).await?.row;
    // Refused cancels leave no mark on the row, so all of them are asked for.
    let cancels = store::cancels::of_payment(db, merchant, imp_uid).await?;
    let view = View { row, cancels };
    let step = |at: i64, what| Step { at: Millis(at), what };
    let mut steps = Vec::new();
    for event in store::history::of_payment(db, merchant, imp_uid).await? {
        steps.push(step(event.at, What::Event(event)));
    }
    for exchange in store::exchanges::of_payment(db, merchant, imp_uid).await? {
        steps.push(step(exchange.at, What::Exchange(exchange)));
    }
    for notice in store::notices::of_payment(db, merchant, imp_uid).await? {
        steps.push(step(notice.at, What::Notice(notice)));
    }
    for log in webhooks::of_payment(engine, merchant, imp_uid).await? {
        steps.push(step(log.webhook.created_at.0, What::Webhook(log)));
    }
    // The sort is stable: events stay in the order of their versions.
    steps.sort_by_key(|step| (step.at, step.what.rank()));
    let open = store::attentions::open(db, merchant, 200).await?;
    let owner = merchants::get(engine, merchant).await?;
    let channel = store::channels::find(db, merchant, view.row.channel_id).await?;
    let test = channel.is_some_and(|channel| channels::mode(&channel) == pg::Mode::Test);
    Ok(Story {
        attentions: open.into_iter().filter(|open| open.imp_uid == imp_uid).collect(),
        now: merchants::now_for(engine, &owner),
        sandbox: engine.sandbox.is_some() && engine.settings.sandbox_tests && test,
        view,
        steps,
    })
}
