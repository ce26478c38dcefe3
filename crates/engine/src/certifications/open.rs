//! `IMP.certification`: refuses what cannot be opened, else creates the verification.

use super::change::{create, fresh};
use super::sealed::{self, Asked};
use crate::merchants::tiers::named;
use crate::payments::line::playable;
use crate::payments::open::{OpenRefusal, OpenRequest, OpenedCheckout, Param, redirect_url};
use crate::{Engine, Error, Result, draw};
use domain::MerchantId;
use pg::Device;
use pg::capability::certification::Prefill;
use store::certifications::CertificationRow;
use store::channels::ChannelRow;
use store::merchants::MerchantRow;

/// The oldest anybody can be asked to be.
const OLDEST: i64 = 150;

struct Checked {
    merchant: MerchantRow,
    channel: ChannelRow,
    merchant_uid: String,
    min_age: Option<i64>,
    redirect_url: Option<String>,
    flow: &'static str,
}

enum Stop {
    Refusal(String),
    Fault(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

fn refuse<T>(message: &str) -> std::result::Result<T, Stop> {
    Err(Stop::Refusal(message.to_owned()))
}

/// Opens a verification.
///
/// # Errors
/// Only faults of ours; refusals are values.
pub async fn open(
    engine: &Engine,
    request: &OpenRequest,
) -> Result<std::result::Result<OpenedCheckout, OpenRefusal>> {
    let param = Param(&request.param);
    match check(engine, request).await {
        Ok(checked) => {
            let row = insert(engine, request, &checked).await?;
            Ok(Ok(OpenedCheckout {
                session: row.session.unwrap_or_default(),
                imp_uid: row.imp_uid,
                merchant_uid: row.merchant_uid,
                flow: checked.flow,
            }))
        }
        Err(Stop::Fault(error)) => Err(error),
        Err(Stop::Refusal(message)) => Ok(Err(OpenRefusal {
            code: "F400",
            message,
            merchant_uid: domain::text::cut(&param.text("merchant_uid"), 40),
            redirect_url: redirect_url(&param, &request.page_url),
        })),
    }
}

async fn check(engine: &Engine, request: &OpenRequest) -> std::result::Result<Checked, Stop> {
    let param = Param(&request.param);
    let merchant = named(engine, &request.user_code, &request.tier_code).await;
    let merchant = match merchant {
        Err(Error::NotFound(text)) => return refuse(text),
        merchant => merchant?,
    };
    let given = |key: &str| Some(param.text(key)).filter(|text| !text.is_empty());
    let (key, code) = (given("channelKey").or_else(|| given("channel_key")), given("pg"));
    let id = MerchantId(merchant.id);
    let channel =
        crate::channels::resolve_certification(engine, id, key.as_deref(), code.as_deref()).await;
    let channel = match channel {
        Err(Error::Refused(text)) => return Err(Stop::Refusal(text)),
        channel => channel?,
    };
    let (spec, mode) = (crate::channels::spec(&channel)?, crate::channels::mode(&channel));
    match playable(engine, spec, mode) {
        Err(Error::Refused(text)) => return Err(Stop::Refusal(text)),
        played => played?,
    }
    let merchant_uid = merchant_uid(&param.text("merchant_uid"))?;
    let min_age = min_age(&param)?;
    let redirect_url = redirect_url(&param, &request.page_url);
    let flow = flow(&param, request.device, redirect_url.is_some())?;
    Ok(Checked { merchant, channel, merchant_uid, min_age, redirect_url, flow })
}

fn merchant_uid(text: &str) -> std::result::Result<String, Stop> {
    if text.chars().count() > 40 {
        return refuse("merchant_uid는 40자를 초과할 수 없습니다.");
    }
    if text.is_empty() || text.chars().any(char::is_control) {
        return refuse("merchant_uid가 올바르지 않습니다.");
    }
    Ok(text.to_owned())
}

fn min_age(param: &Param<'_>) -> std::result::Result<Option<i64>, Stop> {
    let text = param.text("min_age");
    match text.trim().parse() {
        _ if text.trim().is_empty() => Ok(None),
        Ok(years) if (0..=OLDEST).contains(&years) => Ok(Some(years)),
        _ => refuse("min_age가 올바르지 않습니다."),
    }
}

/// A popup on a PC; a whole page on a phone that has somewhere to come back to, unless the page
/// asks for the popup (V1 behaviour §5.10).
fn flow(
    param: &Param<'_>,
    device: Device,
    redirect: bool,
) -> std::result::Result<&'static str, Stop> {
    let popup = param.text("popup");
    match (device, popup.as_str(), redirect) {
        (Device::Pc, ..) | (Device::Mobile, "true" | "1", _) => Ok("overlay"),
        (Device::Mobile, _, true) => Ok("redirect"),
        (Device::Mobile, "false" | "0", false) => refuse("m_redirect_url 파라메터가 필요합니다."),
        (Device::Mobile, _, false) => Ok("overlay"),
    }
}

async fn insert(
    engine: &Engine,
    request: &OpenRequest,
    checked: &Checked,
) -> Result<CertificationRow> {
    let param = Param(&request.param);
    let at = crate::merchants::now_for(engine, &checked.merchant);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(16).collect();
    let asked = Asked {
        prefill: Prefill {
            name: param.cut("name", 40).unwrap_or_default(),
            phone: digits(&param.text("phone")),
            carrier: param.cut("carrier", 10).unwrap_or_default(),
        },
        company: param.cut("company", 60).unwrap_or_else(|| checked.merchant.name.clone()),
    };
    let session = draw::hex(&*engine.random, 16);
    let language = param.cut("language", 8).unwrap_or_else(|| "ko".into());
    let web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    let page_url = Some(request.page_url.as_str()).filter(web);
    create(engine, |imp_uid| {
        Ok(CertificationRow {
            min_age: checked.min_age,
            asked: sealed::asked(engine, imp_uid, &asked)?,
            page_url: page_url.map(|url| domain::text::cut(url, 2_000)),
            session: Some(session.clone()),
            flow: checked.flow.to_owned(),
            opener: request.origin.clone(),
            redirect_url: checked.redirect_url.clone(),
            language: language.clone(),
            ..fresh(imp_uid, &checked.merchant_uid, &checked.channel, "window", at.0)
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn way(param: &Value, device: Device) -> Option<&'static str> {
        let redirect = param.get("m_redirect_url").is_some();
        flow(&Param(param), device, redirect).ok()
    }

    #[test]
    fn where_the_window_opens() {
        let url = "https://shop.test/done";
        for (param, pc, mobile) in [
            (json!({}), Some("overlay"), Some("overlay")),
            (json!({"popup": true}), Some("overlay"), Some("overlay")),
            (json!({"popup": false}), Some("overlay"), None),
            (json!({"m_redirect_url": url}), Some("overlay"), Some("redirect")),
            (json!({"m_redirect_url": url, "popup": false}), Some("overlay"), Some("redirect")),
            (json!({"m_redirect_url": url, "popup": true}), Some("overlay"), Some("overlay")),
        ] {
            assert_eq!(way(&param, Device::Pc), pc, "{param}");
            assert_eq!(way(&param, Device::Mobile), mobile, "{param}");
        }
    }

    #[test]
    fn ages_are_years() {
        let age = |value: Value| min_age(&Param(&json!({ "min_age": value }))).ok();
        assert_eq!(age(Value::Null), Some(None));
        assert_eq!(age(json!("")), Some(None));
        assert_eq!(age(json!(19)), Some(Some(19)));
        assert_eq!(age(json!(" 14 ")), Some(Some(14)));
        for wrong in [json!(-1), json!(151), json!(1.5), json!("old")] {
            assert_eq!(age(wrong.clone()), None, "{wrong}");
        }
    }
}
