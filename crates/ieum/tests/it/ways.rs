//! Every way to pay: PG, method, device; and the order that goes through it.

use pg::Device;
use serde_json::{Value, json};

/// A PG's method on a device.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) pg: &'static str,
    pub(crate) method: &'static str,
    pub(crate) device: Device,
}

/// Every way the four PGs sell.
pub(crate) fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for pg in ["kicc", "html5_inicis", "nice", "alipay"] {
        for method in pg::find(pg).unwrap().spec().methods {
            for device in [Device::Pc, Device::Mobile] {
                ways.push(Way { pg, method, device });
            }
        }
    }
    ways
}

/// Ways that hold money at once.
pub(crate) fn at_once() -> Vec<Way> {
    ways().into_iter().filter(|way| way.method != "vbank").collect()
}

/// Virtual accounts.
pub(crate) fn by_deposit() -> Vec<Way> {
    ways().into_iter().filter(|way| way.method == "vbank").collect()
}

/// One way per PG: its first method on PC.
pub(crate) fn pgs() -> Vec<Way> {
    let mut ways = ways();
    ways.retain(|way| way.device == Device::Pc && matches!(way.method, "card" | "alipay"));
    assert_eq!(ways.len(), 4);
    ways
}

impl Way {
    /// The order of both guides: 14,000 won, or 1.2 dollars through Alipay.
    pub(crate) fn param(self, merchant_uid: &str) -> Value {
        let mut param = json!({
            "pg": self.pg,
            "pay_method": self.method,
            "merchant_uid": merchant_uid,
            "name": "주문명:결제테스트",
            "amount": 14000,
            "buyer_email": "iamport@siot.do",
            "buyer_name": "구매자이름",
            "buyer_tel": "010-1234-5678",
            "buyer_addr": "서울특별시 강남구 삼성동",
            "buyer_postcode": "123-456",
        });
        if self.pg == "alipay" {
            param["amount"] = serde_json::from_str("1.2").unwrap();
        }
        if self.method == "phone" {
            param["digital"] = true.into();
        }
        if self.redirects() {
            param["m_redirect_url"] = "https://shop.test/payments/complete?from=test#top".into();
        }
        param
    }

    /// The browser goes back to the merchant instead of telling a callback.
    pub(crate) fn redirects(self) -> bool {
        self.pg == "alipay" || self.device == Device::Mobile
    }

    /// The amount as REST and callback show it.
    pub(crate) fn amount(self) -> &'static str {
        if self.pg == "alipay" { "1.2" } else { "14000" }
    }

    /// The amount in minor units.
    pub(crate) fn minor(self) -> i64 {
        if self.pg == "alipay" { 120 } else { 14_000 }
    }

    /// The currency.
    pub(crate) fn currency(self) -> &'static str {
        if self.pg == "alipay" { "USD" } else { "KRW" }
    }

    /// Whose books hold the money.
    pub(crate) fn books(self) -> &'static str {
        if self.pg == "alipay" { "nice" } else { self.pg }
    }

    /// A name for order numbers and messages.
    pub(crate) fn name(self) -> String {
        let device = if self.device == Device::Pc { "pc" } else { "mobile" };
        format!("{}-{}-{device}", self.pg, self.method)
    }
}
