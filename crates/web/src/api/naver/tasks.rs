//! What the fields of each task say.

use super::change::Asked;
use crate::extract::{Fields, Refusal};
use engine::products::Task;
use engine::{Delivery, Error, ItemCancelKind, Millis, Step};

/// Reasons of a cancel; the words are the payment's cancel reason.
const CANCEL_REASONS: [(&str, &str); 7] = [
    ("SOLD_OUT", "상품 품절"),
    ("DELAYED_DELIVERY", "배송 지연"),
    ("PRODUCT_UNSATISFIED", "서비스 및 상품 불만족"),
    ("INTENT_CHANGED", "구매 의사 취소"),
    ("COLOR_AND_SIZE", "색상 및 사이즈 변경"),
    ("WRONG_ORDER", "다른 상품 잘못 주문"),
    ("INCORRECT_INFO", "상품 정보 상이"),
];
const CANCEL_REASON: &str = "PRODUCT_UNSATISFIED";

const RETURN_REASONS: [&str; 11] = [
    "INTENT_CHANGED",
    "COLOR_AND_SIZE",
    "WRONG_ORDER",
    "PRODUCT_UNSATISFIED",
    "DELAYED_DELIVERY",
    "SOLD_OUT",
    "DROPPED_DELIVERY",
    "BROKEN",
    "INCORRECT_INFO",
    "WRONG_DELIVERY",
    "WRONG_OPTION",
];

/// V1's own spelling.
const WITHHOLD_REASONS: [&str; 5] = [
    "RETURN_DELIVERYFEE",
    "EXTRAFEEE",
    "RETURN_DELIVERYFEE_AND_EXTRAFEEE",
    "RETURN_PRODUCT_NOT_DELIVERED",
    "ETC",
];

const METHODS: [&str; 6] =
    ["DELIVERY", "GDFW_ISSUE_SVC", "VISIT_RECEIPT", "DIRECT_DELIVERY", "QUICK_SVC", "NOTHING"];
const RETURN_METHODS: [&str; 3] = ["RETURN_DESIGNATED", "RETURN_DELIVERY", "RETURN_INDIVIDUAL"];

const COMPANIES: [&str; 40] = [
    "CJGLS",
    "KGB",
    "DONGBU",
    "EPOST",
    "REGISTPOST",
    "HANJIN",
    "HYUNDAI",
    "KGBLS",
    "INNOGIS",
    "DAESIN",
    "ILYANG",
    "KDEXP",
    "CHUNIL",
    "CH1",
    "HDEXP",
    "CVSNET",
    "DHL",
    "FEDEX",
    "GSMNTON",
    "WARPEX",
    "WIZWA",
    "EMS",
    "DHLDE",
    "ACIEXPRESS",
    "EZUSA",
    "PANTOS",
    "UPS",
    "HLCGLOBAL",
    "KOREXG",
    "TNT",
    "SWGEXP",
    "DAEWOON",
    "USPS",
    "IPARCEL",
    "KUNYOUNG",
    "HPL",
    "DADREAM",
    "SLX",
    "SFEXPRESS",
    "HONAM",
];

/// The longest memo and tracking number, characters.
const MEMO: usize = 500;
const TRACKING: usize = 64;

/// What a task's fields come to.
type Read = Result<Asked, Refusal>;

const fn asked(task: Task, has_400: bool) -> Read {
    Ok(Asked { task, has_400 })
}

fn one_of(known: &[&str], given: Option<String>, usual: &str) -> String {
    // V1: a word nobody knows is the usual one.
    given.filter(|word| known.contains(&word.as_str())).unwrap_or_else(|| usual.to_owned())
}

/// `cancel`.
pub fn cancel(fields: &Fields) -> Read {
    let words: Vec<&str> = CANCEL_REASONS.iter().map(|(word, _)| *word).collect();
    let reason = one_of(&words, fields.text("reason")?, CANCEL_REASON);
    let text = CANCEL_REASONS.iter().find(|(word, _)| *word == reason);
    let text = text.map_or_else(String::new, |(_, text)| (*text).to_owned());
    asked(Task::Cancel(ItemCancelKind::Cancel { reason }, text), false)
}

/// `approve-cancel`.
pub fn approve_cancel(_: &Fields) -> Read {
    asked(Task::Cancel(ItemCancelKind::ApproveCancel, "구매자 취소 요청".into()), false)
}

/// `approve-return`.
pub fn approve_return(fields: &Fields) -> Read {
    let memo = memo(fields)?.unwrap_or_default();
    asked(Task::Cancel(ItemCancelKind::ApproveReturn { memo }, "반품".into()), false)
}

/// `place`.
pub fn place(_: &Fields) -> Read {
    asked(Task::Step(Step::Place), false)
}

/// `ship`.
pub fn ship(fields: &Fields) -> Read {
    let delivery = delivery(fields, &METHODS, "DELIVERY")?;
    fields.need("dispatched_at")?;
    let at = fields.integer("dispatched_at")?.filter(|at| *at >= 0);
    let at = at.and_then(|at| at.checked_mul(1000));
    let wrong = || Error::invalid("dispatched_at", "초 단위의 UNIX timestamp여야 합니다.");
    let at = Millis(at.ok_or_else(wrong)?);
    asked(Task::Step(Step::Ship { delivery, at }), true)
}

/// `ship-exchanged`.
pub fn ship_exchanged(fields: &Fields) -> Read {
    let delivery = delivery(fields, &METHODS, "DELIVERY")?;
    asked(Task::Step(Step::ShipExchanged { delivery }), true)
}

