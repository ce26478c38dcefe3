//! Product orders: payments of which every product is an order of its own at the PG (V1 behaviour
//! §3.13). The PG keeps their state; the hub asks for it, and never keeps a copy that could be old.

pub mod change;
pub mod find;

pub use change::{Changed, Task, change};

use crate::Error;

/// V1's text for a payment nobody knows.
pub(crate) const MISSING: Error = Error::NotFound("존재하지 않는 결제정보입니다.");
/// A product order nobody knows, or another merchant's.
pub(crate) const NO_ORDER: Error = Error::NotFound("존재하지 않는 상품주문입니다.");

/// A payment without product orders.
pub(crate) fn wrong_kind() -> Error {
    Error::invalid("imp_uid", "상품주문이 있는 결제가 아닙니다.")
}
