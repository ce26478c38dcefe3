//! Customers, charges without a window, and charges planned for later.

pub mod charge;
pub mod customers;
pub mod key;
pub mod order;
pub mod points;
pub mod schedules;
