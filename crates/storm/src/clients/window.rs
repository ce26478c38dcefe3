//! A buyer before a payment window: pays, is declined, gives up, comes back twice or never.

use super::{Client, promised};
use crate::promise::Known;
use crate::world::lock;
use pg::Device;
use pg::sim::headless::Step;
use serde_json::{Value, json};
use testkit::browser::{Browser, Ending};
use testkit::hub::{HUB, SANDBOX};

const PGS: [&str; 5] = ["kicc", "html5_inicis", "nice", "nice", "alipay"];

/// Opens a window and does something with it.
pub(super) async fn pay(mut client: Client) {
    let pg = client.draw.pick(&PGS);
    let methods = pg::find(pg).map_or(&[][..], |pg| pg.spec().methods);
    let method = if client.draw.chance(600) { methods[0] } else { client.draw.pick(methods) };
    let device = if client.draw.chance(600) { Device::Pc } else { Device::Mobile };
    let merchant_uid = match client.known(|_| true) {
        Some(known) if client.draw.chance(200) => known.merchant_uid,
        _ => client.order(),
    };
    let amount = client.draw.between(1_000, 60_000);
    if client.draw.chance(100)
        && pg != "alipay"
        && !prepare(&mut client, &merchant_uid, amount).await
    {
        return;
    }
    let param = param(pg, method, device, &merchant_uid, amount);
    let user_code = client.world.shop().user_code.clone();
    let browser = client.browser(device);
    let Some(opened) = open(&browser, &user_code, &param).await else { return };
    let Some(imp_uid) = opened["imp_uid"].as_str().filter(|_| opened["ok"] == true) else { return };
    client.knows(Known { imp_uid: imp_uid.to_owned(), merchant_uid, pg, method, amount });
    let Some(url) = opened["checkout_url"].as_str() else { return };
    let first = Step::Get { url: url.to_owned() };
    let press = match client.draw.below(100) {
        0..80 => "approve",
        80..88 => "decline",
        88..92 => "cancel",
        92..96 => "timeout",
        _ => "reset",
    };
    let Some(back) = until_back(&browser, first, press).await else { return };
    match client.draw.below(10) {
        // The window is closed and nobody ever comes back.
        0 => {}
        // The browser sends the result twice at the same time.
        1 | 2 => {
            let other = client.browser(device);
            let both = (finish(&client, &browser, &back, pg), finish(&client, &other, &back, pg));
            tokio::join!(both.0, both.1);
        }
        _ => finish(&client, &browser, &back, pg).await,
    }
    if client.draw.chance(150) {
        close(&client, &browser, &opened, pg).await;
    }
    if client.draw.chance(300) {
        finish(&client, &browser, &back, pg).await;
    }
    if client.draw.chance(300) {
        let path = format!("/payments/{imp_uid}");
        if let Some(told) = client.rest("GET", &path, &Value::Null).await
            && let Some(payment) = told.good()
        {
            promised(&client.world, payment, pg);
        }
    }
}

async fn prepare(client: &mut Client, merchant_uid: &str, amount: i64) -> bool {
    let body = json!({"merchant_uid": merchant_uid, "amount": amount});
    let told = client.rest("POST", "/payments/prepare", &body).await;
    told.is_some_and(|told| told.good().is_some())
}

fn param(pg: &str, method: &str, device: Device, merchant_uid: &str, amount: i64) -> Value {
    let mut param = json!({
        "pg": pg, "pay_method": method, "merchant_uid": merchant_uid, "name": "주문명:결제테스트",
        "amount": amount, "buyer_email": "iamport@siot.do", "buyer_name": "구매자이름",
        "buyer_tel": "010-1234-5678", "buyer_addr": "서울특별시 강남구 삼성동",
        "buyer_postcode": "123-456",
    });
    if pg == "alipay" {
        let dollars = format!("{}.{:02}", amount / 100, amount % 100);
        param["amount"] = serde_json::from_str(&dollars).unwrap_or_default();
    }
    if method == "phone" {
        param["digital"] = true.into();
    }
    if pg == "alipay" || device == Device::Mobile {
        param["m_redirect_url"] = "https://shop.test/done".into();
    }
    param
}

