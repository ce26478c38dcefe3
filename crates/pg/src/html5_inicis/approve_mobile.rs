//! Approval on mobile: MID and authentication number are posted to the data centre's `payReq.ini`;
//! the answer is `name=value&...`, EUC-KR or UTF-8.

use super::approve::{account_of, bank, card_of};
use super::codes;
use super::wire::{Memo, Way, client_ip, kept_idc, kst, mid, won};
use crate::form::{Form, utf8_body};
use crate::wire::{Request, Response};
use crate::{Approval, Cx, Order, PgError};
use domain::Millis;

/// Asks for the money.
pub(super) async fn approve(
    cx: &Cx<'_>,
    order: &Order,
    idc: &str,
    tid: &str,
) -> Result<Approval, PgError> {
    let request = request(cx, idc, tid)?;
    outcome(cx, order, &cx.transport.send(request).await?)
}

fn request(cx: &Cx<'_>, idc: &str, tid: &str) -> Result<Request, PgError> {
    let fields = [("P_MID", mid(cx.credentials)?), ("P_TID", tid)];
    Ok(Request::form("approve", kept_idc(cx.mode, idc)?.req_url, utf8_body(&fields)))
}

/// Reads `name=value&...`; anything else has no `P_STATUS`.
pub(super) fn read(response: &Response) -> Result<Form, PgError> {
    if response.status != 200 {
        return Err(PgError::Unknown(format!("HTTP {}", response.status)));
    }
    let form = Form::read(response.body.trim_ascii());
    if form.get("P_STATUS").is_empty() {
        return Err(PgError::Unknown("the answer has no P_STATUS".into()));
    }
    Ok(form)
}

