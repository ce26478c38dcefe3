//! The simulator's own strictness, spoken to in raw requests written from the manual.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::form::Form;
use crate::sim::MemoryBooks;
use domain::Millis;

/// 2026-04-24 12:00 KST.
const NOON: i64 = 1_776_999_600;

struct Bench {
    books: MemoryBooks,
    random: u64,
    at: Millis,
}

impl Bench {
    fn new() -> Self {
        Self { books: MemoryBooks::default(), random: 0, at: Millis::from_seconds(NOON) }
    }

    fn cx(&mut self) -> SimCx {
        self.random += 1;
        SimCx {
            at: self.at,
            random: self.random,
            origin: "http://s".into(),
            notice_url: "http://hub/notice/{pg}".into(),
            any_card: false,
        }
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, body: &str) -> SimReply {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = SimRequest {
            method: method.into(),
            host: HOST.into(),
            path: path.into(),
            query: query.into(),
            content_type: kind.into(),
            body: body.into(),
        };
        let cx = self.cx();
        KiccSim.handle(&cx, &mut self.books, &request)
    }

    fn call(&mut self, path: &str, body: &Value) -> Value {
        let reply = self.send("POST", path, "application/json; charset=utf-8", &body.to_string());
        assert_eq!(reply.status, 200);
        serde_json::from_slice(&reply.body).unwrap()
    }

    fn register(&mut self, change: impl FnOnce(&mut Value)) -> Value {
        let mut body = json!({
            "mallId": MALL, "shopOrderNo": "ORD-1", "amount": 30000, "payMethodTypeCode": "11",
            "currency": "00", "clientTypeCode": "00", "returnUrl": "https://shop/return?a=1&b=2",
            "deviceTypeCode": "pc", "orderInfo": { "goodsName": "예시 상품명" },
        });
        change(&mut body);
        self.call("/api/ep9/trades/webpay", &body)
    }

    /// From an order to the window's return form.
    fn authenticate(&mut self, method: &str, press: &str) -> Form {
        let answer = self.register(|body| body["payMethodTypeCode"] = json!(method));
        let url = answer["authPageUrl"].as_str().unwrap().to_owned();
        let path = url.strip_prefix("https://testpgapi.easypay.co.kr").unwrap();
        assert_eq!(self.send("GET", path, "", "").status, 200);
        let token = path.split_once('=').unwrap().1;
        let kind = "application/x-www-form-urlencoded";
        let body = format!("token={token}&result={press}&choice=");
        let page = self.send("POST", "/webpay/pay", kind, &body);
        assert_eq!(self.send("POST", "/webpay/pay", kind, &body).status, 410, "used twice");
        assert_eq!(self.send("GET", path, "", "").status, 410, "opened again");
        let html = String::from_utf8(page.body).unwrap();
        let step = crate::sim::headless::next("http://s/x", &html, press).unwrap();
        let crate::sim::headless::Step::Post { url, body, .. } = step else { panic!("no post") };
        assert_eq!(url, "https://shop/return?a=1&b=2");
        Form::read(&body)
    }

    fn approve(&mut self, id: &str, number: &str) -> Value {
        let day = self.at.kst8();
        self.call(
            "/api/ep9/trades/approval",
            &json!({
                "mallId": MALL, "shopTransactionId": number, "authorizationId": id,
                "shopOrderNo": "ORD-1", "approvalReqDate": day,
            }),
        )
    }

    fn paid(&mut self, method: &str) -> String {
        let id = self.authenticate(method, "approve").get("authorizationId").to_owned();
        let answer = self.approve(&id, "A1");
        assert_eq!(answer["resCd"], "0000", "{answer}");
        answer["pgCno"].as_str().unwrap().to_owned()
    }

