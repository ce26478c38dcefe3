//! What is sold through each PG, from what the PG says of itself.

use domain::Currency;
use pg::{Device, Pg};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::browser::Ending;
use testkit::hub::TestHub;

/// The PG posts notices of deposits, and its window issues accounts.
pub(crate) fn takes_deposits(pg: &dyn Pg) -> bool {
    pg.notices().is_some() && pg.spec().methods.contains(&"vbank")
}

/// Whose books hold what is paid through this PG.
pub(crate) fn books(pg: &dyn Pg) -> &'static str {
    let hosts = pg.spec().hosts;
    let plays = |sim: &&&'static dyn pg::sim::Simulator| {
        hosts.iter().any(|host| sim.hosts().contains(host))
    };
    pg::sim::ALL.iter().find(plays).unwrap().pg()
}

/// 14,000 won, 14,000 yen, 14.20 of anything else.
pub(crate) fn minor(pg: &dyn Pg) -> i64 {
    if pg.spec().currencies[0].decimals() == 0 { 14_000 } else { 1_420 }
}

/// The decimal text of minor units.
pub(crate) fn decimal(pg: &dyn Pg, minor: i64) -> Value {
    let money = domain::Money::new(minor, pg.spec().currencies[0]).unwrap();
    serde_json::from_str(&money.decimal()).unwrap()
}

/// An order for this method.
pub(crate) fn param(pg: &dyn Pg, method: &str, order: &str) -> Value {
    let spec = pg.spec();
    let mut param = json!({
        "pg": spec.code, "pay_method": method, "merchant_uid": order, "name": "주문명:결제테스트",
        "amount": decimal(pg, minor(pg)), "buyer_name": "구매자이름", "buyer_tel": "010-1234-5678",
        "buyer_email": "iamport@siot.do", "biz_num": "1234567890", "digital": true,
        "m_redirect_url": "https://shop.test/done",
    });
    if spec.currencies[0] != Currency::Krw {
        param["currency"] = spec.currencies[0].code().into();
    }
    param
}

/// The method most payments of this PG are made by.
pub(crate) fn method(pg: &dyn Pg) -> &'static str {
    pg.spec().methods[0]
}

/// The window sells nothing without a key to issue, or nothing at all.
pub(crate) fn sells(pg: &dyn Pg) -> bool {
    !["kcp_billing", "kcp_quick", "benepia"].contains(&pg.spec().code)
}

/// A hub's merchant gets channels of those PGs it has none of yet.
pub(crate) async fn channels(hub: &TestHub, pgs: &[&'static dyn Pg]) {
    for pg in pgs.iter().filter(|pg| pg.spec().sandbox_only) {
        let channel = engine::channels::AddChannel {
            pg: pg.spec().code.to_owned(),
            name: String::new(),
            mode: pg::Mode::Test,
            fields: BTreeMap::new(),
        };
        engine::channels::add(hub.engine(), hub.shop.id, "test", channel).await.unwrap();
    }
}

/// A buyer pays.
pub(crate) async fn pay(hub: &TestHub, pg: &dyn Pg, method: &str, order: &str) -> Ending {
    hub.pay(&param(pg, method, order), Device::Pc, "approve").await
}
