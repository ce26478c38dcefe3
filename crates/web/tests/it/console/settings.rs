//! PG 설정, as the classic page did it.

use super::client::{Client, Page};
use crate::hub::Hub;
use domain::MerchantId;
use testkit::dbs::on_both;

const ALIPAY: [(&str, &str); 4] = [
    ("pg", "alipay"),
    ("mode", "live"),
    ("f-mid", "nicealip1m"),
    ("f-key", "SECRET-KEY-0123456789"),
];

async fn add(client: &Client<'_>, fields: &[(&str, &str)]) -> Page {
    client.post("/console/channels", fields).await
}

#[tokio::test]
async fn a_test_channel_needs_nothing_but_its_pg() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client.get("/console/channels").await.is(200).says("등록된 PG사가 없습니다");
        let page = client.get("/console/channels/new?pg=alipay").await;
        page.is(200)
            .says("나이스페이먼츠")
            .says("id=\"mode-test\" name=\"mode\" value=\"test\" checked");
        let spec = engine::console::pg("alipay").unwrap();
        page.says(spec.test_credentials().get("mid")).says("class=\"test-band\"");
        let page = add(&client, &[("pg", "alipay"), ("mode", "test")]).await;
        page.is(200).says("저장했습니다").says("class=\"pill accent\">기본 PG사");
        let page = add(&client, &[("pg", "kicc"), ("mode", "test")]).await;
        page.is(200).says("T5102001").says("기본 PG사로 지정");
        let channels = engine::channels::list(hub.engine(), merchant(&hub)).await.unwrap();
        let stored: Vec<_> = channels.iter().map(|c| (c.row.pg.as_str(), c.is_default)).collect();
        assert_eq!(stored, [("alipay", true), ("kicc", false)]);
        // The same once more is refused in words.
        add(&client, &[("pg", "kicc"), ("mode", "test")]).await.is(422).says("이미 있습니다");
    })
    .await;
}

#[tokio::test]
async fn a_live_channel_needs_its_fields_and_never_shows_its_secrets() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client.get("/console/channels/new?pg=alipay").await.says("결제취소비밀번호");
        let page = add(&client, &ALIPAY).await;
        page.is(422).says("href=\"#f-cancel_password\"").hides("SECRET-KEY");
        assert!(page.wrongs().iter().any(|text| text.contains("결제취소비밀번호")));
        assert_eq!(page.value("f-mid").unwrap(), "nicealip1m");
        page.says("id=\"mode-live\" name=\"mode\" value=\"live\" checked");
        let mut fields = Vec::from(ALIPAY);
        fields.push(("f-cancel_password", "pass-99"));
        let page = add(&client, &fields).await;
        page.is(200).says("저장했습니다").hides("SECRET-KEY").hides("pass-99");
        page.says("placeholder=\"SE********89\"").hides("class=\"test-band\"");
        // An empty secret stays, a typed one replaces.
        let path = page.path.split('?').next().unwrap().to_owned();
        let fields = [("mode", "live"), ("f-mid", "nicealip1m"), ("f-key", "ANOTHER-KEY-000")];
        client.post(&path, &fields).await.is(200).says("placeholder=\"AN********00\"");
        let rows = engine::channels::list(hub.engine(), merchant(&hub)).await.unwrap();
        let open = engine::channels::credentials(hub.engine(), &rows[0].row).unwrap();
        assert_eq!((open.get("key"), open.get("cancel_password")), ("ANOTHER-KEY-000", "pass-99"));
        let audits =
            store::audits::list(&hub.engine().db, merchant(&hub), i64::MAX, 20).await.unwrap();
        let secret = |text: &str| ["SECRET", "ANOTHER", "pass-99"].iter().any(|s| text.contains(s));
        assert!(audits.len() >= 2 && !audits.iter().any(|line| secret(&line.detail)));
    })
    .await;
}

fn merchant(hub: &Hub) -> MerchantId {
    MerchantId(hub.shop.merchant.id)
}

#[tokio::test]
async fn a_pg_only_the_sandbox_plays_has_no_live_mode() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let page = client.get("/console/channels/new?pg=kakaopay").await;
        page.is(200).says("테스트 모드만 쓸 수 있습니다").hides("mode-live").hides("f-key");
        client.get("/console/channels/new?pg=kicc").await.is(200).says("mode-live");
        let live = [("pg", "kakaopay"), ("mode", "live"), ("f-mid", "CID"), ("f-key", "k")];
        let page = add(&client, &live).await;
        page.is(422).says("실연동 모드를 쓸 수 없습니다");
        let page = add(&client, &[("pg", "kakaopay"), ("mode", "test")]).await;
        page.is(200).says("테스트 모드만 쓸 수 있습니다");
    })
    .await;
}

