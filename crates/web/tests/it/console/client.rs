//! A browser: keeps cookies, follows redirects, sends forms with the token of the page it is on.

use crate::hub::{Answer, FORM, Hub};
use axum::http::StatusCode;
use engine::staff::{CreateStaff, Role};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A browser.
pub(crate) struct Client<'a> {
    hub: &'a Hub,
    cookies: RefCell<BTreeMap<String, String>>,
    token: RefCell<String>,
    language: &'static str,
}

/// A page.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    /// Where it is after redirects.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) answer: Answer,
}

impl Page {
    /// Asserts that the page says this.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.text.contains(text), "{text:?} is missing at {}:\n{}", self.path, self.text);
        self
    }

    /// Asserts that the page does not say this.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Self {
        assert!(!self.text.contains(text), "{text:?} is shown at {}", self.path);
        self
    }

    /// Asserts the status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}:\n{}", self.path, self.text);
        self
    }

    /// What is written beside fields and on top of forms.
    pub(crate) fn wrongs(&self) -> Vec<String> {
        let parts = self.text.split("class=\"wrong\"").skip(1);
        let texts = parts.filter_map(|part| part.split_once('>')?.1.split_once('<'));
        texts.map(|(text, _)| text.to_owned()).collect()
    }

    /// The value of an input.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let tag =
            self.text.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\"")))?;
        let value = tag.split_once("value=\"")?.1.split_once('"')?.0;
        Some(value.to_owned())
    }
}

impl<'a> Client<'a> {
    pub(crate) fn new(hub: &'a Hub) -> Self {
        Self::speaking(hub, "ko-KR,ko;q=0.9")
    }

    pub(crate) fn speaking(hub: &'a Hub, language: &'static str) -> Self {
        Self { hub, cookies: RefCell::default(), token: RefCell::default(), language }
    }

    /// The owner of the hub's merchant, signed in.
    pub(crate) async fn owner(hub: &'a Hub) -> Self {
        let client = Self::new(hub);
        client.sign_in("owner", hub.shop.owner.password.expose()).await.is(200);
        client
    }

    /// Somebody else of the hub's merchant, signed in.
    pub(crate) async fn with_role(hub: &'a Hub, role: Role) -> Self {
        let new = CreateStaff { login: role.as_str().to_owned(), password: None, role };
        let merchant = domain::MerchantId(hub.shop.merchant.id);
        let made = engine::staff::create(hub.engine(), merchant, "test", new).await.unwrap();
        let client = Self::new(hub);
        client.sign_in(role.as_str(), made.password.expose()).await.is(200);
        client
    }

    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Page {
        self.get("/console/sign-in").await;
        self.post("/console/sign-in", &[("login", login), ("password", password)]).await
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.go("GET", path, Vec::new()).await
    }

    /// Sends a form with the token of the last page that had one.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token.borrow().clone();
        let mut all = vec![("csrf", token.as_str())];
        all.extend(fields);
        self.post_without_token(path, &all).await
    }

    /// Sends a form just so.
    pub(crate) async fn post_without_token(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.go("POST", path, encode(fields)).await
    }

    /// Sends a form with a file in it.
    pub(crate) async fn upload(&self, path: &str, fields: &[(&str, &str)], file: &str) -> Page {
        let token = self.token.borrow().clone();
        let mut body = String::new();
        for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
            let head = format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"");
            body.push_str(&format!("{head}\r\n\r\n{value}\r\n"));
        }
        let head = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"pg.csv\"";
        body.push_str(&format!("{head}\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--cut--\r\n"));
        let kind = "multipart/form-data; boundary=cut";
        let answer = self.send_as("POST", path, kind, body.as_bytes()).await;
        self.follow(path, answer).await
    }

    async fn go(&self, method: &str, path: &str, body: Vec<u8>) -> Page {
        let answer = self.send(method, path, &body).await;
        self.follow(path, answer).await
    }

    async fn follow(&self, path: &str, mut answer: Answer) -> Page {
        let mut path = path.to_owned();
        for _ in 0..5 {
            if answer.status != StatusCode::SEE_OTHER {
                break;
            }
            path = answer.headers["location"].to_str().unwrap().to_owned();
            assert!(path.starts_with("/console"), "sent away to {path}");
            answer = self.send("GET", &path, b"").await;
        }
        let text = answer.text.clone();
        if let Some((_, rest)) = text.split_once("name=\"csrf\" value=\"") {
            *self.token.borrow_mut() = rest.split('"').next().unwrap_or_default().to_owned();
        }
        Page { status: answer.status, path, text, answer }
    }

    /// One request, no redirects.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        self.send_as(method, path, if method == "POST" { FORM } else { "" }, body).await
    }

    async fn send_as(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
        let cookies = self.cookies.borrow().clone().into_iter();
        let cookies: Vec<String> = cookies.map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let headers: [(&str, &[u8]); 2] =
            [("cookie", cookies.as_bytes()), ("accept-language", self.language.as_bytes())];
        let answer = self.hub.send(method, path, &headers, kind, body).await;
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// A cookie it keeps.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// Puts a cookie there, as a thief would.
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
    }
}

/// `application/x-www-form-urlencoded`.
pub(crate) fn encode(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut text = String::new();
    for (name, value) in fields {
        for (part, after) in [(name, '='), (value, '&')] {
            for byte in part.bytes() {
                text.push_str(&format!("%{byte:02X}"));
            }
            text.push(after);
        }
    }
    text.into_bytes()
}
