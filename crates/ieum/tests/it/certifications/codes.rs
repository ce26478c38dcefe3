//! A code by telephone: asked for, confirmed, mistyped, late, lost.

use super::{NOW, channel, confirm, get, hub, request, requested};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

async fn clock(hub: &TestHub, seconds: i64) {
    hub.rest("POST", "/sandbox/clock", json!({ "advance_seconds": seconds })).await.ok();
}

#[tokio::test]
async fn a_code_is_sent_and_confirmed_once() {
    on_both(async |test| {
        let hub = hub(test).await;
        let more = json!({"merchant_uid": "c1", "is_mvno": true, "gender_digit": 6});
        let imp_uid = requested(&hub, more).await;
        assert!(imp_uid.starts_with("imp_") && imp_uid.len() == 16);
        assert_eq!(get(&hub, &imp_uid).await.ok()["certified"], false);
        let row = confirm(&hub, &imp_uid, "000000").await.ok();
        for (key, value) in [
            ("birth", json!(631_119_600)),
            ("birthday", json!("1990-01-01")),
            ("carrier", json!("SKT_MVNO")),
            ("certified", json!(true)),
            ("certified_at", json!(NOW)),
            ("foreigner", json!(true)),
            ("foreigner_v2", json!(true)),
            ("gender", json!("female")),
            ("imp_uid", json!(imp_uid)),
            ("merchant_uid", json!("c1")),
            ("name", json!("홍길동")),
            ("origin", Value::Null),
            ("pg_provider", json!("danal")),
            ("phone", json!("01012345678")),
        ] {
            assert_eq!(row[key], value, "{key}");
        }
        assert_eq!(get(&hub, &imp_uid).await.ok(), row);
        let again = confirm(&hub, &imp_uid, "000000").await.refusal();
        assert_eq!((again.0, again.1), (400, -1));
        assert!(again.2.contains("이미 인증처리가 완료된"), "{}", again.2);
        assert!(hub.webhooks().is_empty());
        // Unnamed ones get a number of the merchant's kind.
        let imp_uid = requested(&hub, json!({})).await;
        let named = get(&hub, &imp_uid).await.ok();
        assert!(named["merchant_uid"].as_str().unwrap().starts_with("nobody_"));
    })
    .await;
}

