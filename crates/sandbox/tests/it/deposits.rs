//! Paying into virtual accounts.

use crate::{bench::Bench, fake::NOW};

#[tokio::test]
async fn a_deposit_is_booked_at_the_time_given() {
    let bench = Bench::new();
    let tid = bench.approve("order=o1&amount=5000&do=account").await;
    let at = NOW.plus_seconds(3_600);
    bench.sandbox.deposit("fakepay", &tid, 5_000, "홍길동", at).await.unwrap();
    let books = bench.books("fakepay");
    assert_eq!(books["trades"][0]["state"], "deposited");
    assert_eq!(books["movements"][0]["kind"], "deposit");
    assert_eq!(books["movements"][0]["at"], at.0);
    assert_eq!(books["held"]["KRW"], 5_000);
}

#[tokio::test]
async fn a_refused_deposit_leaves_nothing_behind() {
    let mut bench = Bench::new();
    let tid = bench.approve("order=o1&amount=5000&do=account").await;
    let before = bench.books("fakepay");
    let wrong = bench.sandbox.deposit("fakepay", &tid, 4_999, "홍길동", NOW).await;
    assert_eq!(wrong.unwrap_err(), "금액이 다릅니다: 5000 원을 입금해야 합니다.");
    let unknown = bench.sandbox.deposit("fakepay", "T0", 5_000, "홍길동", NOW).await;
    assert_eq!(unknown.unwrap_err(), "그런 계좌가 없습니다.");
    assert_eq!(bench.books("fakepay"), before);
    let file = rusqlite::Connection::open(bench.folder.path().join("books.db")).unwrap();
    let notes = file.query_row("select count(*) from sim_notes", [], |row| row.get::<_, i64>(0));
    assert_eq!(notes, Ok(0), "the note written before the refusal is undone");
    assert!(bench.got.try_recv().is_err());
    let nobody = bench.sandbox.deposit("kcp", &tid, 5_000, "홍길동", NOW).await.unwrap_err();
    assert!(nobody.contains("kcp") && nobody.contains("fakepay"), "{nobody}");
}
