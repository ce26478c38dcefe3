//! Channels: which one is the default, and who may not touch it.

use crate::rows;
use domain::MerchantId;
use engine::channels::{self, AddChannel};
use engine::merchants::{self, Created};
use engine::{Error, audit};
use pg::Mode;
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
