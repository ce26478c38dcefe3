//! Channels: which one is the default, and who may not touch it.

use crate::rows;
use domain::MerchantId;
use engine::channels::{self, AddChannel, UpdateChannel};
use engine::merchants::{self, Created};
use engine::{Error, audit};
use pg::{Mode, TransportError};
use std::collections::BTreeMap;
use testkit::dbs::on_both;
use testkit::engine::TestEngine;

async fn default_of(hub: &TestEngine, made: &Created) -> Option<i64> {
    let id = MerchantId(made.merchant.id);
    merchants::get(&hub.engine, id).await.unwrap().default_channel_id
}

#[tokio::test]
async fn there_is_always_exactly_one_default() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let id = MerchantId(made.merchant.id);
        assert_eq!(default_of(&hub, &made).await, None);
        let one = rows::channel(&hub.engine, &made, "kicc", "a").await.id;
        let two = rows::channel(&hub.engine, &made, "kicc", "b").await.id;
        let three = rows::channel(&hub.engine, &made, "alipay", "c").await.id;
        assert_eq!(default_of(&hub, &made).await, Some(one));
        channels::set_default(&hub.engine, id, "owner", three).await.unwrap();
        assert_eq!(default_of(&hub, &made).await, Some(three));
        channels::delete(&hub.engine, id, "owner", one).await.unwrap();
        assert_eq!(default_of(&hub, &made).await, Some(three), "another one was deleted");
        channels::delete(&hub.engine, id, "owner", three).await.unwrap();
        assert_eq!(default_of(&hub, &made).await, Some(two), "the first added of the rest");
        for gone in [one, three] {
            let again = channels::delete(&hub.engine, id, "owner", gone).await;
            assert!(matches!(again, Err(Error::NotFound(_))));
            let chosen = channels::set_default(&hub.engine, id, "owner", gone).await;
            assert!(matches!(chosen, Err(Error::NotFound(_))));
            // Its payments can still be cancelled.
            assert!(store::channels::find(&hub.engine.db, id, gone).await.unwrap().is_some());
        }
        channels::delete(&hub.engine, id, "owner", two).await.unwrap();
        assert_eq!(default_of(&hub, &made).await, None);
        let none = channels::resolve(&hub.engine, id, None, None).await;
        let Err(Error::Refused(text)) = none else { panic!("{none:?}") };
        assert_eq!(text, "등록된 PG 설정 정보가 없습니다.");
        let lines = audit::recent(&hub.engine, id, i64::MAX, 9).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.action == "channel.delete").count(), 3);
    })
    .await;
}

#[tokio::test]
async fn deleting_all_at_once_leaves_no_deleted_default() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let id = MerchantId(made.merchant.id);
        let mut ids = Vec::new();
        for mid in ["a", "b", "c", "d"] {
            ids.push(rows::channel(&hub.engine, &made, "kicc", mid).await.id);
        }
        let mut deletes = tokio::task::JoinSet::new();
        for channel in ids {
            let engine = hub.engine.clone();
            deletes.spawn(async move { channels::delete(&engine, id, "owner", channel).await });
        }
        for result in deletes.join_all().await {
            result.unwrap();
        }
        assert_eq!(default_of(&hub, &made).await, None);
    })
    .await;
}

#[tokio::test]
async fn merchants_do_not_see_each_others_channels() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (one, two) = (hub.merchant("one").await, hub.merchant("two").await);
        let mine = rows::channel(&hub.engine, &one, "kicc", "a").await;
        let other = MerchantId(two.merchant.id);
        let engine = &hub.engine;
        let found = channels::resolve(engine, other, Some(&mine.channel_key), Some("kicc")).await;
        assert!(matches!(found, Err(Error::Refused(_))));
        for refused in [
            channels::delete(engine, other, "two", mine.id).await,
            channels::set_default(engine, other, "two", mine.id).await,
            channels::list::get(engine, other, mine.id).await.map(|_| ()),
            channels::check(engine, other, mine.id).await.map(|_| ()),
        ] {
            assert!(matches!(refused, Err(Error::NotFound(_))));
        }
        assert!(channels::list(engine, other).await.unwrap().is_empty());
        assert_eq!(channels::list(engine, MerchantId(one.merchant.id)).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_for_is_found_or_the_default_unless_strict() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let id = MerchantId(made.merchant.id);
        let one = rows::channel(&hub.engine, &made, "kicc", "a").await;
        let two = rows::channel(&hub.engine, &made, "alipay", "b.c").await;
        let by = async |pg: &str| channels::resolve(&hub.engine, id, None, Some(pg)).await;
        assert_eq!(by("alipay").await.unwrap(), two);
        assert_eq!(by("alipay.b.c").await.unwrap(), two);
        assert_eq!(by("alipay.x").await.unwrap(), one);
        assert_eq!(by("unknown\0").await.unwrap(), one);
        let key = Some(two.channel_key.as_str());
        let found = channels::resolve(&hub.engine, id, key, Some("kicc")).await.unwrap();
        assert_eq!(found, two);
        let TestEngine { test, .. } = hub;
        let strict = TestEngine::with(test, |parts| parts.settings.strict_pg = true);
        let by = async |pg: &str| channels::resolve(&strict.engine, id, None, Some(pg)).await;
        assert!(matches!(by("alipay.x").await, Err(Error::Refused(_))));
        assert_eq!(by("").await.unwrap(), one);
    })
    .await;
}

