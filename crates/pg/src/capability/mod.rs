//! What only some PGs can do besides taking money and giving it back, a file per capability. A PG
//! says what it has through the methods of [`crate::Pg`] that answer `None` by default.

pub mod account_changes;
pub mod accounts;
pub mod billing;
pub mod cash_receipt;
pub mod certification;
pub mod cvs;
pub mod deliveries;
pub mod errands;
pub mod escrow;
pub mod holders;
pub mod inquiry;
pub mod notices;
pub mod order_status;
pub mod point_login;
pub mod product_orders;
pub mod purchases;
pub mod quick_pay;
