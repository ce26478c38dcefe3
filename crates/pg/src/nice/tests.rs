//! The whole journey: connector and simulator, two independent readings of the manual, must meet.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use super::fixtures::{self, AT};
use super::sim::SIM;
use super::tests_support::ready;
use super::{Gateway, NICE};
use crate::alipay::ALIPAY;
use crate::error::PgError;
use crate::form::{Form, decode, euc_kr_body, utf8_body};
use crate::ops::{
    Approval, CancelDone, CancelOrder, CancelSettled, Device, NoticeKind, Opened, Order, Outcome,
    RefundAccount, Returned, Settled, Window,
};
use crate::sim::{
    Accident, Books, MemoryBooks, Outgoing, SimCx, SimReply, SimRequest, Simulator, Trade,
};
use crate::spec::{Credentials, Mode};
use crate::wire::{Request, Response, Transport, TransportError};
use crate::{Cx, Pg};
use domain::{Currency, Millis, Money};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

const ORIGIN: &str = "http://127.0.0.1:9001";

/// How the next request to NICE is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// Before NICE sees it, though the caller cannot know.
    OnTheWay,
    /// NICE did it, the answer is lost.
    OnTheWayBack,
}

/// NICE and the way to it.
struct World {
    books: Mutex<MemoryBooks>,
    at: AtomicI64,
    random: AtomicU64,
    loss: Mutex<Option<Loss>>,
    sent: Mutex<Vec<Request>>,
}

impl World {
    fn new() -> Self {
        Self {
            books: Mutex::default(),
            at: AtomicI64::new(AT.0),
            random: AtomicU64::new(41),
            loss: Mutex::default(),
            sent: Mutex::default(),
        }
    }

    fn at(&self) -> Millis {
        Millis(self.at.load(Ordering::SeqCst))
    }

    fn pass(&self, seconds: i64) {
        self.at.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn sim_cx(&self) -> SimCx {
        SimCx {
            at: self.at(),
            random: self.random.fetch_add(7919, Ordering::SeqCst),
            origin: ORIGIN.into(),
            notice_url: "http://127.0.0.1:9000/notice/{pg}".into(),
            any_card: false,
        }
    }

    fn handle(&self, method: &str, url: &str, body: &[u8]) -> SimReply {
        let url = url::Url::parse(url).unwrap();
        let request = SimRequest {
            method: method.into(),
            host: url.host_str().unwrap().into(),
            path: url.path().into(),
            query: url.query().unwrap_or_default().into(),
            content_type: "application/x-www-form-urlencoded".into(),
            body: body.to_vec(),
        };
        assert!(SIM.hosts().contains(&request.host.as_str()), "{}", request.host);
        assert_ne!(SIM.operation(&request), "other", "{}", request.path);
        SIM.handle(&self.sim_cx(), &mut *self.books.lock().unwrap(), &request)
    }

    fn post(&self, url: &str, fields: &[(&str, &str)]) -> String {
        decode(&self.handle("POST", url, euc_kr_body(fields).as_bytes()).body)
    }

    fn lose(&self, loss: Loss) {
        *self.loss.lock().unwrap() = Some(loss);
    }

    fn sent(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    fn trades(&self) -> Vec<Trade> {
        self.books.lock().unwrap().trades("nice")
    }

    /// What the movements say NICE holds for the shop.
    fn ledger(&self) -> i64 {
        let movements = self.books.lock().unwrap().movements("nice");
        let sign = |kind: &str| if matches!(kind, "approve" | "deposit") { 1 } else { -1 };
        movements.iter().map(|movement| sign(&movement.kind) * movement.amount).sum()
    }

    fn deposit(&self, tid: &str, amount: i64) -> Result<Vec<Outgoing>, String> {
        SIM.deposit(&self.sim_cx(), &mut *self.books.lock().unwrap(), tid, amount, "홍길동")
    }
}

#[async_trait::async_trait]
impl Transport for World {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.sent.lock().unwrap().push(request.clone());
        let lost = || TransportError::NoAnswer("lost".into());
        let loss = self.loss.lock().unwrap().take();
        if loss == Some(Loss::OnTheWay) {
            return Err(lost());
        }
        let reply = self.handle(request.method, &request.url, &request.body);
        if loss.is_some() || reply.accident.is_some() {
            return Err(lost());
        }
        let SimReply { status, content_type, body, .. } = reply;
        Ok(Response { status, content_type, body })
    }
}

/// A shop at one of the two PGs.
struct Shop<'a> {
    pg: &'static Gateway,
    world: &'a World,
    credentials: Credentials,
}

