//! What the simulator remembers between a window and its approval: notes in the books.

use super::PG;
use crate::crypto::sha256_hex;
use crate::sim::{Books, SimCx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the window is shown, which decides how its result travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Shown {
    /// In the script's layer: the result is told to the page that opened it.
    Layer,
    /// As a page of its own: the result is posted to `ReturnURL`.
    Page,
}

/// An opened window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) shown: Shown,
    /// The exact origin the layer's result is told to.
    pub(super) opener: String,
    /// The request's fields.
    pub(super) fields: BTreeMap<String, String>,
    /// Which of the shop's keys signed it.
    pub(super) key: usize,
    pub(super) currency: String,
    pub(super) amount: i64,
    pub(super) used: bool,
}

impl Session {
    pub(super) fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(super) fn save(&self, books: &mut dyn Books, id: &str) {
        put(books, &format!("window:{id}"), self);
    }

    pub(super) fn load(books: &dyn Books, id: &str) -> Option<Self> {
        get(books, &format!("window:{id}"))
    }
}

/// An authenticated buyer, waiting for the approval.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Auth {
    pub(super) token: String,
    pub(super) session: Session,
    /// Card, bank, carrier or wallet.
    pub(super) choice: String,
    /// The pressed button.
    pub(super) plan: String,
    pub(super) at: i64,
    pub(super) used: bool,
}

impl Auth {
    pub(super) fn save(&self, books: &mut dyn Books, tid: &str) {
        put(books, &format!("auth:{tid}"), self);
    }

    pub(super) fn load(books: &dyn Books, tid: &str) -> Option<Self> {
        get(books, &format!("auth:{tid}"))
    }
}

/// Keeps anything.
pub(super) fn put(books: &mut dyn Books, key: &str, value: &impl Serialize) {
    if let Ok(text) = serde_json::to_string(value) {
        books.put_note(PG, key, &text);
    }
}

/// Reads it back.
pub(super) fn get<T: serde::de::DeserializeOwned>(books: &dyn Books, key: &str) -> Option<T> {
    serde_json::from_str(&books.note(PG, key)?).ok()
}

/// 32 hex digits of this request's random bits, different for each purpose.
pub(super) fn hex32(cx: &SimCx, purpose: &str) -> String {
    sha256_hex(format!("{}:{}:{purpose}", cx.random, cx.at.0))[..32].to_owned()
}

/// A TID: MID(10) + method(2) + medium(2) + yyMMddHHmmss + 4 digits, not used before.
pub(super) fn new_tid(
    cx: &SimCx,
    books: &mut dyn Books,
    mid: &str,
    way: &str,
    medium: &str,
) -> String {
    let time = &cx.at.kst14()[2..];
    let start = cx.random % 10_000;
    let numbers = (0..10_000).map(|step| (start + step) % 10_000);
    let mut tids = numbers.map(|number| format!("{mid}{way}{medium}{time}{number:04}"));
    let free = tids.find(|tid| !is_used(books, tid));
    let tid = free.unwrap_or_else(|| format!("{mid}{way}{medium}{time}{start:04}"));
    use_tid(books, &tid);
    tid
}

/// True for a TID given out by us or taken by a merchant.
pub(super) fn is_used(books: &dyn Books, tid: &str) -> bool {
    books.note(PG, &format!("tid:{tid}")).is_some()
}

/// Takes a TID for good.
pub(super) fn use_tid(books: &mut dyn Books, tid: &str) {
    books.put_note(PG, &format!("tid:{tid}"), "used");
}
