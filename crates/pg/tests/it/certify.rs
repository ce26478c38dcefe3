//! What every certifier must do: verify in a window and by code, and never take one for another.

use crate::stage::run;
use domain::Millis;
use pg::capability::certification::{
    Back, Certifier, CertifyOrder, Otp, OtpOrder, Person, Prefill, Verdict,
};
use pg::sim::headless::{self, Step};
use pg::sim::transport::{Fault, Landing, SimTransport};
use pg::{Credentials, Cx, Mode, PgError, Window};

/// 2023-11-15 12:00 KST.
const NOON: i64 = 1_700_017_200;
const RETURN: &str = "https://hub.test/callback/return/1";

struct Lab {
    one: &'static dyn Certifier,
    wire: SimTransport,
    credentials: Credentials,
}

impl Lab {
    fn of(one: &'static dyn Certifier) -> Self {
        let wire = SimTransport::new(pg::sim::ALL, Millis::from_seconds(NOON));
        Self { one, wire, credentials: one.spec().test_credentials() }
    }

    fn cx(&self) -> Cx<'_> {
        Cx {
            transport: &self.wire,
            credentials: &self.credentials,
            mode: Mode::Test,
            at: self.wire.at(),
            operation_id: "imp_1o1",
        }
    }

    fn later(&self, seconds: i64) {
        self.wire.set_at(self.wire.at().plus_seconds(seconds));
    }

    fn open(&self, imp_uid: &str, prefill: Prefill) -> Window {
        let order = CertifyOrder {
            imp_uid: imp_uid.into(),
            company: "상점 <b>".into(),
            prefill,
            language: "ko".into(),
            return_url: RETURN.into(),
        };
        run(self.one.open(&self.cx(), &order)).unwrap().window
    }

    /// The number a window brings back, and what the company says about it.
    fn press(&self, imp_uid: &str, button: &str) -> Result<Verdict, String> {
        let window = self.open(imp_uid, Prefill::default());
        let landing = self.wire.visit(&window, None, RETURN, "", button)?;
        let Landing::Returned { query, body } = landing else { return Err("closed".into()) };
        match self.one.read_return(&query, &body).map_err(|error| error.to_string())? {
            Back::Closed(refusal) => Err(format!("closed: {}", refusal.message)),
            Back::Number(number) => self.result(imp_uid, &number).map_err(|e| e.to_string()),
        }
    }

    fn result(&self, imp_uid: &str, number: &str) -> Result<Verdict, PgError> {
        run(self.one.result(&self.cx(), imp_uid, number))
    }

    fn otp(&self) -> &dyn Otp {
        self.one.otp().unwrap()
    }

    fn request(&self, change: impl FnOnce(&mut OtpOrder)) -> Result<String, PgError> {
        let mut order = OtpOrder {
            imp_uid: "imp_1".into(),
            company: "상점".into(),
            name: "홍길동".into(),
            phone: "01012345678".into(),
            birth: "900101".into(),
            gender_digit: 1,
            carrier: "SKT".into(),
            mvno: false,
            app: false,
        };
        change(&mut order);
        run(self.otp().request(&self.cx(), &order))
    }

    fn confirm(&self, number: &str, otp: &str) -> Result<Verdict, PgError> {
        let otp = Some(otp).filter(|otp| !otp.is_empty());
        run(self.otp().confirm(&self.cx(), "imp_1", number, otp))
    }
}

fn everyone() -> impl Iterator<Item = Lab> {
    pg::certifiers::ALL.iter().copied().map(Lab::of)
}

fn by_code() -> impl Iterator<Item = Lab> {
    everyone().filter(|lab| lab.one.otp().is_some())
}

fn person(verdict: Verdict) -> Person {
    match verdict {
        Verdict::Certified(person, _) => *person,
        Verdict::Waiting => panic!("waiting"),
        Verdict::Failed(refusal) => panic!("failed: {}", refusal.message),
    }
}

fn reason(verdict: Verdict) -> String {
    match verdict {
        Verdict::Failed(refusal) => refusal.code,
        Verdict::Certified(..) | Verdict::Waiting => panic!("not failed"),
    }
}

fn declined(result: Result<impl Sized, PgError>) -> String {
    match result.map(|_| ()) {
        Err(PgError::Declined { code, .. }) => code,
        other => panic!("not declined: {other:?}"),
    }
}

