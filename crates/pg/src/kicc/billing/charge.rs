//! A charge of a key: no window, no authentication, an answer like an approval's.

use crate::cx::Cx;
use crate::error::PgError;
use crate::kicc::approve::{Asked, outcome};
use crate::kicc::open::{customer, goods, tax};
use crate::kicc::spec::SPEC;
use crate::kicc::wire;
use crate::ops::{Approval, Card, Charge};
use crate::wire::Request;
use serde_json::json;

/// Charges.
pub(super) async fn charge(cx: &Cx<'_>, charge: &Charge) -> Result<Approval, PgError> {
    let answer = wire::call(cx, request(cx, charge)?).await?;
    let asked = Asked::new(cx, &charge.imp_uid)?;
    Ok(with_card(outcome(&answer, cx.credentials.need("key")?, &asked)?, charge))
}

/// What the answer does not say of the card (its masked number), the key's issue said.
pub(in crate::kicc) fn with_card(mut approval: Approval, charge: &Charge) -> Approval {
    let Some(known) = charge.key.card.clone() else { return approval };
    let told = approval.card.take().unwrap_or_default();
    approval.card = Some(Card {
        code: told.code.or(known.code),
        name: told.name.or(known.name),
        number: told.number.or(known.number),
        quota: told.quota,
        kind: told.kind.or(known.kind),
    });
    approval
}

fn request(cx: &Cx<'_>, charge: &Charge) -> Result<Request, PgError> {
    let mid = cx.credentials.need("mid")?;
    // Without it the answer could not be checked.
    cx.credentials.need("key")?;
    if !SPEC.currencies.contains(&charge.amount.currency()) {
        return Err(PgError::invalid("currency", "KICC는 원화(KRW) 결제만 지원합니다."));
    }
    if charge.amount.is_zero() {
        return Err(PgError::invalid("amount", "결제 금액은 0원보다 커야 합니다."));
    }
    if charge.key.key.is_empty() {
        return Err(PgError::invalid("customer_uid", "저장된 빌링키가 없습니다."));
    }
    let months = months(charge.quota)?;
    let mut body = json!({
        "mallId": mid,
        "shopTransactionId": cx.operation_id,
        "shopOrderNo": charge.imp_uid,
        "approvalReqDate": cx.at.kst8(),
        "amount": charge.amount.minor(),
        "currency": "00",
        "orderInfo": {
            "goodsName": goods(&charge.name),
            "customerInfo": customer(&charge.buyer),
        },
        "payMethodInfo": {
            "billKeyMethodInfo": { "batchKey": charge.key.key },
            "cardMethodInfo": {
                "installmentMonth": months,
                "freeInstallmentUsed": charge.interest_free && months > 0,
            },
        },
    });
    let tax = tax(charge.amount, charge.tax_free, charge.vat_amount)?;
    if let (Some(tax), Some(fields)) = (tax, body.as_object_mut()) {
        fields.insert("taxInfo".into(), tax);
    }
    Ok(wire::request(cx.mode, "charge", "/api/trades/approval/batch", &body))
}