impl<'a> Shop<'a> {
    fn new(pg: &'static Gateway, world: &'a World) -> Self {
        Self { pg, world, credentials: pg.spec().test_credentials() }
    }

    fn cx(&self) -> Cx<'_> {
        Cx {
            transport: self.world,
            credentials: &self.credentials,
            mode: Mode::Test,
            at: self.world.at(),
            operation_id: "op_1",
        }
    }

    fn open(&self, order: &Order) -> Opened {
        ready(self.pg.open(&self.cx(), order)).unwrap()
    }

    /// The window, one button, and what the browser posts back.
    fn press(&self, order: &Order, result: &str) -> Vec<u8> {
        let page = show(self.world, &self.open(order).window);
        let sent = page.pressed(result);
        let last = parse(&decode(&self.world.handle("POST", &sent.0, &sent.1).body));
        assert_eq!(last.action, order.return_url);
        last.body()
    }

    fn back(&self, order: &Order, body: &[u8]) -> Result<Outcome, PgError> {
        self.pg.read_return(&self.cx(), &Returned { order, memo: "", query: "", body })
    }

    fn authorise(&self, order: &Order, result: &str) -> String {
        let body = self.press(order, result);
        match self.back(order, &body).unwrap() {
            Outcome::Authorised { auth, tid } => {
                assert!(tid.is_some_and(|tid| tid.len() == 30));
                auth
            }
            other => panic!("{other:?}"),
        }
    }

    fn approve(&self, order: &Order, auth: &str) -> Result<Approval, PgError> {
        ready(self.pg.approve(&self.cx(), order, "", auth))
    }

    fn pay(&self, order: &Order) -> Approval {
        let auth = self.authorise(order, "approve");
        self.approve(order, &auth).unwrap()
    }

    fn settle(&self, order: &Order, auth: &str) -> Result<Settled, PgError> {
        ready(self.pg.settle_approval(&self.cx(), order, "", auth))
    }

    fn cancel(&self, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
        ready(self.pg.cancel(&self.cx(), cancel))
    }

    fn settle_cancel(&self, cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
        ready(self.pg.settle_cancel(&self.cx(), cancel))
    }
}

/// The first form of a page, as a browser without JavaScript sees it.
#[derive(Debug, Default)]
struct Page {
    action: String,
    charset: String,
    fields: Vec<(String, String)>,
    choices: Vec<String>,
    html: String,
}

fn attribute(tag: &str, name: &str) -> String {
    let start = tag.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3);
    let value = start.and_then(|start| tag[start..].split('"').next()).unwrap_or_default();
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(value.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn parse(html: &str) -> Page {
    let tags = |start: &str| -> Vec<String> {
        html.split(start).skip(1).map(|rest| rest.split('>').next().unwrap().to_owned()).collect()
    };
    let form = tags("<form").first().cloned().unwrap_or_default();
    let fields =
        tags("<input").iter().map(|t| (attribute(t, "name"), attribute(t, "value"))).collect();
    Page {
        action: attribute(&form, "action"),
        charset: attribute(&form, "accept-charset"),
        fields,
        choices: tags("<option").iter().map(|tag| attribute(tag, "value")).collect(),
        html: html.to_owned(),
    }
}

impl Page {
    fn body(&self) -> Vec<u8> {
        let fields: Vec<_> = self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let body = if self.charset == "euc-kr" { euc_kr_body(&fields) } else { utf8_body(&fields) };
        body.into_bytes()
    }

    /// The real URL and body a pressed button posts to.
    fn pressed(&self, result: &str) -> (String, Vec<u8>) {
        let path = self.action.strip_prefix(&format!("{ORIGIN}/")).expect("inside the sandbox");
        let choice = self.choices.first().cloned().unwrap_or_default();
        let mut page = Self { fields: self.fields.clone(), ..Self::default() };
        page.fields.push(("result".into(), result.into()));
        page.fields.push(("choice".into(), choice));
        (format!("https://{path}"), page.body())
    }
}

/// Posts what the browser (or the script) posts, and reads the window.
fn show(world: &World, window: &Window) -> Page {
    let (url, fields, charset) = match window {
        Window::Form { action, charset, fields } => (action.as_str(), fields, *charset),
        Window::Script { fields, charset, .. } => (SIM.script_window().unwrap(), fields, *charset),
        Window::Redirect { .. } => panic!("a redirect"),
    };
    let fields = fields.clone();
    let form = Page { charset: charset.into(), fields, ..Page::default() };
    let reply = world.handle("POST", url, &form.body());
    assert_eq!(reply.status, 200);
    parse(&decode(&reply.body))
}

fn order(method: &str, device: Device) -> Order {
    Order { method: method.into(), device, ..fixtures::order() }
}

fn dollars(cents: i64) -> Money {
    Money::new(cents, Currency::Usd).unwrap()
}

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap()
}

