//! A buyer takes what an escrow payment was for, or refuses it.

use crate::{Millis, NoticeAttempt, Sandbox};
use pg::sim::{Books, SimCx};
use std::sync::Arc;

impl Sandbox {
    /// Decides, as the buyer does on the PG's pages, and posts the notices; returns what became of
    /// each.
    ///
    /// # Errors
    /// Why the PG refuses, in words; nothing is booked then.
    pub async fn decide(
        self: &Arc<Self>,
        pg: &str,
        tid: &str,
        takes: bool,
        reason: &str,
        at: Millis,
    ) -> Result<Vec<NoticeAttempt>, String> {
        let simulator = self.simulator(pg)?;
        let (tid, reason) = (tid.to_owned(), reason.to_owned());
        let act = move |cx: &SimCx, books: &mut dyn Books| {
            simulator.decide(cx, books, &tid, takes, &reason)
        };
        self.buyer_acts(simulator, "escrow", self.context(at), at, act).await
    }
}
