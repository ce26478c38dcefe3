//! One PG, its simulator and one way to pay, with the sum the connector has reported so far.

use domain::{Currency, Millis, Money};
use pg::sim::transport::{Landing, SimTransport};
use pg::sim::{Books, Simulator};
use pg::{
    Approval, Buyer, CancelDone, CancelOrder, CancelSettled, Credentials, Cx, Device, Mode, Opened,
    Order, Outcome, Pg, PgError, RefundAccount, Returned, Settled,
};
use std::cell::Cell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What a scenario gives: nothing, or what is wrong in words.
pub(crate) type Check = Result<(), String>;

/// What every order costs, in minor units: divisible by three and above every PG's minimum.
pub(crate) const PRICE: i64 = 30_000;

/// Noon of a Korean working day, far from midnight.
const NOON: i64 = 1_776_999_600;

/// PGs behind the sandbox's own protocol that are tried in every way.
const SAMPLES: &[&str] = &["kcp", "kakaopay", "naverpay", "payco", "paypal"];

/// Fails the scenario unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            return Err(format!($($why)+));
        }
    };
}
pub(crate) use ensure;

/// A PG, a method, a currency and a device.
pub(crate) struct Stage {
    pub(crate) pg: &'static dyn Pg,
    pub(crate) sim: &'static dyn Simulator,
    pub(crate) transport: SimTransport,
    pub(crate) credentials: Credentials,
    pub(crate) method: &'static str,
    pub(crate) currency: Currency,
    pub(crate) device: Device,
    reported: Cell<i64>,
    orders: Cell<i64>,
}

/// An order whose buyer is authenticated.
pub(crate) struct Ready {
    pub(crate) order: Order,
    pub(crate) memo: String,
    pub(crate) auth: String,
}