fn cancel_of(order: &Order, approval: &Approval, amount: Money) -> CancelOrder {
    CancelOrder {
        tid: approval.tid.clone(),
        method: approval.method.clone().unwrap_or_else(|| order.method.clone()),
        total: approval.amount,
        left: approval.amount,
        amount,
        memo: approval.memo.clone(),
        ..fixtures::cancel_of_1004()
    }
}

fn refund() -> Option<RefundAccount> {
    let (bank_code, number) = ("088".into(), "110123456789".into());
    Some(RefundAccount { bank_code, number, holder: "홍길동".into(), tel: String::new() })
}

/// The code of a refusal, also of one that says that it was done before.
fn declined(result: Result<impl std::fmt::Debug, PgError>) -> String {
    match result {
        Err(PgError::Declined { code, .. }) => code,
        Err(PgError::Unknown(why)) if why.starts_with("[2013]") => "unknown: 2013".into(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn four_methods_on_both_devices_are_paid_and_cancelled() {
    for device in [Device::Pc, Device::Mobile] {
        for method in ["card", "trans", "vbank", "phone"] {
            let world = World::new();
            let (shop, order) = (Shop::new(&NICE, &world), order(method, device));
            let script = matches!(shop.open(&order).window, Window::Script { .. });
            assert_eq!(script, device == Device::Pc);
            let approval = shop.pay(&order);
            assert_eq!((approval.amount, approval.method.as_deref()), (order.amount, None));
            let trade = world.trades().pop().unwrap();
            assert_eq!(
                (trade.order_no.as_str(), trade.method.as_str()),
                ("imp_123456789012", method)
            );
            assert_eq!(trade.extra["goods"], "주문명:결제테스트", "EUC-KR is read as such");
            let issued = method == "vbank";
            assert_eq!(approval.account.is_some(), issued);
            assert_eq!(approval.card.is_some(), method == "card");
            assert_eq!(approval.bank.is_some(), method == "trans");
            assert_eq!(approval.apply_num.is_some(), !issued);
            assert_eq!(world.ledger(), if issued { 0 } else { 14_000 });
            let cancel = cancel_of(&order, &approval, order.amount);
            let done = shop.cancel(&cancel).unwrap();
            assert_eq!((done.tid, done.at), (approval.tid, Some(AT)));
            assert_eq!(world.ledger(), 0);
            let state = if issued { "closed" } else { "cancelled" };
            assert_eq!(world.trades()[0].state, state);
            assert_eq!(declined(shop.cancel(&cancel)), "unknown: 2013");
        }
    }
}

#[test]
fn a_card_arrives_in_v1s_words_and_masked() {
    let world = World::new();
    let approval = Shop::new(&NICE, &world).pay(&order("card", Device::Pc));
    let card = approval.card.unwrap();
    assert_eq!((card.code.as_deref(), card.name.as_deref()), (Some("366"), Some("신한카드")));
    assert!(card.number.unwrap().contains("****"));
    assert_eq!(approval.at, Some(AT));
}

#[test]
fn parts_add_up_and_no_part_is_too_much() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Mobile));
    let approval = shop.pay(&order);
    let part = |amount: i64| {
        let left = won(world.ledger());
        shop.cancel(&CancelOrder { left, ..cancel_of(&order, &approval, won(amount)) })
    };
    let first = part(4_000).unwrap();
    let second = part(9_000).unwrap();
    assert_ne!(first.tid, second.tid, "each part has a number of its own");
    assert_eq!(declined(part(1_001)), "2032");
    assert_eq!(declined(part(14_000)), "2031");
    assert_eq!(world.ledger(), 1_000);
    part(1_000).unwrap();
    assert_eq!((world.ledger(), world.trades()[0].state.as_str()), (0, "cancelled"));
    assert_eq!(declined(part(1)), "2013");
}

