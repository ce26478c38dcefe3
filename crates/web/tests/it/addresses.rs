//! "IP 보안": who may call the REST API.

use crate::hub::Hub;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use domain::MerchantId;
use engine::merchants::addresses;
use engine::merchants::tiers::{self, CreateTier};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use testkit::dbs::on_both;
use tower::ServiceExt as _;

/// A call from an address: HTTP status and envelope.
async fn call(hub: &Hub, from: &str, request: Request<Body>) -> (u16, Value) {
    let mut request = request;
    let peer: IpAddr = from.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 40_000)));
    let (parts, body) = hub.router().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), serde_json::from_slice(&bytes).unwrap())
}

fn get(hub: &Hub, tier: &str) -> Request<Body> {
    let request = Request::get("/users/pg").header("authorization", &hub.token);
    let request = if tier.is_empty() { request } else { request.header("tier", tier) };
    request.body(Body::empty()).unwrap()
}

fn get_token(hub: &Hub) -> Request<Body> {
    let body =
        json!({"imp_key": hub.shop.key.imp_key, "imp_secret": hub.shop.key.imp_secret.expose()});
    let request = Request::post("/users/getToken").header("content-type", "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

#[tokio::test]
async fn only_listed_networks_may_call() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let merchant = MerchantId(hub.shop.merchant.id);
        let tier = CreateTier { code: "ABC".into(), name: "지점".into(), login: String::new() };
        tiers::create(hub.engine(), merchant, "owner", tier).await.unwrap();
        let unauthorized = json!({"code": -1, "message": "Unauthorized", "response": null});
        for from in ["1.2.3.4", "::1", "9.9.9.9"] {
            assert_eq!(call(&hub, from, get(&hub, "")).await.0, 200, "no list: {from}");
        }
        let list = "10.0.0.0/8, 1.2.3.4\n2001:db8::/32";
        addresses::set(hub.engine(), merchant, "owner", list).await.unwrap();
        for (from, let_in) in [
            ("1.2.3.4", true),
            ("::ffff:1.2.3.4", true),
            ("10.9.8.7", true),
            ("2001:db8:1::1", true),
            ("1.2.3.5", false),
            ("11.0.0.1", false),
            ("::1", false),
        ] {
            for request in [get(&hub, ""), get(&hub, "ABC"), get_token(&hub)] {
                let (status, body) = call(&hub, from, request).await;
                assert_eq!((status == 200, status == 401), (let_in, !let_in), "{from} {body}");
                assert_eq!(body == unauthorized, !let_in, "{from} {body}");
            }
        }
        // What the client says of itself is not believed.
        let mut forged = get(&hub, "");
        forged.headers_mut().insert("x-forwarded-for", "1.2.3.4".parse().unwrap());
        assert_eq!(call(&hub, "6.6.6.6", forged).await, (401, unauthorized));
        addresses::set(hub.engine(), merchant, "owner", " ").await.unwrap();
        assert_eq!(call(&hub, "6.6.6.6", get(&hub, "")).await.0, 200);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_network_is_named() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let merchant = MerchantId(hub.shop.merchant.id);
        let many = "1.2.3.4 ".repeat(51);
        for text in ["1.2.3.4/24", "shop.test", "1.2.3.4; drop", "\0", &many] {
            let refused = addresses::set(hub.engine(), merchant, "owner", text).await.unwrap_err();
            assert!(format!("{refused:?}").contains("allowed_ips"), "{refused:?}");
        }
        assert_eq!(hub.get("/users/pg").await.status, 200, "nothing was set");
    })
    .await;
}
