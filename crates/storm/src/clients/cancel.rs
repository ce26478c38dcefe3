//! The merchant's server gives money back: all, a part, with a checksum, with a key, twice at once.

use super::{Client, Told, minor};
use crate::draw::Draw;
use crate::promise::{Cancelled, Known};
use crate::world::lock;
use serde_json::{Value, json};

/// Cancels a payment somebody made, perhaps from two servers at the same time.
pub(super) async fn cancel(mut client: Client) {
    let Some(known) = client.known(|known| !known.imp_uid.is_empty()) else { return };
    let body = body(&mut client.draw, &known);
    let key = client.draw.chance(300).then(|| format!("key-{:x}", client.draw.next()));
    let twice = client.draw.chance(350);
    // The same request again, or another one for the same money.
    let again =
        if client.draw.chance(500) { body.clone() } else { self::body(&mut client.draw, &known) };
    let other_key = if again == body { key.clone() } else { None };
    if !twice {
        ask(&mut client, &known, &body, key.as_deref()).await;
        return;
    }
    let draw = Draw::new(client.draw.next());
    let mut second = Client { world: client.world.clone(), draw, token: client.token.clone() };
    let first = ask(&mut client, &known, &body, key.as_deref());
    let other = ask(&mut second, &known, &again, other_key.as_deref());
    tokio::join!(first, other);
}

fn body(draw: &mut Draw, known: &Known) -> Value {
    let mut body = json!({"imp_uid": known.imp_uid, "reason": "단순 변심"});
    if draw.chance(150) {
        body = json!({"merchant_uid": known.merchant_uid});
    }
    if draw.chance(600) && known.pg != "alipay" {
        body["amount"] = draw.between(1, (known.amount / 2).max(1)).into();
    }
    if draw.chance(100) && known.pg != "alipay" {
        body["checksum"] = known.amount.into();
    }
    if known.method == "vbank" {
        body["refund_holder"] = "홍길동".into();
        body["refund_bank"] = "004".into();
        body["refund_account"] = "123-456-789012".into();
        body["refund_tel"] = "010-1234-5678".into();
    }
    if draw.chance(200) {
        body["enable_webhook"] = true.into();
    }
    body
}

async fn ask(client: &mut Client, known: &Known, body: &Value, key: Option<&str>) {
    let told = client.rest_keyed("POST", "/payments/cancel", body, key).await;
    done(client, known, body, key, told);
}

/// A cancel that was told as done is a promise.
fn done(client: &Client, known: &Known, body: &Value, key: Option<&str>, told: Option<Told>) {
    let Some(payment) = told.as_ref().and_then(Told::good) else { return };
    let Some(imp_uid) = payment["imp_uid"].as_str() else { return };
    // By order number another attempt may have been meant.
    if imp_uid != known.imp_uid {
        return;
    }
    let amount = &body["amount"];
    let amount = if amount.is_null() { Some(0) } else { minor(amount, known.pg) };
    let total = minor(&payment["cancel_amount"], known.pg);
    let (Some(total), Some(amount)) = (total, amount) else {
        client.world.broke(format!("a cancel answered without its amount: {payment}"));
        return;
    };
    let key = key.map(str::to_owned);
    let promise = Cancelled { imp_uid: imp_uid.to_owned(), total, amount, key };
    lock(&client.world.promises).cancelled.push(promise);
}