#[test]
fn a_part_after_which_too_little_is_left_is_not_believed() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Pc));
    let approval = shop.pay(&order);
    let part = cancel_of(&order, &approval, won(4_000));
    shop.cancel(&part).unwrap();
    // As if a proxy sent the request on once more, and only this answer came back.
    assert!(matches!(shop.cancel(&part), Err(PgError::Unknown(why)) if why.contains("left")));
}

#[test]
fn an_account_is_paid_once_exactly_and_in_time_and_nice_tells() {
    let world = World::new();
    let shop = Shop::new(&NICE, &world);
    let mut order = order("vbank", Device::Pc);
    order.vbank_due = Millis::parse_kst("202311161830");
    let approval = shop.pay(&order);
    let account = approval.account.clone().unwrap();
    assert_eq!(
        (account.bank_code.as_str(), account.due.kst14().as_str()),
        ("004", "20231116183000")
    );
    let wrong = world.deposit(&approval.tid, 13_999).unwrap_err();
    assert!(wrong.contains("14,000원"), "{wrong}");
    let notices = world.deposit(&approval.tid, 14_000).unwrap();
    assert_eq!(world.ledger(), 14_000);
    let [sent] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!((sent.url.as_str(), sent.wanted), ("http://127.0.0.1:9000/notice/nice", "OK"));
    let reader = shop.pg.notices().unwrap();
    let notice = reader.read(&sent.content_type, &sent.body).unwrap();
    assert_eq!((notice.order_no.as_str(), notice.mid.as_str()), ("imp_123456789012", "nicepay00m"));
    assert_eq!(notice.tid, approval.tid);
    let expected = NoticeKind::Deposit {
        amount: order.amount,
        account: Some(account.number),
        at: Some(AT),
        depositor: Some("홍길동".into()),
    };
    assert_eq!(notice.kind, expected);
    assert_eq!(reader.verify(&shop.credentials, &notice), Ok(()));
    let more = String::from_utf8(sent.body.clone()).unwrap().replace("Amt=14000", "Amt=99000");
    let more = reader.read(&sent.content_type, more.as_bytes()).unwrap();
    assert!(matches!(reader.verify(&shop.credentials, &more), Err(PgError::Forged(_))));
    assert!(String::from_utf8(reader.accepted().body).unwrap().contains(sent.wanted));
    assert!(!String::from_utf8(reader.refused("x").body).unwrap().contains(sent.wanted));
    assert!(world.deposit(&approval.tid, 14_000).unwrap_err().contains("이미 입금"));
    assert!(world.deposit("nothing", 14_000).is_err());
}

#[test]
fn late_deposits_and_closed_accounts_are_refused() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("vbank", Device::Mobile));
    let approval = shop.pay(&order);
    assert_eq!(approval.account.as_ref().unwrap().due, AT.end_of_kst_day(30));
    let part = cancel_of(&order, &approval, won(1));
    assert_eq!(declined(shop.cancel(&part)), "2033");
    world.pass(31 * 86_400);
    assert!(world.deposit(&approval.tid, 14_000).unwrap_err().contains("기한"));
    shop.cancel(&cancel_of(&order, &approval, order.amount)).unwrap();
    assert!(world.deposit(&approval.tid, 14_000).unwrap_err().contains("해지"));
    assert_eq!(world.ledger(), 0);
}

#[test]
fn a_paid_account_is_refunded_to_an_account_only() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("vbank", Device::Pc));
    let approval = shop.pay(&order);
    world.deposit(&approval.tid, 14_000).unwrap();
    // The hub did not hear of the deposit yet: NICE asks for the account.
    let unaware = cancel_of(&order, &approval, order.amount);
    assert_eq!(declined(shop.cancel(&unaware)), "2047");
    let part = CancelOrder {
        deposited: true,
        refund: refund(),
        ..cancel_of(&order, &approval, won(4_000))
    };
    shop.cancel(&part).unwrap();
    assert_eq!(world.ledger(), 10_000);
    let rest = CancelOrder { amount: won(10_000), left: won(10_000), ..part };
    shop.cancel(&rest).unwrap();
    assert_eq!((world.ledger(), world.trades()[0].state.as_str()), (0, "cancelled"));
    assert!(world.deposit(&approval.tid, 14_000).is_err());
}

