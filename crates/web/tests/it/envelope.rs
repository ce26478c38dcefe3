//! What holds for every route: the envelope, slashes, methods, sizes.

use crate::hub::{Hub, JSON};
use testkit::dbs::on_both;

#[tokio::test]
async fn unknown_routes_and_wrong_methods_are_envelopes() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        for path in ["/nope", "/payments/a/b/c", "/Payments", "/users/gettoken", "/payments/find"] {
            let answer = hub.get(path).await;
            if path == "/payments/find" {
                // One segment is an imp_uid like any other.
                answer.refuses(404, -1, "존재하지 않는 결제정보입니다.");
            } else {
                answer.refuses(404, -1, "Not Found");
            }
        }
        for (method, path) in [
            ("GET", "/users/getToken"),
            ("POST", "/payments"),
            ("GET", "/payments/cancel"),
            ("DELETE", "/payments/prepare"),
            ("PUT", "/sandbox/clock"),
        ] {
            let answer = hub.form(method, path, "").await;
            answer.refuses(405, -1, "Method Not Allowed");
        }
    })
    .await;
}

#[tokio::test]
async fn a_trailing_slash_is_no_other_path() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "order 1", 0).await;
        for path in ["/payments/imp_1/", "/payments/find/order%201/", "/payments/imp_1/balance//"] {
            hub.get(path).await.response();
        }
        let answer = hub.form("POST", "/payments/cancel/", "imp_uid=imp_none").await;
        answer.refuses(200, 1, "취소할 결제건이 존재하지 않습니다.");
    })
    .await;
}

#[tokio::test]
async fn options_are_answered_and_too_much_is_not_read() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        for path in ["/users/getToken", "/payments/imp_1", "/payments/cancel"] {
            let answer = hub.send("OPTIONS", path, &[], "", b"").await;
            assert_eq!(answer.status, 204, "{path}");
            assert!(answer.headers.contains_key("access-control-allow-methods"), "{path}");
            let headers = answer.headers["access-control-allow-headers"].to_str().unwrap();
            assert!(headers.split(", ").any(|name| name == "tier"), "{headers}");
        }
        let token = [("authorization", hub.token.as_bytes())];
        assert_eq!(hub.send("HEAD", "/cards", &token, "", b"").await.status, 200);
        let large = vec![b'a'; (1 << 20) + 1];
        for path in ["/users/getToken", "/payments/cancel", "/payments/prepare"] {
            let answer = hub.send("POST", path, &token, JSON, &large).await;
            answer.refuses(413, -1, "요청 본문이 너무 큽니다.");
        }
    })
    .await;
}
