//! 개발자: keys, how to integrate, and (in `sandbox`) the sandbox's levers.

use super::frame::{Section, Wrongs};
use super::respond;
use super::sandbox::{self, Wrong};
use super::staff::{Posted, Staff, said};
use super::views::Fact;
use super::views::developer::{CodeStep, DeveloperPage, KeyLine};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use engine::staff::Role;
use engine::{Error, Result};

/// `GET /console/developer`
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    let page = build(&app, &staff, None, Wrong::default()).await;
    staff.reply(page.map(|page| staff.page(&page)))
}

/// `POST /console/developer/reissue`: shows the new secret this once.
pub(super) async fn reissue(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let issued = async {
        staff.session.role.need(Role::Owner)?;
        let (merchant, login, key) = (staff.merchant_id(), staff.login(), form.get("imp_key"));
        let keys = engine::api_keys::list(&app.engine, merchant).await?;
        let field = keys.iter().position(|known| known.imp_key == key).map(reason_id);
        let field = field.ok_or(Error::NotFound("없는 API키입니다."))?;
        let reason = form.get(&field);
        if reason.is_empty() {
            let mut page = build(&app, &staff, None, Wrong::default()).await?;
            page.wrongs = Wrongs::one(field, staff.t().reason_missing);
            return Ok(staff.again(&page));
        }
        let detail = format!("{key}: {reason}");
        engine::console::note(&app.engine, merchant, login, "key.reissue_reason", &detail).await?;
        let secret = engine::api_keys::reissue(&app.engine, merchant, login, key).await?;
        let secret = Some(secret.expose().clone());
        Ok(staff.page(&build(&app, &staff, secret, Wrong::default()).await?))
    };
    staff.reply(issued.await)
}

/// `POST /console/developer/addresses`: who may call the REST API.
pub(super) async fn addresses(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let text = form.get("allowed_ips");
    let saved = async {
        staff.session.role.need(Role::Owner)?;
        let (merchant, login) = (staff.merchant_id(), staff.login());
        match engine::merchants::addresses::set(&app.engine, merchant, login, text).await {
            Ok(()) => Ok(respond::see_other("/console/developer?done=saved")),
            Err(Error::Invalid { field, message }) => {
                let mut page = build(&app, &staff, None, Wrong::default()).await?;
                page.ip_wrongs = Wrongs::one(field, said(staff.lang(), &message));
                text.clone_into(&mut page.allowed);
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(saved.await)
}

fn reason_id(place: usize) -> String {
    format!("reason-{place}")
}

/// The page; `wrong` is what is wrong with one of the sandbox's forms.
pub(super) async fn build(
    app: &App,
    staff: &Staff,
    secret: Option<String>,
    wrong: Wrong,
) -> Result<DeveloperPage> {
    let t = staff.t();
    let keys = engine::api_keys::list(&app.engine, staff.merchant_id()).await?;
    let lines = keys.iter().enumerate();
    let lines = lines.map(|(n, key)| KeyLine { key: key.imp_key.clone(), field: reason_id(n) });
    let base = &app.engine.settings.public_url;
    let mut frame = staff.frame(Section::Developer);
    frame.here = "/console/developer".to_owned();
    Ok(DeveloperPage {
        frame,
        secret,
        facts: vec![Fact::id(t.user_code, &staff.merchant.user_code), Fact::id(t.base_url, base)],
        keys: lines.collect(),
        wrongs: Wrongs::default(),
        allowed: staff.merchant.allowed_ips.clone().unwrap_or_default().replace(' ', "\n"),
        ip_wrongs: Wrongs::default(),
        steps: steps(staff, base, keys.first().map_or("", |key| key.imp_key.as_str())),
        sandbox: sandbox::part(app, staff, wrong).await,
    })
}

fn steps(staff: &Staff, base: &str, key: &str) -> Vec<CodeStep> {
    let t = staff.t();
    let pay = format!(
        "IMP.init(\"{}\");\nIMP.request_pay({{\n  merchant_uid: \"order_\" + Date.now(),\n  \
         name: \"{}\",\n  amount: 14000,\n  buyer_tel: \"010-1234-5678\",\n  \
         m_redirect_url: \"https://shop.example.kr/complete\"\n}}, function (rsp) {{\n  \
         console.log(rsp.success, rsp.imp_uid);\n}});",
        staff.merchant.user_code, t.order_name
    );
    let api = format!(
        "curl {base}/users/getToken -H 'Content-Type: application/json' \\\n  \
         -d '{{\"imp_key\": \"{key}\", \"imp_secret\": \"...\"}}'\n\
         curl {base}/payments/imp_000000000000 -H 'Authorization: Bearer ...'"
    );
    let script = format!("<script src=\"{base}/v1/iamport.js\"></script>");
    vec![
        CodeStep { title: t.step_script, text: script },
        CodeStep { title: t.step_pay, text: pay },
        CodeStep { title: t.step_api, text: api },
    ]
}
