//! Notices: after the commit, until taken, and with everything that goes wrong on their way.

use crate::{
    bench::{Bench, fault},
    fake::NOW,
};
use sandbox::{NoticeAttempt, RETRY_AFTER_SECONDS};
use serde_json::Value;
use std::sync::atomic::Ordering;

async fn deposit(bench: &Bench) -> Vec<NoticeAttempt> {
    let tid = bench.approve("order=o1&amount=5000&do=account").await;
    bench.sandbox.deposit("fakepay", &tid, 5_000, "홍길동", NOW).await.unwrap()
}

fn notices(bench: &Bench) -> Vec<Value> {
    bench.books("fakepay")["notices"].as_array().unwrap().clone()
}

fn body(outgoing: &sandbox::Outgoing) -> String {
    String::from_utf8(outgoing.body.clone()).unwrap()
}

#[tokio::test]
async fn a_taken_notice_is_sent_once() {
    let mut bench = Bench::new();
    bench.hub.will(200, "<p>OK</p>");
    let attempts = deposit(&bench).await;
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].state.as_str(), attempts[0].status), ("taken", Some(200)));
    let got = bench.got.try_recv().unwrap();
    assert_eq!(got.url, "http://127.0.0.1:9000/notice/fakepay");
    assert!(body(&got).contains("name=%C8%AB%B1%E6%B5%BF"), "EUC-KR as this PG sends it");
    assert_eq!(bench.sandbox.retry_notices(bench.advance(86_400)).await, Ok(vec![]));
    assert!(bench.got.try_recv().is_err());
    let kept = &notices(&bench)[0];
    assert_eq!((&kept["state"], &kept["attempts"]), (&"taken".into(), &1.into()));
    assert_eq!((&kept["cause"], &kept["answer"]), (&"deposit".into(), &"<p>OK</p>".into()));
    assert!(kept["body"].as_str().unwrap().contains("amount=5000"));
}

#[tokio::test]
async fn a_notice_not_taken_is_tried_again_and_then_given_up() {
    let mut bench = Bench::new();
    bench.hub.will(200, "FAIL");
    let attempt = deposit(&bench).await.remove(0);
    assert_eq!(attempt.state, "pending");
    assert!(attempt.error.unwrap().contains("OK"));
    bench.got.try_recv().unwrap();
    bench.hub.will(500, "OK");
    bench.hub.will_fail("connection refused");
    bench.hub.will(200, "");
    let mut states = Vec::new();
    for seconds in RETRY_AFTER_SECONDS {
        let early = bench.advance(seconds - 1);
        assert_eq!(bench.sandbox.retry_notices(early).await, Ok(vec![]), "not due yet");
        let due = bench.advance(1);
        let attempt = bench.sandbox.retry_notices(due).await.unwrap().remove(0);
        bench.got.try_recv().unwrap();
        states.push((attempt.state, attempt.error.unwrap()));
    }
    assert_eq!(states[0], ("pending".into(), "HTTP 500".into()));
    assert_eq!(states[1], ("pending".into(), "connection refused".into()));
    assert_eq!(states[2].0, "failed");
    assert_eq!(bench.sandbox.retry_notices(bench.advance(86_400)).await, Ok(vec![]));
    assert_eq!(notices(&bench)[0]["attempts"], 4);
    // By hand it still goes, and is taken.
    let id = notices(&bench)[0]["id"].as_i64().unwrap();
    assert_eq!(bench.sandbox.resend_notice(id).await.unwrap().state, "taken");
    assert_eq!(notices(&bench)[0]["state"], "taken");
}

#[tokio::test]
async fn a_retry_that_is_taken_ends_it() {
    let bench = Bench::new();
    bench.hub.will(200, "FAIL");
    deposit(&bench).await;
    let retried = bench.sandbox.retry_notices(bench.advance(10)).await.unwrap();
    assert_eq!(retried[0].state, "taken");
    assert_eq!(bench.sandbox.retry_notices(bench.advance(86_400)).await, Ok(vec![]));
}