#[tokio::test]
async fn only_known_pgs_can_be_added() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let id = MerchantId(hub.merchant("owner").await.merchant.id);
        for unknown in ["", "nopg", "KICC\0"] {
            let new = AddChannel {
                pg: unknown.to_owned(),
                name: String::new(),
                mode: Mode::Test,
                fields: BTreeMap::new(),
            };
            let added = channels::add(&hub.engine, id, "owner", new).await;
            assert!(matches!(added, Err(Error::Invalid { field, .. }) if field == "pg"));
        }
        assert!(channels::list(&hub.engine, id).await.unwrap().is_empty());
    })
    .await;
}

const KEY: &str = "a-secret-of-the-shop";

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn adding(mode: Mode, pairs: &[(&str, &str)]) -> AddChannel {
    AddChannel { pg: "kicc".to_owned(), name: String::new(), mode, fields: values(pairs) }
}

#[tokio::test]
async fn a_test_channel_needs_nothing_and_a_live_one_its_credentials() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let id = MerchantId(hub.merchant("owner").await.merchant.id);
        let engine = &hub.engine;
        let test = channels::add(engine, id, "owner", adding(Mode::Test, &[])).await.unwrap();
        assert_eq!((test.mid.as_str(), test.sealed.as_str()), ("T5102001", ""));
        let uuid = test.channel_key.strip_prefix("channel-key-").unwrap();
        assert!(uuid.len() == 36 && uuid.as_bytes()[14] == b'4');
        let published = channels::credentials(engine, &test).unwrap();
        assert_eq!(published.get("mid"), "T5102001");

        for (pairs, wrong) in [
            (vec![], "mid"),
            (vec![("mid", "SHOP0001")], "key"),
            (vec![("mid", "SHOP00012"), ("key", KEY)], "mid"),
            (vec![("mid", "SHOP0001"), ("key", KEY), ("password", "x")], "password"),
        ] {
            let added = channels::add(engine, id, "owner", adding(Mode::Live, &pairs)).await;
            let Err(Error::Invalid { field, .. }) = added else { panic!("{added:?}") };
            assert_eq!(field, wrong);
        }
        let pairs = [("mid", "SHOP0001"), ("key", KEY)];
        let live = channels::add(engine, id, "owner", adding(Mode::Live, &pairs)).await.unwrap();
        let opened = channels::credentials(&hub.replica(2), &live).unwrap();
        assert_eq!((opened.get("mid"), opened.get("key")), ("SHOP0001", KEY));
        for (mode, pairs) in [(Mode::Live, &pairs[..]), (Mode::Test, &[])] {
            let twice = channels::add(engine, id, "owner", adding(mode, pairs)).await;
            assert!(matches!(twice, Err(Error::Refused(_))), "{mode:?}");
        }
        // Once it is deleted, the same contract may come again.
        channels::delete(engine, id, "owner", live.id).await.unwrap();
        assert!(channels::add(engine, id, "owner", adding(Mode::Live, &pairs)).await.is_ok());
        let by_mid = channels::resolve(engine, id, None, Some("kicc.SHOP0001")).await.unwrap();
        assert!(by_mid.id > live.id);
    })
    .await;
}

#[tokio::test]
async fn secrets_stay_where_they_are() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let id = MerchantId(hub.merchant("owner").await.merchant.id);
        let engine = &hub.engine;
        let pairs = [("mid", "SHOP0001"), ("key", KEY)];
        let live = channels::add(engine, id, "owner", adding(Mode::Live, &pairs)).await.unwrap();
        let change = |pairs: &[(&str, &str)], name: &str| UpdateChannel {
            id: live.id,
            name: name.to_owned(),
            mode: Mode::Live,
            fields: values(pairs),
        };
        let kept = change(&[("mid", "SHOP0002"), ("key", "")], "새 이름");
        let kept = channels::update(engine, id, "owner", kept).await.unwrap();
        assert_eq!(channels::credentials(engine, &kept).unwrap().get("key"), KEY);
        assert_eq!((kept.mid.as_str(), kept.name.as_str()), ("SHOP0002", "새 이름"));
        let other = change(&[("mid", "SHOP0002"), ("key", "another-secret")], "새 이름");
        let other = channels::update(engine, id, "owner", other).await.unwrap();
        assert_eq!(channels::credentials(engine, &other).unwrap().get("key"), "another-secret");

        let listed = channels::list(engine, id).await.unwrap().remove(0);
        let shown: Vec<&str> = listed.values.iter().map(|value| value.shown.as_str()).collect();
        assert_eq!(shown, ["SHOP0002", "an********et"]);
        assert!(!listed.broken);
        let lines = audit::recent(engine, id, i64::MAX, 9).await.unwrap();
        assert_eq!(lines[0].detail.split("; ").nth(1), Some("key changed"));
        assert!(lines[1].detail.contains("mid: SHOP0001 → SHOP0002"));
        assert_eq!(lines[2].actor, "owner");
        let stored = store::channels::find(&engine.db, id, live.id).await.unwrap().unwrap();
        let everything =
            format!("{lines:?} {stored:?} {:?}", channels::credentials(engine, &stored));
        assert!(!everything.contains("another-secret") && !everything.contains(KEY));

        // A value sealed for one channel cannot be used by another.
        let moved = store::channels::ChannelRow { id: live.id + 1, ..stored.clone() };
        assert!(channels::credentials(engine, &moved).is_err());
        let to_test = UpdateChannel { mode: Mode::Test, ..change(&[], "") };
        let to_test = channels::update(engine, id, "owner", to_test).await.unwrap();
        assert_eq!((to_test.sealed.as_str(), to_test.name.as_str()), ("", "KICC 이지페이"));
    })
    .await;
}

