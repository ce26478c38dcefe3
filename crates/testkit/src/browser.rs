//! A buyer's browser without a screen and without sockets: it knows the hub's pages, the sandbox's
//! windows, and stops where the merchant's own pages begin.
#![expect(clippy::unwrap_used, reason = "what cannot be followed fails the test")]

use crate::hub::{HUB, SANDBOX, local};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use pg::Device;
use pg::sim::headless::{self, Step};
use serde_json::Value;
use tower::ServiceExt as _;

/// The shop whose pages open windows.
pub const SHOP: &str = "https://shop.test";

const PC: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";
const MOBILE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari";

/// A browser on one device.
#[derive(Clone)]
pub struct Browser {
    hub: Router,
    sandbox: Router,
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
    pub(crate) fn new(hub: Router, sandbox: Router, device: Device) -> Self {
        Self { hub, sandbox, device }
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
        let (router, path) = match (url.strip_prefix(HUB), url.strip_prefix(SANDBOX)) {
            (Some(path), _) => (&self.hub, path),
            (_, Some(path)) => (&self.sandbox, path),
            _ => panic!("the browser left for {url}"),
        };
        let agent = if self.device == Device::Mobile { MOBILE } else { PC };
        let mut request = Request::builder()
            .method(method)
            .uri(path.split('#').next().unwrap())
            .header(header::USER_AGENT, agent)
            .header(header::ORIGIN, SHOP);
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = local(request.body(Body::from(body)).unwrap());
        let answer = router.clone().oneshot(request).await.unwrap();
        let header = |name| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned)
        };
        let (location, content_type) = (header(header::LOCATION), header(header::CONTENT_TYPE));
        let status = answer.status().as_u16();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
        Page {
            url: url.to_owned(),
            status,
            location,
            content_type: content_type.unwrap_or_default(),
            text: pg::form::decode(&bytes),
        }
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
        let host = script.strip_prefix(SANDBOX).unwrap().split('/').nth(1).unwrap();
        let simulator = pg::sim::ALL.iter().find(|sim| sim.hosts().contains(&host)).unwrap();
        let window = simulator.script_window().unwrap();
        let url = pg::hosts::Hosts::Sandbox(SANDBOX.to_owned()).map(window);
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
            if !url.starts_with(HUB) && !url.starts_with(SANDBOX) {
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
