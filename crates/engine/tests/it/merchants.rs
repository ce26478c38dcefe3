//! Making merchants and moving their clocks.

use domain::{MerchantId, Secret};
use engine::Error;
use engine::merchants::{self, CreateMerchant};
use testkit::dbs::on_both;
use testkit::engine::TestEngine;

#[tokio::test]
async fn a_merchant_has_codes_as_v1_has_them() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let code = made.merchant.user_code.strip_prefix("imp").unwrap();
        assert!(code.len() == 8 && digits(code));
        assert!(made.key.imp_key.len() == 16 && digits(&made.key.imp_key));
        assert_eq!(made.key.imp_secret.expose().len(), 80);
        assert_eq!(made.merchant.webhook_format, "json");
        let found = merchants::get_by_user_code(&hub.engine, &made.merchant.user_code).await;
        assert_eq!(found.unwrap(), made.merchant);
        for unknown in ["imp00000000", "", "imp\0"] {
            let found = merchants::get_by_user_code(&hub.engine, unknown).await;
            let Err(Error::NotFound(text)) = found else { panic!("{found:?}") };
            assert_eq!(text, "판매자 정보를 찾을 수 없습니다.");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_given_is_taken_once_and_nothing_is_left_of_a_failure() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let given = || CreateMerchant {
            name: "데모".to_owned(),
            login: "demo".to_owned(),
            password: Some(Secret::new("demo-password".to_owned())),
            user_code: Some("imp12345678".to_owned()),
            imp_key: Some("imp_apikey".to_owned()),
            imp_secret: Some(Secret::new("secret".to_owned())),
        };
        let made = merchants::create(&hub.engine, given()).await.unwrap();
        assert_eq!(made.merchant.user_code, "imp12345678");
        assert_eq!(made.key.imp_key, "imp_apikey");
        let again = |change: fn(&mut CreateMerchant)| {
            let mut new = given();
            change(&mut new);
            merchants::create(&hub.engine, new)
        };
        let free = |new: &mut CreateMerchant| {
            new.login = "another".to_owned();
            new.user_code = None;
            new.imp_key = None;
        };
        for (expected, result) in [
            ("user_code", again(|_| {}).await),
            ("login", again(|new| new.user_code = None).await),
            (
                "imp_key",
                again(|new| {
                    new.user_code = None;
                    new.login = "other".to_owned();
                })
                .await,
            ),
            ("user_code", again(|new| new.user_code = Some("imp1".to_owned())).await),
            ("name", again(|new| new.name = " ".to_owned()).await),
            ("password", again(|new| new.password = Some(Secret::new("short".to_owned()))).await),
            ("login", again(|new| new.login = "한글".to_owned()).await),
        ] {
            let Err(Error::Invalid { field, .. }) = result else { panic!("{expected}") };
            assert_eq!(field, expected);
        }
        assert_eq!(store::merchants::list(&hub.engine.db).await.unwrap().len(), 1);
        let mut new = given();
        free(&mut new);
        assert!(merchants::create(&hub.engine, new).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn clocks_go_forward_one_merchant_at_a_time_and_only_in_a_sandbox() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (one, two) = (hub.merchant("one").await, hub.merchant("two").await);
        let (first, second) = (MerchantId(one.merchant.id), MerchantId(two.merchant.id));
        let start = hub.clock.read();
        let day = merchants::advance(&hub.engine, first, 86_400).await.unwrap();
        assert_eq!(day, start.plus_seconds(86_400));
        hub.clock.advance(5);
        let both = merchants::advance(&hub.engine, first, 1).await.unwrap();
        assert_eq!(both, start.plus_seconds(86_406));
        let other = merchants::now_of(&hub.engine, second).await.unwrap();
        assert_eq!(other, start.plus_seconds(5));
        for wrong in [0, -1, 366 * 86_400 + 1, i64::MIN, i64::MAX] {
            let refused = merchants::advance(&hub.engine, first, wrong).await;
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{wrong}");
        }
        let replica = hub.replica(2);
        assert_eq!(merchants::now_of(&replica, first).await.unwrap(), both);
        let TestEngine { test, .. } = hub;
        let live = TestEngine::with(test, |parts| parts.sandbox = None);
        let refused = merchants::advance(&live.engine, first, 1).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    })
    .await;
}
