//! `request_pay`: refuses what cannot be paid (V1 behaviour §5.6), else creates the attempt.

mod create;
mod param;

pub use param::Param;

use crate::{Engine, Error, Result, merchants};
use domain::payment::Status;
use domain::{Currency, Money, MoneyError};
use pg::{Device, Flow, Spec};
use store::channels::ChannelRow;
use store::merchants::MerchantRow;

/// What the browser SDK sent.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    /// `imp` and 8 digits.
    pub user_code: String,
    /// Of `IMP.agency(userCode, tierCode)`; empty for the merchant itself.
    pub tier_code: String,
    /// The `request_pay` parameter.
    pub param: serde_json::Value,
    /// By user agent.
    pub device: Device,
    /// `Origin` header of the page.
    pub origin: String,
    /// The page itself, for a relative `m_redirect_url`.
    pub page_url: String,
    /// The browser.
    pub user_agent: String,
    /// The buyer's address.
    pub client_ip: String,
}

/// The window may open.
#[derive(Clone, Debug)]
pub struct OpenedCheckout {
    /// The attempt.
    pub imp_uid: String,
    /// The order.
    pub merchant_uid: String,
    /// Unguessable; names the checkout page.
    pub session: String,
    /// `overlay` or `redirect`.
    pub flow: &'static str,
}

/// Nothing was created; the page is told why.
#[derive(Clone, Debug)]
pub struct OpenRefusal {
    /// V1's code.
    pub code: &'static str,
    /// V1's text.
    pub message: String,
    /// The order, for the callback.
    pub merchant_uid: String,
    /// Where to go if the page gave no callback.
    pub redirect_url: Option<String>,
}

/// What is known of a request once it passed every check.
struct Checked {
    merchant: MerchantRow,
    channel: ChannelRow,
    spec: &'static Spec,
    amount: Money,
    method: String,
    merchant_uid: String,
    redirect_url: Option<String>,
    flow: &'static str,
    notice_urls: Option<String>,
}