#[tokio::test]
async fn wrong_codes_are_counted_and_late_ones_refused() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = requested(&hub, json!({})).await;
        for left in [4, 3, 2, 1] {
            let (status, code, text) = confirm(&hub, &imp_uid, "123456").await.refusal();
            assert_eq!((status, code), (400, -1));
            assert!(text.contains("2001") && text.contains(&format!("{left}회")), "{text}");
        }
        let last = confirm(&hub, &imp_uid, "123456").await.refusal();
        assert!(last.0 == 400 && last.2.contains("5회"), "{last:?}");
        let over = confirm(&hub, &imp_uid, "000000").await.refusal();
        assert!(over.0 == 400 && over.2.contains("5회"), "{over:?}");
        assert_eq!(get(&hub, &imp_uid).await.ok()["certified"], false);
        let imp_uid = requested(&hub, json!({})).await;
        clock(&hub, 181).await;
        let late = confirm(&hub, &imp_uid, "000000").await.refusal();
        assert!(late.0 == 400 && late.2.contains("유효시간"), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_or_nobody_is_named() {
    on_both(async |test| {
        let hub = hub(test).await;
        for field in ["name", "phone", "birth", "gender_digit", "carrier"] {
            let (status, _, text) = request(&hub, json!({ field: "" })).await.refusal();
            assert_eq!(status, 400);
            assert_eq!(text, format!("{field} 파라메터가 누락되었습니다."));
        }
        for (field, value) in [
            ("name", json!("가".repeat(41))),
            ("phone", json!("02-123-4567")),
            ("birth", json!("900231")),
            ("birth", json!("19900101")),
            ("gender_digit", json!(9)),
            ("gender_digit", json!("3x")),
            ("carrier", json!("KTF")),
            ("is_mvno", json!("perhaps")),
            ("verification_method", json!("FAX")),
            ("verification_method", json!("APP")),
            ("merchant_uid", json!("x".repeat(41))),
        ] {
            let (status, _, text) = request(&hub, json!({ field: value })).await.refusal();
            assert!(status == 400 && text.contains(field), "{field}: {status} {text}");
        }
        // Born in 2090.
        let future = request(&hub, json!({"gender_digit": 3})).await.refusal();
        assert!(future.0 == 400 && future.2.contains("birth"), "{future:?}");
        // No carrier knows this number.
        let unknown = request(&hub, json!({"phone": "010-1234-0000"})).await.refusal();
        assert!(unknown.0 == 400 && unknown.2.contains("[3001|"), "{unknown:?}");
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_needs_a_number_and_a_code() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = requested(&hub, json!({})).await;
        let missing = confirm(&hub, &imp_uid, "").await.refusal();
        assert!(missing.0 == 400 && missing.2.contains("otp"), "{missing:?}");
        for unknown in ["imp_000000000000", "imp_1", "x"] {
            assert_eq!(confirm(&hub, unknown, "000000").await.refusal().0, 404);
        }
        // A window is not confirmed by a code.
        let param = json!({"merchant_uid": "c1"});
        let opened = super::open(&hub, &param, pg::Device::Pc).await;
        let window = opened["imp_uid"].as_str().unwrap();
        assert_eq!(confirm(&hub, window, "000000").await.refusal().0, 404);
        // The first code still holds.
        confirm(&hub, &imp_uid, "000000").await.ok();
    })
    .await;
}

#[tokio::test]
async fn channels_that_send_no_codes_are_not_exchanged_for_others() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let none = request(&hub, json!({})).await.refusal();
        let text = "등록된 본인인증 PG 설정 정보가 없습니다.";
        assert_eq!(none, (200, 1, text.to_owned()));
        let window_only = channel(&hub, "inicis_unified").await;
        assert_eq!(request(&hub, json!({})).await.refusal().1, 1);
        let app = channel(&hub, "kcp_v2").await;
        let key = json!({"channel_key": window_only.channel_key});
        assert_eq!(request(&hub, key).await.refusal().1, 1);
        assert_eq!(request(&hub, json!({"pg": "inicis_unified"})).await.refusal().1, 1);
        let imp_uid = requested(&hub, json!({})).await;
        assert_eq!(get(&hub, &imp_uid).await.ok()["pg_provider"], "kcp_v2");
        // In its app a person needs no code.
        let by_app = json!({"channel_key": app.channel_key, "verification_method": "APP"});
        let imp_uid = requested(&hub, by_app).await;
        assert_eq!(confirm(&hub, &imp_uid, "").await.ok()["certified"], true);
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_whose_answer_is_lost_is_found_out() {
    on_both(async |test| {
        let hub = hub(test).await;
        for (fault, certified) in [
            ("timeout_after", true),
            ("server_error_after", true),
            ("garbage", true),
            ("timeout_before", false),
            ("down", false),
        ] {
            let imp_uid = requested(&hub, json!({})).await;
            hub.fault("certification", "approve", fault);
            let (status, code, _) = confirm(&hub, &imp_uid, "000000").await.refusal();
            assert_eq!((status, code), (500, -1), "{fault}");
            hub.advance(10).await;
            assert_eq!(get(&hub, &imp_uid).await.ok()["certified"], certified, "{fault}");
            let again = confirm(&hub, &imp_uid, "000000").await;
            match certified {
                true => assert_eq!(again.refusal().0, 400, "{fault}"),
                false => assert_eq!(again.ok()["certified"], true, "{fault}"),
            }
        }
        // A second try that comes before the job finds out by itself.
        let imp_uid = requested(&hub, json!({})).await;
        hub.fault("certification", "approve", "timeout_after");
        assert_eq!(confirm(&hub, &imp_uid, "000000").await.refusal().0, 500);
        let again = confirm(&hub, &imp_uid, "000000").await.refusal();
        assert!(again.0 == 400 && again.2.contains("완료"), "{again:?}");
        assert_eq!(get(&hub, &imp_uid).await.ok()["certified"], true);
    })
    .await;
}

#[tokio::test]
async fn a_request_without_an_answer_is_an_error_and_no_verification() {
    on_both(async |test| {
        let hub = hub(test).await;
        for fault in ["timeout_after", "down", "garbage", "server_error"] {
            hub.fault("certification", "issue", fault);
            let (status, code, _) = request(&hub, json!({})).await.refusal();
            assert_eq!((status, code), (500, -1), "{fault}");
        }
        let imp_uid = requested(&hub, json!({})).await;
        confirm(&hub, &imp_uid, "000000").await.ok();
    })
    .await;
}

#[tokio::test]
async fn two_confirmations_at_once_are_one() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = requested(&hub, json!({})).await;
        let (one, two) =
            tokio::join!(confirm(&hub, &imp_uid, "000000"), confirm(&hub, &imp_uid, "000000"));
        let codes = [one.status, two.status];
        assert!(codes.contains(&200) && codes.contains(&400), "{codes:?}");
    })
    .await;
}