#[test]
fn closing_and_declining_move_nothing() {
    for device in [Device::Pc, Device::Mobile] {
        let world = World::new();
        let (shop, order) = (Shop::new(&NICE, &world), order("card", device));
        let body = shop.press(&order, "cancel");
        let Ok(Outcome::Closed(refusal)) = shop.back(&order, &body) else { panic!("not closed") };
        assert_eq!(refusal.message, crate::spec::GAVE_UP);
        for (method, code) in
            [("card", "3095"), ("trans", "4001"), ("vbank", "4117"), ("phone", "A001")]
        {
            let order = Order { method: method.into(), ..order.clone() };
            let auth = shop.authorise(&order, "decline");
            assert_eq!(declined(shop.approve(&order, &auth)), code);
            assert_eq!(shop.settle(&order, &auth), Ok(Settled::Nothing));
        }
        assert_eq!((world.trades().len(), world.ledger()), (0, 0));
    }
}

#[test]
fn a_lost_approval_is_undone() {
    for button in ["timeout", "reset"] {
        for method in ["card", "vbank"] {
            let world = World::new();
            let (shop, order) = (Shop::new(&NICE, &world), order(method, Device::Pc));
            let auth = shop.authorise(&order, button);
            assert!(matches!(shop.approve(&order, &auth), Err(PgError::Unknown(_))));
            let tid = world.trades()[0].tid.clone();
            assert_eq!(world.ledger(), if method == "card" { 14_000 } else { 0 });
            // The net-cancel's answer is lost too, then it is repeated.
            world.lose(Loss::OnTheWayBack);
            assert!(matches!(shop.settle(&order, &auth), Err(PgError::Unknown(_))));
            assert_eq!(shop.settle(&order, &auth), Ok(Settled::Voided));
            assert_eq!((world.ledger(), world.trades()[0].state.as_str()), (0, "voided"));
            assert!(world.deposit(&tid, 14_000).is_err());
            assert!(matches!(shop.approve(&order, &auth), Err(PgError::Unknown(_))));
            assert_eq!(world.ledger(), 0, "an authentication is used once");
        }
    }
}

#[test]
fn an_approval_that_never_arrived_is_nothing() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Pc));
    let auth = shop.authorise(&order, "approve");
    world.lose(Loss::OnTheWay);
    assert!(matches!(shop.approve(&order, &auth), Err(PgError::Unknown(_))));
    assert_eq!(shop.settle(&order, &auth), Ok(Settled::Nothing));
    assert_eq!(world.ledger(), 0);
}

#[test]
fn a_lost_cancel_is_repeated_when_whole_and_left_alone_when_not() {
    for loss in [Loss::OnTheWay, Loss::OnTheWayBack] {
        let world = World::new();
        let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Pc));
        let approval = shop.pay(&order);
        let whole = cancel_of(&order, &approval, order.amount);
        world.lose(loss);
        assert!(matches!(shop.cancel(&whole), Err(PgError::Unknown(_))));
        assert!(matches!(shop.settle_cancel(&whole), Ok(CancelSettled::Done(_))), "{loss:?}");
        assert_eq!(world.ledger(), 0);
    }
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Pc));
    let approval = shop.pay(&order);
    let part = cancel_of(&order, &approval, won(1_000));
    world.lose(Loss::OnTheWayBack);
    assert!(matches!(shop.cancel(&part), Err(PgError::Unknown(_))));
    let before = world.sent();
    assert!(matches!(shop.settle_cancel(&part), Ok(CancelSettled::CannotTell(_))));
    assert_eq!((world.sent(), world.ledger()), (before, 13_000), "nothing was sent again");
}

#[test]
fn a_repeated_cancel_that_is_refused_otherwise_tells_nothing() {
    let world = World::new();
    let (mut shop, order) = (Shop::new(&NICE, &world), order("card", Device::Pc));
    let approval = shop.pay(&order);
    let whole = cancel_of(&order, &approval, order.amount);
    world.lose(Loss::OnTheWayBack);
    assert!(shop.cancel(&whole).is_err());
    shop.credentials.set("cancel_password", "999999".into());
    let settled = shop.settle_cancel(&whole).unwrap();
    let CancelSettled::CannotTell(why) = settled else { panic!("{settled:?}") };
    assert!(why.contains("[2024] 취소패스워드 불일치"), "{why}");
}

