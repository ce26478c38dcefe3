//! The official V1 operations, one row each: what is here of it, who answers it, and where it
//! differs on purpose. `docs/compatibility.md` is written from this list (`cargo xtask
//! compatibility`), and a test asks the router for every row of it.

mod legacy;
mod money;
mod page;
mod papers;
mod special;
mod subscriptions;

pub use legacy::LEGACY;
pub use page::page;

use engine::console::Can;

/// Who answers an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The hub, out of what it wrote down.
    Hub,
    /// A PG that can do this, on its own wire; other PGs' channels are refused before anything
    /// is sent.
    Pg(Can),
}

/// One operation of the official list.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// HTTP method.
    pub method: &'static str,
    /// As V1's documents spell it.
    pub path: &'static str,
    /// Who answers.
    pub by: By,
    /// What it does here, for a merchant.
    pub what: &'static str,
    /// Where it differs from V1's documents, and why; may be empty.
    pub differs: &'static str,
    /// Keys of `ieum.toml` that change it.
    pub switches: &'static [&'static str],
}

impl Operation {
    const fn differs(mut self, how: &'static str) -> Self {
        self.differs = how;
        self
    }

    const fn switches(mut self, keys: &'static [&'static str]) -> Self {
        self.switches = keys;
        self
    }

    const fn by(mut self, can: Can) -> Self {
        self.by = By::Pg(can);
        self
    }
}

/// A row the hub itself answers, unless it says otherwise.
const fn row(method: &'static str, path: &'static str, what: &'static str) -> Operation {
    Operation { method, path, by: By::Hub, what, differs: "", switches: &[] }
}

/// Operations that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// V1's name of the group (the tag of its operations).
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// Its operations.
    pub rows: &'static [Operation],
}

/// Every official operation, in the order the page shows them.
pub const GROUPS: &[Group] = &[
    money::AUTHENTICATE,
    money::PAYMENTS,
    money::VALIDATION,
    subscriptions::SUBSCRIBE,
    subscriptions::CUSTOMERS,
    money::VBANKS,
    papers::CERTIFICATIONS,
    papers::RECEIPTS,
    papers::ESCROW,
    papers::PARTNERS,
    papers::USERS,
    papers::TIERS,
    papers::CODES,
    special::NAVER,
    special::KCPQUICK,
    special::BENEPIA,
    special::CVS,
    special::PAYCO,
    special::PAYMENTWALL,
];

/// Every official operation.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    GROUPS.iter().flat_map(|group| group.rows)
}
