//! Why a verb did not do what was asked. The web layer turns each into V1's envelope.

use pg::PgError;
use store::{CommitError, DbError};

/// A result of the engine.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such thing, or it belongs to another merchant. The text is V1's, in Korean.
    #[error("{0}")]
    NotFound(&'static str),
    /// The request is malformed: a field is missing or out of its range. HTTP 400.
    #[error("{field}: {message}")]
    Invalid {
        /// The field as the caller wrote it.
        field: String,
        /// What is wrong with it, for people, in Korean.
        message: String,
    },
    /// Understood and refused by the hub's rules; nothing moved. V1: HTTP 200, code 1.
    #[error("{0}")]
    Refused(String),
    /// The PG refused, in its own words; nothing moved. V1: HTTP 200, code -1.
    #[error("{message}")]
    PgRefused {
        /// The PG's code, or empty.
        code: String,
        /// The whole text for the merchant.
        message: String,
    },
    /// The channel's PG has no such call. HTTP 501.
    #[error("{0}")]
    Unsupported(String),
    /// Wrong credentials, or none. HTTP 401.
    #[error("Unauthorized")]
    Unauthorized(&'static str),
    /// Signed in, but this role may not do it. HTTP 403.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Too many attempts; try again after this many seconds. HTTP 429.
    #[error("too many attempts")]
    TooMany(i64),
    /// The hub cannot take more work now; nothing was done. HTTP 503.
    #[error("busy")]
    Busy,
    /// A fault of the hub or its database; the text is for the log, never for the caller. HTTP 500.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A malformed field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// A database that does not answer before anything was done: the caller may come back.
    pub fn before(error: DbError) -> Self {
        match error {
            DbError::Unavailable(why) => {
                tracing::warn!(why, "the database is unavailable");
                Self::Busy
            }
            DbError::Overloaded(_) => Self::Busy,
            other => other.into(),
        }
    }

    /// Whether this is a fault of ours, which trying again may overcome, and no answer.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Internal(_) | Self::Busy)
    }

    /// A fault of ours.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self::Internal(what.to_string())
    }
}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<CommitError> for Error {
    fn from(error: CommitError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<PgError> for Error {
    fn from(error: PgError) -> Self {
        match error {
            PgError::Declined { code, message } => {
                let text = if code.is_empty() { message } else { format!("[{code}|{message}]") };
                Self::PgRefused { code, message: text }
            }
            PgError::Unknown(_) => Self::PgRefused {
                code: "F500".into(),
                message: "PG사의 응답을 받지 못해 결과를 확인하고 있습니다.".into(),
            },
            PgError::Unavailable(_) => Self::PgRefused {
                code: "F503".into(),
                message: "PG사에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.".into(),
            },
            PgError::Invalid { field, message } => {
                Self::PgRefused { code: "F400".into(), message: format!("{field}: {message}") }
            }
            PgError::Forged(_) => Self::PgRefused {
                code: "F401".into(),
                message: "PG사의 응답이 위변조되었습니다.".into(),
            },
        }
    }
}
