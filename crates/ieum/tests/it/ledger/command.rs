//! `ieum ledger`, as a person at a terminal sees it: beside a running hub, and after it.

use crate::moves::{config, database};
use crate::program::{Demo, on_both, run};
use crate::ways::pgs;
use engine::Db;
use pg::Device;
use serde_json::json;
use testkit::hub::into;

#[tokio::test]
async fn a_ledger_is_verified_beside_the_hub_and_a_changed_row_is_named() {
    on_both(async |home| {
        let demo = Demo::start(&home, 5_000, 5).await;
        let way = pgs()[0];
        let browser = demo.browser(Device::Pc);
        let opened = browser.request_pay(demo.text("imp_code"), &way.param("order-1")).await;
        assert!(browser.walk(into(&opened), "approve").await.is_success());
        let imp_uid = opened["imp_uid"].as_str().unwrap();
        let part = json!({"imp_uid": imp_uid, "amount": 4_000});
        demo.rest("POST", "/payments/cancel", part).await;
        let url = database(&home);
        let file = config(home.folder.path(), &url);
        let verify = ["ledger", "verify", "--config", &file];
        let show = ["ledger", "show", imp_uid, "--config", &file];
        let (whole, out, error) = run(&verify);
        assert!(whole, "beside a running hub: {out}{error}");
        assert!(out.contains("whole") && out.contains("sales"), "{out}");
        let (whole, out, error) = run(&show);
        assert!(whole, "{out}{error}");
        for said in ["1 ", "approval 14000 KRW", "cancel 4000 KRW", "refunds", "10000"] {
            assert!(out.contains(said), "{said}: {out}");
        }
        let seal = out_of(&verify, "newest seal ");
        drop(demo);
        let (whole, out, error) = run(&[&verify[..], &["--seal", &seal]].concat());
        assert!(whole, "{out}{error}");
        let wrong = format!("0:{}", "0".repeat(64));
        let (whole, out, _) = run(&[&verify[..], &["--seal", &wrong]].concat());
        assert!(!whole && out.contains("not the one that was kept"), "{out}");
        for bad in ["", "1", "x:y", "0:abc"] {
            let (good, _, error) = run(&[&verify[..], &["--seal", bad]].concat());
            assert!(!good && error.contains("--seal"), "{bad}: {error}");
        }
        let db = Db::open(&url).await.unwrap();
        let mut batch = store::Batch::new();
        let sql = "update ledger set amount = 5000 where imp_uid = $1 and seq = 2";
        batch.expect_one("the entry", sql, store::args![imp_uid]);
        db.commit(batch).await.unwrap();
        db.close().await;
        let (whole, out, error) = run(&verify);
        assert!(!whole && error.contains("broken in"), "{out}{error}");
        assert!(out.contains(&format!("BROKEN {imp_uid}: entry 2 was changed")), "{out}");
        assert!(!run(&show).0);
        let (good, _, error) = run(&["ledger", "show", "imp_1", "--config", &file]);
        assert!(!good && error.contains("no such payment"), "{error}");
    })
    .await;
}

/// What stands behind a word in the output.
fn out_of(arguments: &[&str], word: &str) -> String {
    let (_, out, _) = run(arguments);
    let line = out.lines().find_map(|line| line.strip_prefix(word));
    line.unwrap_or_else(|| panic!("no {word}: {out}")).to_owned()
}
