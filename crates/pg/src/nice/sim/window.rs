//! The window: the request is checked, the buyer decides, the authentication result goes back.

use super::RESULT;
use super::catalog::{Fault, Way, choice, fault, way};
use super::session::{Auth, Session, Shown, hex32, new_tid};
use super::shop::{is_date, key_of, minor, need, signed};
use crate::form::{Form, euc_kr};
use crate::sim::page::{WindowPage, amount_text, auto_post, escape};
use crate::sim::{Books, SimCx, SimReply, SimRequest};
use domain::Millis;

const NEEDED: &[&str] = &["GoodsName", "Amt", "MID", "EdiDate", "Moid", "SignData"];
/// Longest values in EUC-KR bytes.
const LENGTHS: &[(&str, usize)] = &[
    ("GoodsName", 40),
    ("Amt", 12),
    ("MID", 10),
    ("Moid", 64),
    ("BuyerName", 30),
    ("BuyerEmail", 60),
    ("BuyerTel", 40),
    ("ReturnURL", 500),
    ("ReqReserved", 500),
];

/// A window is asked for.
pub(super) fn open(
    cx: &SimCx,
    books: &mut dyn Books,
    request: &SimRequest,
    form: &Form,
    shown: Shown,
) -> SimReply {
    match check(cx, form, shown) {
        Ok((way, session)) => {
            let opener = opener(&request.query, form.get("ReturnURL"));
            let session = Session { opener, ..session };
            let id = hex32(cx, form.get("Moid"));
            session.save(books, &id);
            page(cx, request, way, &session, &id)
        }
        Err(fault) => error(&fault, form),
    }
}

fn check(cx: &SimCx, form: &Form, shown: Shown) -> Result<(&'static Way, Session), Fault> {
    need(form, NEEDED)?;
    if shown == Shown::Page {
        need(form, &["ReturnURL"])?;
    }
    if LENGTHS.iter().any(|(name, most)| euc_kr(form.get(name)).len() > *most) {
        return Err(fault("9001"));
    }
    if !is_date(form.get("EdiDate")) {
        return Err(fault("A106"));
    }
    let key = key_of(form, &[form.get("EdiDate"), form.get("MID"), form.get("Amt")])?;
    let way = way(form.get("PayMethod")).ok_or_else(|| fault("V005"))?;
    let currency = match form.get("CurrencyCode") {
        "" | "KRW" => "KRW",
        "USD" if way.method == "alipay" => "USD",
        "USD" => return Err(fault("A146")),
        _ => return Err(fault("A247")),
    };
    let amount = minor(form.get("Amt"), currency).filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| fault("A116"))?;
    if way.method == "vbank" {
        due(cx, form.get("VbankExpDate"))?;
    }
    let session = Session {
        shown,
        opener: String::new(),
        fields: form.0.iter().cloned().collect(),
        key,
        currency: currency.to_owned(),
        amount,
        used: false,
    };
    Ok((way, session))
}

/// The deposit deadline: what the request says (8 or 12 digits), else the end of the 30th day.
pub(super) fn due(cx: &SimCx, text: &str) -> Result<Millis, Fault> {
    if text.is_empty() {
        return Ok(cx.at.end_of_kst_day(30));
    }
    let due = Millis::parse_kst(text).filter(|_| matches!(text.len(), 8 | 12));
    let due = due.ok_or_else(|| fault("A106"))?;
    if due < cx.at { Err(fault("A107")) } else { Ok(due) }
}

/// Who is told the layer's result: the page that loaded the script says its origin; a request made
/// without the script has only its `ReturnURL`.
fn opener(query: &str, return_url: &str) -> String {
    let said = Form::read(query.as_bytes());
    let origin = |text: &str| {
        let url = url::Url::parse(text).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
    };
    origin(said.get("opener")).or_else(|| origin(return_url)).unwrap_or_default()
}

fn page(cx: &SimCx, request: &SimRequest, way: &Way, session: &Session, id: &str) -> SimReply {
    let wallet = way.method == "alipay";
    let html = WindowPage {
        pg: if wallet {
            "알리페이 Alipay (나이스페이먼츠)"
        } else {
            "나이스페이먼츠"
        },
        merchant: session.get("MID"),
        order: session.get("GoodsName"),
        amount: &amount_text(session.amount, &session.currency),
        method: way.title,
        choice_label: way.choice_label,
        choices: way.choices,
        action: &format!("{}/{}{RESULT}", cx.origin, request.host),
        hidden: &[("sid", id)],
        lang: if session.get("NpLang") == "EN" { "en" } else { "ko" },
    }
    .html();
    SimReply::html(html)
}

