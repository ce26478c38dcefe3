//! Every fault: what is booked, and what the caller sees.

use crate::bench::{Bench, fault, json, reply, request};
use sandbox::{Fault, Handled};
use tokio::time::Instant;

const APPROVE: &str = "order=o1&amount=14000";

#[tokio::test]
async fn faults_before_booking_book_nothing() {
    let bench = Bench::new();
    let throw = async |word| {
        bench.fault("fakepay", "approve", word);
        bench.post("/approve", APPROVE).await
    };
    assert!(matches!(throw("down").await, Handled::Down));
    assert!(matches!(throw("timeout_before").await, Handled::NoAnswer));
    assert!(matches!(throw("reset_before").await, Handled::Reset));
    let error = reply(throw("server_error").await);
    assert_eq!((error.status, error.content_type.as_str()), (500, "text/html; charset=utf-8"));
    assert!(error.body.starts_with(b"<!doctype html>"));
    assert_eq!(bench.trades(), 0);
    bench.approve(APPROVE).await;
    assert_eq!(bench.trades(), 1, "each fault struck once");
}

#[tokio::test]
async fn faults_after_booking_leave_it_booked() {
    let bench = Bench::new();
    let throw = async |word| {
        bench.fault("fakepay", "approve", word);
        bench.post("/approve", APPROVE).await
    };
    assert!(matches!(throw("timeout_after").await, Handled::NoAnswer));
    assert_eq!(bench.trades(), 1);
    assert!(matches!(throw("reset_after").await, Handled::Reset));
    assert_eq!(bench.trades(), 2);
    assert_eq!(reply(throw("server_error_after").await).status, 500);
    assert_eq!(bench.trades(), 3);
    assert_eq!(bench.books("fakepay")["held"]["KRW"], 42_000);
}

#[tokio::test]
async fn damaged_answers_are_booked_right() {
    let bench = Bench::new();
    let throw = async |word| {
        bench.fault("fakepay", "approve", word);
        bench.reply("/approve", APPROVE).await
    };
    let garbage = throw("garbage").await;
    assert_eq!(garbage.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&garbage.body).is_err());

    let euc_kr = throw("wrong_charset").await;
    assert!(std::str::from_utf8(&euc_kr.body).is_err());
    assert!(pg::form::decode(&euc_kr.body).contains("홍길동"));
    assert!(euc_kr.content_type.contains("utf-8"), "the header still says what it said");

    let wrong = json(&throw("wrong_amount").await);
    assert_eq!((&wrong["amount"], &wrong["text"]), (&14_001.into(), &"14001".into()));
    assert_eq!(wrong["msgAuthValue"], "e06540df");

    let forged = json(&throw("forged_signature").await);
    assert_eq!((&forged["amount"], &forged["msgAuthValue"]), (&14_000.into(), &"006540df".into()));

    assert_eq!(bench.books("fakepay")["held"]["KRW"], 4 * 14_000);
    assert!(bench.sandbox.faults().is_empty());
}

#[tokio::test(start_paused = true)]
async fn late_answers_come_after_the_delay() {
    let bench = Bench::new();
    bench.fault("fakepay", "approve", "late:45000");
    let asked = Instant::now();
    bench.approve(APPROVE).await;
    assert_eq!(asked.elapsed().as_secs(), 45, "by the paused clock");
    assert_eq!(bench.trades(), 1);
}

#[tokio::test]
async fn faults_meet_only_their_pg_and_operation() {
    let bench = Bench::new();
    bench.fault("nice", "*", "server_error");
    bench.fault("fakepay", "cancel", "server_error");
    bench.approve(APPROVE).await;
    assert_eq!(bench.sandbox.faults().len(), 2);
    assert_eq!(bench.reply("/cancel", "").await.status, 500);
    let nice = request("POST", "nice.test", "/approve", APPROVE);
    assert_eq!(reply(bench.sandbox.handle(nice, None).await).status, 500);
    assert!(bench.sandbox.faults().is_empty());
    bench.fault("*", "*", "server_error");
    assert_eq!(bench.reply("/lookup?order=o1", "").await.status, 500);
}

