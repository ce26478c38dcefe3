//! `POST /subscribe/payments/schedule` (V1 behaviour §3.6): plans charges, all or none.

use crate::api::Answer;
use crate::api::subscribe::{card, charge, schedule_json};
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::Error;
use engine::billing::schedules::{self as verb, Plan, PlanRequest};

/// The most charges one call may plan.
const MOST: usize = 1_000;

/// Plans; before that it issues the key where there is none, and tries it with `checking_amount`.
pub async fn plan(State(app): State<App>, merchant: Merchant, mut fields: Fields) -> Answer {
    let card = card::given(&mut fields)?;
    let request = PlanRequest {
        customer_uid: fields.need("customer_uid")?,
        card,
        channel: (fields.text("channel_key")?, fields.text("pg")?),
        checking_amount: fields.text("checking_amount")?,
        customer_id: fields.text("customer_id")?,
        plans: plans(&fields)?,
    };
    let engine = app.engine.clone();
    let planned = engine::detached(async move { verb::plan(&engine, merchant.id, request).await });
    Ok(error::ok(schedule_json::all(&planned.await?)))
}

fn plans(fields: &Fields) -> Result<Vec<Plan>, Refusal> {
    let items = fields.objects("schedules")?;
    if items.is_empty() {
        return Err(Refusal::missing("schedules"));
    }
    if items.len() > MOST {
        let text = format!("한 번에 {MOST}건까지 예약할 수 있습니다.");
        return Err(Error::invalid("schedules", text).into());
    }
    let mut plans = Vec::with_capacity(items.len());
    for item in &items {
        let schedule_at = item.integer("schedule_at")?;
        plans.push(Plan {
            schedule_at: schedule_at.ok_or_else(|| Refusal::missing("schedule_at"))?,
            charge: charge::read(item)?,
        });
    }
    Ok(plans)
}
