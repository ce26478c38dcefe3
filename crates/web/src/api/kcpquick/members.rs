//! `DELETE /kcpquick/members/{member_id}` and `POST …/fido/release`.

use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use engine::quick::members::{self as verb, Released};
use serde_json::json;

/// Deletes a member and shows what it was.
pub async fn delete(
    State(app): State<App>,
    merchant: Merchant,
    One(member_id): One,
    fields: Fields,
) -> Answer {
    let site_code = fields.need("site_code")?;
    let partner_type = fields.need("partner_type")?;
    let partner_subtype = fields.need("partner_subtype")?;
    let engine = app.engine.clone();
    let deleted = engine::detached(async move {
        let partner = (partner_type.as_str(), partner_subtype.as_str());
        verb::delete(&engine, merchant.id, &member_id, &site_code, partner).await
    });
    let deleted = deleted.await?;
    Ok(error::ok(json!({
        "member_id": deleted.member.member_id,
        "pg_provider": deleted.channel.pg,
        "pg_id": deleted.channel.mid,
        "inserted": deleted.member.inserted.seconds(),
        "updated": deleted.member.updated.seconds(),
    })))
}

/// Ends a member's biometrics. The PG's refusal is HTTP 200 with its own words in `error`.
pub async fn release_fido(
    State(app): State<App>,
    merchant: Merchant,
    One(member_id): One,
    fields: Fields,
) -> Answer {
    let channel_key = fields.need("channel_key")?;
    let (engine, member) = (app.engine.clone(), member_id.clone());
    let released = engine::detached(async move {
        verb::release_fido(&engine, merchant.id, &member, &channel_key).await
    });
    let body = match released.await? {
        Released::Done => json!({
            "code": 0,
            "message": "생체인증 사용이 정상적으로 해제되었습니다.",
            "response": { "member_id": member_id },
        }),
        Released::Refused { code, message } => json!({
            "code": -1,
            "message": "생체인증 사용 해제에 실패하였습니다.",
            "response": null,
            "error": { "code": code, "message": message },
        }),
        Released::NoAnswer => {
            let text = "PG사와 통신 중 오류가 발생하였습니다. 다시 시도해 주세요.";
            return Err(Refusal::text(StatusCode::INTERNAL_SERVER_ERROR, text));
        }
    };
    Ok(([(header::CONTENT_TYPE, error::JSON)], body.to_string()).into_response())
}
