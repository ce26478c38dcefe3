//! 대사: a file is compared, a correction proposed by one person and approved by another.

use super::client::{Client, Page};
use crate::hub::Hub;
use domain::MerchantId;
use engine::Mode;
use engine::channels::AddChannel;
use engine::staff::Role;
use std::collections::BTreeMap;
use testkit::dbs::on_both;

const PAGE: &str = "/console/reconciliation";
const FILE: &str =
    "order_no,tid,kind,amount,at\nelsewhere-1,T1,approve,14000,2026-11-21 10:00:00\n";

/// A channel of KICC.
async fn channel(hub: &Hub) {
    let new = AddChannel {
        pg: "kicc".to_owned(),
        name: String::new(),
        mode: Mode::Test,
        fields: BTreeMap::new(),
    };
    let merchant = MerchantId(hub.shop.merchant.id);
    engine::channels::add(hub.engine(), merchant, "test", new).await.unwrap();
}

/// The form as the page sends it.
async fn compare(client: &Client<'_>, by: &str, file: &str) -> Page {
    let page = client.get(PAGE).await;
    let select = page.text.split("id=\"channel\"").nth(1).unwrap();
    let channel = select.split_once("value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let day = "2026-11-21";
    let fields = [("channel", channel.as_str()), ("from", day), ("to", day), ("by", by)];
    client.upload(PAGE, &fields, file).await
}

#[tokio::test]
async fn one_person_proposes_and_another_approves() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        channel(&hub).await;
        let owner = Client::owner(&hub).await;
        owner.get(PAGE).await.is(200).says("처리할 불일치가 없습니다");
        let page = compare(&owner, "file", FILE).await;
        page.is(200).says("불일치 1건").says("이음에 없음").says("+14,000원").says("elsewhere-1");
        let path = page.text.split(&format!("href=\"{PAGE}/")).nth(1).unwrap();
        let path = format!("{PAGE}/{}", path.split('"').next().unwrap());
        let page = owner.get(&path).await;
        page.is(200).says("정정 제안").says("value=\"14000\"").says("value=\"suspense\" selected");
        let credit = ("credit", "suspense");
        let debit = page.text.split("<option value=\"pg:").nth(1).unwrap();
        let debit = format!("pg:{}", debit.split('"').next().unwrap());
        let wrong = [("debit", debit.as_str()), credit, ("amount", "much"), ("reason", "왜")];
        owner.post(&format!("{path}/propose"), &wrong).await.is(422).says("href=\"#amount\"");
        let right = [("debit", debit.as_str()), credit, ("amount", "14,000"), ("reason", "누락")];
        let page = owner.post(&format!("{path}/propose"), &right).await;
        page.is(200).says("정정을 제안했습니다").says("관리자 계정이 하나뿐이라");
        owner.post(&format!("{path}/approve"), &[]).await.is(403);

        let manager = Client::with_role(&hub, Role::Manager).await;
        owner.get(&path).await.says("제안한 사람은 승인할 수 없습니다");
        let viewer = Client::with_role(&hub, Role::Viewer).await;
        viewer.get(&path).await.is(200).hides("/approve");
        viewer.post(&format!("{path}/approve"), &[]).await.is(403);
        manager.get(&path).await.is(200).says("승인하고 기입");
        let page = manager.post(&format!("{path}/approve"), &[]).await;
        page.is(200).says("장부에 기입했습니다").says("정정됨").says("manager 님이 처리");
        manager.post(&format!("{path}/approve"), &[]).await.is(409);
        owner.get(PAGE).await.says("처리할 불일치가 없습니다");
        owner.get(&format!("{PAGE}?over=1")).await.says("정정됨");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_compared_is_said_beside_the_form() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        channel(&hub).await;
        let owner = Client::owner(&hub).await;
        compare(&owner, "file", "").await.is(422).says("파일을 선택해 주세요");
        let broken = FILE.replace("14000", "1,40x");
        compare(&owner, "file", &broken).await.is(422).says("href=\"#file\"");
        owner.get(PAGE).await;
        let fields = [("channel", "0"), ("from", "yesterday"), ("to", "2026-11-21")];
        owner.upload(PAGE, &fields, FILE).await.is(422).says("href=\"#from\"");
        let stale = owner.post_without_token(PAGE, &[("from", "2026-11-21")]).await;
        assert!(stale.status.is_client_error(), "{}", stale.status);
        let big = format!("{FILE}{}", "x".repeat(33 << 20));
        let page = compare(&owner, "file", &big).await;
        page.is(422).says("32 MiB");
        owner.get(PAGE).await.says("아직 대사한 적이 없습니다");
    })
    .await;
}

#[tokio::test]
async fn columns_are_kept_for_a_channel_and_people_are_added() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        channel(&hub).await;
        let owner = Client::owner(&hub).await;
        let page = owner.get(PAGE).await;
        let channel = page.value("channel").unwrap();
        let path = format!("{PAGE}/columns");
        let save = async |charset: &str| {
            let mapping = engine::reconcile::Mapping::default();
            let mapping = mapping.with("amount", "금액").unwrap();
            let mut pairs = mapping.pairs();
            pairs.retain(|(name, _)| *name != "charset");
            let mut fields = vec![("channel", channel.as_str()), ("charset", charset)];
            fields.extend(pairs.iter().map(|(name, value)| (*name, value.as_str())));
            owner.post(&path, &fields).await
        };
        save("latin1").await.is(422).says("charset");
        save("cp949").await.is(200).says("열 설정을 저장했습니다").says("금액");

        let people = "/console/profile/people";
        owner.get("/console/profile").await;
        let page = owner.post(people, &[("login", "second"), ("role", "manager")]).await;
        page.is(200).says("지금 한 번만 보입니다");
        let password = page.text.split("<dd><span class=\"mono\">").nth(2).unwrap();
        let password = password.split('<').next().unwrap();
        let second = Client::new(&hub);
        second.sign_in("second", password).await.is(200);
        second.get("/console/profile").await;
        second.post(people, &[("login", "third"), ("role", "owner")]).await.is(403);
        let page = owner.post(people, &[("login", "second"), ("role", "manager")]).await;
        page.is(422).says("이미 사용 중인 아이디입니다");
    })
    .await;
}
