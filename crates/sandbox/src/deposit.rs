//! A customer pays into a virtual account.

use crate::{
    Millis, NoticeAttempt, Sandbox, Simulator, books::SqlBooks, lock, notice, writer::Failure,
};
use pg::sim::SimCx;
use std::sync::Arc;

impl Sandbox {
    /// Books a deposit of `amount` minor units and posts its notices; returns what became of each.
    ///
    /// # Errors
    /// Why the bank refuses, in words; nothing is booked then.
    pub async fn deposit(
        self: &Arc<Self>,
        pg: &str,
        tid: &str,
        amount: i64,
        depositor: &str,
        at: Millis,
    ) -> Result<Vec<NoticeAttempt>, String> {
        let simulator = self.simulator(pg)?;
        let now = (self.now)();
        let mut cx = self.context(at);
        self.ask(simulator, &cx, tid).await?;
        let switch = Arc::clone(&self.switch);
        let (tid, depositor) = (tid.to_owned(), depositor.to_owned());
        let kept = self.writer.run(move |mut desk| {
            cx.random = desk.draw()?;
            let mut books = SqlBooks::new(desk.connection);
            let outcome = simulator.deposit(&cx, &mut books, &tid, amount, &depositor);
            // Books that failed say why better than a simulator that found them empty.
            let amounts = books.finish()?;
            let then = outcome.map_err(Failure::Refused)?;
            let caused = notice::Caused {
                pg: simulator.pg(),
                cause: "deposit",
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

    /// Some PGs ask the merchant before they take the money; without its word they do not.
    async fn ask(
        &self,
        simulator: &'static dyn Simulator,
        cx: &SimCx,
        tid: &str,
    ) -> Result<(), String> {
        let asked = {
            let reader = lock(&self.reader);
            let books = SqlBooks::new(&reader);
            let asked = simulator.asks(cx, &books, tid);
            books.finish().map_err(|failure| failure.to_string())?;
            asked
        };
        let Some(question) = asked else { return Ok(()) };
        let reply = self.notifier.post(&question).await?;
        let answer = String::from_utf8_lossy(&reply.body);
        if reply.status == 200 && answer.contains(question.wanted) {
            return Ok(());
        }
        Err(format!("가맹점이 수납을 거절했습니다: {}", domain::text::cut(&answer, 200)))
    }
}
