//! Tokens as V1 gives them out.

use domain::MerchantId;
use engine::api_keys::{self, GetToken, IssueKey};
use engine::merchants::Created;
use engine::{Engine, Error, merchants};
use testkit::dbs::on_both;
use testkit::engine::TestEngine;

const HERE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

async fn token(engine: &Engine, of: &Created) -> GetToken {
    let secret = of.key.imp_secret.expose();
    api_keys::get_token(engine, Some(&of.key.imp_key), Some(secret), HERE).await.unwrap()
}

#[tokio::test]
async fn one_token_lives_as_long_as_v1_says() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let first = token(&hub.engine, &made).await;
        assert_eq!(first.now, hub.clock.read().seconds());
        assert_eq!(first.expired_at, first.now + 1_800);
        assert!(first.access_token.len() == 40);

        // 60 s left: the same, to the same end.
        hub.clock.advance(1_740);
        let same = token(&hub.engine, &made).await;
        assert_eq!(same, GetToken { now: first.now + 1_740, ..first.clone() });
        // 59 s left: the same, 300 s longer than before.
        hub.clock.advance(1);
        let longer = token(&hub.engine, &made).await;
        assert_eq!(longer.access_token, first.access_token);
        assert_eq!(longer.expired_at, first.expired_at + 300);

        // It works until its end, also after a restart, and not a millisecond longer.
        let restarted = hub.replica(2);
        hub.clock.advance(358);
        let auth = api_keys::authenticate(&restarted, &first.access_token, HERE).await.unwrap();
        assert_eq!(auth.merchant_id, MerchantId(made.merchant.id));
        hub.clock.advance(1);
        let over = api_keys::authenticate(&restarted, &first.access_token, HERE).await;
        assert!(matches!(over, Err(Error::Unauthorized("Unauthorized"))));
        let next = token(&restarted, &made).await;
        assert_ne!(next.access_token, first.access_token);
        assert_eq!(next.expired_at, next.now + 1_800);
        let next = api_keys::authenticate(&hub.engine, &next.access_token, HERE).await;
        assert_eq!(next.unwrap().api_key_id, made.key.id);
    })
    .await;
}

#[tokio::test]
async fn everybody_who_asks_at_once_gets_the_same_token() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        // First ever, before its end, after its end: each time 24 callers on two processes.
        for step in [0, 1_750, 400] {
            hub.clock.advance(step);
            let engines = [hub.engine.clone(), hub.replica(9)];
            let mut calls = tokio::task::JoinSet::new();
            for index in 0..24 {
                let (engine, made) = (engines[index % 2].clone(), made.clone());
                calls.spawn(async move { token(&engine, &made).await });
            }
            let tokens = calls.join_all().await;
            assert!(tokens.iter().all(|token| *token == tokens[0]), "after {step} s");
        }
    })
    .await;
}

#[tokio::test]
async fn wrong_and_missing_credentials_get_v1s_texts() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let (key, secret) = (made.key.imp_key.as_str(), made.key.imp_secret.expose().as_str());
        let missing = [(None, None), (Some(key), None), (None, Some(secret)), (Some(""), Some(""))];
        for (key, secret) in missing {
            let result = api_keys::get_token(&hub.engine, key, secret, HERE).await;
            let Err(Error::Invalid { message, .. }) = result else { panic!("{result:?}") };
            assert_eq!(message, "imp_key, imp_secret 파라메터가 누락되었습니다.");
        }
        let upper = secret.to_uppercase();
        let wrong =
            [(key, upper.as_str()), ("1", secret), ("1\0", secret), (key, "\0"), (key, key)];
        for (key, secret) in wrong {
            let result = api_keys::get_token(&hub.engine, Some(key), Some(secret), HERE).await;
            let Err(Error::Unauthorized(text)) = result else { panic!("{result:?}") };
            assert_eq!(text, "인증에 실패하였습니다. API키와 secret을 확인하세요.");
        }
        for unknown in ["", "0000", "\0", &"f".repeat(40)] {
            let result = api_keys::authenticate(&hub.engine, unknown, HERE).await;
            assert!(matches!(result, Err(Error::Unauthorized("Unauthorized"))), "{unknown}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_secret_ends_the_old_one_but_not_its_token() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let other = hub.merchant("other").await;
        let merchant = MerchantId(made.merchant.id);
        let before = token(&hub.engine, &made).await;
        let foreign = MerchantId(other.merchant.id);
        let refused = api_keys::reissue(&hub.engine, foreign, "other", &made.key.imp_key).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
        let secret = api_keys::reissue(&hub.engine, merchant, "owner", &made.key.imp_key).await;
        let mut renewed = made.clone();
        renewed.key.imp_secret = secret.unwrap();
        let old = made.key.imp_secret.expose();
        let old = api_keys::get_token(&hub.engine, Some(&made.key.imp_key), Some(old), HERE).await;
        assert!(matches!(old, Err(Error::Unauthorized(_))));
        assert!(api_keys::authenticate(&hub.engine, &before.access_token, HERE).await.is_ok());
        assert_eq!(token(&hub.engine, &renewed).await, before);
        let lines = engine::audit::recent(&hub.engine, merchant, i64::MAX, 9).await.unwrap();
        assert_eq!(lines[0].action, "key.reissue");
        assert!(!format!("{lines:?}").contains(renewed.key.imp_secret.expose()));
    })
    .await;
}