    fn revise(&mut self, tid: &str, number: &str, more: &Value) -> Value {
        let message = format!("{tid}|{number}");
        let mut body = json!({
            "mallId": MALL, "shopTransactionId": number, "pgCno": tid,
            "cancelReqDate": self.at.kst8(),
            "msgAuthValue": crate::crypto::hmac_sha256_hex(SECRET, message.as_bytes()),
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.call("/api/trades/revise", &body)
    }

    fn held(&self, tid: &str) -> i64 {
        self.books.trade(PG, tid).unwrap().held()
    }
}

fn code(answer: &Value) -> &str {
    answer["resCd"].as_str().unwrap()
}

#[test]
fn an_order_is_checked_field_by_field() {
    let mut bench = Bench::new();
    for name in ["shopOrderNo", "amount", "payMethodTypeCode", "currency", "returnUrl", "orderInfo"]
    {
        let answer = bench.register(|body| body[name] = Value::Null);
        assert_eq!(code(&answer), "M102", "{name}");
    }
    let wrong = [
        ("mallId", json!("T0000000"), "M101"),
        ("shopOrderNo", json!("한글"), "M104"),
        ("shopOrderNo", json!("a".repeat(41)), "M104"),
        ("amount", json!("30000"), "M104"),
        ("amount", json!(-1), "M104"),
        ("payMethodTypeCode", json!("99"), "M104"),
        ("currency", json!("01"), "M104"),
        ("deviceTypeCode", json!("tv"), "M104"),
        ("orderInfo", json!({ "goodsName": "a|b" }), "M103"),
        ("orderInfo", json!({ "goodsName": "사과 🍎" }), "M103"),
        ("orderInfo", json!({ "goodsName": "가".repeat(17) }), "M104"),
        ("taxInfo", json!({ "taxAmount": 1, "freeAmount": 1, "vatAmount": 1 }), "M107"),
    ];
    for (name, value, expected) in wrong {
        let answer = bench.register(|body| body[name] = value.clone());
        assert_eq!(code(&answer), expected, "{name} {value}");
    }
    assert_eq!(code(&bench.register(|_| ())), "0000");
}

#[test]
fn what_is_not_json_is_a_bad_request() {
    let mut bench = Bench::new();
    for (kind, body) in
        [("text/plain", "{}"), ("application/json", "{"), ("application/json", "[]")]
    {
        let reply = bench.send("POST", "/api/ep9/trades/webpay", kind, body);
        assert_eq!(reply.status, 400, "{kind} {body}");
    }
}

#[test]
fn the_window_answers_what_was_pressed() {
    let mut bench = Bench::new();
    let cancelled = bench.authenticate("11", "cancel");
    assert_eq!((cancelled.get("resCd"), cancelled.get("authorizationId")), ("W002", ""));
    let declined = bench.authenticate("11", "decline").get("authorizationId").to_owned();
    assert_eq!(code(&bench.approve(&declined, "A1")), "8521");
    assert!(bench.books.trades(PG).is_empty());
}

#[test]
fn an_approval_wants_a_known_authentication_of_its_order() {
    let mut bench = Bench::new();
    assert_eq!(code(&bench.approve("1", "A1")), "R102");
    let id = bench.authenticate("11", "approve").get("authorizationId").to_owned();
    bench.at = bench.at.plus_seconds(31 * 60);
    assert_eq!(code(&bench.approve(&id, "A2")), "R102", "too late");
    bench.at = Millis::from_seconds(NOON);
    assert_eq!(code(&bench.approve(&id, "A3")), "0000");
    assert_eq!(code(&bench.approve(&id, "A4")), "R102", "twice");
}

#[test]
fn a_number_is_good_once_a_day() {
    let mut bench = Bench::new();
    bench.paid("11");
    let again = bench.approve("whatever", "A1");
    assert_eq!(code(&again), "R900");
    assert!(again["resMsg"].as_str().unwrap().contains("중복"));
    bench.at = bench.at.plus_seconds(86_400);
    assert_eq!(code(&bench.approve("whatever", "A1")), "R102");
}

#[test]
fn the_answer_is_signed_over_the_amount_as_written() {
    let mut bench = Bench::new();
    let mut seen = Vec::new();
    for order in ["ORD-1", "ORD-2"] {
        // The parity of the request number decides; one request more changes it.
        if order == "ORD-2" {
            bench.books = MemoryBooks::default();
            bench.cx();
        }
        let id = bench.authenticate("11", "approve").get("authorizationId").to_owned();
        let answer = bench.approve(&id, order);
        let amount = answer["amount"].clone();
        let text = amount.as_str().map_or_else(|| amount.to_string(), str::to_owned);
        assert_eq!(text, "30000");
        let message = format!(
            "{}|{text}|{}",
            answer["pgCno"].as_str().unwrap(),
            answer["transactionDate"].as_str().unwrap()
        );
        let expected = crate::crypto::hmac_sha256_hex(b"easypay!KICCTEST", message.as_bytes());
        assert_eq!(answer["msgAuthValue"], expected.as_str());
        assert!(answer["pgCno"].as_str().unwrap().starts_with("260424120000"));
        assert!(answer["paymentInfo"]["cardInfo"]["cardNo"].as_str().unwrap().contains("******"));
        seen.push(amount.is_string());
    }
    assert_ne!(seen[0], seen[1], "both ways of writing amounts");
}

#[test]
fn a_cancel_is_checked_before_money_moves() {
    let mut bench = Bench::new();
    let tid = bench.paid("11");
    let all = json!({ "reviseTypeCode": "40" });
    let bad = json!({ "reviseTypeCode": "40", "msgAuthValue": "00" });
    assert_eq!(code(&bench.revise(&tid, "C1", &bad)), "M106");
    assert_eq!(code(&bench.revise("1", "C2", &all)), "R201");
    let part = |amount: i64, remain: i64| {
        json!({
            "reviseTypeCode": "32",
            "amount": amount,
            "remainAmount": remain,
        })
    };
    assert_eq!(code(&bench.revise(&tid, "C3", &part(1000, 29_999))), "R207");
    assert_eq!(code(&bench.revise(&tid, "C4", &part(30_001, 30_000))), "R206");
    assert_eq!(code(&bench.revise(&tid, "C5", &part(0, 30_000))), "R206");
    let other = json!({ "reviseTypeCode": "33", "amount": 1000 });
    assert_eq!(code(&bench.revise(&tid, "C6", &other)), "R204");
    assert_eq!(code(&bench.revise(&tid, "A1", &all)), "R900", "the approval's number");
    assert_eq!(bench.held(&tid), 30_000);
    let done = bench.revise(&tid, "C7", &part(1000, 30_000));
    assert_eq!((code(&done), &done["statusCode"]), ("0000", &json!("TS06")));
    assert_eq!(bench.held(&tid), 29_000);
    assert_eq!(code(&bench.revise(&tid, "C8", &all)), "R205");
    let rest = bench.revise(&tid, "C9", &part(29_000, 29_000));
    assert_eq!(code(&rest), "0000");
    assert_eq!(code(&bench.revise(&tid, "C10", &all)), "R202");
}

#[test]
fn an_inquiry_knows_today_and_yesterday() {
    let mut bench = Bench::new();
    let tid = bench.paid("11");
    let ask = |bench: &mut Bench, number: &str, day: &str| {
        let body = json!({ "mallId": MALL, "shopTransactionId": number, "transactionDate": day });
        bench.call("/api/trades/retrieveTransaction", &body)
    };
    let found = ask(&mut bench, "A1", "20260424");
    assert_eq!((code(&found), &found["pgCno"]), ("0000", &json!(tid)));
    assert!(found.get("msgAuthValue").is_none());
    assert_eq!(code(&ask(&mut bench, "A1", "20260423")), "R210");
    assert_eq!(code(&ask(&mut bench, "A2", "20260424")), "R210");
    bench.at = bench.at.plus_seconds(86_400);
    assert_eq!(code(&ask(&mut bench, "A1", "20260424")), "0000");
    bench.at = bench.at.plus_seconds(86_400);
    assert_eq!(code(&ask(&mut bench, "A1", "20260424")), "R211");
}

#[test]
fn a_deposit_notice_names_both_transactions() {
    let mut bench = Bench::new();
    let tid = bench.paid("22");
    let trade = bench.books.trade(PG, &tid).unwrap();
    let due = Millis(trade.extra["due"].as_i64().unwrap());
    assert_eq!(due.kst14(), "20260501235959");
    let cx = bench.cx();
    let sent = KiccSim.deposit(&cx, &mut bench.books, &tid, 30_000, "김입금").unwrap();
    let notice: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!((&notice["tlfSno"], &notice["notiType"]), (&json!(tid), &json!("30")));
    assert_ne!(notice["pgCno"], json!(tid));
    assert!(notice.as_object().unwrap().values().all(Value::is_string), "{notice}");
    let whole = json!({ "reviseTypeCode": "40" });
    assert_eq!(code(&bench.revise(&tid, "C1", &whole)), "R204", "a deposit needs an account");
    let nowhere = json!({ "reviseTypeCode": "60", "reviseSubTypeCode": "RF01" });
    assert_eq!(code(&bench.revise(&tid, "C2", &nowhere)), "M102");
    let refund = json!({
        "reviseTypeCode": "62", "reviseSubTypeCode": "RF01", "amount": 10_000,
        "remainAmount": 30_000,
        "refundInfo": {
            "refundBankCode": "004", "refundAccountNo": "1234", "refundDepositName": "김입금",
        },
    });
    let done = bench.revise(&tid, "C3", &refund);
    assert_eq!((code(&done), &done["statusCode"]), ("0000", &json!("RF01")));
    assert_eq!(bench.held(&tid), 20_000);
}
