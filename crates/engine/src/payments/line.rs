//! The line to one payment's PG, or to who verifies a person: its connector, credentials, hosts,
//! and a redacted record of what was said.

use crate::{Destination, Engine, Error, Result};
use domain::{MerchantId, Millis};
use pg::capability::certification::Certifier;
use pg::hosts::Hosts;
use pg::{Credentials, Cx, Mode, Pg, Request, Response, Spec, Transport, TransportError};
use std::sync::{Mutex, PoisonError};
use store::channels::ChannelRow;
use store::exchanges::ExchangeRow;
use store::payments::PaymentRow;

/// An open line. Exchanges pile up in it until [`Line::take`].
pub struct Line<P: ?Sized + 'static = dyn Pg> {
    /// The connector.
    pub pg: &'static P,
    /// The channel's credentials.
    pub credentials: Credentials,
    /// Test or live.
    pub mode: Mode,
    /// Where the PG's hosts really are.
    pub hosts: Hosts,
    /// The merchant's time when the line was opened.
    pub at: Millis,
    spec: &'static Spec,
    wall: Millis,
    engine: Engine,
    merchant_id: i64,
    imp_uid: String,
    records: Mutex<Vec<ExchangeRow>>,
}

impl Line {
    /// Opens the line of a payment.
    ///
    /// # Errors
    /// [`Error::Internal`] if the channel is gone or its credentials cannot be opened.
    pub async fn open(engine: &Engine, row: &PaymentRow) -> Result<Self> {
        let merchant = MerchantId(row.merchant_id);
        let channel = store::channels::find(&engine.db, merchant, row.channel_id).await?;
        let channel = channel.ok_or_else(|| Error::internal("the payment's channel is gone"))?;
        Self::of_channel(engine, &channel, &row.imp_uid).await
    }

    /// Opens the line of a channel for a call about no payment, or about the payment with this
    /// number.
    ///
    /// # Errors
    /// As [`Line::open`].
    pub async fn of_channel(engine: &Engine, channel: &ChannelRow, imp_uid: &str) -> Result<Self> {
        let pg = pg::find(&channel.pg).filter(|_| channel.is_payment());
        let pg = pg.ok_or_else(|| Error::internal("no connector for the PG"))?;
        Self::to(engine, channel, pg, imp_uid).await
    }
}

impl Line<dyn Certifier> {
    /// Opens the line of a channel that verifies people, about the verification with this number.
    ///
    /// # Errors
    /// As [`Line::open`].
    pub async fn certifying(engine: &Engine, channel: &ChannelRow, imp_uid: &str) -> Result<Self> {
        let pg = pg::certifiers::find(&channel.pg).filter(|_| !channel.is_payment());
        let pg = pg.ok_or_else(|| Error::internal("no connector for the certifier"))?;
        Self::to(engine, channel, pg, imp_uid).await
    }
}

impl<P: ?Sized> Line<P> {
    async fn to(
        engine: &Engine,
        channel: &ChannelRow,
        pg: &'static P,
        imp_uid: &str,
    ) -> Result<Self> {
        let merchant = MerchantId(channel.merchant_id);
        let owner = store::merchants::find(&engine.db, merchant).await?;
        let owner = owner.ok_or_else(|| Error::internal("the channel's merchant is gone"))?;
        let wall = engine.now();
        let mode = if channel.mode == "test" { Mode::Test } else { Mode::Live };
        let spec = crate::channels::spec(channel)?;
        playable(engine, spec, mode)?;
        Ok(Self {
            pg,
            credentials: crate::channels::credentials(engine, channel)?,
            mode,
            hosts: hosts(engine, mode),
            at: owner.time(wall),
            spec,
            wall,
            engine: engine.clone(),
            merchant_id: channel.merchant_id,
            imp_uid: imp_uid.to_owned(),
            records: Mutex::new(Vec::new()),
        })
    }

    /// The context of one call.
    #[must_use]
    pub fn cx<'a>(&'a self, operation_id: &'a str) -> Cx<'a>
    where
        P: Send + Sync,
    {
        Cx {
            transport: self,
            credentials: &self.credentials,
            mode: self.mode,
            at: self.at,
            operation_id,
        }
    }