/// A button of the window was pressed.
pub(super) fn pressed(cx: &SimCx, books: &mut dyn Books, form: &Form) -> SimReply {
    let known = Session::load(books, form.get("sid"));
    let Some(session) = known.filter(|session| !session.used) else {
        let gone = Fault {
            code: "I003", message: "이미 처리되었거나 없는 결제창입니다.".into()
        };
        return SimReply { status: 400, ..error(&gone, &Form::default()) };
    };
    let result = form.get("result");
    if !["approve", "decline", "cancel", "timeout", "reset"].contains(&result) {
        return SimReply { status: 400, ..error(&fault("A212"), &Form::default()) };
    }
    Session { used: true, ..session.clone() }.save(books, form.get("sid"));
    if result == "cancel" {
        return back(&session, "close", given_up(&session));
    }
    let fields = authenticate(cx, books, &session, result, form.get("choice"));
    back(&session, "submit", fields)
}

type Pairs = Vec<(String, String)>;

fn pairs(fields: &[(&str, &str)]) -> Pairs {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn given_up(session: &Session) -> Pairs {
    pairs(&[
        ("AuthResultCode", "I002"),
        ("AuthResultMsg", "사용자가 결제를 취소하였습니다"),
        ("MID", session.get("MID")),
        ("Moid", session.get("Moid")),
        ("Amt", session.get("Amt")),
    ])
}

fn authenticate(
    cx: &SimCx,
    books: &mut dyn Books,
    session: &Session,
    plan: &str,
    chosen: &str,
) -> Pairs {
    let way = way(session.get("PayMethod")).unwrap_or(&super::catalog::WAYS[0]);
    let tid = new_tid(cx, books, session.get("MID"), way.tid, "01");
    let token = format!("NICETOKN{}", hex32(cx, &tid).to_uppercase());
    let auth = Auth {
        token: token.clone(),
        session: session.clone(),
        choice: choice(way, chosen).code.to_owned(),
        plan: plan.to_owned(),
        at: cx.at.0,
        used: false,
    };
    auth.save(books, &tid);
    let centre = if cx.random.is_multiple_of(2) { "dc1" } else { "dc2" };
    let url = |page: &str| format!("https://{centre}-api.nicepay.co.kr{page}");
    let (mid, amt) = (session.get("MID"), session.get("Amt"));
    pairs(&[
        ("AuthResultCode", "0000"),
        ("AuthResultMsg", "인증 성공"),
        ("AuthToken", &token),
        ("PayMethod", way.pay_method),
        ("MID", mid),
        ("Moid", session.get("Moid")),
        ("Amt", amt),
        ("ReqReserved", session.get("ReqReserved")),
        ("TxTid", &tid),
        ("NextAppURL", &url(super::APPROVE)),
        ("NetCancelURL", &url(super::CANCEL)),
        ("Signature", &signed(&[&token, mid, amt], session.key)),
    ])
}

/// The way back: told to the page around the layer, or posted to `ReturnURL`.
fn back(session: &Session, kind: &str, fields: Pairs) -> SimReply {
    let charset =
        if session.get("CharSet").eq_ignore_ascii_case("utf-8") { "utf-8" } else { "euc-kr" };
    let return_url = session.get("ReturnURL");
    if session.shown == Shown::Page {
        return SimReply::html(auto_post(return_url, charset, &fields));
    }
    let html = include_str!("result.html")
        .replace("{action}", &escape(return_url))
        .replace("{opener}", &escape(&session.opener))
        .replace("{kind}", kind)
        .replace("{inputs}", &inputs(&fields));
    SimReply::html(html)
}

fn inputs(fields: &Pairs) -> String {
    let input = |(name, value): &(String, String)| {
        let (name, value) = (escape(name), escape(value));
        format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
    };
    fields.iter().map(input).collect()
}

/// The window does not open. Its one button takes the refusal back to the shop.
fn error(fault: &Fault, form: &Form) -> SimReply {
    let return_url = form.get("ReturnURL");
    let back = if return_url.starts_with("http://") || return_url.starts_with("https://") {
        let fields = pairs(&[
            ("AuthResultCode", fault.code),
            ("AuthResultMsg", &fault.message),
            ("MID", form.get("MID")),
            ("Moid", form.get("Moid")),
        ]);
        format!(
            "<form method=\"post\" action=\"{}\" target=\"_top\">{}<button>확인</button></form>",
            escape(return_url),
            inputs(&fields)
        )
    } else {
        String::new()
    };
    let html = include_str!("error.html")
        .replace("{code}", fault.code)
        .replace("{message}", &escape(&fault.message))
        .replace("{form}", &back);
    SimReply::html(html)
}
