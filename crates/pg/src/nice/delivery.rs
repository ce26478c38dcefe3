//! Escrow deliveries: `escrow_process.jsp`, `ReqType` 03.

use super::codes;
use super::profile::Gateway;
use super::wire::{Answer, cut_bytes, shop};
use crate::Cx;
use crate::capability::escrow::{Delivery, DeliverySettled, Escrows, Registered};
use crate::crypto::sha256_hex;
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::wire::{Request, Response};
use domain::Millis;

const URL: &str = "https://webapi.nicepay.co.kr/webapi/escrow_process.jsp";

/// Registers a delivery.
const REQ_TYPE: &str = "03";

#[async_trait::async_trait]
impl Escrows for Gateway {
    fn can_change(&self) -> bool {
        false
    }

    fn check(&self, delivery: &Delivery) -> Result<(), PgError> {
        if delivery.receiver.addr.trim().is_empty() {
            let text = "나이스페이먼츠는 receiver.addr 값이 필요합니다.";
            return Err(PgError::invalid("receiver", text));
        }
        Ok(())
    }

    async fn register(&self, cx: &Cx<'_>, delivery: &Delivery) -> Result<Registered, PgError> {
        outcome(&cx.transport.send(request(cx, delivery)?).await?)
    }

    /// Sent again. A refusal may mean that the first one was taken, or that nothing was.
    async fn settle(&self, cx: &Cx<'_>, delivery: &Delivery) -> Result<DeliverySettled, PgError> {
        match outcome(&cx.transport.send(request(cx, delivery)?).await?) {
            Ok(done) => Ok(DeliverySettled::Registered(done)),
            Err(PgError::Declined { code, message }) => Ok(DeliverySettled::CannotTell(format!(
                "다시 보낸 배송 등록이 거절되었습니다: [{code}] {message}"
            ))),
            Err(other) => Err(other),
        }
    }
}

fn request(cx: &Cx<'_>, delivery: &Delivery) -> Result<Request, PgError> {
    let shop = shop(cx.credentials)?;
    let edi_date = cx.at.kst14();
    let parts = [delivery.tid.as_str(), shop.mid, REQ_TYPE, &edi_date, shop.key];
    let sign = sha256_hex(parts.concat());
    let name = delivery.sender.name.trim();
    let register = cut_bytes(if name.is_empty() { "판매자" } else { name }, 30);
    let (addr, invoice) =
        (cut_bytes(&delivery.receiver.addr, 100), cut_bytes(&delivery.invoice, 50));
    let fields = [
        ("MID", shop.mid),
        ("TID", delivery.tid.as_str()),
        ("EdiDate", edi_date.as_str()),
        ("SignData", sign.as_str()),
        ("ReqType", REQ_TYPE),
        ("DeliveryCoNm", delivery.courier_name()),
        ("BuyerAddr", addr.as_str()),
        ("InvoiceNum", invoice.as_str()),
        ("RegisterName", register.as_str()),
        ("ConfirmMail", if delivery.send_email { "1" } else { "2" }),
        ("CharSet", "utf-8"),
    ];
    Ok(Request::form("escrow", URL, euc_kr_body(&fields)))
}

fn outcome(response: &Response) -> Result<Registered, PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    if code == "C000" {
        let at = format!("{}{}", answer.get("ProcessDate"), answer.get("ProcessTime"));
        let at = Some(at).filter(|at| at.len() == 14).and_then(|at| Millis::parse_kst(&at));
        return Ok(Registered { at });
    }
    if codes::cancel_unsure(code) {
        return Err(PgError::Unknown(format!("escrow: [{code}] {}", answer.message())));
    }
    Err(answer.declined())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::capability::escrow::Party;
    use crate::form::Form;
    use crate::nice::NICE;
    use crate::nice::fixtures::{AT, Lab};
    use domain::{Currency, Money};

    fn delivery() -> Delivery {
        Delivery {
            imp_uid: "imp_1".into(),
            tid: "nicepay00m02012311150713201234".into(),
            amount: Money::new(14_000, Currency::Krw).unwrap(),
            memo: String::new(),
            change: false,
            sender: Party::default(),
            receiver: Party { addr: "서울특별시 강남구".into(), ..Party::default() },
            courier: "HANJIN",
            invoice: "1234-5678".into(),
            sent_at: AT,
            send_email: false,
        }
    }

    #[test]
    fn the_request() {
        let lab = Lab::default();
        let sent = request(&lab.cx(), &delivery()).unwrap();
        assert_eq!((sent.url.as_str(), sent.operation), (URL, "escrow"));
        let form = Form::read(&sent.body);
        for (name, value) in [
            ("ReqType", "03"),
            ("DeliveryCoNm", "한진택배"),
            ("BuyerAddr", "서울특별시 강남구"),
            ("InvoiceNum", "1234-5678"),
            ("RegisterName", "판매자"),
            ("ConfirmMail", "2"),
        ] {
            assert_eq!(form.get(name), value, "{name}");
        }
        let plain =
            format!("{}nicepay00m03{}{}", delivery().tid, AT.kst14(), lab.credentials.get("key"));
        assert_eq!(form.get("SignData"), sha256_hex(plain));
        let nowhere = Delivery { receiver: Party::default(), ..delivery() };
        assert!(NICE.check(&nowhere).is_err() && NICE.check(&delivery()).is_ok());
    }

    #[test]
    fn outcomes() {
        let read = |status, body: &str| outcome(&Response { status, ..Response::text(body) });
        let done = r#"{"ResultCode":"C000","ResultMsg":"성공","ProcessDate":"20231115",
            "ProcessTime":"071321"}"#;
        assert_eq!(read(200, done).unwrap().at.unwrap().kst14(), "20231115071321");
        let refused = read(200, r#"{"ResultCode":"C005","ResultMsg":"에스크로배송등록 불가상태"}"#);
        assert_eq!(refused, Err(PgError::declined("C005", "에스크로배송등록 불가상태")));
        for (status, body) in
            [(200, ""), (200, "{}"), (200, r#"{"ResultCode":"A299"}"#), (500, done)]
        {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{body}");
        }
    }
}
