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
use engine::Error;
use engine::staff::Role;

/// The page.
pub(super) async fn show(staff: Staff) -> Response {
    staff.page(&build(&staff, Wrongs::default()))
}

fn build(staff: &Staff, wrongs: Wrongs) -> ProfilePage {
    let t = staff.t();
    let role = match staff.session.role {
        Role::Owner => t.role_owner,
        Role::Manager => t.role_manager,
        Role::Viewer => t.role_viewer,
    };
    ProfilePage {
        frame: staff.frame(Section::None),
        facts: vec![
            Fact::text(t.login, staff.login()),
            Fact::text(t.role, role),
            Fact::text(t.shop, &staff.merchant.name),
            Fact::id(t.user_code, &staff.merchant.user_code),
        ],
        wrongs,
    }
}

/// `POST /console/profile`: a new password, and with it a new session.
pub(super) async fn change(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let t = staff.t();
    let (old, new, again) = (form.raw("current"), form.raw("password"), form.raw("again"));
    let wrong = |field: &str, text: String| staff.again(&build(&staff, Wrongs::one(field, text)));
    if new != again {
        return wrong("again", t.password_differs.to_owned());
    }
    match engine::staff::change_password(&app.engine, &staff.session, old, new).await {
        Ok(signed_in) => {
            let mut answer = respond::see_other("/console/profile?done=password");
            set_session(&app, &mut answer, signed_in.cookie.expose());
            answer
        }
        Err(Error::Unauthorized(_)) => wrong("current", t.password_wrong.to_owned()),
        Err(Error::Invalid { message, .. }) => wrong("password", said(staff.lang(), &message)),
        Err(Error::TooMany(seconds)) => {
            wrong("current", fill(t.sign_in_locked, &[&seconds.to_string()]))
        }
        Err(other) => staff.reply(Err(other)),
    }
}
