//! V1's own code tables (V1 behaviour §3.12).

pub mod banks;
pub mod cards;

use crate::api::Answer;
use crate::error;
use engine::Error;
use serde_json::{Value, json};

type Table = [(&'static str, &'static str)];

fn row((code, name): &(&str, &str)) -> Value {
    json!({ "code": code, "name": name })
}

fn all(table: &Table) -> Answer {
    Ok(error::ok(table.iter().map(row).collect()))
}

fn one(table: &Table, code: &str) -> Answer {
    let found = table.iter().find(|(known, _)| *known == code);
    Ok(error::ok(row(found.ok_or(Error::NotFound("존재하지 않는 코드입니다."))?)))
}
