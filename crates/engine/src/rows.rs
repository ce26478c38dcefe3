//! What the layers above may see of the crates below: they use the engine, not the store or PGs.

pub use pg::capability::certification::Person as Certified;
pub use pg::capability::escrow::Party;
pub use pg::capability::point_login::PointLogin;
pub use pg::codes::{BANKS, CARDS, normalise_bank};
pub use pg::spec::{Field, Flow, Spec};
pub use pg::{Buyer, CardInput, Device, Window};
pub use store::attentions::AttentionRow;
pub use store::cancels::CancelRow;
pub use store::cash_receipts::CashReceiptRow;
pub use store::certifications::CertificationRow;
pub use store::channels::ChannelRow;
pub use store::checkouts::CheckoutRow;
pub use store::customers::CustomerRow;
pub use store::escrows::EscrowRow;
pub use store::exchanges::ExchangeRow;
pub use store::history::EventRow;
pub use store::merchants::MerchantRow;
pub use store::notices::NoticeRow;
pub use store::payment_lists::Sorting;
pub use store::payments::PaymentRow;
pub use store::prepares::PrepareRow;
pub use store::schedules::{Filter as ScheduleFilter, RUNNING, ScheduleRow};
pub use store::webhooks::{AttemptRow, WebhookRow};
