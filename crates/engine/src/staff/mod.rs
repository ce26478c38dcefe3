//! People of a merchant and their sessions in the console.

pub mod change_password;
pub mod create;
pub mod list;
pub mod lockout;
pub mod password;
pub mod session;
pub mod sign_in;

pub use change_password::change_password;
pub use create::{CreateStaff, Created, create};
pub use list::{Person, list};
pub use lockout::Strangers;
pub use session::{StaffSession, clean_up, session, sign_out};
pub use sign_in::{SignedIn, sign_in};

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sees.
    Viewer,
    /// Also cancels payments and sends webhooks again.
    Manager,
    /// Also changes settings, keys and people.
    Owner,
}

impl Role {
    /// The word stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    /// The role with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Viewer, Self::Manager, Self::Owner].into_iter().find(|role| role.as_str() == word)
    }

    /// That this role may do what `least` may.
    ///
    /// # Errors
    /// [`crate::Error::Forbidden`].
    pub fn need(self, least: Self) -> crate::Result<()> {
        if self >= least {
            return Ok(());
        }
        Err(crate::Error::Forbidden("이 작업을 할 권한이 없습니다."))
    }
}
