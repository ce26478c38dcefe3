//! A form with a file in it, posted by somebody who is signed in, from a page of ours.

use super::super::form::Form;
use super::super::frame::Section;
use super::super::staff::{Staff, same, stale};
use crate::App;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::response::Response;

/// The form.
pub(super) struct Uploaded {
    pub(super) staff: Staff,
    pub(super) form: Form,
    /// Its name and its bytes.
    pub(super) file: Option<(String, Vec<u8>)>,
}

impl FromRequest<App> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let refused = |why: String| {
            let field = "파일을 읽을 수 없습니다. 32 MiB까지 올릴 수 있습니다.";
            tracing::info!(why, "an upload was refused");
            engine::Error::invalid("file", field)
        };
        let mut parts = match Multipart::from_request(request, app).await {
            Ok(parts) => parts,
            Err(why) => return Err(staff.reply(Err(refused(why.to_string())))),
        };
        let (mut pairs, mut file) = (Vec::new(), None);
        loop {
            let part = match parts.next_field().await {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(why) => return Err(staff.reply(Err(refused(why.to_string())))),
            };
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let bytes = match part.bytes().await {
                Ok(bytes) => bytes.to_vec(),
                Err(why) => return Err(staff.reply(Err(refused(why.to_string())))),
            };
            match file_name {
                Some(called) if name == "file" => file = Some((called, bytes)),
                _ => pairs.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
        let form = Form::of(pairs);
        if !same(form.get("csrf"), &staff.session.csrf) {
            return Err(stale(staff.frame(Section::None)));
        }
        Ok(Self { staff, form, file })
    }
}
