//! PG 설정: channels on the left, one of them on the right, as the classic page has it.

use super::super::frame::{Frame, Wrongs};
use super::Choice;
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "console/channels.html")]
pub(crate) struct ChannelsPage {
    pub(crate) frame: Frame,
    /// 기본 PG사, 추가 PG사, 본인인증.
    pub(crate) groups: Vec<ChannelGroup>,
    pub(crate) form: Option<ChannelForm>,
}

/// Channels under one heading.
pub(crate) struct ChannelGroup {
    pub(crate) title: &'static str,
    /// Said if there are none.
    pub(crate) none: &'static str,
    pub(crate) rows: Vec<ChannelLine>,
}

/// A channel.
pub(crate) struct ChannelLine {
    pub(crate) id: i64,
    pub(crate) pg: String,
    pub(crate) name: String,
    pub(crate) mid: String,
    pub(crate) test: bool,
    pub(crate) here: bool,
}

/// The form of one channel, new or stored.
pub(crate) struct ChannelForm {
    /// A stored one.
    pub(crate) id: Option<i64>,
    pub(crate) action: String,
    pub(crate) wrongs: Wrongs,
    /// Every PG, to choose from for a new channel.
    pub(crate) pgs: Vec<Choice>,
    /// The PG's code and name.
    pub(crate) pg: String,
    pub(crate) pg_name: String,
    /// On contracts; may be empty.
    pub(crate) note: String,
    pub(crate) test: bool,
    /// Which test MID is used.
    pub(crate) test_note: String,
    /// There is no live mode: the hub does not speak this PG's protocol.
    pub(crate) test_only: bool,
    /// It verifies people, and so can be no default of payments.
    pub(crate) certifies: bool,
    pub(crate) inputs: Vec<Input>,
    /// Inputs hardly anybody needs, folded away.
    pub(crate) more: Vec<Input>,
    /// One of those is filled in or wrong.
    pub(crate) more_open: bool,
    /// Where this PG is to send its notices; `None` if it sends none.
    pub(crate) notice_url: Option<String>,
    pub(crate) name: String,
    pub(crate) key: Option<String>,
    pub(crate) is_default: bool,
    pub(crate) check: Option<CheckResult>,
}

/// A credential.
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) value: String,
    /// The stored secret, masked; empty if there is none.
    pub(crate) stored: String,
    pub(crate) help: String,
    pub(crate) secret: bool,
    pub(crate) required: bool,
    pub(crate) max: usize,
    pub(crate) wrong: Option<String>,
}

/// What "연결 확인" found.
pub(crate) struct CheckResult {
    pub(crate) tone: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) steps: Vec<CheckStep>,
}

/// A step of it.
pub(crate) struct CheckStep {
    pub(crate) tone: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) name: &'static str,
    pub(crate) detail: String,
}

/// The page that asks before a channel is deleted.
#[derive(Template)]
#[template(path = "console/channel_delete.html")]
pub(crate) struct ChannelDeletePage {
    pub(crate) frame: Frame,
    pub(crate) id: i64,
    pub(crate) question: String,
    pub(crate) is_default: bool,
    pub(crate) reason: String,
    pub(crate) wrongs: Wrongs,
}

#[cfg(test)]
#[path = "channels_samples.rs"]
pub(crate) mod samples;
