//! `GET /users/pg`: the channels of the merchant (V1 behaviour §3.11).

use crate::api::Answer;
use crate::extract::Merchant;
use crate::{App, error};
use axum::extract::State;
use serde_json::{Value, json};

/// All channels in the order they were added: for payment windows, or to verify people.
pub async fn pg(State(app): State<App>, merchant: Merchant) -> Answer {
    let channels = engine::channels::list(&app.engine, merchant.id).await?;
    let rows = channels.iter().map(|channel| {
        json!({
            "pg_provider": channel.row.pg,
            "pg_id": channel.row.mid,
            "sandbox": channel.row.is_test(),
            "type": channel.row.kind,
            "channel_name": channel.row.name,
            "channel_key": channel.row.channel_key,
        })
    });
    Ok(error::ok(rows.collect::<Value>()))
}