#[tokio::test]
async fn a_channel_with_payments_keeps_its_mid_and_mode() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let id = MerchantId(made.merchant.id);
        let engine = &hub.engine;
        let pairs = [("mid", "SHOP0001"), ("key", KEY)];
        let live = channels::add(engine, id, "owner", adding(Mode::Live, &pairs)).await.unwrap();
        let mut payment = rows::payment(&made, "imp_000000000001");
        payment.channel_id = live.id;
        let mut batch = store::Batch::new();
        store::payments::insert(&mut batch, &payment);
        engine.db.commit(batch).await.unwrap();
        let change = |mode, pairs: &[(&str, &str)]| UpdateChannel {
            id: live.id,
            name: "이름".to_owned(),
            mode,
            fields: values(pairs),
        };
        for change in [change(Mode::Test, &[]), change(Mode::Live, &[("mid", "SHOP0002")])] {
            let moved = channels::update(engine, id, "owner", change).await;
            assert!(matches!(moved, Err(Error::Refused(_))));
        }
        let renewed = change(Mode::Live, &[("mid", "SHOP0001"), ("key", "renewed-secret")]);
        let renewed = channels::update(engine, id, "owner", renewed).await.unwrap();
        assert_eq!(channels::credentials(engine, &renewed).unwrap().get("key"), "renewed-secret");
    })
    .await;
}

#[tokio::test]
async fn the_check_says_which_step_failed() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let id = MerchantId(hub.merchant("owner").await.merchant.id);
        let test = channels::add(&hub.engine, id, "owner", adding(Mode::Test, &[])).await.unwrap();
        let pairs = [("mid", "SHOP0001"), ("key", KEY)];
        let live = adding(Mode::Live, &pairs);
        let live = channels::add(&hub.engine, id, "owner", live).await.unwrap();
        hub.outbound.answer_with(404, "");
        for channel in [test.id, live.id] {
            let check = channels::check(&hub.engine, id, channel).await.unwrap();
            let names: Vec<_> = check.steps.iter().map(|step| (step.name, step.ok)).collect();
            assert_eq!(names, [("credentials", true), ("fields", true), ("reach", true)]);
            assert!(check.ok() && !format!("{check:?}").contains(KEY));
        }
        let urls: Vec<String> =
            hub.outbound.sent().iter().map(|sent| sent.request.url.clone()).collect();
        let expected =
            ["http://sandbox.test/testpgapi.easypay.co.kr/", "https://pgapi.easypay.co.kr/"];
        assert_eq!(urls, expected);
        hub.outbound.answer(|_| Err(TransportError::NotSent("no route".to_owned())));
        let check = channels::check(&hub.engine, id, live.id).await.unwrap();
        let failed = check.steps.iter().find(|step| !step.ok).unwrap();
        assert_eq!(failed.detail, "pgapi.easypay.co.kr: not sent: no route");

        let TestEngine { test, .. } = hub;
        let other = TestEngine::with(test, |parts| {
            parts.keyring = engine::seal::Keyring::new(&[8; 32]);
        });
        let check = channels::check(&other.engine, id, live.id).await.unwrap();
        assert_eq!((check.steps.len(), check.steps[0].name, check.ok()), (1, "credentials", false));
        assert!(channels::list(&other.engine, id).await.unwrap()[1].broken);
        let repair = |pairs: &[(&str, &str)]| UpdateChannel {
            id: live.id,
            name: String::new(),
            mode: Mode::Live,
            fields: values(pairs),
        };
        let half = repair(&[("mid", "SHOP0001"), ("key", "")]);
        let half = channels::update(&other.engine, id, "owner", half).await;
        assert!(matches!(half, Err(Error::Invalid { field, .. }) if field == "key"));
        let whole = repair(&[("mid", "SHOP0001"), ("key", KEY)]);
        let whole = channels::update(&other.engine, id, "owner", whole).await.unwrap();
        assert_eq!(channels::credentials(&other.engine, &whole).unwrap().get("key"), KEY);
    })
    .await;
}
