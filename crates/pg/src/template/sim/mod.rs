//! The PG's servers, played from its manual. Uses nothing of the connector beside this folder.

use crate::sim::{Books, Outgoing, SimCx, SimReply, SimRequest, Simulator};

/// The simulator; what it knows is in its books.
pub struct TemplateSim;

impl Simulator for TemplateSim {
    fn pg(&self) -> &'static str {
        "template"
    }

    fn hosts(&self) -> &'static [&'static str] {
        &["template.invalid"]
    }

    fn operation(&self, request: &SimRequest) -> &'static str {
        match request.path.as_str() {
            "/approve" => "approve",
            "/cancel" => "cancel",
            _ => "other",
        }
    }

    fn handle(&self, _cx: &SimCx, _books: &mut dyn Books, _request: &SimRequest) -> SimReply {
        SimReply::not_found()
    }

    fn deposit(
        &self,
        _cx: &SimCx,
        _books: &mut dyn Books,
        _tid: &str,
        _amount: i64,
        _depositor: &str,
    ) -> Result<Vec<Outgoing>, String> {
        Err("no virtual accounts".into())
    }
}
