//! HTTP as a browser does it: pages, forms, redirects.

use crate::outbound::HttpOutbound;
use anyhow::{Context as _, bail};
use engine::{Destination, Request};
use sandbox::headless::{Step, next};

/// A page, or where it sends the browser.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: String,
}

/// A browser without a screen.
pub(super) struct Browser {
    client: HttpOutbound,
}

impl Browser {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self { client: HttpOutbound::new(true)? })
    }

    /// Sends one request.
    pub(super) async fn send(
        &self,
        method: &'static str,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Answer> {
        let owned = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let request = Request {
            method,
            url: url.to_owned(),
            headers: owned.collect(),
            body,
            operation: "browser",
        };
        let (answer, location) = self
            .client
            .browse(request, Destination::Pg { timeout_ms: 60_000 })
            .await
            .with_context(|| url.to_owned())?;
        Ok(Answer {
            status: answer.status,
            location,
            body: String::from_utf8_lossy(&answer.body).into_owned(),
        })
    }

    /// From the checkout page through the PG's window, pressing `button` there, to the page or the
    /// redirect at the end. Tells `log` every address.
    pub(super) async fn walk(
        &self,
        checkout_url: &str,
        button: &str,
        stop_at: &str,
        log: &dyn Fn(&str),
    ) -> anyhow::Result<Answer> {
        let mut step = Step::Get { url: checkout_url.to_owned() };
        for _ in 0..12 {
            let url = step.url().to_owned();
            log(&url);
            let answer = match step {
                Step::Get { .. } => self.send("GET", &url, &[], Vec::new()).await?,
                Step::Post { body, content_type, .. } => {
                    self.send("POST", &url, &[("content-type", content_type)], body).await?
                }
                Step::Done => bail!("nothing to follow"),
            };
            if let Some(location) = &answer.location {
                if location.starts_with(stop_at) {
                    return Ok(answer);
                }
                step = Step::Get { url: location.clone() };
                continue;
            }
            anyhow::ensure!(answer.status == 200, "{url} answered {}", answer.status);
            if answer.body.contains("ieum:result") {
                return Ok(answer);
            }
            step = match link(&answer.body) {
                Some(url) => Step::Get { url },
                None => next(&url, &answer.body, button).map_err(anyhow::Error::msg)?,
            };
        }
        bail!("the window did not end")
    }
}

/// The link our checkout page follows by itself where a PG's window is a plain address.
fn link(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("id=\"go\" href=\"")?;
    let (url, _) = rest.split_once('"')?;
    Some(url.replace("&#38;", "&").replace("&amp;", "&"))
}