fn outcome(cx: &Cx<'_>, order: &Order, response: &Response) -> Result<Approval, PgError> {
    let form = read(response)?;
    let field = |name: &str| form.get(name);
    if field("P_STATUS") != "00" {
        if codes::used_before(field("P_RMESG1")) {
            return Err(PgError::Unknown(field("P_RMESG1").to_owned()));
        }
        return Err(PgError::declined(field("P_STATUS"), field("P_RMESG1")));
    }
    if field("P_MID") != mid(cx.credentials)? || field("P_OID") != order.imp_uid {
        return Err(PgError::Unknown("the approval is of another order".into()));
    }
    let missing = |name: &str| PgError::Unknown(format!("the approval has no usable {name}"));
    if field("P_TID").is_empty() {
        return Err(missing("P_TID"));
    }
    let amount = won(field("P_AMT")).ok_or_else(|| missing("P_AMT"))?;
    let method = codes::method(field("P_TYPE")).ok_or_else(|| missing("P_TYPE"))?;
    let account = match method {
        "vbank" => {
            let due = kst(field("P_VACT_DATE"), field("P_VACT_TIME"));
            let due = due.ok_or_else(|| missing("P_VACT_DATE"))?;
            let code = field("P_VACT_BANK_CODE");
            let (name, number) = (field("P_FN_NM"), field("P_VACT_NUM"));
            let account = account_of(order, code, name, number, field("P_VACT_NAME"), due);
            Some(account.ok_or_else(|| missing("P_VACT_NUM"))?)
        }
        _ => None,
    };
    let named = Some(field("P_FN_NM").to_owned()).filter(|name| !name.is_empty());
    Ok(Approval {
        tid: field("P_TID").to_owned(),
        amount,
        account,
        apply_num: Some(field("P_AUTH_NO").to_owned()).filter(|number| !number.is_empty()),
        at: Millis::parse_kst(field("P_AUTH_DT")),
        method: (method != order.method).then(|| method.to_owned()),
        emb_pg_provider: codes::easy_pay(field("P_SRC_CODE"), field("P_FN_CD1"))
            .filter(|_| method == "card")
            .map(String::from),
        // The instalments are in the second message.
        card: (method == "card").then(|| {
            let (number, quota) = (field("P_CARD_NUM"), field("P_RMESG2"));
            card_of(field("P_FN_CD1"), named, number, quota, || field("P_CARD_CHECKFLAG").into())
        }),
        bank: (method == "trans").then(|| bank(field("P_FN_CD1"), field("P_FN_NM"))),
        cash_receipt: field("P_CSHR_CODE") == "220000",
        issued_key: None,
        memo: Memo { way: Way::Mobile, ip: client_ip(&order.client_ip) }.text(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, credentials, cx, order};
    use super::*;

    const CARD: &str = include_str!("testdata/mobile_card.txt");
    const VBANK: &str = include_str!("testdata/mobile_vbank.txt");

    fn read(order: &Order, response: &Response) -> Result<Approval, PgError> {
        let credentials = credentials();
        outcome(&cx(&Deaf, &credentials), order, response)
    }

    #[test]
    fn a_card_in_either_charset() {
        let order = order("card");
        let utf8 = read(&order, &answer(200, CARD)).unwrap();
        let mut euc_kr = answer(200, "");
        euc_kr.body = crate::form::euc_kr(CARD);
        assert_eq!(read(&order, &euc_kr).unwrap(), utf8);
        assert_eq!(utf8.tid, "INIMX_CARDINIpayTest20231115071320525932");
        assert_eq!(utf8.amount, order.amount);
        let card = utf8.card.unwrap();
        assert_eq!((card.code.as_deref(), card.name.as_deref()), (Some("367"), Some("현대카드")));
        assert_eq!((card.quota, card.kind), (3, Some(1)));
        assert_eq!(card.number.as_deref(), Some("529942*********0"));
        assert_eq!(utf8.at.unwrap().kst14(), "20231115071320");
        assert_eq!(utf8.emb_pg_provider.as_deref(), Some("kakaopay"));
    }

    #[test]
    fn a_virtual_account() {
        let approval = read(&order("vbank"), &answer(200, VBANK)).unwrap();
        let account = approval.account.unwrap();
        assert_eq!(
            (account.bank_code.as_str(), account.number.as_str()),
            ("088", "56211101573948")
        );
        assert_eq!(account.due.kst14(), "20231215235900");
        assert_eq!(account.holder.as_deref(), Some("㈜케이지이니시스"));
        assert_eq!((approval.card, approval.apply_num), (None, None));
    }

    #[test]
    fn only_an_explicit_status_is_a_refusal() {
        let order = order("card");
        let refusal = "P_STATUS=01&P_RMESG1=한도초과&P_TID=INIMX_AUTHINIpayTest2023";
        let result = read(&order, &answer(200, refusal));
        assert_eq!(result, Err(PgError::declined("01", "한도초과")));
        let cases = [
            (200, String::new()),
            (200, "<html><body>P_STATUS</body></html>".into()),
            (200, "P_STATUS=".into()),
            (503, CARD.to_owned()),
            (200, CARD.replace("P_OID=imp_000000000001", "P_OID=imp_000000000002")),
            (200, CARD.replace("P_MID=INIpayTest", "P_MID=otherMID00")),
            (200, CARD.replace("P_AMT=14000", "P_AMT=14,000")),
            (200, CARD.replace("P_TYPE=CARD", "P_TYPE=GOLD")),
            (200, VBANK.replace("P_VACT_NUM=56211101573948", "P_VACT_NUM=")),
            (200, VBANK.replace("20231215", "soon")),
        ];
        for (status, body) in cases {
            let result = read(&order, &answer(status, &body));
            assert!(matches!(result, Err(PgError::Unknown(_))), "{body}: {result:?}");
        }
    }

    #[test]
    fn the_request_is_two_fields() {
        let credentials = credentials();
        let tid = "INIMX_AUTHINIpayTest20231115071320123456";
        let request = request(&cx(&Deaf, &credentials), "stg", tid).unwrap();
        assert_eq!(request.url, "https://stgmobile.inicis.com/smart/payReq.ini");
        assert_eq!(request.body, format!("P_MID=INIpayTest&P_TID={tid}").into_bytes());
    }
}
