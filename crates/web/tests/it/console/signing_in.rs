//! Signing in and out, sessions, tokens, roles, languages.

use super::client::{Client, encode};
use crate::hub::Hub;
use engine::staff::Role;
use testkit::dbs::on_both;

#[tokio::test]
async fn a_stranger_signs_in_and_comes_back_to_the_page_asked_for() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::new(&hub);
        let page = client.get("/console/payments?status=paid&q=%EC%9D%B4").await;
        assert!(page.path.starts_with("/console/sign-in?next="), "{}", page.path);
        let next = page.value("next").unwrap();
        assert_eq!(next, "/console/payments?status=paid&#38;q=%EC%9D%B4");
        let password = hub.shop.owner.password.expose();
        let next = next.replace("&#38;", "&");
        let fields = [("login", "OWNER "), ("password", password), ("next", &next)];
        let page = client.post("/console/sign-in", &fields).await;
        assert_eq!(page.path, next);
        page.is(200).says("이음 상점");
        // And once signed in there is nothing to sign in to.
        assert_eq!(client.get("/console/sign-in").await.path, "/console");
        client.post("/console/sign-out", &[]).await.is(200);
        assert_eq!(client.cookie("ieum_session"), None);
        assert!(client.get("/console").await.path.starts_with("/console/sign-in"));
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_with_sign_out_on_the_server_too() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let cookie = client.cookie("ieum_session").unwrap();
        client.get("/console").await;
        client.post("/console/sign-out", &[]).await;
        client.set_cookie("ieum_session", &cookie);
        assert!(client.get("/console").await.path.starts_with("/console/sign-in"));
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_are_counted_and_said() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::new(&hub);
        for _ in 0..5 {
            let page = client.sign_in("owner", "wrong-password").await;
            page.is(401).says("아이디 또는 비밀번호가 올바르지 않습니다.");
            assert_eq!(page.value("login").unwrap(), "owner");
            page.hides("wrong-password");
        }
        let page = client.sign_in("owner", hub.shop.owner.password.expose()).await;
        page.is(429).says("60초 후에");
        hub.test.clock.advance(61);
        client.sign_in("owner", hub.shop.owner.password.expose()).await.is(200);
    })
    .await;
}

#[tokio::test]
async fn the_way_back_never_leads_away() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let password = hub.shop.owner.password.expose();
        for next in ["//evil.example/console", "https://evil.example", "/\\evil.example", "x"] {
            let client = Client::new(&hub);
            client.get("/console/sign-in").await;
            let fields = [("login", "owner"), ("password", password), ("next", next)];
            assert_eq!(client.post("/console/sign-in", &fields).await.path, "/console", "{next}");
            let back = String::from_utf8(encode(&[("to", "en"), ("back", next)])).unwrap();
            let page = client.get(&format!("/console/language?{back}")).await;
            assert_eq!(page.path, "/console", "{next}");
        }
    })
    .await;
}

#[tokio::test]
async fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::new(&hub);
        let page = client.get("/console/sign-in").await;
        let visitor = page.answer.headers["set-cookie"].to_str().unwrap();
        assert!(visitor.contains("; HttpOnly; SameSite=Lax"), "{visitor}");
        let token = page.value("csrf").unwrap();
        let password = hub.shop.owner.password.expose();
        let body = encode(&[("csrf", &token), ("login", "owner"), ("password", password)]);
        let answer = client.send("POST", "/console/sign-in", &body).await;
        let session = answer.headers["set-cookie"].to_str().unwrap();
        assert!(
            session.starts_with("ieum_session=") && session.contains("; HttpOnly; SameSite=Lax")
        );
        assert!(session.contains("Path=/console;"), "{session}");
    })
    .await;
}

