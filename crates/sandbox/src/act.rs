//! A buyer or a carrier does something with what was sold.

use crate::{Millis, Sandbox, books::SqlBooks, writer::Failure};
use serde_json::Value;
use std::sync::Arc;

impl Sandbox {
    /// Does it, in the words of the PG's simulator, and gives what it was done with.
    ///
    /// # Errors
    /// Why it cannot be, in words; nothing is booked then.
    pub async fn act(
        self: &Arc<Self>,
        pg: &str,
        action: &Value,
        at: Millis,
    ) -> Result<Value, String> {
        let simulator = self.simulator(pg)?;
        let mut cx = self.context(at);
        let action = action.clone();
        let done = self.writer.run(move |mut desk| {
            cx.random = desk.draw()?;
            let mut books = SqlBooks::new(desk.connection);
            let outcome = simulator.act(&cx, &mut books, &action);
            // Books that failed say why better than a simulator that found them empty.
            books.finish()?;
            outcome.map_err(Failure::Refused)
        });
        done.await.map_err(|failure| failure.to_string())
    }
}
