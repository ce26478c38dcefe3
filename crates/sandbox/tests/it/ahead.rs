//! A window whose address says how far the merchant's clock is ahead.

use crate::bench::{Bench, reply, request};
use crate::fake::{HOST, NOW};

#[tokio::test]
async fn an_address_ahead_of_time_books_then() {
    let bench = Bench::new();
    let path = format!("/{HOST}/approve");
    let ahead = request("POST", "@86400000", &path, "order=o1&amount=14000");
    assert_eq!(reply(bench.sandbox.handle(ahead, None).await).status, 200);
    let created = bench.books("fakepay")["trades"][0]["created_at"].as_i64();
    assert_eq!(created, Some(NOW.0 + 86_400_000));
}

#[tokio::test]
async fn an_address_that_is_no_time_is_no_host() {
    let bench = Bench::new();
    for host in ["@", "@-1", "@x", "@99999999999999999999"] {
        let path = format!("/{HOST}/approve");
        let wrong = request("POST", host, &path, "order=o1&amount=14000");
        assert_eq!(reply(bench.sandbox.handle(wrong, None).await).status, 404, "{host}");
    }
    assert_eq!(bench.trades(), 0);
}
