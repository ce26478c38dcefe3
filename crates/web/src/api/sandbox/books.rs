//! `GET /sandbox/books?pg=`: what the PG itself believes happened.

use super::Sandbox;
use crate::api::Answer;
use crate::error;
use crate::extract::{Fields, Merchant};
use engine::Error;

/// The ledger of one PG's simulator.
pub async fn books(Sandbox(sandbox): Sandbox, _: Merchant, fields: Fields) -> Answer {
    let pg = fields.need("pg")?;
    let books = sandbox.books(&pg).await;
    Ok(error::ok(books.ok_or(Error::NotFound("이 PG사의 시뮬레이터가 없습니다."))?))
}
