//! What is personal about a verification, sealed with the master key.

use crate::{Engine, Error, Result, draw};
use pg::capability::certification::{Person, Prefill};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::certifications::CertificationRow;

/// What is needed to open the window, and nothing longer.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    /// What the page knows of the person.
    pub(super) prefill: Prefill,
    /// Whose service asks.
    pub(super) company: String,
}

fn seal(engine: &Engine, context: &str, json: &Value) -> Result<String> {
    engine.keyring.seal(context, &json.to_string(), draw::nonce(&*engine.random))
}

fn broken(row: &CertificationRow) -> Error {
    Error::internal(format!("what is sealed of {}", row.imp_uid))
}

/// What the page said, for the row of this number.
pub(super) fn asked(engine: &Engine, imp_uid: &str, asked: &Asked) -> Result<String> {
    let json = serde_json::to_value(asked).map_err(|_| Error::internal("a prefill"))?;
    seal(engine, &format!("certifications/{imp_uid}/asked"), &json)
}

/// Reads it back.
pub(super) fn open_asked(engine: &Engine, row: &CertificationRow) -> Result<Asked> {
    let context = format!("certifications/{}/asked", row.imp_uid);
    let text = engine.keyring.open(&context, &row.asked)?;
    serde_json::from_str(&text).map_err(|_| broken(row))
}

/// Whom it verified, for the row of this number.
pub(super) fn person(engine: &Engine, imp_uid: &str, person: &Person) -> Result<String> {
    let json = serde_json::to_value(person).map_err(|_| Error::internal("a person"))?;
    seal(engine, &format!("certifications/{imp_uid}/person"), &json)
}

/// Reads it back; `None` while nobody is verified.
pub(super) fn open_person(engine: &Engine, row: &CertificationRow) -> Result<Option<Person>> {
    if row.person.is_empty() {
        return Ok(None);
    }
    let context = format!("certifications/{}/person", row.imp_uid);
    let text = engine.keyring.open(&context, &row.person)?;
    serde_json::from_str(&text).map(Some).map_err(|_| broken(row))
}
