//! Signing in to the console.

use domain::{MerchantId, Secret};
use engine::merchants::Created;
use engine::staff::{self, CreateStaff, Role, SignedIn};
use engine::{Engine, Error, jobs, merchants};
use testkit::dbs::on_both;
use testkit::engine::TestEngine;

async fn enter(engine: &Engine, made: &Created) -> engine::Result<SignedIn> {
    staff::sign_in(engine, &made.owner.login, made.owner.password.expose()).await
}

#[tokio::test]
async fn a_session_is_the_cookie_and_lasts_half_a_day() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("Owner@shop.kr").await;
        let signed = enter(&hub.engine, &made).await.unwrap();
        let cookie = signed.cookie.expose();
        assert!(cookie.len() == 64 && cookie.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let restarted = hub.replica(2);
        let session = staff::session(&restarted, cookie).await.unwrap().unwrap();
        assert_eq!(session, signed.session);
        assert_eq!((session.login.as_str(), session.role), ("owner@shop.kr", Role::Owner));
        assert_eq!(session.merchant_id, MerchantId(made.merchant.id));
        assert!(session.csrf.len() == 64 && session.csrf != *cookie);
        assert!(!format!("{signed:?}").contains(cookie));
        for wrong in ["", "\0", &session.csrf, &cookie.to_uppercase()] {
            assert_eq!(staff::session(&hub.engine, wrong).await.unwrap(), None, "{wrong}");
        }
        hub.clock.advance(12 * 3_600 - 1);
        assert!(staff::session(&hub.engine, cookie).await.unwrap().is_some());
        hub.clock.advance(1);
        assert_eq!(staff::session(&hub.engine, cookie).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_that_session_alone() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let one = enter(&hub.engine, &made).await.unwrap();
        let two = enter(&hub.engine, &made).await.unwrap();
        assert_ne!(one.session.csrf, two.session.csrf);
        staff::sign_out(&hub.engine, one.cookie.expose()).await.unwrap();
        assert_eq!(staff::session(&hub.engine, one.cookie.expose()).await.unwrap(), None);
        assert!(staff::session(&hub.engine, two.cookie.expose()).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn five_wrong_passwords_lock_a_login_whether_anybody_has_it_or_not() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        for login in ["owner", "nobody"] {
            for _ in 0..5 {
                let wrong = staff::sign_in(&hub.engine, login, "wrong password").await;
                assert!(matches!(wrong, Err(Error::Unauthorized(_))), "{login}");
            }
            let locked = staff::sign_in(&hub.engine, login, "wrong password").await;
            assert!(matches!(locked, Err(Error::TooMany(60))), "{login}");
        }
        assert!(matches!(enter(&hub.engine, &made).await, Err(Error::TooMany(60))));
        hub.clock.advance(60);
        let wrong = staff::sign_in(&hub.engine, "owner", "wrong password").await;
        assert!(matches!(wrong, Err(Error::Unauthorized(_))));
        assert!(matches!(enter(&hub.engine, &made).await, Err(Error::TooMany(120))));
        hub.clock.advance(120);
        assert!(enter(&hub.engine, &made).await.is_ok());
        // The right one clears the count.
        let wrong = staff::sign_in(&hub.engine, "owner", "wrong password").await;
        assert!(matches!(wrong, Err(Error::Unauthorized(_))));
        assert!(enter(&hub.engine, &made).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn guesses_at_once_all_count() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        hub.merchant("owner").await;
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..9 {
            let engine = hub.engine.clone();
            guesses.spawn(async move { staff::sign_in(&engine, "owner", "wrong password").await });
        }
        let results = guesses.join_all().await;
        let looked_at = results.iter().filter(|one| matches!(one, Err(Error::Unauthorized(_))));
        assert_eq!(looked_at.count(), 5);
    })
    .await;
}

#[tokio::test]
async fn people_have_roles_and_no_two_have_a_login() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        let new = |login: &str, role| CreateStaff {
            login: login.to_owned(),
            password: Some(Secret::new("long enough".to_owned())),
            role,
        };
        staff::create(&hub.engine, merchant, "owner", new("viewer", Role::Viewer)).await.unwrap();
        let viewer = staff::sign_in(&hub.engine, " VIEWER ", "long enough").await.unwrap();
        assert!(viewer.session.role.need(Role::Viewer).is_ok());
        let refused = viewer.session.role.need(Role::Manager);
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        let taken = new("owner", Role::Owner);
        let taken = staff::create(&hub.engine, merchant, "owner", taken).await;
        assert!(matches!(taken, Err(Error::Invalid { field, .. }) if field == "login"));
        let people = staff::list(&hub.engine, merchant).await.unwrap();
        let people: Vec<_> = people.iter().map(|one| (one.login.as_str(), one.role)).collect();
        assert_eq!(people, [("owner", Some(Role::Owner)), ("viewer", Some(Role::Viewer))]);
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_every_session() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let old = made.owner.password.expose();
        let one = enter(&hub.engine, &made).await.unwrap();
        let two = enter(&hub.engine, &made).await.unwrap();
        let wrong = staff::change_password(&hub.engine, &one.session, "wrong one", "new password");
        assert!(matches!(wrong.await, Err(Error::Unauthorized(_))));
        let short = staff::change_password(&hub.engine, &one.session, old, "short").await;
        assert!(matches!(short, Err(Error::Invalid { .. })));
        let three = staff::change_password(&hub.engine, &one.session, old, "new password").await;
        let three = three.unwrap();
        for over in [&one, &two] {
            assert_eq!(staff::session(&hub.engine, over.cookie.expose()).await.unwrap(), None);
        }
        assert!(staff::session(&hub.engine, three.cookie.expose()).await.unwrap().is_some());
        assert!(matches!(enter(&hub.engine, &made).await, Err(Error::Unauthorized(_))));
        assert!(staff::sign_in(&hub.engine, "owner", "new password").await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn sessions_that_are_over_are_taken_away() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        enter(&hub.engine, &made).await.unwrap();
        hub.clock.advance(3_600);
        enter(&hub.engine, &made).await.unwrap();
        let count = async || {
            let sql = "select cast(count(*) as bigint) as n from sessions";
            hub.engine.db.row(sql, &[]).await.unwrap().unwrap().int("n").unwrap()
        };
        // The merchant's clock is far ahead; sessions live in the wall clock.
        merchants::advance(&hub.engine, merchant, 86_400).await.unwrap();
        assert_eq!(count().await, 2);
        hub.clock.advance(11 * 3_600);
        assert_eq!(jobs::run_once(&hub.engine).await, 1);
        assert_eq!(count().await, 1);
        hub.clock.advance(3_600);
        assert_eq!(jobs::run_once(&hub.engine).await, 1);
        assert_eq!(count().await, 0);
        assert!(store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap().is_empty());
    })
    .await;
}
