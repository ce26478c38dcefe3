//! One payment from the page's call to the verified answer.

use super::browser::Browser;
use crate::commands::demo::Ready;
use crate::system::say;
use anyhow::{Context as _, bail, ensure};
use engine::Engine;
use serde_json::{Value, json};

/// What both guides demand of the verified payment.
pub(super) struct Expected<'a> {
    pub(super) amount: &'a str,
    pub(super) currency: &'a str,
    pub(super) pg: &'a str,
    /// Whose books hold it.
    pub(super) books: &'a str,
}

/// Pays, verifies, and compares with the PG's books.
pub(super) async fn pay(
    engine: &Engine,
    ready: &Ready,
    param: Value,
    expected: &Expected<'_>,
) -> anyhow::Result<()> {
    let browser = Browser::new()?;
    say(&format!("1. the page calls IMP.request_pay({param})"));
    let opened = open(&browser, ready, &param).await?;
    let checkout_url = opened["checkout_url"].as_str().context("no checkout_url")?;
    say(&format!("2. the hub opens {} ({})", opened["imp_uid"], opened["flow"]));
    let shop = format!("{}/", ready.shop);
    let seen = |url: &str| say(&format!("3. the browser goes to {url}"));
    let end = browser.walk(checkout_url, "approve", &shop, &seen).await?;
    let imp_uid = match &end.location {
        Some(location) => {
            say(&format!("4. 302 to {location}"));
            returned(location, &opened)?
        }
        None => {
            let rsp = callback(&end.body)?;
            say(&format!("4. the callback gets {rsp}"));
            ensure!(rsp["success"] == true, "rsp.success is not true");
            rsp["imp_uid"].as_str().context("rsp.imp_uid")?.to_owned()
        }
    };
    let payment = verify(&browser, ready, &imp_uid).await?;
    say(&format!("5. GET /payments/{imp_uid} says {payment}"));
    ensure!(payment["status"] == "paid", "status is {}", payment["status"]);
    let amount = payment["amount"].to_string();
    ensure!(amount == expected.amount, "amount is {amount}");
    ensure!(payment["currency"] == expected.currency, "currency is {}", payment["currency"]);
    ensure!(payment["pg_provider"] == expected.pg, "pg_provider is {}", payment["pg_provider"]);
    books(engine, &payment, expected).await
}

async fn open(browser: &Browser, ready: &Ready, param: &Value) -> anyhow::Result<Value> {
    let body = json!({
        "user_code": ready.imp_code,
        "tier_code": null,
        "param": param,
        "device": "pc",
        "page_url": format!("{}/", ready.shop),
        "has_callback": true,
    });
    let headers = [("content-type", "application/json"), ("origin", ready.shop.as_str())];
    let url = format!("{}/sdk/payments", ready.api);
    let answer = browser.send("POST", &url, &headers, body.to_string().into_bytes()).await?;
    let opened: Value = serde_json::from_str(&answer.body).context("the hub's answer")?;
    ensure!(opened["ok"] == true, "refused: {opened}");
    Ok(opened)
}

/// The callback object in the page that posts it to the merchant's page.
fn callback(html: &str) -> anyhow::Result<Value> {
    let (_, rest) = html.split_once("id=\"data\">").context("no result on the last page")?;
    let (data, _) = rest.split_once("</script>").context("no end of the result")?;
    let data: Value = serde_json::from_str(data)?;
    Ok(data["rsp"].clone())
}

fn returned(location: &str, opened: &Value) -> anyhow::Result<String> {
    let url = url::Url::parse(location)?;
    let value = |name: &str| {
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    ensure!(value("imp_success").as_deref() == Some("true"), "imp_success is not true");
    ensure!(value("merchant_uid").as_deref() == opened["merchant_uid"].as_str(), "merchant_uid");
    value("imp_uid").context("imp_uid is missing")
}

/// As a merchant's server: a token, then the payment.
async fn verify(browser: &Browser, ready: &Ready, imp_uid: &str) -> anyhow::Result<Value> {
    let key = json!({ "imp_key": ready.imp_key, "imp_secret": ready.imp_secret });
    let json_type = [("content-type", "application/json")];
    let url = format!("{}/users/getToken", ready.api);
    let answer = browser.send("POST", &url, &json_type, key.to_string().into_bytes()).await?;
    let token: Value = serde_json::from_str(&answer.body)?;
    let token = token.pointer("/response/access_token").and_then(Value::as_str);
    let Some(token) = token else { bail!("no token: {}", answer.body) };
    let url = format!("{}/payments/{imp_uid}", ready.api);
    let answer = browser.send("GET", &url, &[("authorization", token)], Vec::new()).await?;
    let envelope: Value = serde_json::from_str(&answer.body)?;
    ensure!(answer.status == 200 && envelope["code"] == 0, "refused: {envelope}");
    Ok(envelope["response"].clone())
}

/// What the PG itself holds for this order.
async fn books(engine: &Engine, payment: &Value, expected: &Expected<'_>) -> anyhow::Result<()> {
    let sandbox = engine.sandbox.as_ref().context("no sandbox")?;
    let books = sandbox.books(expected.books).await.context("no such books")?;
    let trades = books["trades"].as_array().context("no trades")?;
    let mine: Vec<&Value> = trades
        .iter()
        .filter(|trade| trade["order_no"] == payment["imp_uid"] && trade["state"] == "approved")
        .collect();
    say(&format!("6. the PG's books say {}", json!(mine)));
    ensure!(mine.len() == 1, "the PG holds {} approvals for one order", mine.len());
    ensure!(mine[0]["tid"] == payment["pg_tid"], "the PG's transaction is another one");
    Ok(())
}
