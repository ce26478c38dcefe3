//! Why a PG call did not do what was asked; each variant says what is known about the money.

/// The outcome of a PG call that is not success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PgError {
    /// The PG said no in so many words; nothing moved.
    #[error("[{code}] {message}")]
    Declined {
        /// The PG's code, unchanged.
        code: String,
        /// The PG's text, unchanged.
        message: String,
    },
    /// It was sent, and there is no usable answer: the money may have moved.
    #[error("no usable answer from the PG: {0}")]
    Unknown(String),
    /// It never left (connection refused, name not found): nothing moved.
    #[error("the PG could not be reached: {0}")]
    Unavailable(String),
    /// The order cannot be put to this PG (missing credential, unsupported method): not sent.
    #[error("{field}: {message}")]
    Invalid {
        /// The field at fault.
        field: &'static str,
        /// What is wrong, in Korean, for the merchant.
        message: String,
    },
    /// A signature, host or identity in what came back does not hold; nothing was sent.
    #[error("not genuine: {0}")]
    Forged(String),
}

impl PgError {
    /// A refusal by the PG.
    pub fn declined(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Declined { code: code.into(), message: message.into() }
    }

    /// An order that cannot be put to this PG.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

impl From<crate::wire::TransportError> for PgError {
    fn from(error: crate::wire::TransportError) -> Self {
        match error {
            crate::wire::TransportError::NotSent(why) => Self::Unavailable(why),
            crate::wire::TransportError::NoAnswer(why) => Self::Unknown(why),
        }
    }
}
