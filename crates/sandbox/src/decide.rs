//! A buyer takes what an escrow payment was for, or refuses it.

use crate::{Millis, NoticeAttempt, Sandbox, books::SqlBooks, notice, writer::Failure};
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
        let now = (self.now)();
        let mut cx = self.context(at);
        let switch = Arc::clone(&self.switch);
        let (tid, reason) = (tid.to_owned(), reason.to_owned());
        let kept = self.writer.run(move |mut desk| {
            cx.random = desk.draw()?;
            let mut books = SqlBooks::new(desk.connection);
            let outcome = simulator.decide(&cx, &mut books, &tid, takes, &reason);
            // Books that failed say why better than a simulator that found them empty.
            let amounts = books.finish()?;
            let then = outcome.map_err(Failure::Refused)?;
            let caused = notice::Caused {
                pg: simulator.pg(),
                cause: "escrow",
                amounts: &amounts,
                random: cx.random,
                at,
                now,
            };
            notice::keep(desk.connection, &switch, &caused, then)
        });
        let kept = kept.await.map_err(|failure| failure.to_string())?;
        Ok(self.deliver_all(&kept, now).await)
    }
}