    /// Whose channel it is.
    #[must_use]
    pub const fn merchant(&self) -> i64 {
        self.merchant_id
    }

    /// A number for a call that belongs to no payment, unique per call. Its last four digits are of
    /// a number that only grows: some PGs have room for no more (NICE's TIDs).
    #[must_use]
    pub fn number(&self, prefix: char) -> String {
        let growing = self.engine.ids.payment(self.engine.clock.now()) % 10_000;
        format!("{prefix}{}{growing:04}", self.engine.next_id())
    }

    /// Where the browser finds one of the PG's pages. A simulated window lives in the merchant's
    /// time: its address says how far ahead that is.
    #[must_use]
    pub fn browser_url(&self, url: &str) -> String {
        let ahead = self.at.0 - self.wall.0;
        match &self.hosts {
            Hosts::Sandbox(origin) if ahead > 0 => {
                Hosts::Sandbox(format!("{origin}/@{ahead}")).map(url)
            }
            hosts @ (Hosts::Sandbox(_) | Hosts::Real) => hosts.map(url),
        }
    }

    /// The exchanges so far; the line forgets them.
    #[must_use]
    pub fn take(&self) -> Vec<ExchangeRow> {
        std::mem::take(&mut *self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, request: &Request, begun: Millis, answer: &AnswerOf) {
        let names = self.spec.redact;
        let secret =
            |key: &&str| self.spec.fields.iter().any(|field| field.key == *key && field.secret);
        let values: Vec<&str> =
            self.credentials.keys().filter(secret).map(|key| self.credentials.get(key)).collect();
        let ended = self.engine.clock.now();
        let (http_status, response, error) = match answer {
            Ok(answer) => (
                Some(i64::from(answer.status)),
                Some(crate::redact::body(&answer.body, names, &values)),
                None,
            ),
            Err(error) => (None, None, Some(error.to_string())),
        };
        let row = ExchangeRow {
            id: self.engine.next_id(),
            merchant_id: self.merchant_id,
            imp_uid: self.imp_uid.clone(),
            at: self.at.0,
            elapsed_ms: (ended.0 - begun.0).max(0),
            operation: request.operation.to_owned(),
            url: domain::text::cut(&request.url, 1_000),
            request: crate::redact::body(&request.body, names, &values),
            http_status,
            response,
            error,
        };
        self.records.lock().unwrap_or_else(PoisonError::into_inner).push(row);
    }
}

type AnswerOf = std::result::Result<Response, TransportError>;

/// Refuses a PG we do not speak to where no sandbox plays it: there is no fake success.
///
/// # Errors
/// [`Error::Refused`].
pub fn playable(engine: &Engine, spec: &pg::Spec, mode: Mode) -> Result<()> {
    if !spec.sandbox_only || matches!(hosts(engine, mode), Hosts::Sandbox(_)) {
        return Ok(());
    }
    let name = spec.ko;
    Err(Error::Refused(format!(
        "{name}: 아직 연동되지 않은 PG사입니다. 내장 샌드박스를 켠 서버의 테스트 채널에서만 사용할 \
         수 있습니다."
    )))
}

/// Where the hosts of a channel in this mode are.
#[must_use]
pub fn hosts(engine: &Engine, mode: Mode) -> Hosts {
    match (&engine.sandbox, mode) {
        (Some(sandbox), Mode::Test) if engine.settings.sandbox_tests => {
            Hosts::Sandbox(sandbox.origin())
        }
        (Some(_) | None, Mode::Test | Mode::Live) => Hosts::Real,
    }
}

#[async_trait::async_trait]
impl<P: ?Sized + Send + Sync> Transport for Line<P> {
    async fn send(&self, request: Request) -> std::result::Result<Response, TransportError> {
        let begun = self.engine.clock.now();
        let mut mapped = request.clone();
        mapped.url = self.hosts.map(&request.url);
        if matches!(self.hosts, Hosts::Sandbox(_)) {
            // The simulator lives in the merchant's time, as the merchant's payments do.
            mapped.headers.push(("x-ieum-at".into(), self.at.0.to_string()));
        }
        let timeout_ms = self.engine.settings.pg_timeout_ms;
        let answer = self.engine.outbound.send(mapped, Destination::Pg { timeout_ms }).await;
        self.record(&request, begun, &answer);
        answer
    }
}
