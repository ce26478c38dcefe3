//! How each PG speaks: the contract, the one list of PGs, and one folder per PG.
//!
//! A connector turns an order into the PG's bytes and its bytes into an outcome. It opens no socket
//! (it is given a [`Transport`]), reads no clock and knows no database. Its URLs are always the
//! PG's real ones; where the embedded sandbox plays the PG, the caller maps the host ([`hosts`]).
//!
//! Adding a PG: one folder with `mod.rs` (a table of contents), a file per verb, `codes.rs`,
//! `sim/`, `testdata/` and a `README.md`; one line in [`ALL`]. See `docs/adding-a-pg.md`.

pub mod alipay;
pub mod capability;
pub mod certifiers;
pub mod codes;
pub mod contract;
pub mod crypto;
pub mod cx;
pub mod error;
pub mod form;
pub mod hosts;
pub mod html5_inicis;
pub mod kicc;
pub mod nice;
pub mod ops;
pub mod sandbox_only;
pub mod spec;
/// What `cargo xtask new-pg` copies; compiled with the tests so that it never falls behind.
#[cfg(test)]
pub mod template;
pub mod wire;

#[cfg(feature = "sim")]
pub mod sim;

pub use capability::account_changes::{AccountChange, AccountChanges};
pub use capability::deliveries::{Deliveries, DeliveryReport};
pub use capability::errands::{ErrandSettled, Errands};
pub use capability::holders::Holders;
pub use capability::order_status::{OrderStatus, OrderStatuses};
pub use capability::product_orders::{
    Address, Delivery, ItemCancel, ItemCancelKind, Orderer, ProductOrder, ProductOrders, Review,
    ReviewKind, Step,
};
pub use capability::purchases::{CashAmount, Purchases, Requester};
pub use capability::{accounts::Accounts, billing::Billing, notices::Notices};
pub use contract::Pg;
pub use cx::Cx;
pub use error::PgError;
pub use ops::{
    Account, AccountOrder, Approval, Bank, Buyer, CancelDone, CancelOrder, CancelSettled, Card,
    CardInput, Charge, Device, IssuedKey, KeyIssue, Notice, NoticeKind, Opened, Order, Outcome,
    RefundAccount, Refusal, Returned, Settled, Window,
};
pub use spec::{Credentials, Field, Flow, Mode, Spec};
pub use wire::{Request, Response, Transport, TransportError};

/// The PGs whose protocol we speak.
const SPOKEN: [&dyn Pg; 4] = [&kicc::Kicc, &alipay::ALIPAY, &html5_inicis::Inicis, &nice::NICE];

/// Every PG a channel can be of, in the order the console offers them: those we speak to, then
/// those only the sandbox plays ([`sandbox_only`]). This is the one list.
pub static ALL: &[&dyn Pg] = &{
    let mut all: [&dyn Pg; SPOKEN.len() + sandbox_only::COUNT] =
        [&kicc::Kicc; SPOKEN.len() + sandbox_only::COUNT];
    let mut at = 0;
    while at < all.len() {
        all[at] =
            if at < SPOKEN.len() { SPOKEN[at] } else { &sandbox_only::PGS[at - SPOKEN.len()] };
        at += 1;
    }
    all
};

/// The PG with this code (`kicc`, `alipay`, ...), also under an alias (`inicis`).
#[must_use]
pub fn find(code: &str) -> Option<&'static dyn Pg> {
    ALL.iter().copied().find(|pg| pg.spec().code == code || pg.spec().aliases.contains(&code))
}
