//! A buyer, a merchant's page and a merchant's server in one, without a screen: pays with KICC and
//! with Alipay and prints what each side sent and got.

mod browser;
mod flow;

use crate::commands::demo::Ready;
use crate::system::say;
use engine::Engine;
use serde_json::json;

/// Pays both ways.
///
/// # Errors
/// What did not go as both guides demand.
pub(crate) async fn run(engine: &Engine, ready: &Ready) -> anyhow::Result<()> {
    let buyer = json!({
        "name": "주문명:결제테스트",
        "buyer_email": "iamport@siot.do",
        "buyer_name": "구매자이름",
        "buyer_tel": "010-1234-5678",
        "buyer_addr": "서울특별시 강남구 삼성동",
        "buyer_postcode": "123-456",
    });
    let stamp = engine.now().0;
    let mut kicc = buyer.clone();
    kicc["pg"] = "kicc".into();
    kicc["pay_method"] = "card".into();
    kicc["merchant_uid"] = format!("try_kicc_{stamp}").into();
    kicc["amount"] = 14000.into();
    say("── KICC, card, PC: the result comes back to the callback ──");
    let expected = flow::Expected { amount: "14000", currency: "KRW", pg: "kicc", books: "kicc" };
    flow::pay(engine, ready, kicc, &expected).await?;

    let mut alipay = buyer;
    alipay["pg"] = "alipay".into();
    alipay["pay_method"] = "card".into();
    alipay["merchant_uid"] = format!("try_alipay_{stamp}").into();
    alipay["amount"] = serde_json::from_str("1.2")?;
    alipay["m_redirect_url"] = format!("{}/payments/complete", ready.shop).into();
    say("\n── Alipay through NICE, 1.2 dollars: the browser is sent back with a 302 ──");
    let expected = flow::Expected { amount: "1.2", currency: "USD", pg: "alipay", books: "nice" };
    flow::pay(engine, ready, alipay, &expected).await
}
