//! Path parameters, percent-decoded. What cannot be a text of ours (NUL, no UTF-8) names nothing.

use super::Refusal;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

/// The only parameter of the path.
#[derive(Clone, Debug)]
pub struct One(pub String);

/// The two parameters of the path.
#[derive(Clone, Debug)]
pub struct Two(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for One {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match segments(parts, state).await?.as_slice() {
            [one] => Ok(Self(one.clone())),
            _ => Err(Refusal::not_found()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Two {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match segments(parts, state).await?.as_slice() {
            [one, two] => Ok(Self(one.clone(), two.clone())),
            _ => Err(Refusal::not_found()),
        }
    }
}

async fn segments<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Vec<String>, Refusal> {
    let Ok(Path(segments)) = Path::<Vec<String>>::from_request_parts(parts, state).await else {
        return Err(Refusal::not_found());
    };
    if segments.iter().any(|segment| segment.contains('\0')) {
        return Err(Refusal::not_found());
    }
    Ok(segments)
}
