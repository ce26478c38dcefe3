//! Identity verification over the whole hub: the window, codes by telephone, what the merchant's
//! server is told, what is erased, and where personal data must never be.

mod codes;
mod places;
mod privacy;
mod window;

use engine::channels::AddChannel;
use engine::rows::ChannelRow;
use pg::Device;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::browser::Ending;
use testkit::dbs::TestDb;
use testkit::hub::{TestHub, into};
use testkit::merchant::Reply;

/// The tests' clock, UNIX seconds: 2023-11-15 in Korea.
const NOW: i64 = 1_700_000_000;

/// A hub whose merchant verifies people.
async fn hub(test: TestDb) -> TestHub {
    let hub = TestHub::new(test).await;
    channel(&hub, "danal").await;
    hub
}

async fn channel(hub: &TestHub, pg: &str) -> ChannelRow {
    let new = AddChannel {
        pg: pg.to_owned(),
        name: String::new(),
        mode: engine::Mode::Test,
        fields: BTreeMap::new(),
    };
    engine::channels::add_certification(hub.engine(), hub.shop.id, "test", new).await.unwrap()
}

/// `IMP.certification(param)`: what the SDK is answered.
async fn open(hub: &TestHub, param: &Value, device: Device) -> Value {
    hub.browser(device).certification(&hub.shop.user_code, param).await
}

/// Opens, presses a button of the window, and gives how it ends for the browser.
async fn certify(hub: &TestHub, param: &Value, device: Device, press: &str) -> Ending {
    let opened = open(hub, param, device).await;
    hub.browser(device).walk(into(&opened), press).await
}

/// A verification, as the merchant's server sees it.
async fn get(hub: &TestHub, imp_uid: &str) -> Reply {
    hub.rest("GET", &format!("/certifications/{imp_uid}"), Value::Null).await
}

fn somebody() -> Value {
    json!({
        "name": "홍길동", "phone": "010-1234-5678", "birth": "900101", "gender_digit": "1",
        "carrier": "SKT",
    })
}

fn with(mut body: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    body.as_object_mut().unwrap().extend(more);
    body
}

/// Asks for a code.
async fn request(hub: &TestHub, more: Value) -> Reply {
    hub.rest("POST", "/certifications/otp/request", with(somebody(), more)).await
}

/// The number of a code that was sent.
async fn requested(hub: &TestHub, more: Value) -> String {
    request(hub, more).await.ok()["imp_uid"].as_str().unwrap().to_owned()
}

async fn confirm(hub: &TestHub, imp_uid: &str, otp: &str) -> Reply {
    let path = format!("/certifications/otp/confirm/{imp_uid}");
    hub.rest("POST", &path, json!({ "otp": otp })).await
}