#[tokio::test]
async fn a_crash_while_posting_loses_no_notice() {
    let mut bench = Bench::new();
    let tid = bench.approve("order=o1&amount=5000&do=account").await;
    bench.hub.hangs.store(true, Ordering::SeqCst);
    let sandbox = bench.sandbox.clone();
    let paying =
        tokio::spawn(async move { sandbox.deposit("fakepay", &tid, 5_000, "홍길동", NOW).await });
    let first = bench.got.recv().await.unwrap();
    assert_eq!(bench.books("fakepay")["held"]["KRW"], 5_000, "booked before it is posted");
    let id = notices(&bench)[0]["id"].as_i64().unwrap();
    let busy = bench.sandbox.resend_notice(id).await.unwrap_err();
    assert!(busy.contains("on its way"), "{busy}");
    assert_eq!(bench.sandbox.retry_notices(NOW).await, Ok(vec![]), "not sent twice at a time");
    paying.abort();
    assert!(paying.await.unwrap_err().is_cancelled());
    let mut bench = bench.reopen();
    let retried = bench.sandbox.retry_notices(NOW).await.unwrap();
    assert_eq!(retried[0].state, "taken");
    assert_eq!(bench.got.try_recv().unwrap(), first, "the same bytes, the same word wanted");
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_does_not_answer_is_given_up_on() {
    let bench = Bench::new();
    bench.hub.hangs.store(true, Ordering::SeqCst);
    let attempt = deposit(&bench).await.remove(0);
    assert_eq!(attempt.state, "pending");
    assert_eq!(attempt.error.as_deref(), Some("no answer in time"));
}

#[tokio::test]
async fn requests_do_not_wait_for_their_notices() {
    let mut bench = Bench::new();
    let tid = bench.approve("order=o1&do=notice").await;
    let got = bench.got.recv().await.unwrap();
    assert_eq!(body(&got), format!("tid={tid}"));
    let kept = &notices(&bench)[0];
    assert_eq!(kept["cause"], "approve");
}

#[tokio::test]
async fn a_duplicate_is_the_same_bytes_twice() {
    let mut bench = Bench::new();
    bench.fault("fakepay", "notice", "duplicate_notice");
    let attempts = deposit(&bench).await;
    assert_eq!(attempts.len(), 2);
    assert!(attempts.iter().all(|attempt| attempt.state == "taken"));
    assert_eq!(bench.got.try_recv().unwrap(), bench.got.try_recv().unwrap());
}

#[tokio::test]
async fn a_dropped_notice_never_comes() {
    let mut bench = Bench::new();
    bench.fault("fakepay", "notice", "no_notice");
    assert_eq!(deposit(&bench).await[0].state, "dropped");
    assert_eq!(bench.books("fakepay")["held"]["KRW"], 5_000, "the money is there all the same");
    assert_eq!(bench.sandbox.retry_notices(bench.advance(86_400)).await, Ok(vec![]));
    let id = notices(&bench)[0]["id"].as_i64().unwrap();
    assert!(bench.sandbox.resend_notice(id).await.unwrap_err().contains("no_notice"));
    assert!(bench.got.try_recv().is_err());
}

#[tokio::test]
async fn held_notices_come_late_and_out_of_order() {
    let mut bench = Bench::new();
    bench.fault("fakepay", "notice", "late_notice");
    let held = deposit(&bench).await.remove(0);
    assert_eq!(held.state, "held");
    assert!(bench.got.try_recv().is_err());
    let second = deposit(&bench).await.remove(0);
    assert_eq!(second.state, "taken");
    assert_eq!(bench.sandbox.retry_notices(bench.advance(86_400)).await, Ok(vec![]));
    let late = bench.sandbox.resend_notice(held.notice).await.unwrap();
    assert_eq!((late.state.as_str(), late.notice), ("taken", held.notice));
    // And once more, as a PG's admin page can: it stays taken even if the hub objects.
    bench.hub.will(200, "FAIL");
    let again = bench.sandbox.resend_notice(held.notice).await.unwrap();
    assert_eq!(again.state, "taken");
    assert!(again.error.is_some());
    let unknown = bench.sandbox.resend_notice(4_711).await.unwrap_err();
    assert!(unknown.contains("4711"), "{unknown}");
}

#[tokio::test]
async fn delayed_notices_are_due_later() {
    let mut bench = Bench::new();
    bench.fault("fakepay", "notice", "late:30000");
    assert_eq!(deposit(&bench).await[0].state, "pending");
    assert_eq!(bench.sandbox.retry_notices(bench.advance(29)).await, Ok(vec![]));
    assert!(bench.got.try_recv().is_err());
    let sent = bench.sandbox.retry_notices(bench.advance(1)).await.unwrap();
    assert_eq!(sent[0].state, "taken");
}

#[tokio::test]
async fn damaged_notices_are_damaged_and_the_books_are_not() {
    let mut bench = Bench::new();
    for (word, part) in [
        ("wrong_amount", "amount=5001"),
        ("forged_signature", "Signature=0b12"),
        ("wrong_charset", "name=%ED%99%8D%EA%B8%B8%EB%8F%99"),
    ] {
        bench.fault("fakepay", "notice", word);
        deposit(&bench).await;
        let got = body(&bench.got.try_recv().unwrap());
        assert!(got.contains(part), "{word}: {got}");
    }
    bench.fault("fakepay", "notice", "garbage");
    deposit(&bench).await;
    assert!(std::str::from_utf8(&bench.got.try_recv().unwrap().body).is_err());
    assert_eq!(bench.books("fakepay")["held"]["KRW"], 20_000);
    assert!(bench.sandbox.faults().is_empty());
}

#[tokio::test]
async fn faults_of_notices_can_be_told_by_their_cause() {
    let mut bench = Bench::new();
    bench.fault("fakepay", "approve", "no_notice");
    deposit(&bench).await;
    bench.got.try_recv().unwrap();
    bench.approve("order=o2&do=notice").await;
    assert_eq!(notices(&bench)[1]["state"], "dropped");
    let unfit = bench.sandbox.add_fault(fault("fakepay", "notice", "timeout_after"));
    assert!(unfit.unwrap_err().contains("timeout_after"));
}

#[tokio::test]
async fn an_overtaken_notice_follows_the_next_one() {
    let mut bench = Bench::new();
    bench.fault("fakepay", "notice", "overtaken_notice");
    let first = deposit(&bench).await.remove(0);
    assert_eq!(first.state, "overtaken");
    assert!(bench.got.try_recv().is_err());
    assert_eq!(bench.sandbox.retry_notices(bench.advance(86_400)).await, Ok(vec![]));
    let sent: Vec<i64> = deposit(&bench).await.iter().map(|attempt| attempt.notice).collect();
    assert_eq!(sent, [first.notice + 1, first.notice]);
    let states: Vec<_> = notices(&bench).iter().map(|notice| notice["state"].clone()).collect();
    assert_eq!(states, ["taken", "taken"]);
}

#[tokio::test]
async fn a_damaged_notice_is_posted_again_as_it_should_be() {
    let mut bench = Bench::new();
    bench.fault("fakepay", "notice", "wrong_amount");
    bench.hub.will(200, "FAIL");
    assert_eq!(deposit(&bench).await[0].state, "failed", "the damaged one is not sent again");
    bench.got.try_recv().unwrap();
    bench.hub.will(200, "OK");
    let sent = bench.sandbox.retry_notices(bench.advance(10)).await.unwrap();
    assert_eq!((sent.len(), sent[0].state.as_str()), (1, "taken"));
    assert!(body(&bench.got.try_recv().unwrap()).contains("amount=5000"));
}
