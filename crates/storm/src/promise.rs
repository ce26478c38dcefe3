//! What the hub told somebody, which must still hold when everything is over.

use std::collections::{BTreeMap, BTreeSet};

/// A cancel a client was told is done.
#[derive(Clone, Debug)]
pub(crate) struct Cancelled {
    pub(crate) imp_uid: String,
    /// Minor units of all cancels of the payment, as told.
    pub(crate) total: i64,
    /// Minor units of this one.
    pub(crate) amount: i64,
    /// The key it was asked with, if any: two answers with one key are one cancel.
    pub(crate) key: Option<String>,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    /// Payments somebody was told are paid, with the minor units.
    pub(crate) paid: BTreeMap<String, i64>,
    /// Payments a browser was sent back with as a success.
    pub(crate) succeeded: BTreeSet<String>,
    /// Payments somebody was told have failed.
    pub(crate) failed: BTreeMap<String, String>,
    /// Accounts somebody was told to pay into.
    pub(crate) issued: BTreeMap<String, i64>,
    /// Cancels.
    pub(crate) cancelled: Vec<Cancelled>,
    /// Orders whose plan was taken, and whether it was taken back.
    pub(crate) planned: BTreeMap<String, bool>,
    /// What the receiver took: payment and word.
    pub(crate) told: BTreeMap<(String, String), u64>,
    /// Payments known to clients: number, PG, order.
    pub(crate) known: Vec<Known>,
    /// Customers with a key.
    pub(crate) customers: Vec<String>,
    /// Orders so far.
    pub(crate) orders: u64,
}

/// A payment clients may do something with.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) imp_uid: String,
    pub(crate) merchant_uid: String,
    /// The code of its PG.
    pub(crate) pg: &'static str,
    pub(crate) method: &'static str,
    /// Minor units.
    pub(crate) amount: i64,
}
