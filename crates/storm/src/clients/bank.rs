//! Virtual accounts: the merchant's server issues and closes them, customers pay into them.

use super::{Client, Told};
use crate::promise::Known;
use crate::world::{Point, lock};
use serde_json::{Value, json};
use store::args;

/// Issues an account, pays into one, closes one, or all of that.
pub(super) async fn go(mut client: Client) {
    match client.draw.below(10) {
        0..3 => issue(&mut client).await,
        3..9 => deposit(&mut client).await,
        _ => close(&mut client).await,
    }
}

async fn issue(client: &mut Client) {
    let merchant_uid = client.order();
    let amount = client.draw.between(1_000, 60_000);
    let due = client.world.clock.read().0 / 1_000 + 3 * 86_400;
    let body = json!({
        "merchant_uid": merchant_uid, "amount": amount, "vbank_code": "004", "vbank_due": due,
        "vbank_holder": "이음 상점", "name": "주문", "buyer_name": "구매자",
        "buyer_email": "a@shop.test", "buyer_tel": "010-1234-5678",
    });
    let told = client.rest("POST", "/vbanks", &body).await;
    let Some(payment) = told.as_ref().and_then(Told::good) else { return };
    let Some(imp_uid) = payment["imp_uid"].as_str().map(str::to_owned) else { return };
    lock(&client.world.promises).issued.insert(imp_uid.clone(), amount);
    client.knows(Known { imp_uid, merchant_uid, pg: "nice", method: "vbank", amount });
}

async fn deposit(client: &mut Client) {
    let Some(known) = client.known(|known| known.method == "vbank") else { return };
    client.world.pass(Point::Client, format!("deposit {}", known.imp_uid), None).await;
    // The customer knows the number from the page it was shown on.
    let engine = client.world.hub(0).engine;
    let sql = "select pg_tid from payments where imp_uid = $1 and vbank_num is not null";
    let Ok(Some(row)) = engine.db.row(sql, &args![&known.imp_uid]).await else { return };
    let Ok(tid) = row.text("pg_tid") else { return };
    let (now, sandbox) = (client.world.clock.read(), client.world.sandbox());
    // The bank refuses what is closed, late or not the amount; that is its business.
    drop(sandbox.deposit(known.pg, &tid, known.amount, "홍길동", now).await);
}

async fn close(client: &mut Client) {
    let Some(known) = client.known(|known| known.method == "vbank") else { return };
    client.rest("DELETE", &format!("/vbanks/{}", known.imp_uid), &Value::Null).await;
}
