//! Members and logins: the same protocol, other operations.

use super::SandboxOnly;
use super::billing::sealed;
use super::wire::{call, need};
use crate::capability::point_login::{PointLogin, Points};
use crate::capability::quick_pay::{Member, QuickPay};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::IssuedKey;
use domain::Millis;
use serde_json::{Value, json};

#[async_trait::async_trait]
impl QuickPay for SandboxOnly {
    fn money_key(&self, member_id: &str, pin: &str) -> IssuedKey {
        IssuedKey { key: format!("money:{pin}:{member_id}"), card: None, memo: String::new() }
    }

    async fn forget_member(
        &self,
        cx: &Cx<'_>,
        member_id: &str,
        (partner_type, partner_subtype): (&str, &str),
    ) -> Result<Option<Member>, PgError> {
        let data = json!({
            "member_id": member_id, "partner_type": partner_type,
            "partner_subtype": partner_subtype,
        });
        let answer = call(self, cx, "member", data).await?;
        match answer.get("member") {
            Some(Value::Null) => Ok(None),
            Some(member) => Ok(Some(Member {
                member_id: member_id.to_owned(),
                inserted: time(member, "inserted")?,
                updated: time(member, "updated")?,
            })),
            None => Err(PgError::Unknown("an answer without member".into())),
        }
    }

    async fn release_fido(&self, cx: &Cx<'_>, member_id: &str) -> Result<(), PgError> {
        call(self, cx, "fido", json!({ "member_id": member_id })).await.map(drop)
    }
}

fn time(member: &Value, name: &str) -> Result<Millis, PgError> {
    let at = member.get(name).and_then(Value::as_i64).map(Millis);
    at.ok_or_else(|| PgError::Unknown(format!("a member without {name}")))
}

#[async_trait::async_trait]
impl Points for SandboxOnly {
    async fn balance(&self, cx: &Cx<'_>, login: &PointLogin) -> Result<i64, PgError> {
        let answer = call(self, cx, "point-balance", data(cx, login)?).await?;
        let points = answer.get("points").and_then(Value::as_i64);
        points.ok_or_else(|| PgError::Unknown("an answer without points".into()))
    }

    async fn login(&self, cx: &Cx<'_>, login: &PointLogin) -> Result<IssuedKey, PgError> {
        let answer = call(self, cx, "point-login", data(cx, login)?).await?;
        let key = need(&answer, "key")?.to_owned();
        Ok(IssuedKey { key, card: None, memo: String::new() })
    }
}

/// Name and password travel sealed, as cards do.
fn data(cx: &Cx<'_>, login: &PointLogin) -> Result<Value, PgError> {
    let plain = zeroize::Zeroizing::new(format!("{}|{}", login.user, &*login.password));
    let sealed = sealed(cx.credentials.need("key")?, &plain)
        .ok_or_else(|| PgError::invalid("benepia_user", "계정을 암호화할 수 없습니다."))?;
    Ok(json!({ "login_data": sealed, "member_code": login.member_code }))
}
