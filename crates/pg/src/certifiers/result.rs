//! How a verification stands. Asking changes nothing at the PG.

use super::wire::{call, need, text};
use crate::capability::certification::{Person, Verdict};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::Refusal;
use crate::spec::Spec;
use domain::{Birth, Millis};
use serde_json::{Value, json};

/// Asks.
pub(super) async fn ask(
    spec: &Spec,
    cx: &Cx<'_>,
    order_no: &str,
    number: &str,
) -> Result<Verdict, PgError> {
    verdict(order_no, &call(spec, cx, "lookup", "result", json!({ "number": number })).await?)
}

/// What an answer says of our order. Pure.
pub(super) fn verdict(order_no: &str, answer: &Value) -> Result<Verdict, PgError> {
    if text(answer, "order_no") != order_no {
        return Err(PgError::Forged("a verification of another order".into()));
    }
    match text(answer, "state").as_str() {
        "certified" => {
            let at = answer.get("at").and_then(Value::as_i64).map(Millis);
            Ok(Verdict::Certified(Box::new(person(answer)?), at))
        }
        "waiting" => Ok(Verdict::Waiting),
        "failed" => Ok(Verdict::Failed(Refusal {
            code: text(answer, "reason_code"),
            message: text(answer, "reason"),
        })),
        _ => Err(PgError::Unknown("no state".into())),
    }
}

fn person(answer: &Value) -> Result<Person, PgError> {
    let unknown = |field: &str| PgError::Unknown(format!("no usable {field}"));
    let json = answer.get("person").ok_or_else(|| unknown("person"))?;
    let birth = Birth::parse(&need(json, "birth")?).ok_or_else(|| unknown("birth"))?;
    let gender = match text(json, "gender").as_str() {
        "M" => "male",
        "F" => "female",
        _ => return Err(unknown("gender")),
    };
    let (ci, di) = (need(json, "ci")?, need(json, "di")?);
    if ci.len() != 88 || di.len() != 64 {
        return Err(unknown("CI or DI"));
    }
    let given = |key: &str| Some(text(json, key)).filter(|text| !text.is_empty());
    Ok(Person {
        name: need(json, "name")?,
        birthday: birth.iso(),
        gender: gender.into(),
        foreigner: json.get("foreigner").and_then(Value::as_bool),
        phone: given("phone"),
        carrier: given("carrier"),
        ci,
        di,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn answer() -> Value {
        json!({
            "code": "0000", "order_no": "imp_1", "state": "certified", "at": 5,
            "person": {
                "name": "홍길동", "birth": "19900101", "gender": "M", "foreigner": false,
                "phone": "01012345678", "carrier": "SKT_MVNO",
                "ci": "c".repeat(88), "di": "d".repeat(64),
            },
        })
    }

    #[test]
    fn a_person() {
        let Ok(Verdict::Certified(person, at)) = verdict("imp_1", &answer()) else { panic!() };
        assert_eq!((person.name.as_str(), person.birthday.as_str()), ("홍길동", "1990-01-01"));
        assert_eq!((person.gender.as_str(), person.foreigner), ("male", Some(false)));
        assert_eq!(at, Some(Millis(5)));
        assert_eq!(person.birth().unwrap().midnight().seconds(), 631_119_600);
    }

    #[test]
    fn half_a_person_is_nobody() {
        for (field, value) in [
            ("name", json!("")),
            ("birth", json!("19900231")),
            ("birth", json!(19_900_101)),
            ("gender", json!("X")),
            ("ci", json!("short")),
            ("di", json!(null)),
        ] {
            let mut json = answer();
            json["person"][field] = value.clone();
            assert!(matches!(verdict("imp_1", &json), Err(PgError::Unknown(_))), "{field} {value}");
        }
        let mut json = answer();
        json["person"].as_object_mut().unwrap().remove("foreigner");
        let Ok(Verdict::Certified(person, _)) = verdict("imp_1", &json) else { panic!() };
        assert_eq!(person.foreigner, None);
    }

    #[test]
    fn other_states_and_other_orders() {
        let state = |state: &str| json!({"order_no": "imp_1", "state": state, "reason_code": "7"});
        assert!(verdict("imp_1", &state("waiting")) == Ok(Verdict::Waiting));
        let refusal = Refusal { code: "7".into(), message: String::new() };
        assert!(verdict("imp_1", &state("failed")) == Ok(Verdict::Failed(refusal)));
        assert!(matches!(verdict("imp_1", &state("?")), Err(PgError::Unknown(_))));
        assert!(matches!(verdict("imp_2", &answer()), Err(PgError::Forged(_))));
    }
}
