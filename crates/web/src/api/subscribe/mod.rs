//! `/subscribe`: charges without a window, charges planned for later, customers with a billing key.

pub mod again;
pub mod card;
pub mod charge;
pub mod customer_json;
pub mod customers;
pub mod foreign;
pub mod onetime;
pub mod schedule;
pub mod schedule_json;