#[tokio::test]
async fn who_verifies_people_is_a_channel_of_its_own_kind() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let page = client.get("/console/channels/new?pg=certification:danal").await;
        page.is(200).says("value=\"certification:danal\" selected").says("B010007887");
        page.says("000000").hides("mode-live").hides("/callback/danal/notice");
        let live = [("pg", "certification:danal"), ("mode", "live"), ("f-mid", "M")];
        add(&client, &live).await.is(422).says("실연동 모드를 쓸 수 없습니다");
        let page = add(&client, &[("pg", "certification:danal"), ("mode", "test")]).await;
        page.is(200)
            .says("다날 본인인증")
            .hides("기본 PG사로 지정")
            .hides("pill accent\">기본 PG사");
        // The same name is a PG's too, with a contract of its own.
        let page = add(&client, &[("pg", "danal"), ("mode", "test")]).await;
        page.is(200).says("pill accent\">기본 PG사");
        let rows = engine::channels::list(hub.engine(), merchant(&hub)).await.unwrap();
        let rows: Vec<_> = rows.iter().map(|it| (it.row.kind.as_str(), it.is_default)).collect();
        assert_eq!(rows, [("certification", false), ("payment", true)]);
        let unknown = [("pg", "certification:kicc"), ("mode", "test")];
        add(&client, &unknown).await.is(422);
    })
    .await;
}

#[tokio::test]
async fn the_check_says_what_failed() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client.get("/console/channels/new").await;
        let page = add(&client, &[("pg", "kicc"), ("mode", "test")]).await;
        let check = format!("{}/check", page.path.split('?').next().unwrap());
        // Nobody answers.
        let page = client.post(&check, &[]).await;
        page.is(200).says("문제가 있습니다").says("PG사 접속").says("no script");
        hub.test.outbound.answer_with(200, "hello");
        let page = client.post(&check, &[]).await;
        page.is(200).says("이상 없음").says("HTTP 200").hides("문제가 있습니다");
        let sent = hub.test.outbound.sent();
        assert!(sent.iter().all(|sent| sent.request.url.starts_with("http://sandbox.test/")));
    })
    .await;
}

#[tokio::test]
async fn deleting_asks_for_a_reason_and_promotes_the_next() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client.get("/console/channels/new").await;
        let first = add(&client, &[("pg", "alipay"), ("mode", "test")]).await.path;
        let second = add(&client, &[("pg", "kicc"), ("mode", "test")]).await.path;
        let path = |page: &str| page.split('?').next().unwrap().to_owned();
        let (first, second) = (path(&first), path(&second));
        client.post(&format!("{second}/default"), &[]).await.is(200).says("지정했습니다");
        let delete = format!("{second}/delete");
        client.get(&delete).await.is(200).says("기본 PG사입니다").says("삭제할까요?");
        let page = client.post(&delete, &[("reason", " ")]).await;
        page.is(422);
        assert_eq!(page.wrongs(), ["사유를 입력해 주세요."]);
        let page = client.post(&delete, &[("reason", "계약 종료")]).await;
        page.is(200).says("삭제했습니다");
        client.get(&second).await.is(404);
        client.get(&first).await.is(200).says("class=\"pill accent\">기본 PG사");
        let audits =
            store::audits::list(&hub.engine().db, merchant(&hub), i64::MAX, 20).await.unwrap();
        assert!(audits.iter().any(|line| line.detail.contains("계약 종료")));
    })
    .await;
}

#[tokio::test]
async fn a_used_channel_keeps_its_mid() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let row = hub.paid("imp_000000000001", "order-1", 10).await;
        let path = format!("/console/channels/{}", row.channel_id);
        client.get(&path).await.is(200);
        let page =
            client.post(&path, &[("mode", "live"), ("f-mid", "T7777777"), ("f-key", "k")]).await;
        page.is(422).says("이 채널로 이루어진 결제가 있어");
        assert_eq!(page.value("f-mid").unwrap(), "T7777777");
    })
    .await;
}