#[test]
fn the_facts_fit_together() {
    let mut codes = std::collections::BTreeSet::new();
    for one in pg::certifiers::ALL {
        let spec = one.spec();
        assert!(codes.insert(spec.code), "{} is there twice", spec.code);
        assert_eq!(pg::certifiers::find(spec.code).map(|one| one.spec().code), Some(spec.code));
        assert!(spec.hosts.iter().all(|host| host.ends_with(".invalid")), "{}", spec.code);
        for field in spec.fields {
            assert!(!spec.test_credentials().get(field.key).is_empty(), "{}", field.key);
        }
    }
    assert!(codes.contains("danal") && codes.contains("inicis_unified"));
}

#[test]
fn a_window_verifies_whoever_is_in_it() {
    for lab in everyone() {
        let somebody = person(lab.press("imp_1", "approve").unwrap());
        assert_eq!((somebody.name.as_str(), somebody.birthday.as_str()), ("홍길동", "1990-01-01"));
        assert_eq!((somebody.gender.as_str(), somebody.foreigner), ("male", Some(false)));
        assert_eq!(somebody.phone.as_deref(), Some("01012345678"));
        assert_eq!(somebody.carrier.as_deref(), Some("SKT"));
        assert_eq!(reason(lab.press("imp_2", "decline").unwrap()), "3001");
        let Err(closed) = lab.press("imp_3", "cancel") else { panic!("not closed") };
        assert!(closed.starts_with("closed: "), "{closed}");
    }
}

#[test]
fn the_same_person_has_one_ci_everywhere_and_a_di_for_each_mid() {
    let people: Vec<Person> =
        everyone().map(|lab| person(lab.press("imp_1", "approve").unwrap())).collect();
    assert!(people.len() > 1);
    for (one, other) in people.iter().zip(people.iter().skip(1)) {
        assert_eq!(one.ci, other.ci);
        assert_ne!(one.di, other.di);
    }
    for lab in by_code() {
        let number = lab.request(|_| {}).unwrap();
        assert_eq!(person(lab.confirm(&number, "000000").unwrap()).ci, people[0].ci);
        let number = lab.request(|order| order.gender_digit = 2).unwrap();
        assert_ne!(person(lab.confirm(&number, "000000").unwrap()).ci, people[0].ci);
    }
    assert_eq!((people[0].ci.len(), people[0].di.len()), (88, 64));
}

#[test]
fn what_the_page_knows_stands_in_the_window() {
    for lab in everyone() {
        let prefill =
            Prefill {
                name: "임<꺽>정".into(), phone: "01099998888".into(), carrier: "KTF".into()
            };
        let window = lab.open("imp_1", prefill);
        let landing = lab.wire.visit(&window, None, RETURN, "", "approve").unwrap();
        let Landing::Returned { query, body } = landing else { panic!() };
        let Ok(Back::Number(number)) = lab.one.read_return(&query, &body) else { panic!() };
        let somebody = person(lab.result("imp_1", &number).unwrap());
        assert_eq!((somebody.name.as_str(), somebody.carrier.as_deref()), ("임<꺽>정", Some("KT")));
        // A number belongs to one order, whoever brings it.
        assert!(matches!(lab.result("imp_2", &number), Err(PgError::Forged(_))));
        // A window is decided once.
        let again = lab.wire.visit(&window, None, RETURN, "", "approve").unwrap();
        assert_eq!(again, Landing::Closed);
    }
}

#[test]
fn nonsense_in_the_window_is_said_there() {
    let lab = Lab::of(pg::certifiers::ALL[0]);
    let window = lab.open("imp_1", Prefill { phone: "12".into(), ..Prefill::default() });
    let step = headless::first(&window, &lab.wire.hosts(), None, RETURN).unwrap();
    let page = lab.wire.browse(&step).unwrap();
    let html = String::from_utf8(page.body).unwrap();
    let pressed = headless::next(step.url(), &html, "approve").unwrap();
    assert!(matches!(pressed, Step::Post { .. }));
    let again = String::from_utf8(lab.wire.browse(&pressed).unwrap().body).unwrap();
    assert!(again.contains("휴대폰 번호를 숫자로") && again.contains("value=\"12\""), "{again}");
}

