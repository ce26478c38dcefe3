//! A wire whose other end is the test.

use engine::{Destination, Outbound};
use pg::{Request, Response, TransportError};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The request, its URL as it left the engine.
    pub request: Request,
    /// Whom it was for.
    pub destination: Destination,
}

impl Sent {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.request.body).into_owned()
    }
}

/// What comes back.
pub type Answer = Result<Response, TransportError>;
type Later = Pin<Box<dyn Future<Output = Answer> + Send>>;
type Script = Arc<dyn Fn(Sent) -> Later + Send + Sync>;

/// Records what is sent and answers as told; until told anything, nothing is ever sent.
pub struct ScriptedOutbound {
    sent: Mutex<Vec<Sent>>,
    script: Mutex<Script>,
}

impl Default for ScriptedOutbound {
    fn default() -> Self {
        let nobody = || Err(TransportError::NotSent("no script".to_owned()));
        let script: Script = Arc::new(move |_| Box::pin(std::future::ready(nobody())));
        Self { sent: Mutex::default(), script: Mutex::new(script) }
    }
}

impl ScriptedOutbound {
    /// Answers from now on with what `script` makes of each request.
    pub fn answer(&self, script: impl Fn(&Sent) -> Answer + Send + Sync + 'static) {
        self.answer_later(move |sent| std::future::ready(script(&sent)));
    }

    /// As [`ScriptedOutbound::answer`], for answers that wait for something.
    pub fn answer_later<F>(&self, script: impl Fn(Sent) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let script: Script = Arc::new(move |sent| Box::pin(script(sent)));
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = script;
    }

    /// Answers everything from now on with this HTTP status and body.
    pub fn answer_with(&self, status: u16, body: &str) {
        let mut response = Response::text(body);
        response.status = status;
        self.answer(move |_| Ok(response.clone()));
    }

    /// Everything sent so far, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait::async_trait]
impl Outbound for ScriptedOutbound {
    async fn send(&self, request: Request, destination: Destination) -> Answer {
        let sent = Sent { request, destination };
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent.clone());
        let script = Arc::clone(&*self.script.lock().unwrap_or_else(PoisonError::into_inner));
        script(sent).await
    }
}
