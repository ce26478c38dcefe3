//! A PG's own books: what it authorised, approved, cancelled and received.

use domain::Millis;
use serde::{Deserialize, Serialize};

/// One transaction at the PG, with money behind it or about to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// The simulator's code.
    pub pg: String,
    /// The PG's transaction number, unique within the PG.
    pub tid: String,
    /// The MID it was made under.
    pub mid: String,
    /// The merchant's order number (the hub sends its imp_uid).
    pub order_no: String,
    /// `card`, `trans`, `vbank`, `phone`, `alipay`; `cash_receipt` for a receipt, which holds no
    /// money.
    pub method: String,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// `authorised`, `approved`, `awaiting_deposit`, `deposited`, `cancelled`, `part_cancelled`,
    /// `voided` (net-cancelled), `closed` (unpaid account closed) or `issued` (a cash receipt).
    pub state: String,
    /// Minor units given back.
    pub cancelled: i64,
    /// When it came into being, milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Whatever else this PG keeps (card, account number, authentication token, ...).
    pub extra: serde_json::Value,
}

impl Trade {
    /// Minor units the PG holds for the merchant right now.
    #[must_use]
    pub fn held(&self) -> i64 {
        match self.state.as_str() {
            "approved" | "deposited" | "part_cancelled" | "cancelled" => {
                self.amount - self.cancelled
            }
            _ => 0,
        }
    }
}

/// One movement of money, in the order it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// The transaction.
    pub tid: String,
    /// `approve`, `deposit`, `cancel` or `void`.
    pub kind: String,
    /// Minor units, always positive.
    pub amount: i64,
    /// The PG's number of the movement (a cancel's own number, a deposit's own number).
    pub number: String,
    /// When, milliseconds since 1970 UTC.
    pub at: i64,
}

impl Movement {
    /// A movement.
    #[must_use]
    pub fn new(tid: &str, kind: &str, amount: i64, number: &str, at: Millis) -> Self {
        Self { tid: tid.into(), kind: kind.into(), amount, number: number.into(), at: at.0 }
    }
}

/// Where a simulator keeps its books. One request is one transaction: all or nothing.
pub trait Books {
    /// Writes a trade, new or changed, by (pg, tid).
    fn put_trade(&mut self, trade: &Trade);
    /// The trade with this number.
    fn trade(&self, pg: &str, tid: &str) -> Option<Trade>;
    /// All trades of an order number, oldest first.
    fn trades_of_order(&self, pg: &str, order_no: &str) -> Vec<Trade>;
    /// Every trade, oldest first.
    fn trades(&self, pg: &str) -> Vec<Trade>;
    /// Adds a movement.
    fn record(&mut self, pg: &str, movement: &Movement);
    /// All movements, oldest first.
    fn movements(&self, pg: &str) -> Vec<Movement>;
    /// Keeps anything else: window sessions, used transaction numbers, pending accidents.
    fn put_note(&mut self, pg: &str, key: &str, value: &str);
    /// Reads it back.
    fn note(&self, pg: &str, key: &str) -> Option<String>;
}
