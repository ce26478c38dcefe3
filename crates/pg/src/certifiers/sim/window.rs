//! The window: registered, shown, decided once.

use super::page::{self, Form};
use super::people::{CARRIERS, Claim, digits};
use super::{MEMBERS, Session, number, refuse, text};
use crate::form;
use crate::sim::page::{auto_post, sentence};
use crate::sim::{Books, SimCx, SimReply};
use domain::Birth;
use serde_json::{Value, json};

/// How long a window may stand open.
const SECONDS: i64 = 1_800;

pub(super) fn register(cx: &SimCx, books: &mut dyn Books, host: &str, asked: &Value) -> SimReply {
    let (order_no, return_url) = (text(asked, "order_no"), text(asked, "return_url"));
    let web = return_url.starts_with("https://") || return_url.starts_with("http://");
    if order_no.is_empty() || !web {
        return refuse("1002", "order_no와 return_url은 필수입니다.");
    }
    let session = Session {
        host: host.to_owned(),
        mid: text(asked, "mid"),
        order_no,
        company: text(asked, "company"),
        language: text(asked, "language"),
        return_url,
        prefill: asked.get("prefill").cloned().unwrap_or_default(),
        state: "waiting".into(),
        method: "WINDOW".into(),
        person: Value::Null,
        reason_code: String::new(),
        reason: String::new(),
        wrong: 0,
        until: cx.at.plus_seconds(SECONDS).0,
        at: cx.at.0,
    };
    let number = number(cx);
    session.keep(books, &number);
    let url = format!("https://{host}/certify/window/{number}");
    SimReply::json(&json!({ "code": "0000", "message": "", "number": number, "url": url }))
}

/// The session of a window that is still open.
fn open(cx: &SimCx, books: &dyn Books, number: &str) -> Result<Session, SimReply> {
    let trouble = |text: &str| SimReply::html(sentence("본인인증", text));
    let session = Session::load(books, number).filter(|session| session.method == "WINDOW");
    let session = session.ok_or_else(|| trouble("존재하지 않는 본인인증입니다."))?;
    match session.state.as_str() {
        "waiting" if cx.at.0 <= session.until => Ok(session),
        "waiting" => Err(trouble("인증 유효시간이 지났습니다.")),
        _ => Err(trouble("이미 끝난 본인인증입니다.")),
    }
}

pub(super) fn show(cx: &SimCx, books: &dyn Books, number: &str) -> SimReply {
    match open(cx, books, number) {
        Ok(session) => SimReply::html(page(&session, prefilled(&session.prefill), "")),
        Err(trouble) => trouble,
    }
}

/// What the merchant's page knows, over somebody made up.
fn prefilled(prefill: &Value) -> Form {
    let or = |key: &str, other: &str| {
        Some(text(prefill, key)).filter(|text| !text.is_empty()).unwrap_or_else(|| other.into())
    };
    let carrier = match text(prefill, "carrier").as_str() {
        "KTF" | "KT" => "KT",
        "LGT" => "LGT",
        "MVNO" => "SKT_MVNO",
        _ => "SKT",
    };
    Form {
        name: or("name", "홍길동"),
        birth: "19900101".into(),
        gender: "M".into(),
        foreigner: false,
        carrier: carrier.into(),
        phone: or("phone", "01012345678"),
    }
}

fn page(session: &Session, form: Form, wrong: &str) -> String {
    let member = MEMBERS.iter().find(|member| member.0 == session.host);
    page::Certify {
        pg: member.map_or("본인인증", |member| member.3),
        company: &session.company,
        english: session.language == "en",
        carriers: CARRIERS,
        form,
        wrong,
    }
    .html()
}

/// A button was pressed. A window is decided once.
pub(super) fn decide(cx: &SimCx, books: &mut dyn Books, number: &str, body: &[u8]) -> SimReply {
    let mut session = match open(cx, books, number) {
        Ok(session) => session,
        Err(trouble) => return trouble,
    };
    let sent = form::Form::read(body);
    match sent.get("result") {
        "cancel" => {
            session.fail("9000", "사용자가 본인인증을 취소하였습니다.");
        }
        "decline" => session.fail("3001", "통신사에 등록된 정보와 일치하지 않습니다."),
        _ => {
            let claim = claim(&sent);
            let future = claim.birth.is_some_and(|birth| birth.years_at(cx.at) < 0);
            if let Some(wrong) = claim.wrong().or(future.then_some("생년월일이 미래입니다."))
            {
                return SimReply::html(page(&session, typed(&sent), wrong));
            }
            if claim.unknown() {
                session.fail("3001", "통신사에 등록된 정보와 일치하지 않습니다.");
            } else {
                session.person = claim.person(&session.mid);
                session.state = "certified".into();
                session.prefill = Value::Null;
            }
        }
    }
    session.at = cx.at.0;
    session.keep(books, number);
    let code = if session.state == "certified" { "0000" } else { session.reason_code.as_str() };
    let fields = [("number", number), ("code", code), ("message", session.reason.as_str())];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    SimReply::html(auto_post(&session.return_url, "utf-8", &fields))
}

fn claim(sent: &form::Form) -> Claim {
    Claim {
        name: sent.get("name").trim().to_owned(),
        birth: Birth::parse(&digits(sent.get("birth"))),
        gender: match sent.get("gender") {
            "M" => "M",
            "F" => "F",
            _ => "",
        },
        foreigner: sent.get("foreigner") == "true",
        phone: digits(sent.get("phone")),
        carrier: sent.get("carrier").to_owned(),
    }
}

/// The form as it was typed.
fn typed(sent: &form::Form) -> Form {
    let get = |name: &str| sent.get(name).to_owned();
    Form {
        name: get("name"),
        birth: get("birth"),
        gender: get("gender"),
        foreigner: sent.get("foreigner") == "true",
        carrier: get("carrier"),
        phone: get("phone"),
    }
}