/// Why a check failed: a refusal the page is told, or a fault of ours.
enum Stop {
    Refusal(&'static str, String),
    Fault(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<store::DbError> for Stop {
    fn from(error: store::DbError) -> Self {
        Self::Fault(error.into())
    }
}

fn refuse<T>(code: &'static str, message: impl Into<String>) -> std::result::Result<T, Stop> {
    Err(Stop::Refusal(code, message.into()))
}

/// Opens a checkout.
///
/// # Errors
/// Only faults of ours; refusals are values.
pub async fn open(
    engine: &Engine,
    request: &OpenRequest,
) -> Result<std::result::Result<OpenedCheckout, OpenRefusal>> {
    let param = Param(&request.param);
    let redirect_url = redirect_url(&param, &request.page_url);
    match check(engine, request, redirect_url.clone()).await {
        Ok(checked) => Ok(Ok(create::create(engine, request, checked).await?)),
        Err(Stop::Fault(error)) => Err(error),
        Err(Stop::Refusal(code, message)) => Ok(Err(OpenRefusal {
            code,
            message,
            merchant_uid: domain::text::cut(&param.text("merchant_uid"), 40),
            redirect_url,
        })),
    }
}

async fn check(
    engine: &Engine,
    request: &OpenRequest,
    redirect_url: Option<String>,
) -> std::result::Result<Checked, Stop> {
    let param = Param(&request.param);
    let named = merchants::tiers::named(engine, &request.user_code, &request.tier_code).await;
    let merchant = match named {
        Ok(merchant) => merchant,
        Err(Error::NotFound(text)) => return refuse("F400", text),
        Err(other) => return Err(other.into()),
    };
    let (channel, spec) = channel(engine, &merchant, &param).await?;
    let merchant_uid = merchant_uid(&param)?;
    let currency = currency(&param, spec)?;
    let amount = amount(&param, currency)?;
    let method = method(&param, spec)?;
    key_issue(&param, &channel, spec, &method)?;
    let asked = asked(spec.flow, &param);
    let flow = flow(asked, request.device, redirect_url.is_some())?;
    let notice_urls = notice_urls(&param)?;
    prepared(engine, &merchant, &merchant_uid, amount).await?;
    not_paid(engine, &merchant, &merchant_uid).await?;
    Ok(Checked {
        merchant,
        channel,
        spec,
        amount,
        method,
        merchant_uid,
        redirect_url,
        flow,
        notice_urls,
    })
}

async fn channel(
    engine: &Engine,
    merchant: &MerchantRow,
    param: &Param<'_>,
) -> std::result::Result<(ChannelRow, &'static Spec), Stop> {
    let given = |key: &str| Some(param.text(key)).filter(|text| !text.is_empty());
    let (key, code) = (given("channelKey").or_else(|| given("channel_key")), given("pg"));
    let id = domain::MerchantId(merchant.id);
    match crate::channels::resolve(engine, id, key.as_deref(), code.as_deref()).await {
        Ok(channel) => {
            let pg = pg::find(&channel.pg).ok_or_else(|| Error::internal("no connector"))?;
            let mode = crate::channels::mode(&channel);
            match super::line::playable(engine, pg.spec(), mode) {
                Err(Error::Refused(message)) => refuse("F400", message),
                other => Ok(other.map(|()| (channel, pg.spec()))?),
            }
        }
        Err(Error::Refused(message)) => refuse("F400", message),
        Err(other) => Err(other.into()),
    }
}

fn merchant_uid(param: &Param<'_>) -> std::result::Result<String, Stop> {
    let text = param.text("merchant_uid");
    if text.chars().count() > 40 {
        return refuse("F400", "merchant_uid는 40자를 초과할 수 없습니다.");
    }
    if text.is_empty() || text.chars().any(char::is_control) {
        return refuse("F400", "merchant_uid가 올바르지 않습니다.");
    }
    Ok(text)
}

fn currency(param: &Param<'_>, spec: &Spec) -> std::result::Result<Currency, Stop> {
    let text = param.text("currency");
    let wanted = match text.as_str() {
        "" => spec.currencies.first().copied(),
        text => Currency::parse(text).filter(|known| spec.currencies.contains(known)),
    };
    wanted.map_or_else(|| refuse("F400", "지원하지 않는 통화입니다."), Ok)
}

fn amount(param: &Param<'_>, currency: Currency) -> std::result::Result<Money, Stop> {
    let text = param.text("amount");
    match Money::parse(text.trim(), currency) {
        Ok(amount) if !amount.is_zero() => Ok(amount),
        Ok(_) if param.text("customer_uid").is_empty() => refuse(
            "F400",
            "결제요청금액이 0원입니다. 빌링키발급을 위해 customer_uid가 지정될 때에만 0원이 \
             허용됩니다. 요청 amount :0",
        ),
        // A key is issued and nothing charged (V1 behaviour §4.6).
        Ok(nothing) => Ok(nothing),
        Err(MoneyError::TooPrecise) => {
            refuse("F400", "결제금액이 올바르지 않습니다. (통화의 최소 단위보다 작은 금액)")
        }
        Err(_) => refuse("F400", "결제금액이 올바르지 않습니다."),
    }
}

fn method(param: &Param<'_>, spec: &Spec) -> std::result::Result<String, Stop> {
    let text = param.text("pay_method");
    let text = if text.is_empty() { "card".to_owned() } else { domain::text::cut(&text, 20) };
    let chosen = spec.only_method.is_some() || spec.any_method;
    if !chosen && !spec.methods.contains(&text.as_str()) {
        return refuse("F400", format!("지원하지 않는 결제수단입니다. ({text})"));
    }
    Ok(text)
}

/// With a `customer_uid` the window issues a billing key: where the PG has such a window, and for
/// cards (V1 behaviour §4.6, §8.3 K11, §8.4 I9).
fn key_issue(
    param: &Param<'_>,
    channel: &ChannelRow,
    spec: &Spec,
    method: &str,
) -> std::result::Result<(), Stop> {
    let customer_uid = param.text("customer_uid");
    if customer_uid.is_empty() {
        return Ok(());
    }
    let billing = pg::find(&channel.pg).and_then(pg::Pg::billing);
    let Some(billing) = billing.filter(|billing| billing.has_window()) else {
        return refuse("F400", "이 PG사는 빌링키 발급 결제창을 지원하지 않습니다.");
    };
    let methods = billing.methods();
    if !spec.any_method && !methods.contains(&method) {
        let methods = methods.join(", ");
        return refuse("F400", format!("빌링키 발급은 pay_method: {methods}만 가능합니다."));
    }
    if customer_uid.chars().count() > 80 || customer_uid.chars().any(char::is_control) {
        return refuse("F400", "customer_uid는 80자를 초과할 수 없습니다.");
    }
    Ok(())
}

/// The flow of this request, where the page decides it.
fn asked(flow: Flow, param: &Param<'_>) -> Flow {
    match flow {
        Flow::AskedPopup if param.flag("naverPopupMode") => Flow::CallbackCallback,
        Flow::AskedPopup => Flow::RedirectRedirect,
        other => other,
    }
}

/// V1 behaviour §5.8 and §9-5, §9-9.
fn flow(flow: Flow, device: Device, redirect: bool) -> std::result::Result<&'static str, Stop> {
    match (flow, device, redirect) {
        (Flow::NoReturn, _, _) => Ok("redirect"),
        (Flow::RedirectRedirect | Flow::AskedPopup, _, false) => {
            refuse("F400", "m_redirect_url 파라메터가 필요합니다.")
        }
        (Flow::RedirectRedirect | Flow::AskedPopup, _, true)
        | (Flow::CallbackRedirect, Device::Mobile, true) => Ok("redirect"),
        (Flow::CallbackRedirect, Device::Pc | Device::Mobile, _)
        | (Flow::CallbackCallback, _, _) => Ok("overlay"),
    }
}

/// An absolute return address. Native apps use schemes and hosts of their own, so only what a
/// browser would run as a script is turned away.
pub(crate) fn redirect_url(param: &Param<'_>, page_url: &str) -> Option<String> {
    let text = param.text("m_redirect_url");
    if text.is_empty() || text.len() > 2_000 {
        return None;
    }
    let parsed = match url::Url::parse(&text) {
        Ok(parsed) => parsed,
        Err(_) => url::Url::parse(page_url).ok()?.join(&text).ok()?,
    };
    let scripts = ["javascript", "data", "vbscript", "blob", "file", "about"];
    (!scripts.contains(&parsed.scheme())).then(|| match url::Url::parse(&text) {
        // Kept as the merchant wrote it: the query is appended to this very text.
        Ok(_) => text,
        Err(_) => parsed.to_string(),
    })
}

fn notice_urls(param: &Param<'_>) -> std::result::Result<Option<String>, Stop> {
    let urls = param.texts("notice_url");
    for text in &urls {
        let good = url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
        if !good || text.len() > 2_000 {
            return refuse("F400", "notice_url이 올바르지 않습니다.");
        }
    }
    if urls.len() > 10 {
        return refuse("F400", "notice_url은 10개까지 지정할 수 있습니다.");
    }
    let confirm_url = param.text("confirm_url");
    let web = |text: &str| {
        url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
    };
    if !confirm_url.is_empty() && (!web(&confirm_url) || confirm_url.len() > 2_000) {
        return refuse("F400", "confirm_url이 올바르지 않습니다.");
    }
    Ok((!urls.is_empty()).then(|| serde_json::Value::from(urls).to_string()))
}

async fn prepared(
    engine: &Engine,
    merchant: &MerchantRow,
    merchant_uid: &str,
    amount: Money,
) -> std::result::Result<(), Stop> {
    let id = domain::MerchantId(merchant.id);
    let Some(row) = store::prepares::find(&engine.db, id, merchant_uid).await? else {
        return Ok(());
    };
    if row.currency.as_deref().is_some_and(|code| code != amount.currency().code()) {
        return refuse("F1003", "결제요청통화가 사전등록된 통화와 다릅니다.");
    }
    if Money::parse(&row.amount, amount.currency()) != Ok(amount) {
        return refuse("F1001", "결제요청금액이 사전등록된 금액과 다릅니다.");
    }
    Ok(())
}

async fn not_paid(
    engine: &Engine,
    merchant: &MerchantRow,
    merchant_uid: &str,
) -> std::result::Result<(), Stop> {
    let id = domain::MerchantId(merchant.id);
    let Some(holder) = store::history::order_holder(&engine.db, id, merchant_uid).await? else {
        return Ok(());
    };
    let row = store::payments::find(&engine.db, id, &holder).await?;
    match row.map(|row| row.payment.status()) {
        Some(Status::Paid | Status::Cancelled) => {
            refuse("F1002", "이미 결제가 이루어진 거래건입니다.")
        }
        Some(Status::Ready | Status::Failed) | None => Ok(()),
    }
}
