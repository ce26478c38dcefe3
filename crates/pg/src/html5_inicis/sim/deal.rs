//! One visit of a buyer to a window, from its opening to its approval, kept as a note.

use super::PG;
use crate::sim::{Books, SimCx};
use serde::{Deserialize, Serialize};

/// Which window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Way {
    /// Web standard.
    Pc,
    /// `smart/payment`.
    Mobile,
}

/// What the shop asked for and the buyer decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Deal {
    pub(super) way: Way,
    pub(super) mid: String,
    pub(super) oid: String,
    pub(super) price: i64,
    /// V1's word.
    pub(super) method: String,
    pub(super) goods: String,
    pub(super) buyer: String,
    pub(super) tel: String,
    pub(super) email: String,
    /// `returnUrl` or `P_NEXT_URL`.
    pub(super) back_url: String,
    pub(super) close_url: String,
    /// `P_NOTI_URL`.
    pub(super) noti_url: String,
    /// `P_NOTI` or `merchantData`: comes back unchanged.
    pub(super) echo: String,
    pub(super) utf8: bool,
    /// The shop asked for `idc_name`.
    pub(super) idc: bool,
    /// Deposit deadline, milliseconds.
    pub(super) due: i64,
    pub(super) lang: String,
    /// The window issues a billing key and charges nothing.
    #[serde(default)]
    pub(super) bill: bool,
    /// The money waits for the goods.
    #[serde(default)]
    pub(super) escrow: bool,
    /// Card, bank or carrier.
    pub(super) choice: String,
    /// `approve`, `decline`, `timeout` or `reset`.
    pub(super) result: String,
    /// The transaction, once approved.
    pub(super) tid: Option<String>,
}

/// What a note of this kind is called.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// An open window, by its session number.
    Window,
    /// An authenticated buyer, by authentication token or number.
    Auth,
}

fn key(kind: Kind, id: &str) -> String {
    match kind {
        Kind::Window => format!("window:{id}"),
        Kind::Auth => format!("auth:{id}"),
    }
}

impl Deal {
    /// The deal under this number; `None` if there is none or its window was used.
    pub(super) fn load(books: &dyn Books, kind: Kind, id: &str) -> Option<Self> {
        serde_json::from_str(&books.note(PG, &key(kind, id))?).ok()
    }

    /// Keeps it.
    pub(super) fn save(&self, books: &mut dyn Books, kind: Kind, id: &str) {
        let text = serde_json::to_string(self).unwrap_or_default();
        books.put_note(PG, &key(kind, id), &text);
    }

    /// Keeps it under a number nobody has yet.
    pub(super) fn open(&self, cx: &SimCx, books: &mut dyn Books) -> String {
        let mut number = cx.random;
        while books.note(PG, &key(Kind::Window, &format!("{number:016x}"))).is_some() {
            number = number.wrapping_add(1);
        }
        let id = format!("{number:016x}");
        self.save(books, Kind::Window, &id);
        id
    }
}

/// A window is used once: nothing is loaded from it again.
pub(super) fn used(books: &mut dyn Books, id: &str) {
    books.put_note(PG, &key(Kind::Window, id), "used");
}
