//! The switch by itself.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

fn fault(operation: &str, word: &str, times: Option<i64>) -> Fault {
    let (operation, fault) = (operation.to_owned(), word.to_owned());
    Fault { pg: "*".into(), operation, fault, times, rate: None, seed: None }
}

#[test]
fn every_word_of_the_list_is_understood() {
    for entry in CATALOGUE {
        let kind = Kind::parse(&entry.word.replace("<ms>", "0"));
        assert_eq!(kind, Ok(entry.kind), "{}", entry.word);
    }
    assert_eq!(Kind::parse("late:250"), Ok(Kind::Late(250)));
}

#[test]
fn refusals_say_what_is_allowed() {
    let switch = Switch::new(1);
    let refused = |fault| switch.add(fault).unwrap_err();
    let unknown = refused(fault("*", "explode", None));
    assert!(unknown.contains("explode") && unknown.contains("wrong_charset"), "{unknown}");
    let unknown = refused(fault("refund", "down", None));
    assert!(unknown.contains("refund") && unknown.contains("net_cancel"), "{unknown}");
    let unfit = refused(fault("notice", "down", None));
    assert!(unfit.contains("notice") && unfit.contains("late_notice"), "{unfit}");
    for times in [0, -2] {
        assert!(refused(fault("*", "down", Some(times))).contains("times"));
    }
    for late in ["late:", "late:-1", "late:600001", "late:x"] {
        assert!(refused(fault("*", late, None)).contains("late"), "{late}");
    }
    for rate in [0.0, -0.1, 1.1, f64::NAN] {
        let fault = Fault { rate: Some(rate), ..fault("*", "down", None) };
        assert!(refused(fault).contains("rate"), "{rate}");
    }
    assert!(switch.list().is_empty());
}

#[test]
fn times_run_out_and_strikes_without_effect_come_back() {
    let switch = Switch::new(1);
    switch.add(fault("approve", "garbage", Some(2))).unwrap();
    assert!(switch.request("kicc", "lookup").is_none());
    let first = switch.request("kicc", "approve").unwrap();
    switch.struck(first);
    assert_eq!(switch.list()[0].fault.times, Some(1));
    let second = switch.request("kicc", "approve").unwrap();
    assert!(switch.request("kicc", "approve").is_none(), "in use");
    switch.give_back(second);
    assert_eq!(switch.list()[0].fault.times, Some(1));
    switch.struck(switch.request("kicc", "approve").unwrap());
    assert!(switch.list().is_empty());
    switch.add(fault("*", "down", Some(-1))).unwrap();
    for _ in 0..5 {
        switch.struck(switch.request("nice", "cancel").unwrap());
    }
    switch.clear();
    assert!(switch.request("nice", "cancel").is_none());
}

#[test]
fn rates_are_drawn_from_the_seed() {
    let draw = |seed| {
        let switch = Switch::new(seed);
        switch.add(Fault { rate: Some(0.3), ..fault("*", "down", None) }).unwrap();
        (0..1000).map(|_| switch.request("kicc", "cancel").is_some()).collect::<Vec<_>>()
    };
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
    let hits = draw(7).into_iter().filter(|hit| *hit).count();
    assert!((200..400).contains(&hits), "{hits}");
}

#[test]
fn faults_of_notices_leave_answers_alone_and_the_reverse() {
    let switch = Switch::new(1);
    switch.add(fault("*", "no_notice", Some(-1))).unwrap();
    switch.add(fault("notice", "garbage", Some(-1))).unwrap();
    assert!(switch.request("kicc", "approve").is_none());
    assert_eq!(switch.notice("kicc", "deposit").unwrap().kind, Kind::NoNotice);
    switch.clear();
    switch.add(fault("*", "garbage", Some(-1))).unwrap();
    assert!(switch.notice("kicc", "deposit").is_none());
    switch.add(fault("approve", "late_notice", None)).unwrap();
    assert!(switch.notice("kicc", "deposit").is_none());
    assert_eq!(switch.notice("kicc", "approve").unwrap().kind, Kind::LateNotice);
}

#[test]
fn json_reads_and_writes() {
    let read: Fault = serde_json::from_str(r#"{"fault":"down","rate":0.1}"#).unwrap();
    assert_eq!((read.pg.as_str(), read.operation.as_str(), read.times), ("*", "*", None));
    let written = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<Fault>(&written).unwrap(), read);
    let wrong = serde_json::from_str::<Fault>(r#"{"fault":"down","time":1}"#).unwrap_err();
    assert!(wrong.to_string().contains("time"), "{wrong}");
}

#[test]
fn a_seed_replays_whatever_was_thrown_before() {
    let draw = |others: usize, sandbox: u64| {
        let switch = Switch::new(sandbox);
        for _ in 0..others {
            switch.add(fault("lookup", "down", None)).unwrap();
        }
        let thrown = Fault { rate: Some(0.5), seed: Some(42), ..fault("cancel", "down", None) };
        switch.add(thrown).unwrap();
        (0..200).map(|_| switch.request("kicc", "cancel").is_some()).collect::<Vec<_>>()
    };
    assert_eq!(draw(0, 1), draw(3, 9));
    // What the list shows for a fault without one can be thrown again.
    let first = Switch::new(77);
    first.add(Fault { rate: Some(0.5), ..fault("*", "down", None) }).unwrap();
    let shown = first.list()[0].fault.clone();
    assert!(shown.seed.is_some());
    let again = Switch::new(1);
    again.add(shown).unwrap();
    for _ in 0..200 {
        assert_eq!(
            first.request("kicc", "approve").is_some(),
            again.request("kicc", "approve").is_some()
        );
    }
    assert_eq!(first.list()[0].met, 200);
    assert!((1..200).contains(&first.list()[0].struck));
}

#[test]
fn a_seed_goes_with_a_rate_and_stays_exact_in_json() {
    let switch = Switch::new(1);
    let alone = Fault { seed: Some(1), ..fault("*", "down", None) };
    assert!(switch.add(alone).unwrap_err().contains("seed"));
    let large = Fault { rate: Some(0.5), seed: Some(1 << 53), ..fault("*", "down", None) };
    assert!(switch.add(large).unwrap_err().contains("seed"));
}

#[test]
fn one_fault_can_be_taken_away() {
    let switch = Switch::new(1);
    switch.add(fault("approve", "down", Some(-1))).unwrap();
    switch.add(fault("cancel", "down", Some(-1))).unwrap();
    let first = switch.list()[0].id;
    assert!(switch.remove(first) && !switch.remove(first));
    assert!(switch.request("kicc", "approve").is_none());
    assert!(switch.request("kicc", "cancel").is_some());
}
