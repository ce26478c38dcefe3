//! `/sandbox/faults`: accidents the sandbox's PGs shall have. They strike every merchant of the
//! hub, as a PG's accidents do.

use super::Sandbox;
use crate::api::Answer;
use crate::error;
use crate::extract::{Fields, Merchant, Refusal};
use axum::http::StatusCode;
use serde_json::{Number, Value};

/// The armed faults.
pub async fn list(Sandbox(sandbox): Sandbox, _: Merchant) -> Answer {
    Ok(error::ok(sandbox.faults()))
}

/// Arms `{"pg", "operation", "fault", "times", "rate", "seed"}`; shows all that are armed. Of these
/// only `fault` must be there: `docs/faults.md` has the words.
pub async fn add(Sandbox(sandbox): Sandbox, _: Merchant, fields: Fields) -> Answer {
    let mut fault = fields.into_map();
    fault.remove("_token");
    // A form has only texts, and the sandbox wants these as numbers.
    for key in ["times", "rate", "seed"] {
        let number = fault.get(key).and_then(Value::as_str).map(str::parse::<Number>);
        if let Some(Ok(number)) = number {
            fault.insert(key.to_owned(), Value::Number(number));
        }
    }
    let armed = sandbox.add_fault(&Value::Object(fault));
    armed.map_err(|why| Refusal::text(StatusCode::BAD_REQUEST, &why))?;
    Ok(error::ok(sandbox.faults()))
}

/// Disarms all, or the one whose number is `id`.
pub async fn clear(Sandbox(sandbox): Sandbox, _: Merchant, fields: Fields) -> Answer {
    match fields.text("id")? {
        None => sandbox.clear_faults(),
        Some(id) => {
            let known = id.parse().is_ok_and(|id| sandbox.remove_fault(id));
            if !known {
                let why = format!("id: there is no fault {id:?}");
                return Err(Refusal::text(StatusCode::NOT_FOUND, &why));
            }
        }
    }
    Ok(error::ok(sandbox.faults()))
}
