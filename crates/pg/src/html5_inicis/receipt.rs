//! Cash receipts: INIAPI v2 `receipt`, taken back by a v2 refund of the receipt's own number.
//!
//! The request carries no number of ours, so an issue without an answer cannot be asked after.

use super::cancel::{accepted, refund_request};
use super::inquiry::{self, By, Found, Known, Standing};
use super::wire::{api_v2, kst, plain, text, won};
use crate::capability::cash_receipt::{
    CashReceipts, IssueSettled, Issued, Purpose, ReceiptAsked, ReceiptOrder, Revoke,
};
use crate::wire::{Request, Response};
use crate::{CancelDone, CancelSettled, Cx, PgError};
use serde_json::json;

/// INIAPI asks for an address; a receipt is the shop's own doing.
const IP: &str = "127.0.0.1";

const UNANSWERED: &str = "KG이니시스의 현금영수증 발급 요청에는 조회할 번호가 없습니다. 상점관리자의 \
                          현금영수증 내역을 확인하세요.";

/// The capability; it has no state.
#[derive(Debug)]
pub(super) struct InicisReceipts;

#[async_trait::async_trait]
impl CashReceipts for InicisReceipts {
    fn check(&self, _order: &ReceiptOrder) -> Result<(), PgError> {
        Ok(())
    }

    async fn issue(&self, cx: &Cx<'_>, order: &ReceiptOrder) -> Result<Issued, PgError> {
        outcome(&order.asked, &cx.transport.send(request(cx, order)?).await?)
    }

    async fn settle_issue(
        &self,
        _cx: &Cx<'_>,
        _asked: &ReceiptAsked,
    ) -> Result<IssueSettled, PgError> {
        Ok(IssueSettled::CannotTell(UNANSWERED.into()))
    }

    async fn revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelDone, PgError> {
        let request = refund_request(cx, IP, &revoke.tid, &revoke.reason)?;
        let answer = accepted(&cx.transport.send(request).await?)?;
        let at = kst(&text(&answer, "cancelDate"), &text(&answer, "cancelTime"));
        Ok(CancelDone { tid: revoke.tid.clone(), at })
    }

    async fn settle_revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelSettled, PgError> {
        let cannot = |why: String| Ok(CancelSettled::CannotTell(why));
        match inquiry::ask(cx, IP, By::Tid(&revoke.tid)).await? {
            Found::None => cannot("the PG does not know the receipt".into()),
            Found::Refused(why) => cannot(why),
            Found::Trade(known) => Ok(standing(revoke, &known)),
        }
    }
}

fn standing(revoke: &Revoke, known: &Known) -> CancelSettled {
    if !known.tid.is_empty() && known.tid != revoke.tid {
        return CancelSettled::CannotTell(format!("the inquiry names {}", known.tid));
    }
    match &known.standing {
        Standing::Cancelled(at) => {
            CancelSettled::Done(CancelDone { tid: revoke.tid.clone(), at: *at })
        }
        Standing::Approved { .. } => CancelSettled::NotDone,
        Standing::Part { .. } => CancelSettled::CannotTell("partly taken back".into()),
        Standing::Strange(word) => CancelSettled::CannotTell(word.clone()),
    }
}

/// The tax-free part has no field of its own: it stays inside the supply price.
fn request(cx: &Cx<'_>, order: &ReceiptOrder) -> Result<Request, PgError> {
    let asked = &order.asked;
    let (key, iv) = (cx.credentials.need("api_key")?, cx.credentials.need("api_iv")?);
    let sealed =
        crate::crypto::aes128_cbc_base64(key.as_bytes(), iv.as_bytes(), order.id.as_bytes());
    let message = "INIAPI KEY와 IV는 각각 16자여야 합니다.";
    let sealed = sealed.ok_or_else(|| PgError::invalid("api_iv", message))?;
    let supply = asked.amount.minus(asked.vat);
    let supply = supply.map_err(|_| PgError::invalid("vat_amount", "금액보다 클 수 없습니다."))?;
    let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
    let data = json!({
        "price": asked.amount.minor().to_string(),
        "supplyPrice": supply.minor().to_string(),
        "tax": asked.vat.minor().to_string(),
        "servicePrice": "0",
        "issueType": match order.purpose { Purpose::Person => "0", Purpose::Company => "1" },
        "issueNumber": sealed,
        "goodName": or(plain(&order.name, 80), "주문"),
        "buyerName": or(plain(&order.buyer.name, 30), "구매자"),
        "buyerEmail": plain(&order.buyer.email, 60),
        "buyerTel": plain(&order.buyer.tel, 20),
        "currency": "WON",
    });
    api_v2(cx, "receipt", "/v2/pg/receipt", "receipt", IP, &data)
}

