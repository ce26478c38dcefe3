//! What is asked: charges, windows, cancels in part and whole, accounts and their deposits,
//! prepared orders and plans that come due. A request nobody answered is asked again or given up,
//! as merchants do.

use crate::browser::{Buyer, Ending};
use crate::client::{Ask, Client, Reply};
use crate::dice::Dice;
use crate::memory::Memory;
use crate::pgs::{Pgs, now};
use sandbox::Millis;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::RwLock;

/// Who asks, and of whom.
pub(crate) struct Load {
    pub(crate) client: Client,
    pub(crate) memory: Memory,
    pub(crate) pgs: Pgs,
    /// Where webhooks go.
    pub(crate) hook: String,
    /// How far the merchant's clock is ahead, milliseconds.
    pub(crate) ahead: AtomicI64,
    /// Held while something is under way; who compares takes it whole.
    pub(crate) quiet: Arc<RwLock<()>>,
}

/// Every charge is approved.
const CARD: &str = "4111-1111-1111-1111";
/// Customers with a key, and whose: NICE undoes an unanswered charge, KICC finds it again.
const CUSTOMERS: [(&str, &str); 2] = [("c-nice", "nice"), ("c-kicc", "kicc")];

impl Load {
    /// The merchant's time.
    pub(crate) fn now(&self) -> Millis {
        Millis(now().0 + self.ahead.load(Ordering::Relaxed))
    }

    /// Registers the customers. The hub is up.
    pub(crate) async fn set_up(&self) {
        let mut dice = Dice::new(0, 0);
        let mut body = card();
        body["pg"] = "nice".into();
        let ask = Ask::post(format!("/subscribe/customers/{}", CUSTOMERS[0].0), body);
        let made = self.client.insist(&ask).await;
        assert!(made.done().is_some(), "{made:?}");
        let mut param = order("kicc", "key-kicc", 0);
        param["customer_uid"] = CUSTOMERS[1].0.into();
        let buyer = Buyer { client: &self.client, mobile: false };
        let ending = buyer.pay(&mut dice, &param).await;
        assert!(matches!(ending, Ending::Paid(_)), "{ending:?}");
    }

    /// Asks for ever.
    pub(crate) async fn run(self: Arc<Self>, name: String, mut dice: Dice) {
        for number in 0_u64.. {
            self.client.up().await;
            let under_way = self.quiet.read().await;
            let order = format!("{name}-{number}");
            match dice.below(100) {
                0..30 => self.onetime(&mut dice, &order).await,
                30..50 => self.again(&mut dice, &order).await,
                50..70 => self.window(&mut dice, &order).await,
                70..80 => self.account(&mut dice, &order).await,
                80..90 => self.prepare(&mut dice, &order).await,
                _ => self.plan(&mut dice, &order).await,
            }
            drop(under_way);
            tokio::time::sleep(Duration::from_millis(dice.below(8))).await;
        }
    }

    /// Asks; if nobody answers, gives up or asks the same again.
    async fn ask(&self, dice: &mut Dice, ask: &Ask) -> Option<Reply> {
        for _ in 0..3 {
            if let Some(reply) = self.client.ask(ask).await {
                return Some(reply);
            }
            self.memory.unanswered();
            if dice.percent(40) {
                return None;
            }
        }
        None
    }

    async fn charge(&self, dice: &mut Dice, order: &str, pg: &str, mut ask: Ask) {
        let amount = 1_000 + i64::try_from(dice.below(50)).unwrap() * 100;
        ask.body["amount"] = amount.into();
        ask.body["merchant_uid"] = order.into();
        ask.body["name"] = "단건".into();
        ask.body["notice_url"] = self.hook.clone().into();
        if dice.percent(40) {
            ask.key = Some(format!("key-{order}"));
        }
        let Some(reply) = self.ask(dice, &ask).await else { return };
        match reply.done() {
            Some(payment) if payment["status"] == "paid" => {
                let imp_uid = reply.text("imp_uid");
                self.memory.paid(&imp_uid, order, amount);
                self.give_back(dice, pg, &imp_uid, amount).await;
            }
            _ => self.memory.other("charge", &said(&reply)),
        }
    }

    async fn onetime(&self, dice: &mut Dice, order: &str) {
        let mut body = card();
        body["pg"] = "nice".into();
        self.charge(dice, order, "nice", Ask::post("/subscribe/payments/onetime", body)).await;
    }

    async fn again(&self, dice: &mut Dice, order: &str) {
        let (customer, pg) = customer(dice);
        let body = json!({"customer_uid": customer});
        self.charge(dice, order, pg, Ask::post("/subscribe/payments/again", body)).await;
    }

