//! Escrow deliveries: INIAPI v1 `escrow`, `type=Dlv`.

use super::cancel::accepted;
use super::wire::{Memo, api_host, client_ip, mid};
use crate::capability::escrow::{
    Delivery, DeliverySettled, EscrowChange, Escrows, Party, Registered,
};
use crate::form::{Form, utf8_body};
use crate::wire::{Request, Response};
use crate::{Cx, PgError};
use domain::Millis;
use domain::text::cut;

/// The code for a courier that is named in words.
const BY_NAME: &str = "9999";

/// The capability; it has no state.
#[derive(Debug)]
pub(super) struct InicisEscrows;

#[async_trait::async_trait]
impl Escrows for InicisEscrows {
    fn can_change(&self) -> bool {
        true
    }

    fn check(&self, delivery: &Delivery) -> Result<(), PgError> {
        whole("sender", &delivery.sender)?;
        whole("receiver", &delivery.receiver)
    }

    async fn register(&self, cx: &Cx<'_>, delivery: &Delivery) -> Result<Registered, PgError> {
        let report = if delivery.change { "U" } else { "I" };
        outcome(&cx.transport.send(request(cx, delivery, report)?).await?)
    }

    /// Sent again; if the PG has it, it is there to be changed.
    async fn settle(&self, cx: &Cx<'_>, delivery: &Delivery) -> Result<DeliverySettled, PgError> {
        let mut refusal = String::new();
        let reports: &[&str] = if delivery.change { &["U"] } else { &["I", "U"] };
        for report in reports {
            match outcome(&cx.transport.send(request(cx, delivery, report)?).await?) {
                Ok(done) => return Ok(DeliverySettled::Registered(done)),
                Err(PgError::Declined { code, message }) => refusal = format!("[{code}] {message}"),
                Err(other) => return Err(other),
            }
        }
        Ok(DeliverySettled::CannotTell(format!("다시 보낸 배송 등록이 거절되었습니다: {refusal}")))
    }

    fn event(&self) -> Option<&'static str> {
        Some("Inicis.Escrow.Changed")
    }

    fn read_simulated(&self, body: &[u8]) -> Result<EscrowChange, PgError> {
        let form = Form::read(body);
        let need = |name: &'static str| match form.get(name) {
            "" => Err(PgError::invalid(name, "값이 없습니다.")),
            value => Ok(value.to_owned()),
        };
        let known = ["2", "3", "31", "32", "4", "8", "10"];
        let status = need("escrow_status")?;
        if !known.contains(&status.as_str()) {
            return Err(PgError::invalid("escrow_status", "알 수 없는 상태입니다."));
        }
        let at = Millis::parse_kst(&need("changed_at")?);
        Ok(EscrowChange {
            mid: need("mid")?,
            order_no: need("oid")?,
            tid: need("tid")?,
            status,
            at: at.ok_or_else(|| PgError::invalid("changed_at", "시각이 아닙니다."))?,
            reason: form.get("denied_reason").to_owned(),
        })
    }
}

/// The PG wants both ends whole (V1's documents say so too).
fn whole(side: &'static str, party: &Party) -> Result<(), PgError> {
    let fields = [
        ("name", &party.name),
        ("tel", &party.tel),
        ("addr", &party.addr),
        ("postcode", &party.postcode),
    ];
    match fields.iter().find(|(_, value)| value.trim().is_empty()) {
        Some((name, _)) => {
            Err(PgError::invalid(side, format!("KG이니시스는 {side}.{name} 값이 필요합니다.")))
        }
        None => Ok(()),
    }
}