#[test]
fn changed_results_are_forged() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Mobile));
    let good = String::from_utf8(shop.press(&order, "approve")).unwrap();
    assert!(matches!(shop.back(&order, good.as_bytes()), Ok(Outcome::Authorised { .. })));
    for (from, to) in [
        ("Amt=14000", "Amt=1400"),
        ("imp_123456789012", "imp_123456789013"),
        ("nicepay.co.kr%2Fwebapi%2Fpay", "nicepay.co.kr.evil.kr%2Fwebapi%2Fpay"),
        ("NICETOKN", "EVILTOKN"),
    ] {
        let changed = good.replace(from, to);
        assert_ne!(changed, good, "{from}");
        assert!(matches!(shop.back(&order, changed.as_bytes()), Err(PgError::Forged(_))), "{from}");
    }
    let cheaper = Order { amount: won(10), ..order.clone() };
    assert!(matches!(shop.back(&cheaper, good.as_bytes()), Err(PgError::Forged(_))));
    let other = Order { imp_uid: "imp_000000000009".into(), ..order };
    assert!(matches!(shop.back(&other, good.as_bytes()), Err(PgError::Forged(_))));
}

#[test]
fn a_window_is_used_once() {
    let world = World::new();
    let shop = Shop::new(&NICE, &world);
    let page = show(&world, &shop.open(&order("card", Device::Pc)).window);
    let (url, body) = page.pressed("approve");
    assert_eq!(world.handle("POST", &url, &body).status, 200);
    assert_eq!(world.handle("POST", &url, &body).status, 400);
    let (url, body) = show(&world, &shop.open(&order("card", Device::Pc)).window).pressed("steal");
    assert_eq!(world.handle("POST", &url, &body).status, 400);
    assert_eq!(world.handle("POST", &url, b"sid=none&result=approve").status, 400);
}

#[test]
fn alipay_in_dollars_and_won() {
    for device in [Device::Pc, Device::Mobile] {
        for (amount, shown) in [(dollars(120), "$1.20"), (won(1_500), "1,500원")] {
            let world = World::new();
            let shop = Shop::new(&ALIPAY, &world);
            let order = Order { amount, ..order("card", device) };
            let window = shop.open(&order).window;
            assert!(matches!(window, Window::Form { .. }), "redirect on both devices");
            let page = show(&world, &window);
            assert!(page.html.contains(shown) && page.html.contains("알리페이"), "{shown}");
            assert_eq!(page.choices, ["CN", "HK"]);
            let approval = shop.pay(&order);
            assert_eq!((approval.amount, approval.method.as_deref()), (amount, Some("alipay")));
            assert_eq!((approval.card.is_some(), approval.account.is_some()), (false, false));
            let trade = world.trades().pop().unwrap();
            assert_eq!((trade.pg.as_str(), trade.method.as_str()), ("nice", "alipay"));
            assert_eq!(
                (trade.currency.as_str(), trade.amount),
                (amount.currency().code(), amount.minor())
            );
            assert_eq!(trade.extra["service"], "alipay");
            let part = Money::new(50, amount.currency()).unwrap();
            shop.cancel(&cancel_of(&order, &approval, part)).unwrap();
            assert_eq!(world.ledger(), amount.minor() - 50);
            let rest = amount.minus(part).unwrap();
            let last = CancelOrder { left: rest, ..cancel_of(&order, &approval, rest) };
            shop.cancel(&last).unwrap();
            assert_eq!((world.ledger(), world.trades()[0].state.as_str()), (0, "cancelled"));
        }
    }
}

#[test]
fn alipay_needs_its_cancel_password_and_settles_like_nice() {
    let world = World::new();
    let mut shop = Shop::new(&ALIPAY, &world);
    let order = Order { amount: dollars(120), ..order("", Device::Pc) };
    let lost = shop.authorise(&order, "timeout");
    assert!(matches!(shop.approve(&order, &lost), Err(PgError::Unknown(_))));
    assert_eq!(shop.settle(&order, &lost), Ok(Settled::Voided));
    let refused = shop.authorise(&order, "decline");
    assert_eq!(declined(shop.approve(&order, &refused)), "3095");
    let approval = shop.pay(&order);
    let cancel = cancel_of(&order, &approval, order.amount);
    shop.credentials.set("cancel_password", "654321".into());
    assert_eq!(declined(shop.cancel(&cancel)), "2024");
    shop.credentials.set("cancel_password", String::new());
    let missing = shop.cancel(&cancel);
    assert!(matches!(missing, Err(PgError::Invalid { field: "cancel_password", .. })));
    shop.credentials.set("cancel_password", "123456".into());
    world.lose(Loss::OnTheWayBack);
    assert!(matches!(shop.cancel(&cancel), Err(PgError::Unknown(_))));
    assert!(matches!(shop.settle_cancel(&cancel), Ok(CancelSettled::Done(_))));
    assert_eq!(world.ledger(), 0);
}

