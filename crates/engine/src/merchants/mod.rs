//! Merchants: making them, finding them, and the clock each of them has.

pub mod addresses;
pub mod clock;
pub mod create;
pub mod get;
pub mod settings;
pub mod tiers;

pub use clock::{advance, now_for, now_of};
pub use create::{CreateMerchant, Created, create};
pub use get::{get, get_by_user_code};
pub use settings::{set_name, set_webhook, set_webhook_test_url};
