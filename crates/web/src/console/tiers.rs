//! 하위 상점: an agency's sub-merchants.

use super::frame::{Section, Wrongs};
use super::respond;
use super::staff::{Posted, Staff, said};
use super::views::tiers::{TierLine, TiersPage};
use crate::App;
use crate::extract::One;
use axum::extract::State;
use axum::response::Response;
use engine::merchants::tiers::{self, CreateTier};
use engine::staff::Role;
use engine::{Error, MerchantId, Result};

const PAGE: &str = "/console/tiers";

/// `GET /console/tiers`
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    let page = build(&app, &staff).await;
    staff.reply(page.map(|page| staff.page(&page)))
}

/// The page a webhook's form is on.
pub(super) async fn up() -> Response {
    respond::see_other(PAGE)
}

async fn build(app: &App, staff: &Staff) -> Result<TiersPage> {
    let rows = tiers::list(&app.engine, staff.merchant_id()).await?;
    let rows = rows.into_iter().map(|row| {
        let code = row.tier.map(|(_, code)| code).unwrap_or_default();
        TierLine {
            field: format!("webhook-{code}"),
            code,
            name: row.name,
            url: row.webhook_url.unwrap_or_default(),
            form: row.webhook_format == "form",
        }
    });
    let mut frame = staff.frame(Section::Tiers);
    frame.here = PAGE.to_owned();
    Ok(TiersPage {
        frame,
        wrongs: Wrongs::default(),
        rows: rows.collect(),
        under: staff.merchant.tier.is_some(),
        code: String::new(),
        name: String::new(),
        login: String::new(),
        made: None,
    })
}

/// `POST /console/tiers`: adds one.
pub(super) async fn add(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let new = CreateTier {
        code: form.get("tier_code").to_owned(),
        name: form.get("tier_name").to_owned(),
        login: form.get("login").to_owned(),
    };
    let added = async {
        staff.session.role.need(Role::Owner)?;
        let made = tiers::create(&app.engine, staff.merchant_id(), staff.login(), new.clone());
        match made.await {
            Ok(made) => match made.owner {
                None => Ok(respond::see_other("/console/tiers?done=tier")),
                Some(owner) => {
                    let mut page = build(&app, &staff).await?;
                    page.made = Some((owner.login, owner.password.expose().clone()));
                    Ok(staff.page(&page))
                }
            },
            Err(Error::Invalid { field, message }) => {
                let mut page = build(&app, &staff).await?;
                page.wrongs = Wrongs::one(field, said(staff.lang(), &message));
                (page.code, page.name, page.login) = (new.code, new.name, new.login);
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(added.await)
}

/// `POST /console/tiers/{code}/webhook`: where webhooks of one go.
pub(super) async fn webhook(State(app): State<App>, One(code): One, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let field = format!("webhook-{code}");
    let (url, format) = (form.get(&field), form.get("webhook_format"));
    let saved = async {
        staff.session.role.need(Role::Owner)?;
        let tier = tiers::get(&app.engine, staff.merchant_id(), &code).await?;
        let id = MerchantId(tier.id);
        match engine::merchants::set_webhook(&app.engine, id, staff.login(), url, format).await {
            Ok(()) => Ok(respond::see_other("/console/tiers?done=webhook")),
            Err(Error::Invalid { message, .. }) => {
                let mut page = build(&app, &staff).await?;
                page.wrongs = Wrongs::one(field, said(staff.lang(), &message));
                for row in page.rows.iter_mut().filter(|row| row.code == code) {
                    url.clone_into(&mut row.url);
                    row.form = format == "form";
                }
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(saved.await)
}
