//! Webhooks: telling a merchant's server what became of a payment (V1 behaviour §6).
//!
//! Wanted in the same commit as the change they tell of ([`emit`]), sent by a job ([`deliver`]),
//! at least once.

pub mod deliver;
pub mod emit;
pub mod list;
pub mod message;
pub mod resend;
pub mod test_call;
pub mod url;

pub use deliver::deliver;
pub use emit::{Target, emit, targets};
pub use list::{Log, of_payment, recent};
pub use message::Event;
pub use resend::resend;
pub use test_call::{TestCall, test_call};
pub use url::check as check_url;

/// The kind of job that delivers.
pub const JOB: &str = "webhook";
