//! The window: the order is registered, the answer says where the browser goes.

use super::SandboxOnly;
use super::profile::Need;
use super::wire::{self, call};
use crate::contract::Pg as _;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Device, Opened, Order, Window};
use domain::Money;
use serde_json::{Value, json};

/// Registers the order.
pub(super) async fn open(pg: &SandboxOnly, cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
    let answer = call(pg, cx, "register", request(pg, cx, order)?).await?;
    let url = wire::need(&answer, "url")?.to_owned();
    if !crate::hosts::is_on(&url, pg.facts.hosts) {
        return Err(PgError::Forged(format!("the window's URL is not on this PG's host: {url}")));
    }
    Ok(Opened { window: Window::Redirect { url }, memo: String::new() })
}

fn request(pg: &SandboxOnly, cx: &Cx<'_>, order: &Order) -> Result<Value, PgError> {
    cx.credentials.need("mid")?;
    cx.credentials.need("key")?;
    sold(pg, order)?;
    for need in pg.facts.required {
        said(*need, order)?;
    }
    Ok(json!({
        "order_no": order.imp_uid,
        "name": order.name,
        "amount": order.amount.minor(),
        "currency": order.amount.currency().code(),
        "tax_free": order.tax_free.map(Money::minor),
        "method": order.method,
        "for_key": order.customer_uid.is_some(),
        "buyer_name": order.buyer.name,
        "device": match order.device { Device::Pc => "pc", Device::Mobile => "mobile" },
        "language": order.language,
        "due": order.vbank_due.map(|due| due.0),
        "escrow": order.escrow,
        "products": order.param.get("naverProducts"),
        "member_id": if pg.facts.quick { order.param.get("customer_id") } else { None },
        "prepared": order.param.get("prepared"),
        "buyer": pg.product_orders().map(|_| buyer(order)),
        "return_url": order.return_url,
        "notice_url": order.notice_url,
    }))
}

/// Whom a PG with product orders sends to.
fn buyer(order: &Order) -> Value {
    let buyer = &order.buyer;
    json!({ "tel": buyer.tel, "addr": buyer.addr, "postcode": buyer.postcode })
}

/// Refuses what this PG does not sell.
fn sold(pg: &SandboxOnly, order: &Order) -> Result<(), PgError> {
    let facts = &pg.facts;
    if !facts.currencies.contains(&order.amount.currency()) {
        let code = order.amount.currency().code();
        let message = format!("{}에서 지원하지 않는 통화입니다: {code}", facts.ko);
        return Err(PgError::invalid("currency", message));
    }
    let known = facts.any_method || facts.methods.contains(&order.method.as_str());
    if !known {
        let message = format!("{}에서 지원하지 않는 결제수단입니다: {}", facts.ko, order.method);
        return Err(PgError::invalid("pay_method", message));
    }
    if order.customer_uid.is_some() {
        let Some(keys) = facts.keys.filter(|keys| keys.window) else {
            let message = format!("{}에는 빌링키 발급 결제창이 없습니다.", facts.ko);
            return Err(PgError::invalid("customer_uid", message));
        };
        if !facts.any_method && !keys.methods.contains(&order.method.as_str()) {
            let message = format!("빌링키를 발급할 수 없는 결제수단입니다: {}", order.method);
            return Err(PgError::invalid("pay_method", message));
        }
    } else if order.amount.minor() < facts.least {
        let message = format!("{}의 최소 결제금액은 {}원입니다.", facts.ko, facts.least);
        return Err(PgError::invalid("amount", message));
    }
    if order.escrow {
        return Err(PgError::invalid(
            "escrow",
            "샌드박스 전용 PG사는 에스크로를 지원하지 않습니다.",
        ));
    }
    Ok(())
}

/// Refuses an order that does not say what this PG needs.
fn said(need: Need, order: &Order) -> Result<(), PgError> {
    let param = |name: &str| match order.param.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (field, value) = match need {
        Need::BuyerName => ("buyer_name", order.buyer.name.clone()),
        Need::BuyerTel => ("buyer_tel", order.buyer.tel.clone()),
        Need::BuyerEmail => ("buyer_email", order.buyer.email.clone()),
        Need::Name => ("name", param("name")),
        Need::Currency => ("currency", param("currency")),
        Need::CustomerUid => ("customer_uid", order.customer_uid.clone().unwrap_or_default()),
        Need::BizNum if order.method != "vbank" => return Ok(()),
        Need::BizNum => ("biz_num", param("biz_num")),
    };
    if value.trim().is_empty() {
        return Err(PgError::invalid(field, format!("{field} 파라메터가 필요합니다.")));
    }
    Ok(())
}
