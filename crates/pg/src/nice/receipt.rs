//! Cash receipts: `cash_receipt.jsp` under a TID of ours, taken back by an ordinary cancel of it.

use super::cancel;
use super::codes::{self, Verdict};
use super::profile::Gateway;
use super::wire::{
    AmountStyle, Answer, account_sign, cut_bytes, digits, made_tid, shop, short_time,
};
use crate::Cx;
use crate::capability::cash_receipt::{
    CashReceipts, IssueSettled, Issued, Purpose, ReceiptAsked, ReceiptOrder, Revoke,
};
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::{CancelDone, CancelOrder, CancelSettled};
use crate::wire::{Request, Response};
use domain::Money;

const URL: &str = "https://webapi.nicepay.co.kr/webapi/cash_receipt.jsp";

/// Service `04` (cash receipt), medium `01`.
const WAY: &str = "0401";

#[async_trait::async_trait]
impl CashReceipts for Gateway {
    fn check(&self, _order: &ReceiptOrder) -> Result<(), PgError> {
        Ok(())
    }

    async fn issue(&self, cx: &Cx<'_>, order: &ReceiptOrder) -> Result<Issued, PgError> {
        outcome(cx, &order.asked, &cx.transport.send(request(cx, order)?).await?)
    }

    /// A receipt whose answer was lost is taken back by its TID: nobody was told of it.
    async fn settle_issue(
        &self,
        cx: &Cx<'_>,
        asked: &ReceiptAsked,
    ) -> Result<IssueSettled, PgError> {
        let undo = order_of(asked, &tid(cx, asked)?, "발급 응답 없음", cx);
        match cancel::cancel(self.profile, cx, &undo).await {
            Ok(_) => Ok(IssueSettled::Voided),
            Err(PgError::Declined { code, .. }) if codes::cancelled_before(&code) => {
                Ok(IssueSettled::Voided)
            }
            Err(PgError::Declined { code, .. }) if codes::no_such_trade(&code) => {
                Ok(IssueSettled::Nothing)
            }
            Err(PgError::Declined { code, message }) => Ok(IssueSettled::CannotTell(format!(
                "발급 결과를 알 수 없는 현금영수증의 취소가 거절되었습니다: [{code}] {message}"
            ))),
            Err(other) => Err(other),
        }
    }

    async fn revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelDone, PgError> {
        let order = order_of(&revoke.asked, &revoke.tid, &revoke.reason, cx);
        cancel::cancel(self.profile, cx, &order).await
    }

    async fn settle_revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelSettled, PgError> {
        let order = order_of(&revoke.asked, &revoke.tid, &revoke.reason, cx);
        cancel::settle_cancel(self.profile, cx, &order).await
    }
}

fn tid(cx: &Cx<'_>, asked: &ReceiptAsked) -> Result<String, PgError> {
    Ok(made_tid(&shop(cx.credentials)?, WAY, cx.operation_id, asked.asked_at))
}

/// Taking a receipt back is the whole cancel of its transaction.
fn order_of(asked: &ReceiptAsked, tid: &str, reason: &str, cx: &Cx<'_>) -> CancelOrder {
    CancelOrder {
        cancel_id: cx.operation_id.to_owned(),
        imp_uid: asked.order_no.clone(),
        merchant_uid: asked.order_no.clone(),
        tid: tid.to_owned(),
        method: "cash_receipt".into(),
        total: asked.amount,
        left: asked.amount,
        amount: asked.amount,
        earlier: 0,
        deposited: false,
        tax_free: Some(asked.tax_free),
        vat_amount: Some(asked.vat),
        reason: reason.to_owned(),
        refund: None,
        item: None,
        memo: String::new(),
        paid_at: asked.asked_at,
        asked_at: cx.at,
    }
}