#[tokio::test]
async fn alipay_is_played_by_nice() {
    let bench = Bench::new();
    bench.fault("alipay", "approve", "down");
    assert_eq!(bench.sandbox.faults()[0].fault.pg, "nice");
    bench.approve(APPROVE).await;
    let nice = || request("POST", "nice.test", "/approve", APPROVE);
    assert!(matches!(bench.sandbox.handle(nice(), None).await, Handled::Down));
    reply(bench.sandbox.handle(nice(), None).await);
    assert_eq!(bench.books("alipay"), bench.books("nice"));
    assert_eq!(bench.books("alipay")["trades"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn times_run_out_or_never() {
    let bench = Bench::new();
    let add = |times| {
        let fault = Fault { times: Some(times), ..fault("*", "approve", "server_error") };
        bench.sandbox.add_fault(fault).unwrap();
    };
    let statuses = async |count| {
        let mut statuses = Vec::new();
        for _ in 0..count {
            statuses.push(bench.reply("/approve", APPROVE).await.status);
        }
        statuses
    };
    add(2);
    assert_eq!(statuses(3).await, [500, 500, 200]);
    add(-1);
    assert_eq!(statuses(5).await, [500; 5]);
    assert_eq!(bench.sandbox.faults()[0].fault.times, Some(-1));
    bench.sandbox.clear_faults();
    assert_eq!(statuses(1).await, [200]);
}

#[tokio::test]
async fn a_rate_strikes_the_same_requests_for_the_same_seed() {
    let story = async || {
        let bench = Bench::new();
        let fault = Fault { rate: Some(0.5), ..fault("*", "approve", "server_error") };
        bench.sandbox.add_fault(fault).unwrap();
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(bench.reply("/approve", APPROVE).await.status);
        }
        statuses
    };
    let first = story().await;
    assert_eq!(first, story().await);
    assert!(first.contains(&200) && first.contains(&500));
}

#[tokio::test]
async fn a_fault_without_effect_waits_for_one() {
    let bench = Bench::new();
    bench.fault("*", "*", "forged_signature");
    // No signature in the answer of a lookup.
    json(&bench.reply("/lookup?order=o1", "").await);
    assert_eq!(bench.sandbox.faults().len(), 1);
    let forged = json(&bench.reply("/approve", APPROVE).await);
    assert_eq!(forged["msgAuthValue"], "006540df");
    assert!(bench.sandbox.faults().is_empty());
}

#[tokio::test]
async fn accidents_of_the_window_happen_after_booking() {
    let bench = Bench::new();
    let body = |action| format!("{APPROVE}&do={action}");
    assert!(matches!(bench.post("/approve", &body("timeout")).await, Handled::NoAnswer));
    assert!(matches!(bench.post("/approve", &body("reset")).await, Handled::Reset));
    assert_eq!(bench.trades(), 2);
}

#[tokio::test]
async fn an_answer_comes_twice_and_a_request_is_handed_over_twice() {
    let bench = Bench::new();
    bench.fault("fakepay", "approve", "answered_twice");
    let twice = bench.reply("/approve", APPROVE).await.body;
    let (first, second) = twice.split_at(twice.len() / 2);
    assert_eq!(first, second);
    assert_eq!(bench.trades(), 1, "booked once");
    // This PG numbers trades itself, so it books what it is handed.
    bench.fault("fakepay", "approve", "handled_twice");
    bench.approve(APPROVE).await;
    assert_eq!(bench.trades(), 3);
    assert!(bench.sandbox.faults().is_empty());
}

#[tokio::test]
async fn one_fault_can_be_removed_and_shows_what_it_did() {
    let bench = Bench::new();
    let thrown = Fault { rate: Some(0.5), seed: Some(42), ..fault("*", "approve", "server_error") };
    bench.sandbox.add_fault(thrown.clone()).unwrap();
    let mut struck = 0;
    for _ in 0..20 {
        struck += u64::from(bench.reply("/approve", APPROVE).await.status == 500);
    }
    let shown = bench.sandbox.faults().remove(0);
    assert_eq!((shown.met, shown.struck, shown.fault.seed), (20, struck, Some(42)));
    assert!(bench.sandbox.remove_fault(shown.id));
    assert!(!bench.sandbox.remove_fault(shown.id));
    assert!(bench.sandbox.faults().is_empty());
    let catalogue = bench.sandbox.fault_catalogue();
    assert_eq!(catalogue["faults"].as_array().unwrap().len(), sandbox::CATALOGUE.len());
    assert_eq!(catalogue["seed"], bench.sandbox.seed());
}
