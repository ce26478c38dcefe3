//! What every verb of every PG is given.

use crate::spec::{Credentials, Mode};
use crate::wire::Transport;
use domain::Millis;

/// What every verb gets besides its order.
pub struct Cx<'a> {
    /// The way out. It records a redacted copy of each exchange.
    pub transport: &'a dyn Transport,
    /// The channel's credentials: the operator's in live mode, the PG's published ones in test.
    pub credentials: &'a Credentials,
    /// Test or live.
    pub mode: Mode,
    /// The time of the call (sandbox clock in test mode).
    pub at: Millis,
    /// Unique per call and the same when a call is repeated for the same intent: what a PG asks as
    /// an idempotency key or transaction number is derived from it, never random. `[A-Za-z0-9_]`,
    /// at most 40 characters.
    pub operation_id: &'a str,
}