fn request(cx: &Cx<'_>, delivery: &Delivery, report: &str) -> Result<Request, PgError> {
    let (mid, key) = (mid(cx.credentials)?, cx.credentials.need("api_key")?);
    let ip = Memo::read(&delivery.memo).map_or_else(|_| "127.0.0.1".into(), |memo| memo.ip);
    let (timestamp, ip) = (cx.at.kst14(), client_ip(&ip));
    let (oid, tid) = (delivery.imp_uid.as_str(), delivery.tid.as_str());
    let price = delivery.amount.minor().to_string();
    let signed = format!("{key}Dlv{timestamp}{ip}{mid}{oid}{tid}{price}");
    let hash = crate::crypto::sha512_hex(signed);
    let sent = delivery.sent_at.kst14();
    let day = format!(
        "{}-{}-{} {}:{}:{}",
        &sent[..4],
        &sent[4..6],
        &sent[6..8],
        &sent[8..10],
        &sent[10..12],
        &sent[12..]
    );
    let (from, to) = (&delivery.sender, &delivery.receiver);
    let texts = [
        cut(&from.name, 30),
        cut(&from.tel, 20),
        cut(&from.postcode, 10),
        cut(&from.addr, 100),
        cut(&to.name, 30),
        cut(&to.tel, 20),
        cut(&to.postcode, 10),
        cut(&to.addr, 100),
    ];
    let fields = [
        ("type", "Dlv"),
        ("mid", mid),
        ("clientIp", &ip),
        ("timestamp", &timestamp),
        ("tid", tid),
        ("oid", oid),
        ("price", &price),
        ("report", report),
        ("invoice", &delivery.invoice),
        ("registName", &texts[0]),
        ("exCode", BY_NAME),
        ("exName", delivery.courier_name()),
        ("charge", "SH"),
        ("invoiceDay", &day),
        ("sendName", &texts[0]),
        ("sendTel", &texts[1]),
        ("sendPost", &texts[2]),
        ("sendAddr1", &texts[3]),
        ("recvName", &texts[4]),
        ("recvTel", &texts[5]),
        ("recvPost", &texts[6]),
        ("recvAddr", &texts[7]),
        ("hashData", &hash),
    ];
    let url = format!("{}/api/v1/escrow", api_host(cx.mode));
    Ok(Request::form("escrow", url, utf8_body(&fields)))
}

fn outcome(response: &Response) -> Result<Registered, PgError> {
    accepted(response)?;
    Ok(Registered { at: None })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, at, credentials, cx};
    use super::super::wire::won;
    use super::*;

    pub(super) fn delivery() -> Delivery {
        let party = |name: &str| Party {
            name: name.into(),
            tel: "010-1234-5678".into(),
            addr: "서울특별시 강남구".into(),
            postcode: "06018".into(),
        };
        Delivery {
            imp_uid: "imp_000000000001".into(),
            tid: "T1".into(),
            amount: won("14000").unwrap(),
            memo: String::new(),
            change: false,
            sender: party("판매자"),
            receiver: party("구매자"),
            courier: "CJGLS",
            invoice: "1234567890".into(),
            sent_at: at(),
            send_email: true,
        }
    }

    #[test]
    fn the_request_is_signed_over_the_sale() {
        let credentials = credentials();
        let context = cx(&Deaf, &credentials);
        let sent = request(&context, &delivery(), "I").unwrap();
        assert_eq!(sent.url, "https://stginiapi.inicis.com/api/v1/escrow");
        let form = Form::read(&sent.body);
        for (name, value) in [
            ("type", "Dlv"),
            ("report", "I"),
            ("invoice", "1234567890"),
            ("exCode", "9999"),
            ("exName", "CJ대한통운"),
            ("invoiceDay", "2023-11-15 07:13:20"),
            ("recvName", "구매자"),
            ("sendAddr1", "서울특별시 강남구"),
        ] {
            assert_eq!(form.get(name), value, "{name}");
        }
        let plain = format!(
            "ItEQKi3rY7uvDS8lDlv{}127.0.0.1INIpayTestimp_000000000001T114000",
            at().kst14()
        );
        assert_eq!(form.get("hashData"), crate::crypto::sha512_hex(plain));
    }

    #[test]
    fn both_ends_must_be_whole() {
        assert_eq!(InicisEscrows.check(&delivery()), Ok(()));
        let mut half = delivery();
        half.receiver.postcode = " ".into();
        let refused = InicisEscrows.check(&half);
        assert!(matches!(refused, Err(PgError::Invalid { field: "receiver", .. })), "{refused:?}");
        assert!(!format!("{:?}", delivery()).contains("강남구"));
    }

    #[test]
    fn outcomes() {
        let done = outcome(&answer(200, r#"{"resultCode":"00","resultMsg":"OK"}"#));
        assert_eq!(done, Ok(Registered { at: None }));
        let refused = outcome(&answer(200, r#"{"resultCode":"01","resultMsg":"no"}"#));
        assert_eq!(refused, Err(PgError::declined("01", "no")));
        for (status, body) in [(200, ""), (200, "<html>"), (500, r#"{"resultCode":"00"}"#)] {
            let unknown = outcome(&answer(status, body));
            assert!(matches!(unknown, Err(PgError::Unknown(_))), "{body}");
        }
    }

    #[test]
    fn only_known_changes_are_read() {
        let body = b"mid=INIpayTest&oid=imp_1&tid=T1&escrow_status=4\
                     &changed_at=20231115071320&denied_reason=x";
        let change = InicisEscrows.read_simulated(body).unwrap();
        assert_eq!((change.status.as_str(), change.reason.as_str()), ("4", "x"));
        for wrong in
            [&b""[..], b"{}", b"mid=a&oid=b&tid=c&escrow_status=9&changed_at=20231115071320"]
        {
            assert!(InicisEscrows.read_simulated(wrong).is_err());
        }
    }
}