async fn open(browser: &Browser, user_code: &str, param: &Value) -> Option<Value> {
    let mobile = param.get("m_redirect_url").is_some() && param["pg"] != "alipay";
    let body = json!({
        "user_code": user_code, "tier_code": null, "param": param,
        "device": if mobile { "mobile" } else { "pc" },
        "page_url": "https://shop.test/order", "has_callback": true,
    });
    let url = format!("{HUB}/sdk/payments");
    let page = browser.send("POST", &url, "application/json", body.to_string().into()).await;
    if page.status != 200 {
        return None;
    }
    serde_json::from_str(&page.text).ok()
}

/// Follows pages up to the request that brings the window's result; `None` if it ended before.
async fn until_back(browser: &Browser, mut step: Step, press: &str) -> Option<Step> {
    let back = format!("{HUB}/callback/");
    for _ in 0..15 {
        if step.url().starts_with(&back) {
            return Some(step);
        }
        if !step.url().starts_with(HUB) && !step.url().starts_with(SANDBOX) {
            return None;
        }
        let page = browser.go(&step).await;
        if page.location.is_none() && (page.status != 200 || page.text.contains("id=\"data\">")) {
            return None;
        }
        step = browser.leave(&page, press).await;
    }
    None
}

/// Brings the window's result and reads what the page is told.
async fn finish(client: &Client, browser: &Browser, back: &Step, pg: &str) {
    let mut step = back.clone();
    for _ in 0..5 {
        let page = browser.go(&step).await;
        if let Some(ending) = Browser::ending(&page) {
            told(client, &ending, pg);
            return;
        }
        let Some(location) = &page.location else { return };
        if location.starts_with("https://shop.test") {
            told(client, &Ending::Redirect(location.clone()), pg);
            return;
        }
        step = browser.leave(&page, "approve").await;
    }
}

/// What the buyer's page was told is a promise.
fn told(client: &Client, ending: &Ending, pg: &str) {
    match ending {
        Ending::Waiting => {}
        Ending::Callback(rsp) if rsp["success"] == true => promised(&client.world, rsp, pg),
        Ending::Callback(rsp) => {
            failed(client, rsp["imp_uid"].as_str(), rsp["error_msg"].as_str());
        }
        Ending::Redirect(url) => {
            let Ok(url) = domain_url(url) else { return };
            let field =
                |name: &str| url.iter().find(|(key, _)| key == name).map(|(_, v)| v.clone());
            if field("imp_success").as_deref() == Some("false") {
                failed(client, field("imp_uid").as_deref(), field("error_msg").as_deref());
            } else if let Some(imp_uid) = field("imp_uid") {
                lock(&client.world.promises).succeeded.insert(imp_uid);
            }
        }
    }
}

fn domain_url(url: &str) -> Result<Vec<(String, String)>, ()> {
    let (_, query) = url.split_once('?').ok_or(())?;
    let query = query.split('#').next().unwrap_or_default();
    Ok(pg::form::Form::read(query.as_bytes()).0)
}

fn failed(client: &Client, imp_uid: Option<&str>, why: Option<&str>) {
    let Some(imp_uid) = imp_uid.filter(|imp_uid| !imp_uid.is_empty()) else { return };
    let why = why.unwrap_or_default().to_owned();
    lock(&client.world.promises).failed.insert(imp_uid.to_owned(), why);
}

/// The page closes the overlay.
async fn close(client: &Client, browser: &Browser, opened: &Value, pg: &str) {
    let Some(session) = opened["session"].as_str() else { return };
    let url = format!("{HUB}/sdk/payments/{session}/close");
    let page = browser.send("POST", &url, "application/json", b"{}".to_vec()).await;
    let Ok(closed) = serde_json::from_str::<Value>(&page.text) else { return };
    if page.status == 200 && closed["done"] == true {
        told(client, &Ending::Callback(closed["rsp"].clone()), pg);
    }
}