#[test]
fn an_alipay_success_nobody_wrote_down_is_unknown_until_it_is_configured() {
    let world = World::new();
    let mut shop = Shop::new(&ALIPAY, &world);
    shop.credentials.set("success_code", "5001".into());
    let order = Order { amount: dollars(120), ..order("card", Device::Pc) };
    let auth = shop.authorise(&order, "approve");
    assert!(matches!(shop.approve(&order, &auth), Err(PgError::Unknown(_))));
    assert_eq!(shop.settle(&order, &auth), Ok(Settled::Voided));
    shop.credentials.set("success_code", "5001, 3001".into());
    assert_eq!(shop.pay(&order).amount, dollars(120));
}

/// The fields of a request, changed, sent to NICE; the code of its answer.
fn code_of(world: &World, url: &str, fields: &[(String, String)], change: (&str, &str)) -> String {
    let changed = |(name, value): &(String, String)| {
        let value = if name == change.0 { change.1.to_owned() } else { value.clone() };
        (name.clone(), value)
    };
    let fields: Vec<_> = fields.iter().map(changed).collect();
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer: serde_json::Value = serde_json::from_str(&world.post(url, &fields)).unwrap();
    answer["ResultCode"].as_str().unwrap().to_owned()
}

#[test]
fn nice_checks_every_approval_and_cancel() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Pc));
    let auth = shop.authorise(&order, "approve");
    world.lose(Loss::OnTheWay);
    assert!(shop.approve(&order, &auth).is_err());
    let sent = world.sent.lock().unwrap().pop().unwrap();
    let fields = Form::read(&sent.body).0;
    for (name, value, code) in [
        ("AuthToken", "", "9000"),
        ("EdiDate", "20239999", "A106"),
        ("MID", "unknown00m", "A114"),
        ("SignData", "00", "A211"),
        ("Amt", "1", "A211"),
        ("TID", "nicepay00m01012006221311045107", "A210"),
    ] {
        assert_eq!(code_of(&world, &sent.url, &fields, (name, value)), code, "{name}");
    }
    world.pass(30 * 60 + 1);
    assert_eq!(declined(shop.approve(&order, &auth)), "A245");
    assert_eq!(world.ledger(), 0);

    let approval = shop.pay(&order);
    world.lose(Loss::OnTheWay);
    assert!(shop.cancel(&cancel_of(&order, &approval, order.amount)).is_err());
    let sent = world.sent.lock().unwrap().pop().unwrap();
    let fields = Form::read(&sent.body).0;
    for (name, value, code) in [
        ("CancelMsg", "", "9000"),
        ("EdiDate", "20239999", "A106"),
        ("MID", "unknown00m", "A114"),
        ("CancelAmt", "13999", "A211"),
        ("TID", "short", "A115"),
        ("TID", "nicepay00m01012006221311045107", "2012"),
        ("PartialCancelCode", "2", "A212"),
    ] {
        assert_eq!(code_of(&world, &sent.url, &fields, (name, value)), code, "{name}={value}");
    }
    let less = cancel_of(&order, &Approval { amount: won(13_999), ..approval }, won(13_999));
    assert_eq!(declined(shop.cancel(&less)), "2011");
    assert_eq!(world.ledger(), 14_000);
}

