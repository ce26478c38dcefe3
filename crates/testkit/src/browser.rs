//! A buyer's browser without a screen: it knows the hub's pages, the sandbox's windows, and stops
//! where the merchant's own pages begin. Over in-process routers ([`Web`]) or over HTTP.
#![expect(clippy::unwrap_used, reason = "what cannot be followed fails the test")]

use pg::Device;
use pg::sim::headless::{self, Step};
use serde_json::{Value, json};
use std::sync::Arc;

/// The shop whose pages open windows.
pub const SHOP: &str = "https://shop.test";

const PC: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";
const MOBILE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari";

/// What a browser asks of a server.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// `GET` or `POST`.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// Lower-case names.
    pub headers: Vec<(&'static str, String)>,
    /// Empty for none.
    pub body: Vec<u8>,
}

/// How a browser reaches servers. Redirects are not followed.
#[async_trait::async_trait]
pub trait Web: Send + Sync {
    /// Sends and waits.
    async fn fetch(&self, fetch: Fetch) -> Page;
}

/// A browser on one device.
#[derive(Clone)]
pub struct Browser {
    web: Arc<dyn Web>,
    hub: String,
    sandbox: String,
    device: Device,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it came from.
    pub url: String,
    /// HTTP status.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// `Content-Type`.
    pub content_type: String,
    /// The body, decoded from UTF-8 or EUC-KR.
    pub text: String,
}

/// Where a payment ends for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The overlay tells the page that opened it.
    Callback(Value),
    /// The browser goes back to the merchant.
    Redirect(String),
    /// The outcome is unknown: a page of the hub that asks again.
    Waiting,
}

impl Ending {
    /// The callback's object.
    ///
    /// # Panics
    /// When it ended otherwise.
    pub fn rsp(self) -> Value {
        match self {
            Self::Callback(rsp) => rsp,
            other => panic!("no callback but {other:?}"),
        }
    }

    /// Where the browser was sent.
    ///
    /// # Panics
    /// When it ended otherwise.
    pub fn url(self) -> String {
        match self {
            Self::Redirect(url) => url,
            other => panic!("no redirect but {other:?}"),
        }
    }

    /// Told as a success, whichever way.
    ///
    /// # Panics
    /// While the buyer still waits.
    pub fn is_success(&self) -> bool {
        match self {
            Self::Callback(rsp) => rsp["success"] == true,
            Self::Redirect(url) => url.contains("imp_success=true"),
            Self::Waiting => panic!("nobody knows yet"),
        }
    }
}

impl Browser {
    /// A browser of a hub and its sandbox, by their origins.
    pub fn new(web: Arc<dyn Web>, hub: &str, sandbox: &str, device: Device) -> Self {
        Self { web, hub: hub.to_owned(), sandbox: sandbox.to_owned(), device }
    }

    /// `IMP.certification(param)` for a merchant's user code: what the SDK is answered.
    ///
    /// # Panics
    /// When the answer is no JSON.
    pub async fn certification(&self, user_code: &str, param: &Value) -> Value {
        self.sdk("certifications", user_code, param).await
    }

    /// `IMP.request_pay(param)` for a merchant's user code: what the SDK is answered.
    ///
    /// # Panics
    /// When the answer is no JSON.
    pub async fn request_pay(&self, user_code: &str, param: &Value) -> Value {
        self.sdk("payments", user_code, param).await
    }

    async fn sdk(&self, what: &str, user_code: &str, param: &Value) -> Value {
        let body = json!({
            "user_code": user_code,
            "tier_code": null,
            "param": param,
            "device": if self.device == Device::Mobile { "mobile" } else { "pc" },
            "page_url": format!("{SHOP}/order"),
            "has_callback": true,
        });
        let url = format!("{}/sdk/{what}", self.hub);
        let body = body.to_string().into_bytes();
        let page = self.send("POST", &url, "application/json", body).await;
        assert_eq!(page.status, 200, "{}", page.text);
        serde_json::from_str(&page.text).unwrap()
    }

    /// What the hub's last page holds; `None` for any other page.
    ///
    /// # Panics
    /// When it holds what no page should.
    #[must_use]
    pub fn ending(page: &Page) -> Option<Ending> {
        ending(page)
    }

    /// Goes one step.
    ///
    /// # Panics
    /// When it leads to neither the hub nor the sandbox.
    pub async fn go(&self, step: &Step) -> Page {
        match step {
            Step::Get { url } => self.send("GET", url, "", Vec::new()).await,
            Step::Post { url, body, content_type } => {
                self.send("POST", url, content_type, body.clone()).await
            }
            Step::Done => panic!("nothing to follow"),
        }
    }

    /// Sends a request.
    ///
    /// # Panics
    /// When it leads to neither the hub nor the sandbox.
    pub async fn send(&self, method: &str, url: &str, kind: &str, body: Vec<u8>) -> Page {
        assert!(self.is_inside(url), "the browser left for {url}");
        let agent = if self.device == Device::Mobile { MOBILE } else { PC };
        let mut headers = vec![("user-agent", agent.to_owned()), ("origin", SHOP.to_owned())];
        if !kind.is_empty() {
            headers.push(("content-type", kind.to_owned()));
        }
        let url = url.split('#').next().unwrap().to_owned();
        self.web.fetch(Fetch { method: method.to_owned(), url, headers, body }).await
    }

