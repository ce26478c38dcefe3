//! `/benepia`: points spent with the person's own login (V1 behaviour §3.13).

pub mod payment;
pub mod point;

use crate::extract::{Fields, Refusal};
use axum::http::StatusCode;
use engine::Error;
use engine::rows::PointLogin;

/// The login; the password is wiped when it is no longer needed.
fn login(fields: &mut Fields) -> Result<PointLogin, Refusal> {
    let user = fields.need("benepia_user")?;
    if user.len() > 100 || user.contains('|') || user.chars().any(char::is_control) {
        return Err(Error::invalid("benepia_user", "올바르지 않은 계정 아이디입니다.").into());
    }
    let password = fields.take_secret("benepia_password")?;
    let password = password.ok_or_else(|| Refusal::missing("benepia_password"))?;
    let member_code = fields.text("benepia_member_code")?.unwrap_or_default();
    Ok(PointLogin { user, password, member_code })
}

/// V1 answers HTTP 500 where the PG says no.
fn failed(error: Error) -> Refusal {
    match error {
        Error::PgRefused { message, .. } => {
            Refusal::text(StatusCode::INTERNAL_SERVER_ERROR, &message)
        }
        other => other.into(),
    }
}