#[test]
fn nice_checks_every_window() {
    let world = World::new();
    let shop = Shop::new(&NICE, &world);
    let fields_of = |order: &Order| match shop.open(order).window {
        Window::Form { fields, .. } => fields,
        other => panic!("{other:?}"),
    };
    let shown = |mut fields: Vec<(String, String)>, name: &str, value: &str| {
        fields.retain(|(known, _)| known != name);
        fields.push((name.into(), value.into()));
        let page = Page { charset: "euc-kr".into(), fields, ..Page::default() };
        let url = "https://web.nicepay.co.kr/v3/v3Payment.jsp";
        decode(&world.handle("POST", url, &page.body()).body)
    };
    let fields = fields_of(&order("vbank", Device::Mobile));
    for (name, value, code) in [
        ("SignData", "00", "A211"),
        ("Amt", "1", "A211"),
        ("MID", "unknown00m", "A114"),
        ("PayMethod", "GIFT", "V005"),
        ("CurrencyCode", "USD", "A146"),
        ("CurrencyCode", "XYZ", "A247"),
        ("VbankExpDate", "20200101", "A107"),
        ("VbankExpDate", "tomorrow", "A106"),
        ("EdiDate", "now", "A106"),
        ("GoodsName", &"가".repeat(21), "9001"),
        ("GoodsName", "", "9000"),
        ("ReturnURL", "", "9000"),
    ] {
        let html = shown(fields.clone(), name, value);
        assert!(html.contains(&format!("[{code}]")), "{name}={value}: {html}");
    }
    // The refusal can be taken back to the shop, which reads it.
    let html = shown(fields, "SignData", "00");
    let order = order("vbank", Device::Mobile);
    let refused = shop.back(&order, &parse(&html).body()).unwrap();
    assert!(matches!(refused, Outcome::Refused(refusal) if refusal.code == "A211"));
}

#[test]
fn the_layer_tells_the_page_that_opened_it_and_nobody_else() {
    let world = World::new();
    let shop = Shop::new(&NICE, &world);
    let script = "https://pg-web.nicepay.co.kr/v3/common/js/nicepay-pgweb.js";
    let script = decode(&world.handle("GET", script, b"").body);
    assert!(script.contains("event.origin !== origin") && !script.contains("'*'"));
    let Window::Script { fields, .. } = shop.open(&order("card", Device::Pc)).window else {
        panic!("not a script");
    };
    for (query, told) in [
        ("?opener=https%3A%2F%2Fshop.example%3A8443", "https://shop.example:8443"),
        ("?opener=https%3A%2F%2Fshop.example%2Fpath%22%3E", "https://shop.example"),
        ("?opener=javascript%3Aalert(1)", "http://127.0.0.1:9000"),
        ("", "http://127.0.0.1:9000"),
    ] {
        let form = Page { charset: "euc-kr".into(), fields: fields.clone(), ..Page::default() };
        let url = format!("{}{query}", SIM.script_window().unwrap());
        let (url, body) =
            parse(&decode(&world.handle("POST", &url, &form.body()).body)).pressed("approve");
        let html = decode(&world.handle("POST", &url, &body).body);
        assert!(html.contains(&format!("data-opener=\"{told}\"")), "{query}: {html}");
        assert!(html.contains("data-kind=\"submit\"") && !html.contains("'*'"));
    }
}

#[test]
fn answers_come_in_the_charset_and_form_that_was_asked() {
    let world = World::new();
    let fields = [("TID", "x"), ("MID", "unknown00m")];
    let url = "https://webapi.nicepay.co.kr/webapi/cancel_process.jsp";
    let ask = |more: (&'static str, &'static str)| {
        let fields = [&fields[..], &[more]].concat();
        world.handle("POST", url, euc_kr_body(&fields).as_bytes())
    };
    let plain = ask(("Moid", "m"));
    assert_eq!(plain.content_type, "application/json; charset=euc-kr");
    assert!(std::str::from_utf8(&plain.body).is_err(), "EUC-KR unless asked otherwise");
    let utf8 = ask(("CharSet", "utf-8"));
    assert!(std::str::from_utf8(&utf8.body).unwrap().contains("누락"));
    let pairs = decode(&ask(("EdiType", "KV")).body);
    assert!(pairs.starts_with("ResultCode=9000&ResultMsg="), "{pairs}");
}

#[test]
fn accidents_are_announced_after_the_books_are_written() {
    let world = World::new();
    let (shop, order) = (Shop::new(&NICE, &world), order("card", Device::Pc));
    for (button, accident) in [("timeout", Accident::NoAnswer), ("reset", Accident::Reset)] {
        let auth = shop.authorise(&order, button);
        world.lose(Loss::OnTheWay);
        assert!(shop.approve(&order, &auth).is_err());
        let sent = world.sent.lock().unwrap().pop().unwrap();
        let reply = world.handle("POST", &sent.url, &sent.body);
        assert_eq!(reply.accident, Some(accident));
        assert!(
            world.books.lock().unwrap().trade("nice", Form::read(&sent.body).get("TID")).is_some()
        );
    }
}