fn request(cx: &Cx<'_>, order: &ReceiptOrder) -> Result<Request, PgError> {
    let asked = &order.asked;
    let shop = shop(cx.credentials)?;
    let amt = AmountStyle::Decimal.write(asked.amount)?;
    let edi_date = cx.at.kst14();
    let rest = asked.amount.minus(asked.vat).and_then(|rest| rest.minus(asked.tax_free));
    let supply = rest.map_err(|_| PgError::invalid("vat_amount", "금액보다 클 수 없습니다."))?;
    let text = Money::fixed;
    let goods = if order.name.trim().is_empty() { &asked.order_no } else { &order.name };
    let fields: Vec<(&str, String)> = vec![
        ("TID", tid(cx, asked)?),
        ("MID", shop.mid.to_owned()),
        ("EdiDate", edi_date.clone()),
        ("Moid", asked.order_no.clone()),
        ("ReceiptAmt", amt.clone()),
        ("GoodsName", cut_bytes(goods, 40)),
        ("SignData", account_sign(&shop, &amt, &edi_date, &asked.order_no)),
        (
            "ReceiptType",
            match order.purpose {
                Purpose::Person => "1",
                Purpose::Company => "2",
            }
            .into(),
        ),
        ("ReceiptTypeNo", order.id.as_str().to_owned()),
        // The four parts must add up to the whole.
        ("ReceiptSupplyAmt", text(supply)),
        ("ReceiptVAT", text(asked.vat)),
        ("ReceiptServiceAmt", "0".to_owned()),
        ("ReceiptTaxFreeAmt", text(asked.tax_free)),
        ("BuyerName", cut_bytes(&order.buyer.name, 30)),
        ("BuyerEmail", cut_bytes(&order.buyer.email, 60)),
        ("BuyerTel", digits(&order.buyer.tel, 20)),
        ("CharSet", "utf-8".to_owned()),
        ("EdiType", "JSON".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    Ok(Request::form("receipt", URL, euc_kr_body(&fields)))
}

/// The answer is not signed as far as is known: it must name our TID.
fn outcome(cx: &Cx<'_>, asked: &ReceiptAsked, response: &Response) -> Result<Issued, PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    match codes::receipt_verdict(code) {
        Verdict::Approved(_) => {}
        Verdict::Refused => return Err(answer.declined()),
        Verdict::Unsure => {
            let message = answer.message();
            return Err(PgError::Unknown(format!("ResultCode {code} ({message}) decides nothing")));
        }
    }
    let ours = tid(cx, asked)?;
    let moid = answer.get("Moid");
    if answer.get("TID") != ours || !(moid.is_empty() || moid == asked.order_no) {
        return Err(PgError::Unknown("the receipt is another's".into()));
    }
    let number = answer.get("AuthCode").to_owned();
    if number.is_empty() {
        return Err(PgError::Unknown("the receipt has no AuthCode".into()));
    }
    Ok(Issued { tid: ours, number, at: short_time(answer.get("AuthDate")) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::capability::cash_receipt::IdKind;
    use crate::form::Form;
    use crate::nice::fixtures::{AT, Lab};
    use crate::ops::Buyer;
    use domain::Currency;

    fn won(minor: i64) -> Money {
        Money::new(minor, Currency::Krw).unwrap()
    }

    fn order() -> ReceiptOrder {
        let asked = ReceiptAsked {
            order_no: "r1".into(),
            amount: won(14_000),
            tax_free: won(3_000),
            vat: won(1_000),
            asked_at: AT,
        };
        ReceiptOrder {
            asked,
            name: "주문명:결제테스트".into(),
            purpose: Purpose::Person,
            id_kind: IdKind::Phone,
            id: zeroize::Zeroizing::new("01012345678".into()),
            buyer: Buyer { name: "구매자이름".into(), ..Buyer::default() },
        }
    }

    #[test]
    fn the_request() {
        let lab = Lab::default();
        let sent = request(&lab.cx(), &order()).unwrap();
        assert_eq!((sent.url.as_str(), sent.operation), (URL, "receipt"));
        let form = Form::read(&sent.body);
        let tid = form.get("TID");
        assert!(tid.len() == 30 && tid.starts_with("nicepay00m0401231115071320"), "{tid}");
        for (name, value) in [
            ("ReceiptAmt", "14000"),
            ("ReceiptSupplyAmt", "10000"),
            ("ReceiptVAT", "1000"),
            ("ReceiptServiceAmt", "0"),
            ("ReceiptTaxFreeAmt", "3000"),
            ("ReceiptType", "1"),
            ("ReceiptTypeNo", "01012345678"),
            ("BuyerName", "구매자이름"),
        ] {
            assert_eq!(form.get(name), value, "{name}");
        }
        let plain = format!("nicepay00m14000{}r1{}", AT.kst14(), lab.credentials.get("key"));
        assert_eq!(form.get("SignData"), crate::crypto::sha256_hex(plain));
    }

    #[test]
    fn outcomes() {
        let lab = Lab::default();
        let cx = lab.cx();
        let asked = order().asked;
        let tid = tid(&cx, &asked).unwrap();
        let read =
            |status, body: &str| outcome(&cx, &asked, &Response { status, ..Response::text(body) });
        let body = format!(
            r#"{{"ResultCode":"7001","ResultMsg":"발급 성공","TID":"{tid}","Moid":"r1",
                "AuthCode":"123456789","AuthDate":"231115071321"}}"#
        );
        let issued = read(200, &body).unwrap();
        assert_eq!((issued.tid, issued.number), (tid.clone(), "123456789".into()));
        assert_eq!(issued.at.unwrap().kst14(), "20231115071321");
        let refused = read(200, r#"{"ResultCode":"A212","ResultMsg":"형식"}"#);
        assert_eq!(refused, Err(PgError::declined("A212", "형식")));
        for body in [
            String::new(),
            "{}".into(),
            body.replace(&tid, "nicepay00m04012311150713200000"),
            body.replace("\"r1\"", "\"r2\""),
            body.replace("123456789", ""),
            body.replace("7001", "3001"),
            body.replace("7001", "A299"),
        ] {
            assert!(matches!(read(200, &body), Err(PgError::Unknown(_))), "{body}");
        }
        assert!(matches!(read(500, &body), Err(PgError::Unknown(_))));
    }
}
