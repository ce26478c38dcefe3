//! The buyer pressed a button: what goes back to the shop, and how.

use super::deal::{self, Deal, Kind, Way};
use super::{window, write};
use crate::form::Form;
use crate::sim::page::{auto_post, escape};
use crate::sim::{Books, SimCx, SimReply};

/// `POST /payMain/result` and `/smart/payment/result`.
pub(super) fn decide(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    let session = form.get("session");
    let Some(mut deal) = Deal::load(books, Kind::Window, session) else {
        return window::error_page("이미 사용했거나 없는 결제창입니다.");
    };
    let result = form.get("result");
    if !matches!(result, "approve" | "decline" | "cancel" | "timeout" | "reset") {
        return window::error_page("알 수 없는 버튼입니다.");
    }
    deal::used(books, session);
    if result == "cancel" {
        return cancelled(&deal);
    }
    deal.choice = form.get("choice").to_owned();
    deal.result = result.to_owned();
    match deal.way {
        Way::Pc => pc_authenticated(cx, books, &deal),
        Way::Mobile => mobile_authenticated(cx, books, &deal),
    }
}

fn cancelled(deal: &Deal) -> SimReply {
    match deal.way {
        Way::Pc => close(deal),
        Way::Mobile => {
            let text = "사용자가 결제를 취소 하였습니다.";
            mobile_failure(&deal.back_url, deal.utf8, &deal.echo, text)
        }
    }
}

fn pc_authenticated(cx: &SimCx, books: &mut dyn Books, deal: &Deal) -> SimReply {
    let mut salt = cx.random;
    let token = loop {
        let text = format!("{}:{}:{salt}", deal.oid, cx.at.0);
        let token = crate::crypto::sha512_base64(text);
        if Deal::load(books, Kind::Auth, &token).is_none() {
            break token;
        }
        salt = salt.wrapping_add(1);
    };
    deal.save(books, Kind::Auth, &token);
    let mut fields = vec![
        ("resultCode", "0000"),
        ("resultMsg", "정상처리되었습니다."),
        ("mid", deal.mid.as_str()),
        ("orderNumber", deal.oid.as_str()),
        ("authToken", token.as_str()),
        ("authUrl", "https://stgstdpay.inicis.com/api/payAuth"),
        ("netCancelUrl", "https://stgstdpay.inicis.com/api/netCancel"),
        ("checkAckUrl", "https://stgstdpay.inicis.com/api/checkAck"),
        ("charset", "UTF-8"),
        ("merchantData", deal.echo.as_str()),
        ("cardnum", ""),
    ];
    if deal.idc {
        fields.push(("idc_name", "stg"));
    }
    hand_over(&deal.back_url, &fields)
}

fn mobile_authenticated(cx: &SimCx, books: &mut dyn Books, deal: &Deal) -> SimReply {
    let tid = write::number(cx, "INIMX_AUTH", &deal.mid, &|tid| {
        Deal::load(books, Kind::Auth, tid).is_some()
    });
    deal.save(books, Kind::Auth, &tid);
    let price = deal.price.to_string();
    let mut fields = vec![
        ("P_STATUS", "00"),
        ("P_RMESG1", "정상 처리 되었습니다."),
        ("P_TID", tid.as_str()),
        ("P_AMT", price.as_str()),
        ("P_REQ_URL", "https://stgmobile.inicis.com/smart/payReq.ini"),
        ("P_NOTI", deal.echo.as_str()),
    ];
    if deal.idc {
        fields.push(("idc_name", "stg"));
    }
    mobile_back(&deal.back_url, deal.utf8, &fields)
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn mobile_back(url: &str, utf8: bool, fields: &[(&str, &str)]) -> SimReply {
    let charset = if utf8 { "utf-8" } else { "euc-kr" };
    SimReply::html(auto_post(url, charset, &owned(fields)))
}

/// A mobile result that is not success.
pub(super) fn mobile_failure(url: &str, utf8: bool, echo: &str, text: &str) -> SimReply {
    mobile_back(url, utf8, &[("P_STATUS", "01"), ("P_RMESG1", text), ("P_NOTI", echo)])
}

/// Text that is safe inside a script element.
fn script(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace(['\u{2028}', '\u{2029}'], " ")
}

/// Origin of the shop's page: the protocol demands that it is the return URL's.
fn origin(url: &str) -> String {
    url::Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn told(page: &str, message: &serde_json::Value, to: &str) -> SimReply {
    let to = script(&to.into());
    let message = script(message);
    SimReply::html(format!(
        "<!doctype html><meta charset=\"utf-8\"><title>KG이니시스</title>{page}<script>\
         if(window.parent!==window)window.parent.postMessage({message},{to});\
         else document.getElementById('f').submit()</script>"
    ))
}

/// Ends a PC window: the script on the shop's page gets the fields by message and posts them; a
/// window without that script posts them by itself.
pub(super) fn hand_over(url: &str, fields: &[(&str, &str)]) -> SimReply {
    let message = serde_json::json!({ "inicis": "result", "fields": owned(fields) });
    told(&form("post", url, fields), &message, &origin(url))
}

/// Ends a PC window the buyer gave up, at the close URL.
fn close(deal: &Deal) -> SimReply {
    let Ok(mut url) = url::Url::parse(&deal.close_url) else {
        return window::error_page("closeUrl을 확인하세요.");
    };
    // A GET form replaces the query of its action: the query travels as fields.
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    url.set_query(None);
    let fields: Vec<(&str, &str)> =
        query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = form("get", url.as_str(), &fields);
    told(&page, &serde_json::json!({ "inicis": "close" }), &origin(&deal.back_url))
}

fn form(method: &str, url: &str, fields: &[(&str, &str)]) -> String {
    let inputs: String = fields
        .iter()
        .map(|(name, value)| {
            let (name, value) = (escape(name), escape(value));
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
        })
        .collect();
    format!(
        "<form id=\"f\" method=\"{method}\" action=\"{}\" accept-charset=\"utf-8\">{inputs}\
         <noscript><button>계속</button></noscript></form>",
        escape(url)
    )
}
