//! `POST /payments/{imp_uid}/naver/{task}`: 200 if every product order was changed, 207 if some
//! were, 500 if none; the answer has those that were.

use super::{failed, json, told, told_or_missing};
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, post};
use engine::products::{self, Changed, Task};

/// What a request asks for.
pub struct Asked {
    /// The task.
    pub task: Task,
    /// V1 documents 400 for this operation.
    pub has_400: bool,
}

/// The route of a task, by the reader of its fields.
pub fn task(read: fn(&Fields) -> Result<Asked, Refusal>) -> MethodRouter<App> {
    post(move |State(app): State<App>, merchant: Merchant, One(imp_uid): One, fields: Fields| {
        change(app, merchant, imp_uid, fields, read)
    })
}

/// Changes, to the end even if the caller hangs up.
async fn change(
    app: App,
    merchant: Merchant,
    imp_uid: String,
    fields: Fields,
    read: fn(&Fields) -> Result<Asked, Refusal>,
) -> Answer {
    let ids = fields.list("product_order_id")?;
    let asked = match read(&fields) {
        Ok(asked) => asked,
        // Who asks about nothing is told so before what else is wrong.
        Err(refusal) => {
            engine::payments::find::get(&app.engine, merchant.id, &imp_uid).await?;
            return Err(refusal);
        }
    };
    let (engine, task) = (app.engine.clone(), asked.task);
    let changed = engine::detached(async move {
        products::change(&engine, merchant.id, &imp_uid, &ids, &task).await
    });
    match changed.await {
        Ok(changed) => shown(&changed),
        Err(error) if asked.has_400 => Err(told(error)),
        Err(error) => Err(told_or_missing(error)),
    }
}

fn shown(changed: &Changed) -> Answer {
    if changed.done.is_empty() {
        return Err(failed(-1, &reasons(&changed.failed)));
    }
    let all = changed.failed.is_empty();
    let status = if all { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    Ok(error::envelope(status, 0, None, json::product_orders(&changed.done)))
}

/// Why nothing was changed.
fn reasons(failed: &[(String, String)]) -> String {
    match failed {
        [(_, why)] => why.clone(),
        failed => {
            let each = failed.iter().map(|(id, why)| format!("[{id}] {why}"));
            each.collect::<Vec<_>>().join(" ")
        }
    }
}