    fn is_inside(&self, url: &str) -> bool {
        [&self.hub, &self.sandbox].into_iter().any(|origin| {
            url.strip_prefix(origin.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The step out of a page: what it does by itself, or after `press` on the button with that
    /// `data-testid`. A page that loads a PG's script is left as the script leaves it.
    ///
    /// # Panics
    /// When the page is an error or has no such button.
    pub async fn leave(&self, page: &Page, press: &str) -> Step {
        if let Some(location) = &page.location {
            return headless::redirected(&page.url, location).unwrap();
        }
        assert_eq!(page.status, 200, "{} says {}", page.url, page.text);
        if let Some(link) = attribute(&page.text, "id=\"go\" href=\"") {
            return Step::Get { url: link };
        }
        let step = headless::next(&page.url, &page.text, press);
        let step = step.unwrap_or_else(|why| panic!("{why}: {}", page.text));
        match attribute_before(&page.text, "id=\"pg\"", "src=\"") {
            Some(script) => self.through_script(&script, step).await,
            None => step,
        }
    }

    /// Does what a PG's script does: posts the page's form to the PG's window.
    async fn through_script(&self, script: &str, form: Step) -> Step {
        let loaded = self.send("GET", script, "", Vec::new()).await;
        assert_eq!(loaded.status, 200, "the PG's script {script}");
        assert!(loaded.content_type.contains("javascript"), "{}", loaded.content_type);
        let inside = script.strip_prefix(&self.sandbox).unwrap().trim_start_matches('/');
        // A clock that is ahead stands before the host.
        let (host, base) = match inside.split('/').collect::<Vec<_>>()[..] {
            [ahead, host, ..] if ahead.starts_with('@') => {
                (host, format!("{}/{ahead}", self.sandbox))
            }
            [host, ..] => (host, self.sandbox.clone()),
            [] => panic!("no host in {script}"),
        };
        let simulator = pg::sim::ALL.iter().find(|sim| sim.hosts().contains(&host)).unwrap();
        let window = simulator.script_window().unwrap();
        let url = pg::hosts::Hosts::Sandbox(base).map(window);
        let Step::Post { url: return_url, mut body, content_type } = form else {
            panic!("a PG's script without a form to post")
        };
        let named = pg::form::Form::read(&body);
        if !named.0.iter().any(|(name, _)| name.eq_ignore_ascii_case("returnurl")) {
            let field = pg::form::utf8_body(&[("ReturnURL", &return_url)]);
            body.extend_from_slice(format!("&{field}").as_bytes());
        }
        Step::Post { url, body, content_type }
    }

    /// Follows pages from `step` on, pressing `press` in the PG's window, until the next step is
    /// one that `stop` picks or the payment ends.
    ///
    /// # Panics
    /// When a page is an error or it never ends.
    pub async fn follow(
        &self,
        mut step: Step,
        press: &str,
        stop: impl Fn(&Step) -> bool,
    ) -> Result<Step, Ending> {
        for _ in 0..15 {
            if stop(&step) {
                return Ok(step);
            }
            let url = step.url();
            if !self.is_inside(url) {
                return Err(Ending::Redirect(url.to_owned()));
            }
            let page = self.go(&step).await;
            if let Some(ending) = ending(&page) {
                return Err(ending);
            }
            step = self.leave(&page, press).await;
        }
        panic!("it never ends, last at {}", step.url())
    }

    /// Follows pages from `step` up to the request that brings the window's result back to the
    /// hub, which is not sent.
    ///
    /// # Panics
    /// When it ends before.
    pub async fn until_back(&self, step: Step, press: &str) -> Step {
        let back = format!("{}/callback/", self.hub);
        match self.follow(step, press, |step| step.url().starts_with(&back)).await {
            Ok(step) => step,
            Err(ending) => panic!("it ended before it came back: {ending:?}"),
        }
    }

    /// Follows pages from `step` to the end.
    ///
    /// # Panics
    /// As [`Browser::follow`].
    pub async fn walk(&self, step: Step, press: &str) -> Ending {
        match self.follow(step, press, |_| false).await {
            Err(ending) => ending,
            Ok(step) => panic!("stopped at {}", step.url()),
        }
    }
}

/// What the hub's last page holds.
fn ending(page: &Page) -> Option<Ending> {
    let (_, rest) = page.text.split_once("id=\"data\">")?;
    if page.text.contains("data-testid=\"waiting\"") {
        return Some(Ending::Waiting);
    }
    let (data, _) = rest.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["origin"], SHOP, "the result goes to the page that asked only");
    Some(Ending::Callback(data["rsp"].clone()))
}

fn attribute(html: &str, before: &str) -> Option<String> {
    let (_, rest) = html.split_once(before)?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}

/// The value of an attribute in the tag that has `mark`.
fn attribute_before(html: &str, mark: &str, name: &str) -> Option<String> {
    let at = html.find(mark)?;
    let tag = html[..at].rfind('<')?;
    let end = html[at..].find('>')? + at;
    attribute(&html[tag..end], name)
}