fn outcome(asked: &ReceiptAsked, response: &Response) -> Result<Issued, PgError> {
    let answer = accepted(response)?;
    let need = |name: &str| {
        let value = text(&answer, name);
        let missing = || PgError::Unknown(format!("the receipt has no {name}"));
        if value.is_empty() { Err(missing()) } else { Ok(value) }
    };
    let price = text(&answer, "price");
    if !price.is_empty() && won(&price) != Some(asked.amount) {
        return Err(PgError::Unknown(format!("a receipt of {price}")));
    }
    let at = ["applDate", "applTime"].map(|name| text(&answer, name));
    Ok(Issued { tid: need("tid")?, number: need("authNo")?, at: kst(&at[0], &at[1]) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, at, credentials, cx};
    use super::*;
    use crate::capability::cash_receipt::IdKind;
    use crate::ops::Buyer;

    fn order() -> ReceiptOrder {
        ReceiptOrder {
            asked: ReceiptAsked {
                order_no: "r1".into(),
                amount: won("14000").unwrap(),
                tax_free: won("3000").unwrap(),
                vat: won("1000").unwrap(),
                asked_at: at(),
            },
            name: "주문명:\"결제\"".into(),
            purpose: Purpose::Company,
            id_kind: IdKind::Phone,
            id: zeroize::Zeroizing::new("123456789".into()),
            buyer: Buyer { tel: "010-1234-5678".into(), ..Buyer::default() },
        }
    }

    #[test]
    fn the_request_seals_the_number_and_splits_the_price() {
        let credentials = credentials();
        let sent = request(&cx(&Deaf, &credentials), &order()).unwrap();
        assert_eq!(sent.url, "https://stginiapi.inicis.com/v2/pg/receipt");
        let body = String::from_utf8(sent.body).unwrap();
        let data = concat!(
            r#"{"price":"14000","supplyPrice":"13000","tax":"1000","servicePrice":"0","#,
            r#""issueType":"1","issueNumber":"qwMHVJqsmXKoR+d8wQTS4g==","goodName":"주문명:결제","#,
            r#""buyerName":"구매자","buyerEmail":"","buyerTel":"010-1234-5678","currency":"WON"}"#
        );
        assert!(body.contains(data), "{body}");
        let plain = format!("ItEQKi3rY7uvDS8lINIpayTestreceipt{}{data}", at().kst14());
        assert!(body.contains(&crate::crypto::sha512_hex(plain)), "{body}");
        assert!(!format!("{:?}", order()).contains("123456789"));
    }

    #[test]
    fn outcomes() {
        let read = |status, body: &str| outcome(&order().asked, &answer(status, body));
        let body = r#"{"resultCode":"00","resultMsg":"정상","tid":"CR_TID_1","authNo":"A555"}"#;
        let issued = read(200, body).unwrap();
        assert_eq!((issued.tid.as_str(), issued.number.as_str()), ("CR_TID_1", "A555"));
        let refused = read(200, r#"{"resultCode":"01","resultMsg":"발급 실패"}"#);
        assert_eq!(refused, Err(PgError::declined("01", "발급 실패")));
        for (status, body) in [
            (200, ""),
            (200, "<html>"),
            (200, "{}"),
            (200, r#"{"resultCode":"00","tid":"CR_TID_1"}"#),
            (200, r#"{"resultCode":"00","tid":"T","authNo":"A","price":"1"}"#),
            (500, body),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