    async fn window(&self, dice: &mut Dice, number: &str) {
        let (pg, mobile) = match dice.below(4) {
            0 => ("kicc", false),
            1 => ("kicc", true),
            2 => ("html5_inicis", true),
            _ => ("nice", true),
        };
        let amount = 14_000;
        let mut param = order(pg, number, amount);
        param["notice_url"] = self.hook.clone().into();
        match (Buyer { client: &self.client, mobile }).pay(dice, &param).await {
            Ending::Paid(imp_uid) => {
                self.memory.paid(&imp_uid, number, amount);
                self.give_back(dice, pg, &imp_uid, amount).await;
            }
            Ending::Failed(why) => self.memory.other(&format!("window of {pg}"), &why),
            Ending::Unsure => self.memory.unanswered(),
        }
    }

    /// Some are given back, some of them in two parts. `checksum` says what is left, so that a part
    /// that was given back without an answer is not given back again. Of a part whose answer was
    /// lost NICE cannot tell what became of it, so a person must: that is asked for rarely.
    async fn give_back(&self, dice: &mut Dice, pg: &str, imp_uid: &str, amount: i64) {
        let parts = match dice.below(20) {
            0..4 => vec![amount],
            4..8 if pg != "nice" => vec![amount / 2],
            8..10 if pg != "nice" => vec![300, amount - 300],
            10 => vec![amount / 2],
            _ => return,
        };
        let mut left = amount;
        for part in parts {
            let body = json!({"imp_uid": imp_uid, "amount": part, "checksum": left});
            let mut ask = Ask::post("/payments/cancel", body);
            if dice.percent(30) {
                ask.key = Some(format!("back-{imp_uid}-{left}"));
            }
            left -= part;
            self.memory.asks_back(imp_uid, amount - left);
            let Some(reply) = self.ask(dice, &ask).await else { return };
            match reply.done().and_then(|done| done["cancel_amount"].as_i64()) {
                Some(sum) => self.memory.cancelled(imp_uid, sum),
                None => return self.memory.other("cancel", &said(&reply)),
            }
        }
    }

    async fn account(&self, dice: &mut Dice, order: &str) {
        let amount = 9_000;
        let due = self.now().seconds() + 20 * 86_400;
        let body = json!({"pg": "nice", "merchant_uid": order, "amount": amount, "vbank_due": due,
            "vbank_code": "088", "vbank_holder": "회사명", "name": "주문", "buyer_name": "구매자",
            "notice_url": self.hook});
        let Some(reply) = self.ask(dice, &Ask::post("/vbanks", body)).await else { return };
        if reply.done().is_none() {
            return self.memory.other("account", &said(&reply));
        }
        let imp_uid = reply.text("imp_uid");
        self.memory.issued(&imp_uid, order, amount);
        if dice.percent(70) {
            let (tid, at) = (reply.text("pg_tid"), self.now());
            match self.pgs.sandbox.deposit("nice", &tid, amount, "임꺽정", at).await {
                Ok(notices) if notices.iter().any(|notice| notice.state == "taken") => {
                    self.memory.deposited(&imp_uid);
                }
                Ok(_) => self.memory.unanswered(),
                Err(why) => self.memory.other("deposit", &why),
            }
        }
    }

    async fn prepare(&self, dice: &mut Dice, order: &str) {
        let mut amount = 5_000;
        for method in ["POST", "PUT"] {
            let body = json!({"merchant_uid": order, "amount": amount});
            let ask = Ask { method, ..Ask::post("/payments/prepare", body) };
            self.memory.prepares(order, amount);
            let Some(reply) = self.ask(dice, &ask).await else { return };
            match reply.done() {
                Some(_) => self.memory.prepared(order, amount),
                None => return self.memory.other("prepare", &said(&reply)),
            }
            amount += 700;
            if dice.percent(50) {
                return;
            }
        }
    }

    async fn plan(&self, dice: &mut Dice, order: &str) {
        let at = self.now().seconds() + 1 + i64::try_from(dice.below(4)).unwrap();
        let plan = json!({"merchant_uid": order, "schedule_at": at, "amount": 7_000,
            "name": "정기결제", "notice_url": self.hook});
        let body = json!({"customer_uid": customer(dice).0, "schedules": [plan]});
        let ask = Ask::post("/subscribe/payments/schedule", body);
        let Some(reply) = self.ask(dice, &ask).await else { return };
        match reply.done() {
            Some(_) => self.memory.planned(order),
            None => self.memory.other("plan", &said(&reply)),
        }
    }
}

fn customer(dice: &mut Dice) -> (&'static str, &'static str) {
    CUSTOMERS[usize::from(dice.percent(50))]
}

fn card() -> Value {
    json!({"card_number": CARD, "expiry": "2030-12", "birth": "880101", "pwd_2digit": "12"})
}

fn order(pg: &str, merchant_uid: &str, amount: i64) -> Value {
    json!({"pg": pg, "pay_method": "card", "merchant_uid": merchant_uid, "name": "주문명:결제테스트",
        "amount": amount, "buyer_email": "iamport@siot.do", "buyer_name": "구매자이름",
        "buyer_tel": "010-1234-5678", "m_redirect_url": "https://shop.test/done"})
}

fn said(reply: &Reply) -> String {
    format!("HTTP {} {} {} {}", reply.status, reply.code, reply.response["status"], reply.message)
}
