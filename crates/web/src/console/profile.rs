//! `/console/profile`: 내정보.

use super::frame::{Section, Wrongs};
use super::respond;
use super::show::fill;
use super::sign_in::set_session;
use super::staff::{Posted, Staff, said};
use super::views::Fact;
use super::views::small::ProfilePage;
use crate::App;
use axum::extract::State;
use axum::response::Response;
use engine::staff::Role;
use engine::{Error, Result};

/// The page.
pub(super) async fn show(State(app): State<App>, staff: Staff) -> Response {
    let page = build(&app, &staff, Wrongs::default()).await;
    staff.reply(page.map(|page| staff.page(&page)))
}

fn role(staff: &Staff, role: Role) -> &'static str {
    let t = staff.t();
    match role {
        Role::Owner => t.role_owner,
        Role::Manager => t.role_manager,
        Role::Viewer => t.role_viewer,
    }
}

pub(super) async fn build(app: &App, staff: &Staff, wrongs: Wrongs) -> Result<ProfilePage> {
    let t = staff.t();
    let mut people = Vec::new();
    if staff.session.role >= Role::Owner {
        for person in engine::staff::list(&app.engine, staff.merchant_id()).await? {
            people.push((person.login, person.role.map_or("", |known| role(staff, known))));
        }
    }
    let mut frame = staff.frame(Section::None);
    "/console/profile".clone_into(&mut frame.here);
    Ok(ProfilePage {
        frame,
        r: super::texts_reconcile::of(staff.lang()),
        people,
        made: None,
        login: String::new(),
        facts: vec![
            Fact::text(t.login, staff.login()),
            Fact::text(t.role, role(staff, staff.session.role)),
            Fact::text(t.shop, &staff.merchant.name),
            Fact::id(t.user_code, &staff.merchant.user_code),
        ],
        wrongs,
    })
}

/// `POST /console/profile`: a new password, and with it a new session.
pub(super) async fn change(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let t = staff.t();
    let (old, new, again) = (form.raw("current"), form.raw("password"), form.raw("again"));
    let wrong = async |field: &str, text: String| {
        let page = build(&app, &staff, Wrongs::one(field, text)).await;
        staff.reply(page.map(|page| staff.again(&page)))
    };
    if new != again {
        return wrong("again", t.password_differs.to_owned()).await;
    }
    match engine::staff::change_password(&app.engine, &staff.session, old, new).await {
        Ok(signed_in) => {
            let mut answer = respond::see_other("/console/profile?done=password");
            set_session(&app, &mut answer, signed_in.cookie.expose());
            answer
        }
        Err(Error::Unauthorized(_)) => wrong("current", t.password_wrong.to_owned()).await,
        Err(Error::Invalid { message, .. }) => {
            wrong("password", said(staff.lang(), &message)).await
        }
        Err(Error::TooMany(seconds)) => {
            wrong("current", fill(t.sign_in_locked, &[&seconds.to_string()])).await
        }
        Err(other) => staff.reply(Err(other)),
    }
}