#[tokio::test]
async fn keys_have_tokens_of_their_own_and_end_alone() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        let second = api_keys::issue(&hub.engine, merchant, "owner", IssueKey::default()).await;
        let second = Created { key: second.unwrap(), ..made.clone() };
        let (one, two) = (token(&hub.engine, &made).await, token(&hub.engine, &second).await);
        assert_ne!(one.access_token, two.access_token);
        let taken = IssueKey { imp_key: Some(made.key.imp_key.clone()), imp_secret: None };
        let taken = api_keys::issue(&hub.engine, merchant, "owner", taken).await;
        assert!(matches!(taken, Err(Error::Invalid { field, .. }) if field == "imp_key"));

        api_keys::revoke(&hub.engine, merchant, "owner", &made.key.imp_key).await.unwrap();
        assert!(api_keys::authenticate(&hub.engine, &one.access_token, HERE).await.is_err());
        assert!(api_keys::authenticate(&hub.engine, &two.access_token, HERE).await.is_ok());
        let last = api_keys::revoke(&hub.engine, merchant, "owner", &second.key.imp_key).await;
        assert!(matches!(last, Err(Error::Refused(_))));
        let secret = made.key.imp_secret.expose();
        let gone =
            api_keys::get_token(&hub.engine, Some(&made.key.imp_key), Some(secret), HERE).await;
        assert!(matches!(gone, Err(Error::Unauthorized(_))));
    })
    .await;
}

#[tokio::test]
async fn tokens_live_in_the_merchants_own_time() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (one, two) = (hub.merchant("one").await, hub.merchant("two").await);
        let (first, second) = (token(&hub.engine, &one).await, token(&hub.engine, &two).await);
        let merchant = MerchantId(one.merchant.id);
        let now = merchants::advance(&hub.engine, merchant, 1_800).await.unwrap();
        assert!(api_keys::authenticate(&hub.engine, &first.access_token, HERE).await.is_err());
        assert!(api_keys::authenticate(&hub.engine, &second.access_token, HERE).await.is_ok());
        assert_eq!(token(&hub.engine, &one).await.now, now.seconds());
    })
    .await;
}

#[tokio::test]
async fn neither_secret_nor_token_is_in_the_database() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let token = token(&hub.engine, &made).await;
        let keys = store::api_keys::list(&hub.engine.db, MerchantId(made.merchant.id)).await;
        let row = store::api_keys::token(&hub.engine.db, MerchantId(made.merchant.id), made.key.id);
        let stored = format!("{:?} {:?}", keys.unwrap(), row.await.unwrap());
        assert!(stored.contains(&made.key.imp_key));
        assert!(!stored.contains(made.key.imp_secret.expose()));
        assert!(!stored.contains(&token.access_token));
        assert!(!format!("{token:?} {made:?}").contains(&token.access_token));
        assert!(!format!("{made:?}").contains(made.key.imp_secret.expose()));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_late_does_not_change_the_token_others_were_given() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        let given = token(&hub.engine, &made).await;
        let stored = async || {
            let row = store::api_keys::token(&hub.engine.db, merchant, made.key.id).await;
            row.unwrap().unwrap()
        };
        let first = stored().await;
        // A second "first" token, a generation out of turn, an extension of an end long past.
        for generation in [1, 3] {
            let late = store::api_keys::TokenRow {
                generation,
                token_hash: format!("late {generation}"),
                expires_at: first.expires_at.plus_seconds(9),
                ..first.clone()
            };
            let mut batch = store::Batch::new();
            store::api_keys::put_token(&mut batch, &late);
            store::api_keys::extend_token(&mut batch, &late, late.expires_at.plus_seconds(300));
            hub.engine.db.commit(batch).await.unwrap();
            assert_eq!(stored().await, first);
        }
        assert_eq!(token(&hub.engine, &made).await, given);
    })
    .await;
}