/// KICC's instalment months: 0 is a lump sum, and so is one month.
fn months(quota: i64) -> Result<i64, PgError> {
    match quota {
        0 | 1 => Ok(0),
        2..=60 => Ok(quota),
        _ => Err(PgError::invalid("card_quota", "할부개월은 0 또는 2에서 60까지입니다.")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kicc::fixture;
    use crate::kicc::wire::Answer;

    #[test]
    fn a_charge_as_it_is_sent() {
        let credentials = fixture::credentials();
        let sent = |charge: &Charge| request(&fixture::cx(&credentials), charge).unwrap();
        let first = sent(&fixture::charge());
        assert_eq!(first.url, "https://testpgapi.easypay.co.kr/api/trades/approval/batch");
        let expected = json!({
            "mallId": "T5102001", "shopTransactionId": "op1", "shopOrderNo": "imp_000000000001",
            "approvalReqDate": "20210326", "amount": 51_004, "currency": "00",
            "orderInfo": {
                "goodsName": "정기결제 3월",
                "customerInfo": { "customerName": "홍길동", "customerContactNo": "01012345678" },
            },
            "payMethodInfo": {
                "billKeyMethodInfo": { "batchKey": "574880230721BA465449" },
                "cardMethodInfo": { "installmentMonth": 0, "freeInstallmentUsed": false },
            },
        });
        assert_eq!(fixture::json(&first), expected);
        let second = sent(&Charge {
            name: String::new(),
            quota: 3,
            interest_free: true,
            tax_free: Some(fixture::won(4)),
            ..fixture::charge()
        });
        let body = fixture::json(&second);
        assert_eq!(body["orderInfo"]["goodsName"], "주문");
        let months = json!({ "installmentMonth": 3, "freeInstallmentUsed": true });
        assert_eq!(body["payMethodInfo"]["cardMethodInfo"], months);
        let tax = json!({ "taxAmount": 46_364, "freeAmount": 4, "vatAmount": 4636 });
        assert_eq!(body["taxInfo"], tax);
    }

    #[test]
    fn what_kicc_cannot_charge_is_refused_by_name() {
        let credentials = fixture::credentials();
        let refused = |change: fn(&mut Charge)| {
            let mut charge = fixture::charge();
            change(&mut charge);
            match request(&fixture::cx(&credentials), &charge) {
                Err(PgError::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        };
        let dollar = |charge: &mut Charge| {
            charge.amount = domain::Money::new(100, domain::Currency::Usd).unwrap();
        };
        assert_eq!(refused(dollar), "currency");
        assert_eq!(refused(|charge| charge.amount = fixture::won(0)), "amount");
        assert_eq!(refused(|charge| charge.key.key.clear()), "customer_uid");
        assert_eq!(refused(|charge| charge.quota = -1), "card_quota");
        assert_eq!(refused(|charge| charge.quota = 61), "card_quota");
        assert_eq!(refused(|charge| charge.tax_free = Some(fixture::won(51_005))), "tax_free");
    }

    fn read(body: &str) -> Result<Approval, PgError> {
        let asked = Asked { mid: "T5102001", operation_id: "op1", order_no: "imp_000000000001" };
        outcome(&Answer::read(&fixture::response(body))?, "easypay!KICCTEST", &asked)
    }

    #[test]
    fn its_answer_is_an_approval_and_its_signature_is_checked() {
        let body = fixture::signed(include_str!("../testdata/charge.json"));
        let approval = read(&body).unwrap();
        assert_eq!(approval.amount, fixture::won(51_004));
        assert_eq!(approval.apply_num.as_deref(), Some("00017178"));
        assert!(approval.issued_key.is_none());
        let card = approval.card.clone().unwrap();
        assert_eq!((card.number.as_deref(), card.quota), (Some("57488012****1234"), 3));
        // KICC may write the key where the number stands; what the issue said is shown then.
        let body = include_str!("../testdata/charge.json").replace("57488012****1234", "57488BA46");
        let mut charge = fixture::charge();
        charge.key.card = Some(card);
        let approval = with_card(read(&fixture::signed(&body)).unwrap(), &charge);
        assert_eq!(approval.card, charge.key.card);
        let body = fixture::signed(include_str!("../testdata/charge.json"));
        let other = body.replace("\"amount\": \"51004\"", "\"amount\": \"51005\"");
        assert!(matches!(read(&other), Err(PgError::Unknown(_))));
    }

    #[test]
    fn a_decline_keeps_its_words_and_a_duplicate_number_is_unknown() {
        let refusal = |code: &str, message: &str| {
            read(&format!("{{\"resCd\":\"{code}\",\"resMsg\":\"{message}\"}}")).unwrap_err()
        };
        for (code, message) in [("8521", "한도초과"), ("8035", "잔액부족"), ("8350", "도난카드")]
        {
            assert_eq!(refusal(code, message), PgError::declined(code, message));
        }
        assert!(matches!(refusal("R900", "중복된 요청입니다."), PgError::Unknown(_)));
        for body in ["", "{}", "<html>점검 중</html>", r#"{"resCd":"0000"}"#] {
            assert!(matches!(read(body), Err(PgError::Unknown(_))), "{body}");
        }
    }
}
