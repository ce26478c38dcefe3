//! A customer pays into a virtual account.

use crate::{
    Millis, NoticeAttempt, Sandbox, Simulator, books::SqlBooks, lock, notice, writer::Failure,
};
use pg::sim::{Books, Outgoing, SimCx};
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
        let cx = self.context(at);
        self.ask(simulator, &cx, tid).await?;
        let (tid, depositor) = (tid.to_owned(), depositor.to_owned());
        let act = move |cx: &SimCx, books: &mut dyn Books| {
            simulator.deposit(cx, books, &tid, amount, &depositor)
        };
        self.buyer_acts(simulator, "deposit", cx, at, act).await
    }

    /// Books what a buyer does outside the windows and posts the notices of it; returns what became
    /// of each.
    ///
    /// # Errors
    /// Why the PG refuses, in words; nothing is booked then.
    pub(crate) async fn buyer_acts(
        self: &Arc<Self>,
        simulator: &'static dyn Simulator,
        cause: &'static str,
        mut cx: SimCx,
        at: Millis,
        act: impl FnOnce(&SimCx, &mut dyn Books) -> Result<Vec<Outgoing>, String> + Send + 'static,
    ) -> Result<Vec<NoticeAttempt>, String> {
        let now = (self.now)();
        let switch = Arc::clone(&self.switch);
        let kept = self.writer.run(move |mut desk| {
            cx.random = desk.draw()?;
            let mut books = SqlBooks::new(desk.connection);
            let outcome = act(&cx, &mut books);
            // Books that failed say why better than a simulator that found them empty.
            let amounts = books.finish()?;
            let then = outcome.map_err(Failure::Refused)?;
            let caused = notice::Caused {
                pg: simulator.pg(),
                cause,
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
