//! What the console reads and does beyond the verbs everybody has: searches, the home page's
//! figures, a payment's whole story, and acts of staff, each with its audit line.

pub mod able;
pub mod acts;
pub mod home;
pub mod resolve;
pub mod search;
pub mod story;

pub use able::{Can, able};
pub use acts::{advance_clock, arm_fault, cancel, clear_faults, deposit, note, remove_fault};
pub use home::{Home, home, mode};
pub use resolve::{Verdict, attentions, resolve, verdicts};
pub use search::{Basis, Cursor, Filter, Found, account_list, find, list};
pub use story::{Step, Story, What, story};

use crate::rows::Spec;

/// Facts about every PG, in the order the console offers them.
#[must_use]
pub fn pgs() -> Vec<&'static Spec> {
    pg::ALL.iter().map(|pg| pg.spec()).collect()
}

/// Facts about the PG with this code or alias.
#[must_use]
pub fn pg(code: &str) -> Option<&'static Spec> {
    pg::find(code).map(pg::Pg::spec)
}

/// Facts about every certifier, in the order the console offers them.
#[must_use]
pub fn certifiers() -> Vec<&'static Spec> {
    pg::certifiers::ALL.iter().map(|one| one.spec()).collect()
}

/// Facts about the certifier with this code.
#[must_use]
pub fn certifier(code: &str) -> Option<&'static Spec> {
    pg::certifiers::find(code).map(|one| one.spec())
}

/// Where this PG is to post its notices; `None` if it sends none.
#[must_use]
pub fn notice_url(engine: &crate::Engine, code: &str) -> Option<String> {
    let pg = pg::find(code)?;
    pg.notices()?;
    Some(format!("{}/callback/{}/notice", engine.settings.public_url, pg.spec().code))
}
