//! `/console/profile/people`: the owner adds a person.

use super::frame::Wrongs;
use super::profile::build;
use super::staff::{Posted, said};
use crate::App;
use axum::extract::State;
use axum::response::Response;
use engine::Error;
use engine::staff::{CreateStaff, Role, create};

/// `POST /console/profile/people`: its password is shown this once.
pub(super) async fn add(State(app): State<App>, posted: Posted) -> Response {
    let Posted { staff, form } = posted;
    let (login, role) = (form.get("login").to_owned(), Role::parse(form.get("role")));
    let added = async {
        staff.session.role.need(Role::Owner)?;
        let role = role.ok_or_else(|| Error::invalid("role", "역할을 선택해 주세요."))?;
        let new = CreateStaff { login: login.clone(), password: None, role };
        match create(&app.engine, staff.merchant_id(), staff.login(), new).await {
            Ok(made) => {
                let mut page = build(&app, &staff, Wrongs::default()).await?;
                page.made = Some((made.login, made.password.expose().clone()));
                Ok(staff.page(&page))
            }
            Err(Error::Invalid { field, message }) => {
                let wrongs = Wrongs::one(field, said(staff.lang(), &message));
                let mut page = build(&app, &staff, wrongs).await?;
                page.login = login;
                Ok(staff.again(&page))
            }
            Err(other) => Err(other),
        }
    };
    staff.reply(added.await)
}
