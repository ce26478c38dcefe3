//! Opening a window: what each protocol demands of the shop's form, and the page the buyer sees.

use super::deal::{Deal, Way};
use super::{billing, decide, tables};
use crate::crypto::{same_hex, sha256_hex};
use crate::form::Form;
use crate::sim::page::{WindowPage, amount_text, sentence};
use crate::sim::{Books, SimCx, SimReply};
use domain::Millis;

/// A refusal of the window: the PG's code and its words.
pub(super) type No = (&'static str, String);

/// Days until an account closes if the shop did not say.
const DEFAULT_DAYS: i64 = 30;

fn value_error(field: &str) -> No {
    ("ER0102", format!("[{field}] 파라미터 값을 확인하세요."))
}

fn need(form: &Form, names: &[&'static str]) -> Result<(), No> {
    let missing = names.iter().find(|name| form.get(name).trim().is_empty());
    missing.map_or(Ok(()), |name| Err(value_error(name)))
}

fn price(form: &Form, name: &str, least: i64) -> Result<i64, No> {
    let text = form.get(name);
    let digits = !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    let price = text.parse::<i64>().ok().filter(|price| digits && *price >= least);
    price.ok_or_else(|| value_error(name))
}

/// An absolute web address.
fn address(form: &Form, name: &str) -> Result<url::Url, No> {
    let url = url::Url::parse(form.get(name)).ok();
    let web = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    web.ok_or_else(|| value_error(name))
}

/// Deadline from `YYYYMMDD` or `YYYYMMDDhhmm`; a past one is refused.
fn deadline(cx: &SimCx, asked: &str, field: &str) -> Result<i64, No> {
    if asked.is_empty() {
        return Ok(cx.at.end_of_kst_day(DEFAULT_DAYS).0);
    }
    let minutes = if asked.len() == 8 { format!("{asked}2359") } else { asked.to_owned() };
    let due = Millis::parse_kst(&minutes).filter(|due| minutes.len() == 12 && *due > cx.at);
    due.map(|due| due.0).ok_or_else(|| value_error(field))
}

/// `POST /payMain/pay`: what `INIStdPay.pay` sends.
pub(super) fn pc(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    match read_pc(cx, &form) {
        Ok(deal) => show(cx, books, &deal),
        Err((code, message)) => {
            let fields = [("resultCode", code), ("resultMsg", message.as_str())];
            match address(&form, "returnUrl") {
                Ok(_) => decide::hand_over(form.get("returnUrl"), &fields),
                Err((_, message)) => error_page(&message),
            }
        }
    }
}

fn read_pc(cx: &SimCx, form: &Form) -> Result<Deal, No> {
    let get = |name: &str| form.get(name).to_owned();
    need(form, &["version", "mid", "oid", "price", "timestamp", "signature", "mKey"])?;
    need(form, &["currency", "goodname", "buyername", "buyertel", "returnUrl", "closeUrl"])?;
    let merchant = tables::merchant(form.get("mid"));
    let merchant = merchant.ok_or(("V013", "존재하지 않는 상점아이디입니다.".to_owned()))?;
    let options: Vec<&str> = form.get("acceptmethod").split(':').collect();
    let bill = billing::asked(form, &options).map_err(value_error)?;
    let price = price(form, "price", i64::from(!bill))?;
    let back = address(form, "returnUrl")?;
    address(form, "closeUrl")?;
    let page = form.get("pageOrigin");
    if !page.is_empty() && page != back.origin().ascii_serialization() {
        return Err(("V023", "returnUrl의 도메인이 결제 페이지와 다릅니다.".into()));
    }
    for (name, good) in [
        ("version", form.get("version") == "1.0"),
        ("currency", form.get("currency") == "WON"),
        ("oid", form.get("oid").chars().count() <= 40),
        ("timestamp", form.get("timestamp").len() == 13),
    ] {
        if !good {
            return Err(value_error(name));
        }
    }
    if !window_signed(form, merchant.sign_key) {
        return Err(("V801", "위변조 검증값이 일치하지 않습니다.".into()));
    }
    let method = tables::web_method(form.get("gopaymethod"));
    let method = method.ok_or_else(|| value_error("gopaymethod"))?;
    let vbank = options.iter().find_map(|o| o.strip_prefix("vbank(")?.strip_suffix(')'));
    Ok(Deal {
        way: Way::Pc,
        mid: get("mid"),
        oid: get("oid"),
        price,
        method: method.v1.into(),
        goods: get("goodname"),
        buyer: get("buyername"),
        tel: get("buyertel"),
        email: get("buyeremail"),
        back_url: get("returnUrl"),
        close_url: get("closeUrl"),
        noti_url: String::new(),
        echo: get("merchantData"),
        utf8: true,
        idc: options.contains(&"centerCd(Y)"),
        due: deadline(cx, vbank.unwrap_or_default(), "acceptmethod")?,
        lang: get("languageView"),
        bill,
        escrow: options.contains(&"useescrow"),
        choice: String::new(),
        result: String::new(),
        tid: None,
    })
}

fn window_signed(form: &Form, key: &str) -> bool {
    let (oid, price, at) = (form.get("oid"), form.get("price"), form.get("timestamp"));
    let signature = sha256_hex(format!("oid={oid}&price={price}&timestamp={at}"));
    let verification = format!("oid={oid}&price={price}&signKey={key}&timestamp={at}");
    let checked = form.get("use_chkfake") == "Y";
    same_hex(&signature, form.get("signature"))
        && same_hex(&sha256_hex(key), form.get("mKey"))
        && (!checked || same_hex(&sha256_hex(verification), form.get("verification")))
}

/// `POST /smart/payment/`: the mobile form.
pub(super) fn mobile(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    match read_mobile(cx, &form) {
        Ok(deal) => show(cx, books, &deal),
        Err((code, message)) => match address(&form, "P_NEXT_URL") {
            Ok(_) => {
                let text = format!("[{code}] {message}");
                let utf8 = form.get("P_CHARSET") == "utf8";
                decide::mobile_failure(form.get("P_NEXT_URL"), utf8, form.get("P_NOTI"), &text)
            }
            Err((_, message)) => error_page(&message),
        },
    }
}

fn read_mobile(cx: &SimCx, form: &Form) -> Result<Deal, No> {
    let get = |name: &str| form.get(name).to_owned();
    need(form, &["P_INI_PAYMENT", "P_MID", "P_OID", "P_AMT", "P_GOODS", "P_UNAME", "P_NEXT_URL"])?;
    if tables::merchant(form.get("P_MID")).is_none() {
        return Err(("V013", "존재하지 않는 상점아이디입니다.".into()));
    }
    let method = tables::mobile_method(form.get("P_INI_PAYMENT"));
    let method = method.ok_or_else(|| value_error("P_INI_PAYMENT"))?;
    let price = price(form, "P_AMT", 1)?;
    address(form, "P_NEXT_URL")?;
    if method.v1 == "vbank" {
        address(form, "P_NOTI_URL")?;
    }
    if method.v1 == "phone" && !matches!(form.get("P_HPP_METHOD"), "1" | "2") {
        return Err(value_error("P_HPP_METHOD"));
    }
    let due = format!("{}{}", form.get("P_VBANK_DT"), form.get("P_VBANK_TM"));
    Ok(Deal {
        way: Way::Mobile,
        mid: get("P_MID"),
        oid: get("P_OID"),
        price,
        method: method.v1.into(),
        goods: get("P_GOODS"),
        buyer: get("P_UNAME"),
        tel: get("P_MOBILE"),
        email: get("P_EMAIL"),
        back_url: get("P_NEXT_URL"),
        close_url: String::new(),
        noti_url: get("P_NOTI_URL"),
        echo: get("P_NOTI"),
        utf8: form.get("P_CHARSET") == "utf8",
        idc: form.get("P_RESERVED").split('&').any(|option| option == "centerCd=Y"),
        due: deadline(cx, &due, "P_VBANK_DT")?,
        lang: "ko".into(),
        bill: false,
        escrow: form.get("P_RESERVED").split('&').any(|option| option == "useescrow=Y"),
        choice: String::new(),
        result: String::new(),
        tid: None,
    })
}

fn show(cx: &SimCx, books: &mut dyn Books, deal: &Deal) -> SimReply {
    let session = deal.open(cx, books);
    let method = tables::method(&deal.method);
    let hidden = [("session", session.as_str())];
    let page = WindowPage {
        pg: "KG이니시스",
        merchant: &deal.mid,
        order: &deal.goods,
        amount: &amount_text(deal.price, "KRW"),
        method: if deal.bill { "신용카드 자동결제 등록" } else { method.ko },
        choice_label: method.label,
        choices: if deal.bill { billing::CHOICES } else { method.choices },
        action: "result",
        hidden: &hidden,
        lang: if deal.lang == "en" { "en" } else { "ko" },
    };
    SimReply::html(page.html())
}

/// A page for mistakes that cannot be told to the shop.
pub(super) fn error_page(message: &str) -> SimReply {
    SimReply { status: 400, ..SimReply::html(sentence("KG이니시스", message)) }
}