#[tokio::test]
async fn a_form_from_elsewhere_does_nothing() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        hub.paid("imp_000000000001", "order-1", 10).await;
        let client = Client::owner(&hub).await;
        let channel = client.get("/console").await;
        channel.is(200);
        for path in [
            "/console/sign-out",
            "/console/attentions/resolve",
            "/console/payments/imp_000000000001/cancel/confirm",
            "/console/payments/imp_000000000001/cancel",
            "/console/payments/imp_000000000001/deposit",
            "/console/webhooks",
            "/console/webhooks/test",
            "/console/webhooks/resend",
            "/console/channels",
            "/console/channels/1",
            "/console/channels/1/check",
            "/console/channels/1/default",
            "/console/channels/1/delete",
            "/console/developer/reissue",
            "/console/developer/clock",
            "/console/faults",
            "/console/faults/clear",
            "/console/profile",
        ] {
            for token in ["", "0000", "x"] {
                let page = client.post_without_token(path, &[("csrf", token)]).await;
                page.is(403).says("아무것도 처리하지 않았습니다");
            }
        }
        // Still signed in, nothing cancelled, nothing sent.
        client.get("/console/payments/imp_000000000001").await.is(200).says("결제완료");
        assert!(hub.test.outbound.sent().is_empty());
        // The sign-in form is tied to the browser it was shown in.
        let other = Client::new(&hub);
        let token = other.get("/console/sign-in").await.value("csrf").unwrap();
        let thief = Client::new(&hub);
        let password = hub.shop.owner.password.expose();
        let fields = [("csrf", token.as_str()), ("login", "owner"), ("password", password)];
        thief.post_without_token("/console/sign-in", &fields).await.is(403);
        assert_eq!(thief.cookie("ieum_session"), None);
    })
    .await;
}

#[tokio::test]
async fn roles_see_and_do_what_they_may() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        hub.paid("imp_000000000001", "order-1", 10).await;
        let viewer = Client::with_role(&hub, Role::Viewer).await;
        let page = viewer.get("/console/payments/imp_000000000001").await;
        page.is(200).says("14,000원").hides("/cancel/confirm");
        viewer.get("/console/channels").await.is(200).hides("PG사 추가");
        viewer.get("/console/channels/new").await.is(403).says("역할이 아닙니다");
        for path in [
            "/console/payments/imp_000000000001/cancel/confirm",
            "/console/payments/imp_000000000001/cancel",
            "/console/payments/imp_000000000001/deposit",
            "/console/attentions/resolve",
            "/console/webhooks",
            "/console/webhooks/test",
            "/console/webhooks/resend",
            "/console/channels",
            "/console/developer/reissue",
            "/console/developer/clock",
            "/console/faults",
            "/console/faults/clear",
        ] {
            viewer.post(path, &[("amount", "14000"), ("reason", "x")]).await.is(403);
        }
        let manager = Client::with_role(&hub, Role::Manager).await;
        let page = manager.get("/console/payments/imp_000000000001").await;
        page.says("/cancel/confirm");
        manager.post("/console/channels", &[("pg", "kicc"), ("mode", "test")]).await.is(403);
        let fields = [("webhook_url", "https://a.b"), ("webhook_format", "json")];
        manager.post("/console/webhooks", &fields).await.is(403);
        assert!(hub.test.outbound.sent().is_empty());
    })
    .await;
}

#[tokio::test]
async fn pages_speak_the_browsers_language_until_told_otherwise() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::speaking(&hub, "en-US,en;q=0.9");
        client.get("/console/sign-in").await.says("<html lang=\"en\">").says("Sign in to Ieum");
        client.sign_in("owner", "nope").await.says("Wrong login or password.");
        let page = client.get("/console/language?to=ko&back=/console/sign-in").await;
        assert_eq!(page.path, "/console/sign-in");
        page.says("<html lang=\"ko\">").says("이음 관리자 로그인");
        client.get("/console/language?to=xx&back=/console/sign-in").await.says("로그인");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_signs_other_devices_out() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let here = Client::owner(&hub).await;
        let there = Client::owner(&hub).await;
        let old = hub.shop.owner.password.expose().clone();
        here.get("/console/profile").await.is(200).says("소유자");
        let change = async |current: &str, new: &str, again: &str| {
            let fields = [("current", current), ("password", new), ("again", again)];
            here.post("/console/profile", &fields).await
        };
        let page = change("not-my-password", "another-password", "another-password").await;
        assert_eq!(page.wrongs(), ["현재 비밀번호가 올바르지 않습니다."]);
        page.hides("another-password");
        let page = change(&old, "another-password", "another-passwort").await;
        assert_eq!(page.wrongs(), ["새 비밀번호가 서로 다릅니다."]);
        change(&old, "short", "short").await.is(422).says("8자에서");
        change(&old, "another-password", "another-password").await.is(200).says("변경했습니다");
        here.get("/console").await.is(200);
        assert!(there.get("/console").await.path.starts_with("/console/sign-in"));
        let client = Client::new(&hub);
        client.sign_in("owner", &old).await.is(401);
        client.sign_in("owner", "another-password").await.is(200);
    })
    .await;
}
