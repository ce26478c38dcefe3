//! What an error of PostgreSQL means for a batch: try again, tell the caller, or nobody knows.

use tokio_postgres::{
    Error,
    error::{Severity, SqlState},
};

use crate::{CommitError, DbError};

/// How far a transaction was when it failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// `commit` was not sent: whatever went wrong, nothing happened.
    Statement,
    /// A statement failed with `commit` already sent behind it.
    CommitSent,
    /// `commit` itself failed.
    Commit,
}

/// Why a transaction did not commit, and what that leaves to do.
pub(super) struct Failure {
    pub(super) error: CommitError,
    /// Nothing happened, and running it again may work.
    pub(super) again: bool,
    /// The connection is between transactions and good for the next caller.
    pub(super) keep: bool,
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::told(error.into())
    }
}

impl Failure {
    /// The database's plain answer: trying again would bring the same.
    pub(super) fn told(error: CommitError) -> Self {
        Self { error, again: false, keep: true }
    }

    pub(super) fn of(error: &Error, step: Step) -> Self {
        let Some(server) = error.as_db_error() else {
            // No word from the server: the connection broke.
            return match step {
                Step::Statement => Self::gone(error),
                Step::CommitSent | Step::Commit => Self::unknown(error),
            };
        };
        let code = server.code();
        let fatal = server.parsed_severity() != Some(Severity::Error);
        let undecided = *code == SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN;
        if undecided || (fatal && step == Step::Commit) {
            return Self::unknown(error);
        }
        if fatal {
            return Self::gone(error);
        }
        Self::refused(error, code, server.constraint())
    }

    /// The connection is lost and nothing happened.
    fn gone(error: &Error) -> Self {
        Self { error: unavailable(error), again: true, keep: false }
    }

    fn unknown(error: &Error) -> Self {
        Self { error: CommitError::Unknown(text(error)), again: false, keep: false }
    }

    /// The server refused and the session goes on.
    fn refused(error: &Error, code: &SqlState, constraint: Option<&str>) -> Self {
        match code.code() {
            "40001" | "40P01" => Self { error: unavailable(error), again: true, keep: true },
            // The schema changed under a prepared statement, or a transaction was to write on a
            // standby: a new connection knows better.
            "0A000" | "26000" => {
                let error = DbError::Sql(text(error)).into();
                Self { error, again: true, keep: false }
            }
            "23505" => Self::told(CommitError::Unique(constraint.unwrap_or("unknown").to_owned())),
            constraint if constraint.starts_with("23") => {
                Self::told(DbError::Constraint(text(error)).into())
            }
            // Timeouts of ours and lack of memory, disk or connections.
            "57014" | "55P03" => Self::told(unavailable(error)),
            resource if resource.starts_with("53") => Self::told(unavailable(error)),
            _ => Self::told(DbError::Sql(text(error)).into()),
        }
    }
}

fn unavailable(error: &Error) -> CommitError {
    DbError::Unavailable(text(error)).into()
}

/// The error of a read, which has no commit that could be in doubt.
pub(super) fn of_read(error: CommitError) -> DbError {
    match error {
        CommitError::Db(error) => error,
        CommitError::Unknown(reason) => DbError::Unavailable(reason),
        other => DbError::Sql(other.to_string()),
    }
}

/// The server's message and code without its detail, which quotes values; a data exception quotes
/// them in the message itself, so of those only the code is told.
pub(super) fn text(error: &Error) -> String {
    if let Some(server) = error.as_db_error() {
        let code = server.code().code();
        return match code.starts_with("22") {
            true => format!("data exception ({code})"),
            false => format!("{} ({code})", server.message()),
        };
    }
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