/// `collect-exchanged`.
pub fn collect_exchanged(_: &Fields) -> Read {
    asked(Task::Step(Step::CollectExchanged), false)
}

/// `request-return`.
pub fn request_return(fields: &Fields) -> Read {
    let delivery = delivery(fields, &RETURN_METHODS, "RETURN_DELIVERY")?;
    let reason = one_of(&RETURN_REASONS, fields.text("reason")?, "INTENT_CHANGED");
    asked(Task::Step(Step::RequestReturn { delivery, reason }), true)
}

/// `reject-return`.
pub fn reject_return(fields: &Fields) -> Read {
    fields.need("memo")?;
    let memo = memo(fields)?.unwrap_or_default();
    asked(Task::Step(Step::RejectReturn { memo }), true)
}

/// `withhold-return`.
pub fn withhold_return(fields: &Fields) -> Read {
    fields.need("memo")?;
    let memo = memo(fields)?.unwrap_or_default();
    let reason = one_of(&WITHHOLD_REASONS, fields.text("reason")?, "ETC");
    let extra_charge = fields.integer("extra_charge")?.unwrap_or(0);
    if extra_charge < 0 {
        return Err(Error::invalid("extra_charge", "0보다 작을 수 없습니다.").into());
    }
    asked(Task::Step(Step::WithholdReturn { reason, memo, extra_charge }), true)
}

/// `resolve-return`.
pub fn resolve_return(_: &Fields) -> Read {
    asked(Task::Step(Step::ResolveReturn), false)
}

fn memo(fields: &Fields) -> Result<Option<String>, Error> {
    Ok(fields.text("memo")?.map(|memo| domain::text::cut(&memo, MEMO)))
}

/// How something travels; a parcel names its carrier and number.
fn delivery(fields: &Fields, methods: &[&str], parcel: &str) -> Result<Delivery, Refusal> {
    let method = fields.need("delivery_method")?;
    if !methods.contains(&method.as_str()) {
        let text = format!("{} 중 하나여야 합니다.", methods.join(", "));
        return Err(Error::invalid("delivery_method", text).into());
    }
    if method == parcel {
        fields.need("delivery_company")?;
        fields.need("tracking_number")?;
    }
    let company = fields.text("delivery_company")?;
    if company.as_ref().is_some_and(|code| !COMPANIES.contains(&code.as_str())) {
        return Err(Error::invalid("delivery_company", "알 수 없는 택배사 코드입니다.").into());
    }
    let tracking = fields.text("tracking_number")?;
    Ok(Delivery { method, company, tracking: tracking.map(|it| domain::text::cut(&it, TRACKING)) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fields(body: &Value) -> Fields {
        Fields::read("application/json", b"", body.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn what_is_needed_is_asked_for() {
        let whole = json!({
            "delivery_method": "DELIVERY", "dispatched_at": "1700000000",
            "delivery_company": "CJGLS", "tracking_number": 1234, "memo": "메모",
        });
        assert!(ship(&fields(&whole)).is_ok() && ship_exchanged(&fields(&whole)).is_ok());
        for (name, odd) in [
            ("delivery_method", json!(null)),
            ("delivery_method", json!("RETURN_DELIVERY")),
            ("dispatched_at", json!("")),
            ("dispatched_at", json!("어제")),
            ("dispatched_at", json!(-1)),
            ("dispatched_at", json!(i64::MAX)),
            ("delivery_company", json!(null)),
            ("delivery_company", json!("BIKE")),
            ("tracking_number", json!("")),
        ] {
            let mut body = whole.clone();
            body[name] = odd;
            assert!(ship(&fields(&body)).is_err(), "{body}");
        }
        let visit = json!({"delivery_method": "VISIT_RECEIPT", "dispatched_at": 0});
        assert!(ship(&fields(&visit)).is_ok());
        assert!(request_return(&fields(&whole)).is_err());
        assert!(request_return(&fields(&json!({"delivery_method": "RETURN_INDIVIDUAL"}))).is_ok());
        assert!(request_return(&fields(&json!({"delivery_method": "RETURN_DELIVERY"}))).is_err());
        assert!(reject_return(&fields(&json!({}))).is_err());
        assert!(withhold_return(&fields(&json!({"memo": "", "reason": "ETC"}))).is_err());
        assert!(withhold_return(&fields(&json!({"memo": "a", "extra_charge": -1}))).is_err());
        assert!(approve_return(&fields(&json!({}))).is_ok());
    }

    #[test]
    fn a_reason_nobody_knows_is_the_usual_one() {
        for (given, expected, words) in [
            ("SOLD_OUT", "SOLD_OUT", "상품 품절"),
            ("BORED", CANCEL_REASON, "서비스 및 상품 불만족"),
            ("", CANCEL_REASON, "서비스 및 상품 불만족"),
        ] {
            let read = cancel(&fields(&json!({ "reason": given }))).ok().unwrap();
            let Task::Cancel(ItemCancelKind::Cancel { reason }, text) = read.task else {
                panic!("{given}")
            };
            assert_eq!((reason.as_str(), text.as_str()), (expected, words));
        }
        let body = json!({"delivery_method": "RETURN_INDIVIDUAL", "reason": "BORED"});
        let Task::Step(Step::RequestReturn { reason, .. }) =
            request_return(&fields(&body)).ok().unwrap().task
        else {
            panic!("no return")
        };
        assert_eq!(reason, "INTENT_CHANGED");
    }
}