#[test]
fn a_code_certifies_and_can_be_asked_about() {
    for lab in by_code() {
        let number = lab.request(|_| {}).unwrap();
        assert!(lab.result("imp_1", &number) == Ok(Verdict::Waiting));
        assert_eq!(declined(lab.confirm(&number, "111111")), "2001");
        lab.wire.fail_next("approve", Fault::LoseAnswer);
        assert!(matches!(lab.confirm(&number, "000000"), Err(PgError::Unknown(_))));
        assert_eq!(person(lab.result("imp_1", &number).unwrap()).name, "홍길동");
        assert_eq!(person(lab.confirm(&number, "000000").unwrap()).name, "홍길동");
    }
}

#[test]
fn five_wrong_codes_and_three_minutes_are_the_end() {
    for lab in by_code() {
        let number = lab.request(|_| {}).unwrap();
        for _ in 0..4 {
            assert_eq!(declined(lab.confirm(&number, "1")), "2001");
        }
        assert_eq!(reason(lab.confirm(&number, "1").unwrap()), "2002");
        assert_eq!(reason(lab.confirm(&number, "000000").unwrap()), "2002");
        let number = lab.request(|_| {}).unwrap();
        lab.later(180);
        assert!(lab.result("imp_1", &number) == Ok(Verdict::Waiting));
        lab.later(1);
        assert_eq!(reason(lab.confirm(&number, "000000").unwrap()), "2003");
        let number = lab.request(|_| {}).unwrap();
        lab.later(181);
        assert_eq!(reason(lab.result("imp_1", &number).unwrap()), "2003");
    }
}

#[test]
fn whom_no_carrier_knows_gets_no_code() {
    for lab in by_code() {
        assert_eq!(declined(lab.request(|order| order.phone = "01012340000".into())), "3001");
        assert_eq!(declined(lab.request(|order| order.birth = "900231".into())), "1002");
        assert_eq!(declined(lab.request(|order| order.gender_digit = 9)), "1002");
        assert_eq!(declined(lab.request(|order| order.phone = "5551234".into())), "1002");
        let foreigner = lab
            .request(|order| order.gender_digit = 8)
            .map(|number| person(lab.confirm(&number, "000000").unwrap()));
        // Born in 2090 for a digit of this century.
        assert_eq!(declined(foreigner), "1002");
        let number = lab.request(|order| (order.gender_digit, order.mvno) = (6, true)).unwrap();
        let somebody = person(lab.confirm(&number, "000000").unwrap());
        assert_eq!((somebody.gender.as_str(), somebody.foreigner), ("female", Some(true)));
        assert_eq!(somebody.carrier.as_deref(), Some("SKT_MVNO"));
    }
}

#[test]
fn an_app_needs_no_code_and_a_message_does() {
    for lab in by_code().filter(|lab| lab.otp().has_app()) {
        let number = lab.request(|order| order.app = true).unwrap();
        assert_eq!(person(lab.confirm(&number, "").unwrap()).name, "홍길동");
        let number = lab.request(|_| {}).unwrap();
        assert_eq!(declined(lab.confirm(&number, "")), "2001");
    }
}

#[test]
fn strangers_learn_nothing() {
    for mut lab in by_code() {
        let number = lab.request(|_| {}).unwrap();
        lab.credentials.set("password", "wrong".into());
        assert_eq!(declined(lab.result("imp_1", &number)), "1001");
        assert_eq!(declined(lab.confirm(&number, "000000")), "1001");
        lab.credentials = lab.one.spec().test_credentials();
        assert_eq!(declined(lab.result("imp_1", "C000000000000")), "1003");
    }
}

#[test]
fn an_answer_that_is_none_settles_nothing() {
    for lab in everyone() {
        for fault in [
            Fault::LoseAnswer,
            Fault::LoseRequest,
            Fault::Status(500),
            Fault::Answer(200, b"<html>".to_vec()),
            Fault::Answer(200, Vec::new()),
        ] {
            lab.wire.fail_next("lookup", fault.clone());
            let unknown = lab.result("imp_1", "C0000000000");
            assert!(matches!(unknown, Err(PgError::Unknown(_))), "{fault:?}");
        }
        lab.wire.fail_next("lookup", Fault::NotSent);
        let unsent = lab.result("imp_1", "C0000000000");
        assert!(matches!(unsent, Err(PgError::Unavailable(_))));
    }
}
