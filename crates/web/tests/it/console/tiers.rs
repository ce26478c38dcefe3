//! 하위 상점: added by the owner, seen by nobody else, and a console of their own.

use super::client::Client;
use crate::hub::Hub;
use domain::MerchantId;
use engine::merchants::tiers;
use engine::staff::Role;
use testkit::dbs::on_both;

const PAGE: &str = "/console/tiers";

#[tokio::test]
async fn an_owner_adds_sub_merchants_and_they_sign_in() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client.get(PAGE).await.is(200).says("하위 상점이 없습니다");
        let add = [("tier_code", "ABC"), ("tier_name", "강남 지점"), ("login", "")];
        client.post(PAGE, &add).await.is(200).says("하위 상점을 추가했습니다").says("강남 지점");
        let page = client.post(PAGE, &add).await;
        page.is(422).says("href=\"#tier_code\"");
        assert_eq!(page.value("tier_name").unwrap(), "강남 지점");
        let owner = [("tier_code", "X09"), ("tier_name", "지점"), ("login", "branch")];
        let page = client.post(PAGE, &owner).await;
        page.is(200).says("지금만 볼 수 있습니다").says("branch");
        let password = page.text.split("<dd><span class=\"mono\">").nth(2).unwrap();
        let password = password.split('<').next().unwrap();
        client.get(PAGE).await.hides(password);

        let branch = Client::new(&hub);
        branch.sign_in("branch", password).await.is(200).says("지점");
        branch.get(PAGE).await.is(200).says("가질 수 없습니다").hides("강남 지점");
        branch.post(PAGE, &[("tier_code", "AAA"), ("tier_name", "a")]).await.is(409);
        branch.post(&format!("{PAGE}/ABC/webhook"), &[]).await.is(404);
    })
    .await;
}

#[tokio::test]
async fn webhooks_of_each_go_where_its_agency_says() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client.get(PAGE).await;
        client.post(PAGE, &[("tier_code", "ABC"), ("tier_name", "지점")]).await.is(200);
        let (path, url) = (format!("{PAGE}/ABC/webhook"), "https://branch.test/hook");
        let wrong = [("webhook-ABC", "ftp://branch.test"), ("webhook_format", "json")];
        let page = client.post(&path, &wrong).await;
        page.is(422);
        assert_eq!(
            (page.wrongs().len(), page.value("webhook-ABC").unwrap().as_str()),
            (1, wrong[0].1)
        );
        let right = [("webhook-ABC", url), ("webhook_format", "form")];
        client.post(&path, &right).await.is(200).says("value=\"https://branch.test/hook\"");
        let agency = MerchantId(hub.shop.merchant.id);
        let tier = tiers::get(hub.engine(), agency, "ABC").await.unwrap();
        assert_eq!(
            (tier.webhook_url.as_deref(), tier.webhook_format.as_str()),
            (Some(url), "form")
        );
        let owner = engine::merchants::get(hub.engine(), agency).await.unwrap();
        assert_eq!(owner.webhook_url, None, "the agency's own is another");
    })
    .await;
}

#[tokio::test]
async fn who_does_not_own_the_agency_changes_nothing() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let owner = Client::owner(&hub).await;
        owner.get(PAGE).await;
        owner.post(PAGE, &[("tier_code", "ABC"), ("tier_name", "지점")]).await.is(200);
        let manager = Client::with_role(&hub, Role::Manager).await;
        manager.get(PAGE).await.is(200).says("지점").hides("id=\"tier_code\"");
        let add = [("tier_code", "DEF"), ("tier_name", "다른")];
        manager.post(PAGE, &add).await.is(403);
        let hook = [("webhook-ABC", "https://a.test"), ("webhook_format", "json")];
        manager.post(&format!("{PAGE}/ABC/webhook"), &hook).await.is(403);
        owner.post(&format!("{PAGE}/ZZZ/webhook"), &hook).await.is(404);
        assert_eq!(owner.get(&format!("{PAGE}/ABC/webhook")).await.path, PAGE);
        let rows = tiers::list(hub.engine(), MerchantId(hub.shop.merchant.id)).await.unwrap();
        assert_eq!((rows.len(), &rows[0].webhook_url), (1, &None));
    })
    .await;
}

#[tokio::test]
async fn who_may_call_and_where_tests_are_told_are_set_by_the_owner() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client.get("/console/developer").await.is(200).says("IP 보안");
        let path = "/console/developer/addresses";
        let page = client.post(path, &[("allowed_ips", "10.0.0.0/8\n1.2.3.4/24")]).await;
        page.is(422).says("href=\"#allowed_ips\"").says("1.2.3.4/24").says("10.0.0.0/8\n");
        client.post(path, &[("allowed_ips", "10.0.0.0/8\r\n1.2.3.4")]).await.is(200);
        client.get("/console/developer").await.says(">10.0.0.0/8\n1.2.3.4</textarea>");

        let path = "/console/webhooks/test-url";
        client.post(path, &[("webhook_test_url", "nowhere")]).await.is(422);
        let url = "https://test.shop.test/hook";
        client.post(path, &[("webhook_test_url", url)]).await.is(200).says(url);
        let merchant = MerchantId(hub.shop.merchant.id);
        let row = engine::merchants::get(hub.engine(), merchant).await.unwrap();
        assert_eq!((row.webhook_url, row.webhook_test_url.as_deref()), (None, Some(url)));
        let manager = Client::with_role(&hub, Role::Manager).await;
        manager.get("/console/webhooks").await.is(200);
        manager.post(path, &[("webhook_test_url", "")]).await.is(403);
        manager.post("/console/developer/addresses", &[("allowed_ips", "")]).await.is(403);
    })
    .await;
}
