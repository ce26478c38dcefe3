//! The browser of somebody signed in to the console.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use domain::Secret;
use engine::staff::{CreateStaff, Role};
use std::sync::Mutex;
use testkit::hub::TestHub;
use tower::ServiceExt as _;

/// A page after redirects.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Page {
    /// Hidden inputs of the page's own form.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let main = self.text.split_once("<main").unwrap().1;
        let inputs = main.split("<input type=\"hidden\" name=\"").skip(1);
        let pairs = inputs.filter_map(|input| {
            let (name, rest) = input.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split_once('"')?.0.to_owned()))
        });
        pairs.filter(|(name, _)| name != "csrf").collect()
    }
}

/// Somebody signed in.
pub(crate) struct Staff {
    router: Router,
    cookies: Mutex<Vec<(String, String)>>,
    token: Mutex<String>,
}

impl Staff {
    /// A new owner of the hub's shop.
    pub(crate) async fn sign_in(hub: &TestHub) -> Self {
        let new = CreateStaff {
            login: "staff".to_owned(),
            password: Some(Secret::new("staff-password".to_owned())),
            role: Role::Owner,
        };
        engine::staff::create(hub.engine(), hub.shop.id, "test", new).await.unwrap();
        let app = web::App { engine: hub.engine().clone(), options: Default::default() };
        let (cookies, token) = (Mutex::default(), Mutex::default());
        let staff = Self { router: web::router(app), cookies, token };
        staff.get("/console/sign-in").await;
        let fields = [("login", "staff"), ("password", "staff-password")];
        let page = staff.post("/console/sign-in", &fields).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/console"), "{}", page.text);
        staff
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.go("GET", path, String::new()).await
    }

    /// Sends a form with the token of the last page.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.token.lock().unwrap().clone();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &token);
        form.extend_pairs(fields);
        self.go("POST", path, form.finish()).await
    }

    async fn go(&self, method: &str, path: &str, body: String) -> Page {
        let (mut method, mut path, mut body) = (method.to_owned(), path.to_owned(), body);
        loop {
            let cookies = self.cookies.lock().unwrap().clone();
            let cookies: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
            let request = Request::builder()
                .method(method.as_str())
                .uri(&path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::COOKIE, cookies.join("; "))
                .body(Body::from(body))
                .unwrap();
            let answer = self.router.clone().oneshot(request).await.unwrap();
            for line in answer.headers().get_all(header::SET_COOKIE) {
                let pair = line.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                let mut cookies = self.cookies.lock().unwrap();
                cookies.retain(|(known, _)| known != name);
                cookies.push((name.to_owned(), value.to_owned()));
            }
            if answer.status().as_u16() == 303 {
                path = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
                (method, body) = ("GET".to_owned(), String::new());
                continue;
            }
            let status = answer.status().as_u16();
            let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            if let Some((_, rest)) = text.split_once("name=\"csrf\" value=\"") {
                *self.token.lock().unwrap() = rest.split('"').next().unwrap().to_owned();
            }
            return Page { status, path, text };
        }
    }
}
