//! What a caller sees on the wire when a PG misbehaves.

use crate::{
    bench::Bench,
    http::{call, serve},
};
use tokio::time::Instant;

const APPROVE: &str = "POST /api.fakepay.test/approve";

#[tokio::test]
async fn down_closes_without_a_byte() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    bench.fault("fakepay", "approve", "down");
    let arrived = call(address, APPROVE, &[], "order=o1").await;
    assert_eq!((arrived.head.as_str(), arrived.body.len()), ("", 0));
    assert_eq!(bench.trades(), 0);
    let after = call(address, APPROVE, &[], "order=o1").await;
    assert_eq!(after.status(), 200, "the next connection is served");
}

#[tokio::test]
async fn a_reset_cuts_the_answer_in_the_middle() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    bench.fault("fakepay", "approve", "reset_after");
    for body in ["order=o1", "order=o2&do=reset"] {
        let arrived = call(address, APPROVE, &[], body).await;
        assert_eq!(arrived.status(), 200);
        let promised: usize = arrived.header("content-length").unwrap().parse().unwrap();
        let delivered = arrived.body.len();
        assert!(delivered > 0 && delivered < promised, "{delivered} of {promised}");
    }
    assert_eq!(bench.trades(), 2);
}

#[tokio::test(start_paused = true)]
async fn no_answer_holds_the_connection_until_the_bound() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    bench.fault("fakepay", "approve", "timeout_after");
    for body in ["order=o1", "order=o2&do=timeout"] {
        let asked = Instant::now();
        let arrived = call(address, APPROVE, &[], body).await;
        assert_eq!((arrived.head.as_str(), arrived.body.len()), ("", 0));
        assert_eq!(asked.elapsed().as_secs(), 120, "by the paused clock");
    }
    assert_eq!(bench.trades(), 2, "booked all the same");
}

#[tokio::test]
async fn a_server_error_is_a_page() {
    let bench = Bench::new();
    let address = serve(&bench).await;
    bench.fault("fakepay", "approve", "server_error");
    let arrived = call(address, APPROVE, &[], "order=o1").await;
    assert_eq!(arrived.status(), 500);
    assert_eq!(arrived.header("content-type"), Some("text/html; charset=utf-8"));
}
