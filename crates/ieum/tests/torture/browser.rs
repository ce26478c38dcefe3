//! A buyer: from the merchant's page through the PG's window and back, over real HTTP, reloading or
//! giving up where the hub dies on the way.

use crate::client::Client;
use crate::dice::Dice;
use sandbox::headless::{self, Step};
use serde_json::{Value, json};

const SHOP: &str = "https://shop.test";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari";
const DESK: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";

/// How it ended for the buyer.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    /// Told as paid: the payment's number.
    Paid(String),
    /// Told as not paid; why.
    Failed(String),
    /// Told nothing: the browser gave up, or the page says to wait.
    Unsure,
}

struct Page {
    status: u16,
    location: Option<String>,
    text: String,
}

/// A buyer on a phone or at a desk.
pub(crate) struct Buyer<'a> {
    pub(crate) client: &'a Client,
    pub(crate) mobile: bool,
}

impl Buyer<'_> {
    /// `IMP.request_pay(param)`, then the window.
    pub(crate) async fn pay(&self, dice: &mut Dice, param: &Value) -> Ending {
        let hub = &self.client.url;
        let body = json!({
            "user_code": self.client.user_code(),
            "tier_code": null,
            "param": param,
            "device": if self.mobile { "mobile" } else { "pc" },
            "page_url": format!("{SHOP}/order"),
            "has_callback": true,
        });
        let open = Step::Post {
            url: format!("{hub}/sdk/payments"),
            body: body.to_string().into_bytes(),
            content_type: "application/json",
        };
        let Some(page) = self.patiently(dice, &open).await else { return Ending::Unsure };
        let opened: Value = serde_json::from_str(&page.text).unwrap_or_default();
        match opened["checkout_url"].as_str() {
            Some(url) if opened["ok"] == true => {
                self.walk(dice, Step::Get { url: url.to_owned() }, &opened).await
            }
            _ => Ending::Failed(opened["rsp"]["error_msg"].to_string()),
        }
    }

    async fn walk(&self, dice: &mut Dice, mut step: Step, opened: &Value) -> Ending {
        for _ in 0..15 {
            if step.url().starts_with(SHOP) {
                return back(step.url());
            }
            let Some(page) = self.patiently(dice, &step).await else { return Ending::Unsure };
            if let Some(location) = &page.location {
                match headless::redirected(step.url(), location) {
                    Ok(next) => step = next,
                    Err(why) => return Ending::Failed(why),
                }
                continue;
            }
            if page.status >= 500 {
                return Ending::Unsure;
            }
            if page.status != 200 {
                return Ending::Failed(format!("{} says {}", path(step.url()), page.status));
            }
            if let Some(ending) = told(&page.text, opened) {
                return ending;
            }
            let next = match link(&page.text) {
                Some(url) => Ok(Step::Get { url }),
                None => headless::next(step.url(), &page.text, "approve"),
            };
            match next {
                Ok(Step::Done) => return Ending::Failed(format!("{} ends", path(step.url()))),
                Ok(next) => step = next,
                Err(why) => return Ending::Failed(why),
            }
        }
        Ending::Failed("the window does not end".into())
    }

    /// One step; a browser whose server is gone reloads, most of the time.
    async fn patiently(&self, dice: &mut Dice, step: &Step) -> Option<Page> {
        for _ in 0..4 {
            self.client.up().await;
            if let Some(page) = self.go(step).await {
                return Some(page);
            }
            if dice.percent(30) {
                return None;
            }
        }
        None
    }

    async fn go(&self, step: &Step) -> Option<Page> {
        let url = step.url().split('#').next()?;
        let call = match step {
            Step::Get { .. } => self.client.http.get(url),
            Step::Post { body, content_type, .. } => {
                let call = self.client.http.post(url).header("content-type", *content_type);
                call.body(body.clone())
            }
            Step::Done => return None,
        };
        let agent = if self.mobile { PHONE } else { DESK };
        let answer = call.header("user-agent", agent).header("origin", SHOP).send().await.ok()?;
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
        let location = location.map(str::to_owned);
        let status = answer.status().as_u16();
        let text = pg::form::decode(&answer.bytes().await.ok()?);
        Some(Page { status, location, text })
    }
}

/// An address without the numbers in it, so that like answers count as one.
fn path(url: &str) -> String {
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    path.split(['?', '/']).take(2).collect::<Vec<_>>().join("/")
}

/// The merchant's page the browser was sent to says how it ended.
fn back(address: &str) -> Ending {
    let url = url::Url::parse(address).unwrap();
    let value = |name: &str| {
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    match value("imp_success").as_str() {
        "true" => Ending::Paid(value("imp_uid")),
        _ => Ending::Failed(value("error_msg")),
    }
}

/// What the hub's last page tells the merchant's page, if it is the last one.
fn told(html: &str, opened: &Value) -> Option<Ending> {
    let (_, rest) = html.split_once("id=\"data\">")?;
    if html.contains("data-testid=\"waiting\"") {
        return Some(Ending::Unsure);
    }
    let (data, _) = rest.split_once("</script>")?;
    let data: Value = serde_json::from_str(data).ok()?;
    let rsp = &data["rsp"];
    Some(if rsp["success"] == true {
        assert_eq!(rsp["imp_uid"], opened["imp_uid"]);
        Ending::Paid(rsp["imp_uid"].as_str().unwrap_or_default().to_owned())
    } else {
        Ending::Failed(rsp["error_msg"].as_str().unwrap_or_default().to_owned())
    })
}

/// The link our checkout page follows by itself where a PG's window is a plain address.
fn link(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("id=\"go\" href=\"")?;
    let (url, _) = rest.split_once('"')?;
    Some(url.replace("&#38;", "&").replace("&amp;", "&"))
}
