//! `payReq.ini` and `payNetCancel.ini` of the mobile window: form in, `name=value&...` out.

use super::deal::{Deal, Kind, Way};
use super::{pay, tables, vbank, write};
use crate::form::{Form, euc_kr};
use crate::sim::{Books, SimCx, SimReply, Trade};

/// `name=value&...` with values as they are; only what would break the list is escaped.
fn nvp(utf8: bool, fields: &[(&str, &str)]) -> SimReply {
    let raw = |value: &str| value.replace('%', "%25").replace('&', "%26").replace('+', "%2B");
    let text: Vec<String> = fields.iter().map(|(n, v)| format!("{n}={}", raw(v))).collect();
    let text = text.join("&");
    if utf8 {
        SimReply::ok("text/html; charset=utf-8", text)
    } else {
        SimReply::ok("text/html; charset=euc-kr", euc_kr(&text))
    }
}

fn no(utf8: bool, form: &Form, message: &str) -> SimReply {
    nvp(utf8, &[("P_STATUS", "01"), ("P_RMESG1", message), ("P_TID", form.get("P_TID"))])
}

fn deal(books: &dyn Books, form: &Form) -> Result<Deal, SimReply> {
    let Some(merchant) = tables::merchant(form.get("P_MID")) else {
        return Err(no(false, form, "[V013] 존재하지 않는 상점아이디입니다."));
    };
    let deal = Deal::load(books, Kind::Auth, form.get("P_TID"));
    deal.filter(|deal| deal.way == Way::Mobile && deal.mid == merchant.mid)
        .ok_or_else(|| no(false, form, "[ER0102] 인증 정보가 없습니다."))
}

/// `POST /smart/payReq.ini`.
pub(super) fn approve(cx: &SimCx, books: &mut dyn Books, sent: &[u8]) -> SimReply {
    let form = Form::read(sent);
    let mut deal = match deal(books, &form) {
        Ok(deal) => deal,
        Err(reply) => return reply,
    };
    if deal.tid.is_some() {
        return no(deal.utf8, &form, "[ER0102] 이미 승인에 사용된 인증 정보입니다.");
    }
    if deal.result == "decline" {
        return no(deal.utf8, &form, "[시험] 카드사 승인거절");
    }
    let trade = write::approve(cx, books, form.get("P_TID"), &mut deal);
    let mut reply = answer(cx, &trade, &deal);
    reply.accident = pay::accident(&deal);
    if trade.method == "vbank" {
        reply.then.push(vbank::issue_notice(cx, &trade));
    }
    reply
}

fn answer(cx: &SimCx, trade: &Trade, deal: &Deal) -> SimReply {
    let kept = |name: &str| write::text(trade, name);
    let isp = trade.extra["isp"].as_bool().unwrap_or(false);
    let kind = if isp { "ISP" } else { tables::method(&trade.method).mobile };
    let (card, price) = (trade.method == "card", trade.amount.to_string());
    let (code, name) = (kept("code"), kept("name"));
    let due = write::due(trade).kst14();
    let (due_day, due_time) = (due[..8].to_owned(), format!("{}00", &due[8..12]));
    let (at, number, account) = (cx.at.kst14(), kept("card_number"), kept("account"));
    let apply = kept("apply_num");
    let named = matches!(trade.method.as_str(), "card" | "trans");
    let mut fields = vec![
        ("P_STATUS", "00"),
        ("P_AUTH_DT", &at),
        ("P_AUTH_NO", &apply),
        ("P_RMESG1", "성공적으로 처리 하였습니다."),
        ("P_RMESG2", if card { "00" } else { "" }),
        ("P_TID", &trade.tid),
        ("P_FN_CD1", if named { &code } else { "" }),
        ("P_FN_NM", if named { &name } else { "" }),
        ("P_AMT", &price),
        ("P_TYPE", kind),
        ("P_UNAME", &deal.buyer),
        ("P_MID", &trade.mid),
        ("P_OID", &trade.order_no),
        ("P_NOTI", &deal.echo),
        ("P_NEXT_URL", &deal.back_url),
        ("P_MNAME", ""),
        ("P_NOTEURL", &deal.noti_url),
    ];
    match trade.method.as_str() {
        "card" => fields.extend([
            ("P_CARD_MEMBER_NUM", ""),
            ("P_CARD_NUM", number.as_str()),
            ("P_CARD_ISSUER_CODE", "00"),
            ("P_CARD_PURCHASE_CODE", ""),
            ("P_CARD_PRTC_CODE", "1"),
            ("P_CARD_INTEREST", "0"),
            ("P_CARD_CHECKFLAG", "0"),
            ("P_SRC_CODE", if code == "97" { "O" } else { "" }),
            ("P_CARD_APPLPRICE", price.as_str()),
        ]),
        "vbank" => fields.extend([
            ("P_VACT_NUM", account.as_str()),
            ("P_VACT_DATE", due_day.as_str()),
            ("P_VACT_TIME", due_time.as_str()),
            ("P_VACT_NAME", super::HOLDER),
            ("P_VACT_BANK_CODE", code.as_str()),
        ]),
        "phone" => fields.extend([("P_HPP_NUM", deal.tel.as_str()), ("P_HPP_CORP", code.as_str())]),
        _ => {}
    }
    nvp(deal.utf8, &fields)
}

/// `POST /smart/payNetCancel.ini`.
pub(super) fn net_cancel(cx: &SimCx, books: &mut dyn Books, sent: &[u8]) -> SimReply {
    let form = Form::read(sent);
    let deal = match deal(books, &form) {
        Ok(deal) => deal,
        Err(reply) => return reply,
    };
    if form.get("P_AMT") != deal.price.to_string() || form.get("P_OID") != deal.oid {
        return no(deal.utf8, &form, "[ER0102] 승인 내역과 다릅니다.");
    }
    match write::undo(cx, books, &deal) {
        Ok(trade) => nvp(
            deal.utf8,
            &[("P_STATUS", "00"), ("P_RMESG1", "망취소 되었습니다."), ("P_TID", &trade.tid)],
        ),
        Err((code, message)) => no(deal.utf8, &form, &format!("[{code}] {message}")),
    }
}