/// Runs a scenario for every PG and way to pay that `wanted` picks, and shows all that failed.
pub(crate) fn everywhere(wanted: fn(&Stage) -> bool, scenario: fn(&Stage) -> Check) {
    let mut ran = 0;
    let mut wrong = Vec::new();
    for pg in pg::ALL {
        for method in pg.spec().methods {
            for currency in pg.spec().currencies {
                for device in [Device::Pc, Device::Mobile] {
                    let stage = Stage::new(*pg, method, *currency, device);
                    // Asked of another stage: this one starts without a request sent.
                    let sold = || Stage::new(*pg, method, *currency, device).sold();
                    if !wanted(&stage) || stage.is_more_of_the_same() || !sold() {
                        continue;
                    }
                    ran += 1;
                    if let Err(why) = scenario(&stage).and_then(|()| stage.books_agree()) {
                        wrong.push(format!("{}: {why}", stage.name()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {ran} ways failed:\n{}", wrong.len(), wrong.join("\n"));
    assert!(ran > 0, "no PG was tried");
}

/// Everything but virtual accounts: ways that hold money once approved.
pub(crate) fn at_once(stage: &Stage) -> bool {
    stage.method != "vbank"
}

/// Virtual accounts only.
pub(crate) fn by_deposit(stage: &Stage) -> bool {
    stage.method == "vbank"
}

/// Every way.
pub(crate) fn any(_: &Stage) -> bool {
    true
}

/// Runs a future that never waits for anything outside this thread.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

impl Stage {
    fn new(pg: &'static dyn Pg, method: &'static str, currency: Currency, device: Device) -> Self {
        let plays = |sim: &&&'static dyn Simulator| {
            pg.spec().hosts.iter().any(|host| sim.hosts().contains(host))
        };
        let sim = pg::sim::ALL.iter().find(plays);
        let sim = *sim.unwrap_or_else(|| panic!("no simulator plays {}", pg.spec().code));
        Self {
            pg,
            sim,
            transport: SimTransport::new(pg::sim::ALL, Millis::from_seconds(NOON)),
            credentials: pg.spec().test_credentials(),
            method,
            currency,
            device,
            reported: Cell::new(0),
            orders: Cell::new(0),
        }
    }

    fn name(&self) -> String {
        let currency = self.currency.code();
        format!("{} {} {currency} {:?}", self.pg.spec().code, self.method, self.device)
    }

    /// False for a pair of a further method and a further currency the PG does not sell together,
    /// and for what needs more than a plain order says.
    fn sold(&self) -> bool {
        let spec = self.pg.spec();
        let refused = self.open(&self.order());
        if let Err(PgError::Invalid { field: "customer_uid" | "biz_num", .. }) = refused {
            return false;
        }
        let first = spec.methods.first() == Some(&self.method)
            || spec.currencies.first() == Some(&self.currency);
        first || !matches!(refused, Err(PgError::Invalid { .. }))
    }

    /// PGs behind the sandbox's own protocol differ in facts only: most are tried on one device,
    /// and each further currency in one way.
    fn is_more_of_the_same(&self) -> bool {
        let spec = self.pg.spec();
        if !spec.sandbox_only || SAMPLES.contains(&spec.code) {
            return false;
        }
        let first = spec.currencies.first() == Some(&self.currency);
        self.device == Device::Mobile || !(first || spec.methods.first() == Some(&self.method))
    }

    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency).unwrap()
    }

    /// A new order of [`PRICE`].
    pub(crate) fn order(&self) -> Order {
        let number = self.orders.get() + 1;
        self.orders.set(number);
        let imp_uid = format!("imp_{number:012}");
        let merchant_uid = format!("order-{number}");
        Order {
            return_url: format!("http://hub.test/back/{imp_uid}"),
            close_url: format!("http://hub.test/close/{imp_uid}"),
            notice_url: format!("http://hub.test/notice/{}", self.pg.spec().code),
            param: serde_json::json!({
                "pg": self.pg.spec().code, "pay_method": self.method,
                "merchant_uid": merchant_uid, "amount": PRICE, "name": "주문명:결제테스트",
                "currency": self.currency.code(),
            }),
            imp_uid,
            merchant_uid,
            name: "주문명:결제테스트".into(),
            amount: self.money(PRICE),
            tax_free: None,
            vat_amount: None,
            method: self.method.into(),
            buyer: Buyer {
                name: "홍길동".into(),
                email: "buyer@example.com".into(),
                tel: "010-1234-5678".into(),
                addr: "서울특별시 강남구 삼성동".into(),
                postcode: "06164".into(),
            },
            device: self.device,
            customer_uid: None,
            language: "ko".into(),
            vbank_due: None,
            escrow: false,
            digital: false,
            client_ip: "127.0.0.1".into(),
        }
    }

    pub(crate) fn cx<'a>(&'a self, operation_id: &'a str) -> Cx<'a> {
        Cx {
            transport: &self.transport,
            credentials: &self.credentials,
            mode: Mode::Test,
            at: self.transport.at(),
            operation_id,
        }
    }

    /// Time passes.
    pub(crate) fn wait(&self, seconds: i64) {
        self.transport.set_at(self.transport.at().plus_seconds(seconds));
    }

    pub(crate) fn open(&self, order: &Order) -> Result<Opened, PgError> {
        run(self.pg.open(&self.cx(&format!("{}_o", order.imp_uid)), order))
    }

    /// The buyer presses a button of the window.
    pub(crate) fn visit(
        &self,
        order: &Order,
        opened: &Opened,
        press: &str,
    ) -> Result<Landing, String> {
        let script = self.sim.script_window();
        let (back, close) = (&order.return_url, &order.close_url);
        self.transport.visit(&opened.window, script, back, close, press)
    }

    pub(crate) fn read(
        &self,
        order: &Order,
        memo: &str,
        query: &str,
        body: &[u8],
    ) -> Result<Outcome, PgError> {
        self.pg.read_return(&self.cx("return"), &Returned { order, memo, query, body })
    }

    /// From the order to the PG's word about its window; `None` if the buyer only closed it.
    pub(crate) fn window(&self, order: Order, press: &str) -> Result<(Ready, Outcome), String> {
        let opened = self.open(&order).map_err(|error| format!("open: {error}"))?;
        let outcome = match self.visit(&order, &opened, press)? {
            Landing::Closed => {
                Outcome::Closed(pg::Refusal { code: String::new(), message: "closed".into() })
            }
            Landing::Returned { query, body } => self
                .read(&order, &opened.memo, &query, &body)
                .map_err(|error| format!("return: {error}"))?,
        };
        let auth = match &outcome {
            Outcome::Authorised { auth, .. } => auth.clone(),
            Outcome::Closed(_) | Outcome::Refused(_) => String::new(),
        };
        Ok((Ready { order, memo: opened.memo, auth }, outcome))
    }

    /// An authenticated buyer; `press` is `approve` or an accident (`timeout`, `reset`).
    pub(crate) fn authorised(&self, press: &str) -> Result<Ready, String> {
        match self.window(self.order(), press)? {
            (ready, Outcome::Authorised { .. }) => Ok(ready),
            (_, other) => Err(format!("pressed {press} and got {other:?}")),
        }
    }

    /// Asks for the money and adds it to what was reported.
    pub(crate) fn approve(&self, ready: &Ready) -> Result<Approval, PgError> {
        let id = format!("{}_a", ready.order.imp_uid);
        let cx = self.cx(&id);
        let approval = run(self.pg.approve(&cx, &ready.order, &ready.memo, &ready.auth))?;
        self.report(&approval);
        Ok(approval)
    }

    fn report(&self, approval: &Approval) {
        if approval.account.is_none() {
            self.add(approval.amount.minor());
        }
    }

    /// Changes the sum the connector has reported.
    pub(crate) fn add(&self, minor: i64) {
        self.reported.set(self.reported.get() + minor);
    }

    /// An approved order.
    pub(crate) fn approved(&self) -> Result<(Ready, Approval), String> {
        let ready = self.authorised("approve")?;
        let approval = self.approve(&ready).map_err(|error| format!("approve: {error}"))?;
        Ok((ready, approval))
    }

    /// Settles an approval with the same numbers and adds what was found to what was reported.
    pub(crate) fn settle(&self, ready: &Ready) -> Result<Settled, PgError> {
        let id = format!("{}_a", ready.order.imp_uid);
        let cx = self.cx(&id);
        let settled = run(self.pg.settle_approval(&cx, &ready.order, &ready.memo, &ready.auth))?;
        if let Settled::Approved(approval) = &settled {
            self.report(approval);
        }
        Ok(settled)
    }

    /// A cancel of part of an approval of which `earlier` cancels took `gone`.
    pub(crate) fn cancel_order(
        &self,
        ready: &Ready,
        approval: &Approval,
        amount: i64,
        (earlier, gone): (i64, i64),
    ) -> CancelOrder {
        let spec = self.pg.spec();
        let method = approval.method.clone();
        let method = method.or(spec.only_method.map(str::to_owned));
        let deposited = approval.account.is_some() && self.held(&approval.tid) > 0;
        CancelOrder {
            cancel_id: format!("can_{}_{earlier}_{amount}", &ready.order.imp_uid[4..]),
            imp_uid: ready.order.imp_uid.clone(),
            merchant_uid: ready.order.merchant_uid.clone(),
            tid: approval.tid.clone(),
            method: method.unwrap_or_else(|| self.method.to_owned()),
            total: approval.amount,
            left: self.money(approval.amount.minor() - gone),
            amount: self.money(amount),
            earlier,
            deposited,
            tax_free: None,
            vat_amount: None,
            reason: "고객 변심".into(),
            item: None,
            refund: deposited.then(|| RefundAccount {
                bank_code: "004".into(),
                number: "12345678901234".into(),
                holder: "홍길동".into(),
                tel: "01012345678".into(),
            }),
            memo: approval.memo.clone(),
            paid_at: self.transport.at(),
            asked_at: self.transport.at(),
        }
    }

    /// Cancels and takes the money off what was reported, if any was there.
    pub(crate) fn cancel(&self, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
        let done = run(self.pg.cancel(&self.cx(&cancel.cancel_id), cancel))?;
        self.report_cancel(cancel);
        Ok(done)
    }

    fn report_cancel(&self, cancel: &CancelOrder) {
        if self.method != "vbank" || cancel.deposited {
            self.add(-cancel.amount.minor());
        }
    }

    /// Settles a cancel with the same numbers.
    pub(crate) fn settle_cancel(&self, cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
        let settled = run(self.pg.settle_cancel(&self.cx(&cancel.cancel_id), cancel))?;
        if let CancelSettled::Done(_) = settled {
            self.report_cancel(cancel);
        }
        Ok(settled)
    }

    /// What the PG holds of one transaction.
    pub(crate) fn held(&self, tid: &str) -> i64 {
        self.transport.books().trade(self.sim.pg(), tid).map_or(0, |trade| trade.held())
    }

    /// What the PG holds in all.
    pub(crate) fn held_in_all(&self) -> i64 {
        self.transport.trades(self.sim.pg()).iter().map(pg::sim::Trade::held).sum()
    }

    /// What was reported so far.
    pub(crate) fn reported(&self) -> i64 {
        self.reported.get()
    }

    /// The books hold what was reported, and their movements add up to it.
    pub(crate) fn books_agree(&self) -> Check {
        let (held, reported) = (self.held_in_all(), self.reported());
        ensure!(held == reported, "the PG holds {held}, the connector reported {reported}");
        let movements = self.transport.books().movements(self.sim.pg());
        let trades = self.transport.trades(self.sim.pg());
        for trade in &trades {
            let mine = movements.iter().filter(|movement| movement.tid == trade.tid);
            let moved: i64 = mine
                .map(|movement| match movement.kind.as_str() {
                    "approve" | "deposit" => movement.amount,
                    "cancel" | "void" => -movement.amount,
                    other => panic!("a movement of kind {other}"),
                })
                .sum();
            ensure!(
                moved == trade.held(),
                "movements of {} add up to {moved}: {trade:?}",
                trade.tid
            );
        }
        let outside = self
            .transport
            .sent()
            .into_iter()
            .find(|request| !pg::hosts::is_on(&request.url, self.pg.spec().hosts));
        ensure!(outside.is_none(), "a request left the PG's hosts: {outside:?}");
        Ok(())
    }
}
