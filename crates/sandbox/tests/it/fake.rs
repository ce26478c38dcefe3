//! Two PGs nobody has: small, but with books, signatures and notices.

use pg::form::Form;
use pg::sim::{Accident, Books, Movement, Outgoing, SimCx, SimReply, SimRequest, Simulator, Trade};
use sandbox::Millis;
use serde_json::json;

/// `fakepay` and a `nice` that plays `alipay` too.
pub(crate) static ALL: &[&dyn Simulator] =
    &[&Fake { pg: "fakepay", host: "api.fakepay.test" }, &Fake { pg: "nice", host: "nice.test" }];

pub(crate) struct Fake {
    pub(crate) pg: &'static str,
    pub(crate) host: &'static str,
}

/// The host of `fakepay`.
pub(crate) const HOST: &str = "api.fakepay.test";

impl Simulator for Fake {
    fn pg(&self) -> &'static str {
        self.pg
    }

    fn hosts(&self) -> &'static [&'static str] {
        if self.pg == "nice" { &["nice.test"] } else { &["api.fakepay.test", "pay.fakepay.test"] }
    }

    fn operation(&self, request: &SimRequest) -> &'static str {
        match request.path.as_str() {
            "/approve" => "approve",
            "/cancel" => "cancel",
            "/lookup" => "lookup",
            "/window" => "window",
            _ => "other",
        }
    }

    fn handle(&self, cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
        let form = Form::read(&request.body);
        match request.path.as_str() {
            "/approve" => self.approve(cx, books, &form),
            "/lookup" => {
                let found = books
                    .trades_of_order(self.pg, Form::read(request.query.as_bytes()).get("order"));
                SimReply::json(&json!({"found": found, "at": cx.at.0}))
            }
            "/window" => SimReply {
                location: Some(format!("{}/{}/next", cx.origin, self.host)),
                status: 302,
                ..SimReply::html("<h1>결제창</h1>".to_owned())
            },
            "/echo" => SimReply::json(&json!({
                "method": request.method, "host": request.host, "path": request.path,
                "query": request.query, "type": request.content_type, "at": cx.at.0,
                "random": cx.random, "origin": cx.origin, "notice": cx.notice_url_of(self.pg),
            })),
            "/bad-location" => SimReply {
                location: Some("https://x.test/\r\nset-cookie: a=b".to_owned()),
                ..SimReply::html(String::new())
            },
            path if path.starts_with("/raw") => SimReply::ok("text/plain", path.to_owned()),
            _ => SimReply::not_found(),
        }
    }

    fn deposit(
        &self,
        cx: &SimCx,
        books: &mut dyn Books,
        tid: &str,
        amount: i64,
        depositor: &str,
    ) -> Result<Vec<Outgoing>, String> {
        let mut trade = books.trade(self.pg, tid).ok_or("그런 계좌가 없습니다.")?;
        // Written before the amount is looked at: a refusal has to undo it.
        books.put_note(self.pg, &format!("payer:{tid}"), depositor);
        if trade.amount != amount {
            return Err(format!("금액이 다릅니다: {} 원을 입금해야 합니다.", trade.amount));
        }
        trade.state = "deposited".to_owned();
        books.put_trade(&trade);
        books.record(self.pg, &Movement::new(tid, "deposit", amount, &cx.digits(8), cx.at));
        let body = pg::form::euc_kr_body(&[
            ("tid", tid),
            ("amount", &amount.to_string()),
            ("name", depositor),
            ("Signature", "ab12"),
        ]);
        Ok(vec![self.notice(cx, body)])
    }
}

impl Fake {
    fn notice(&self, cx: &SimCx, body: String) -> Outgoing {
        Outgoing {
            url: cx.notice_url_of(self.pg),
            content_type: "application/x-www-form-urlencoded".to_owned(),
            body: body.into_bytes(),
            wanted: "OK",
        }
    }

    /// `order`, `amount`, and `do` for what shall happen besides.
    fn approve(&self, cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
        let amount: i64 = form.get("amount").parse().unwrap_or(14_000);
        let action = form.get("do");
        let tid = format!("T{}", cx.digits(18));
        let currency = if form.has("currency") { form.get("currency") } else { "KRW" };
        let waits = action == "account";
        let trade = Trade {
            pg: self.pg.to_owned(),
            tid: tid.clone(),
            mid: "mid".to_owned(),
            order_no: form.get("order").to_owned(),
            method: if waits { "vbank" } else { "card" }.to_owned(),
            amount,
            currency: currency.to_owned(),
            state: if waits { "awaiting_deposit" } else { "approved" }.to_owned(),
            cancelled: 0,
            created_at: cx.at.0,
            extra: json!({"cardNo": form.get("card"), "name": "홍길동"}),
        };
        books.put_trade(&trade);
        assert_ne!(action, "panic", "a simulator's mistake");
        if !waits {
            let kind = if action == "boom" { "boom" } else { "approve" };
            books.record(self.pg, &Movement::new(&tid, kind, amount, &cx.digits(8), cx.at));
        }
        if form.has("note") {
            books.put_note(self.pg, "cardNo", form.get("note"));
        }
        let reply = SimReply::json(&json!({
            "resCd": "0000", "name": "홍길동", "tid": tid, "amount": amount,
            "text": amount.to_string(), "at": cx.at.0, "msgAuthValue": "e06540df",
        }));
        let accident = match action {
            "timeout" => Some(Accident::NoAnswer),
            "reset" => Some(Accident::Reset),
            _ => None,
        };
        let then = if action == "notice" {
            vec![self.notice(cx, format!("tid={tid}"))]
        } else {
            Vec::new()
        };
        SimReply { accident, then, ..reply }
    }
}

/// A moment for tests: 2023-11-15 07:13:20 KST.
pub(crate) const NOW: Millis = Millis(1_700_000_000_000);
