//! `POST /sandbox/naver/product-orders/{product_order_id}/{action}`: what buyers and carriers do.

use super::json;
use crate::api::Answer;
use crate::api::sandbox::Sandbox;
use crate::extract::{Fields, Merchant, Two};
use crate::{App, error};
use axum::extract::State;
use engine::products;

/// Does it and shows the product order as it is then. A review may have `type`, `score`, `title`
/// and `content`.
pub async fn act(
    Sandbox(sandbox): Sandbox,
    State(app): State<App>,
    merchant: Merchant,
    Two(id, action): Two,
    fields: Fields,
) -> Answer {
    let mut asked = serde_json::json!({ "action": action });
    for name in ["type", "score", "title", "content"] {
        if let Some(text) = fields.text(name)? {
            asked[name] = domain::text::cut(&text, 500).into();
        }
    }
    let engine = app.engine.clone();
    let order = engine::detached(async move {
        products::find::act(&engine, &*sandbox, merchant.id, &id, asked).await
    });
    Ok(error::ok(json::product_order(&order.await?)))
}
