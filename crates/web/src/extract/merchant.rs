//! Who calls: the token in any of the places clients put it (V1 behaviour §1.2), and for whom: the
//! `Tier` header names a sub-merchant (§1.3).

use super::Refusal;
use crate::App;
use crate::client::Client;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use domain::MerchantId;
use engine::{Error, merchants};

/// The merchant a live token stands for.
#[derive(Clone, Copy, Debug)]
pub struct Merchant {
    /// The owner of everything this request may see: the token's merchant, or the tier it names.
    pub id: MerchantId,
    /// The API key the token was given for.
    pub api_key_id: i64,
    /// Whose key that is: the same merchant, or the tier's agency.
    pub agency: MerchantId,
}

impl FromRequestParts<App> for Merchant {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let token = token(&parts.headers, parts.uri.query());
        let token = token.ok_or(Error::Unauthorized("Unauthorized"))?;
        let Ok(Client { ip: from, .. }) = Client::from_request_parts(parts, app).await;
        let auth = engine::api_keys::authenticate(&app.engine, &token, from).await?;
        let agency = auth.merchant_id;
        let id = match tier(&parts.headers) {
            None => agency,
            // To act as the agency instead would be somebody else's money.
            Some(code) => match merchants::tiers::get(&app.engine, agency, code).await {
                Ok(tier) => MerchantId(tier.id),
                Err(Error::NotFound(_)) => return Err(Error::Unauthorized("Unauthorized").into()),
                Err(other) => return Err(other.into()),
            },
        };
        Ok(Self { id, api_key_id: auth.api_key_id, agency })
    }
}

/// The sub-merchant the request names; a header that is no text, or given twice, names nobody's.
fn tier(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all("tier").iter().filter(|value| !value.is_empty());
    let first = given.next()?;
    let code = if given.next().is_none() { first.to_str().unwrap_or("?") } else { "?" };
    Some(code)
}

/// The first that is not empty: a bare or `Bearer` token, the legacy header, the query, and last a
/// token after any other word (`Basic <token>`).
fn token(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let authorization = text(headers, header::AUTHORIZATION.as_str());
    let (scheme, rest) = match authorization.split_once(char::is_whitespace) {
        Some((scheme, rest)) => (scheme, rest.trim()),
        None if authorization.eq_ignore_ascii_case("bearer") => ("bearer", ""),
        None => ("", authorization.as_str()),
    };
    let bearer = scheme.is_empty() || scheme.eq_ignore_ascii_case("bearer");
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let given = pairs.find(|(key, value)| key == "_token" && !value.trim().is_empty());
    let places = [
        if bearer { rest.to_owned() } else { String::new() },
        text(headers, "x-imptokenheader"),
        given.map(|(_, value)| value.trim().to_owned()).unwrap_or_default(),
        if bearer { String::new() } else { rest.to_owned() },
    ];
    places.into_iter().find(|token| !token.is_empty())
}

/// The first value of a header that is not blank; empty if there is none.
fn text(headers: &HeaderMap, name: &str) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut values = values.map(str::trim).filter(|value| !value.is_empty());
    values.next().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn found(headers: &[(&str, &str)], query: Option<&str>) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        token(&map, query)
    }

    #[test]
    fn every_form_clients_use() {
        for value in ["t1", " t1 ", "Bearer t1", "bearer  t1", "BEARER\tt1", "Basic t1", "Foo t1"] {
            assert_eq!(found(&[("Authorization", value)], None).as_deref(), Some("t1"), "{value}");
        }
        assert_eq!(found(&[("X-ImpTokenHeader", "t1")], None).as_deref(), Some("t1"));
        assert_eq!(found(&[], Some("a=1&_token=t1")).as_deref(), Some("t1"));
    }

    #[test]
    fn the_first_that_is_not_empty_wins() {
        for (authorization, header, query, expected) in [
            ("a", "h", "_token=q", "a"),
            ("Bearer a", "h", "_token=q", "a"),
            ("", "h", "_token=q", "h"),
            ("Bearer", "h", "_token=q", "h"),
            ("Bearer ", "h", "_token=q", "h"),
            ("Basic a", "h", "_token=q", "h"),
            ("Basic a", " ", "_token=q", "q"),
            ("Basic a", "", "_token=&_token=q", "q"),
            ("Basic a", "", "_token=", "a"),
        ] {
            let headers = [("Authorization", authorization), ("X-ImpTokenHeader", header)];
            let token = found(&headers, Some(query));
            assert_eq!(token.as_deref(), Some(expected), "{authorization} {header} {query}");
        }
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(found(&[], None), None);
        assert_eq!(found(&[("Authorization", "Bearer")], Some("_token=%20")), None);
        assert_eq!(found(&[("Authorization", "토큰")], Some("token=x")), None);
    }
}
