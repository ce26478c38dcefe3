//! Deposits into virtual accounts, and the notices the PG sends of them.

use super::{PG, write};
use crate::form::{euc_kr_body, utf8_body};
use crate::sim::{Books, Movement, Outgoing, SimCx, Trade};
use domain::Millis;

/// The last moment of the minute the account closes in.
fn deadline(trade: &Trade) -> Millis {
    write::due(trade).plus_seconds(59)
}

/// A customer pays in.
pub(super) fn deposit(
    cx: &SimCx,
    books: &mut dyn Books,
    tid: &str,
    amount: i64,
    depositor: &str,
) -> Result<Vec<Outgoing>, String> {
    let trade = books.trade(PG, tid).filter(|trade| trade.method == "vbank");
    let mut trade = trade.ok_or("이 거래번호의 가상계좌가 없습니다.")?;
    match trade.state.as_str() {
        "awaiting_deposit" => {}
        "closed" | "voided" => return Err("닫힌 가상계좌입니다. 입금할 수 없습니다.".into()),
        _ => return Err("이미 입금된 가상계좌입니다.".into()),
    }
    if cx.at > deadline(&trade) {
        return Err("입금 기한이 지난 가상계좌입니다.".into());
    }
    if amount != trade.amount {
        let expected = trade.amount;
        return Err(format!("입금액이 다릅니다. {expected}원만 입금할 수 있습니다."));
    }
    let number = cx.digits(10);
    trade.state = "deposited".into();
    books.put_trade(&trade);
    books.record(PG, &Movement::new(&trade.tid, "deposit", amount, &number, cx.at));
    let mobile = trade.extra["way"] == "Mobile";
    Ok(vec![if mobile {
        mobile_notice(cx, &trade, "02", depositor)
    } else {
        pc_notice(cx, &trade, &number, depositor)
    }])
}

/// The web standard's notice goes where the merchant registered it, in EUC-KR.
fn pc_notice(cx: &SimCx, trade: &Trade, number: &str, depositor: &str) -> Outgoing {
    let kept = |name: &str| write::text(trade, name);
    let (at, price) = (cx.at.kst14(), trade.amount.to_string());
    let (day, time) = (&at[..8], &at[8..]);
    let bank = format!("0{}", kept("code"));
    let fields = [
        ("msg_id", number),
        ("no_tid", trade.tid.as_str()),
        ("no_oid", trade.order_no.as_str()),
        ("id_merchant", trade.mid.as_str()),
        ("cd_bank", bank.as_str()),
        ("cd_deal", bank.as_str()),
        ("dt_trans", day),
        ("tm_trans", time),
        ("no_msgseq", number),
        ("cd_joinorg", "20000050"),
        ("dt_transbase", day),
        ("no_transeq", number),
        ("type_msg", "0200"),
        ("cl_close", "0"),
        ("cl_kor", "2"),
        ("no_msgmanage", number),
        ("no_vacct", &kept("account")),
        ("amt_input", price.as_str()),
        ("amt_check", "0"),
        ("nm_inputbank", &kept("name")),
        ("nm_input", depositor),
        ("dt_inputstd", day),
        ("dt_calculstd", day),
        ("flg_close", "0"),
    ];
    Outgoing {
        url: cx.notice_url_of(PG),
        content_type: "application/x-www-form-urlencoded; charset=euc-kr".into(),
        body: euc_kr_body(&fields).into_bytes(),
        wanted: "OK",
    }
}

/// The mobile window tells its `P_NOTI_URL` when an account is issued, too.
pub(super) fn issue_notice(cx: &SimCx, trade: &Trade) -> Outgoing {
    mobile_notice(cx, trade, "00", &write::text(trade, "buyer"))
}

fn mobile_notice(cx: &SimCx, trade: &Trade, status: &str, name: &str) -> Outgoing {
    let kept = |name: &str| write::text(trade, name);
    let (at, price) = (cx.at.kst14(), trade.amount.to_string());
    let due = write::due(trade).kst8();
    let message = format!("P_VACCT_NO={}|P_EXP_DT={due}", kept("account"));
    let fields = [
        ("P_TID", trade.tid.as_str()),
        ("P_MID", trade.mid.as_str()),
        ("P_AUTH_DT", at.as_str()),
        ("P_STATUS", status),
        ("P_TYPE", "VBANK"),
        ("P_OID", trade.order_no.as_str()),
        ("P_FN_CD1", &kept("code")),
        ("P_FN_CD2", ""),
        ("P_FN_NM", &kept("name")),
        ("P_AMT", price.as_str()),
        ("P_UNAME", name),
        ("P_RMESG1", message.as_str()),
        ("P_RMESG2", ""),
        ("P_NOTI", &kept("echo")),
        ("P_AUTH_NO", ""),
        ("P_SRC_CODE", ""),
    ];
    let utf8 = trade.extra["utf8"].as_bool().unwrap_or(false);
    let charset = if utf8 { "utf-8" } else { "euc-kr" };
    let body = if utf8 { utf8_body(&fields) } else { euc_kr_body(&fields) };
    Outgoing {
        url: kept("noti_url"),
        content_type: format!("application/x-www-form-urlencoded; charset={charset}"),
        body: body.into_bytes(),
        wanted: "OK",
    }
}
