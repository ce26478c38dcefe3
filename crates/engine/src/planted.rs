//! Bugs planted on purpose, to see that the storm finds them. Only with the feature `planted`, and
//! then only on the thread that asks for one.

use crate::Engine;
use std::cell::RefCell;
use std::collections::BTreeMap;
use store::Batch;
pub use store::planted::{Bug, is, plant};

/// By process and payment.
type Intents = BTreeMap<(usize, String), Batch>;

thread_local! {
    /// Intents that wait for the PG's answer: a process that dies takes its own with it.
    static WAITING: RefCell<Intents> = const { RefCell::new(Intents::new()) };
}

/// What is to be committed now: with [`Bug::CommitAfterCall`] nothing for an intent, and the intent
/// before whatever the same process commits next of the payment.
pub(crate) fn order(engine: &Engine, imp_uid: &str, event: &str, batch: Batch) -> Option<Batch> {
    if !is(Bug::CommitAfterCall) {
        return Some(batch);
    }
    let key = (std::ptr::from_ref(&**engine).addr(), imp_uid.to_owned());
    if ["approval_started", "cancel_started"].contains(&event) {
        WAITING.with_borrow_mut(|waiting| waiting.insert(key, batch));
        return None;
    }
    let mut all = WAITING.with_borrow_mut(|waiting| waiting.remove(&key)).unwrap_or_default();
    all.extend(batch);
    Some(all)
}
