//! Whom the sandbox knows: anybody whose data could be somebody's.

use crate::crypto::{sha256_hex, sha512_base64};
use domain::Birth;
use serde_json::{Value, json};

/// Carriers with what the window calls them.
pub(super) const CARRIERS: &[(&str, &str)] = &[
    ("SKT", "SKT"),
    ("KT", "KT"),
    ("LGT", "LG U+"),
    ("SKT_MVNO", "SKT 알뜰폰"),
    ("KT_MVNO", "KT 알뜰폰"),
    ("LGT_MVNO", "LG U+ 알뜰폰"),
];

/// The end of telephone numbers no carrier has.
const UNKNOWN: &str = "0000";

/// What was said of somebody.
pub(super) struct Claim {
    pub(super) name: String,
    pub(super) birth: Option<Birth>,
    pub(super) gender: &'static str,
    pub(super) foreigner: bool,
    pub(super) phone: String,
    pub(super) carrier: String,
}

impl Claim {
    /// What is wrong with it, for the person; `None` if it could be somebody.
    pub(super) fn wrong(&self) -> Option<&'static str> {
        let phone = self.phone.as_bytes();
        let number = (10..=11).contains(&phone.len())
            && self.phone.starts_with("01")
            && phone.iter().all(u8::is_ascii_digit);
        match () {
            () if self.name.is_empty() || self.name.chars().count() > 40 => {
                Some("이름을 입력해 주세요.")
            }
            () if self.birth.is_none() => Some("생년월일을 8자리 숫자로 입력해 주세요."),
            () if self.gender.is_empty() => Some("성별을 선택해 주세요."),
            () if !CARRIERS.iter().any(|(code, _)| *code == self.carrier) => {
                Some("통신사를 선택해 주세요.")
            }
            () if !number => Some("휴대폰 번호를 숫자로 입력해 주세요."),
            () => None,
        }
    }

    /// No carrier has this person.
    pub(super) fn unknown(&self) -> bool {
        self.phone.ends_with(UNKNOWN)
    }

    /// The person as the merchant's server is told.
    pub(super) fn person(&self, mid: &str) -> Value {
        let birth = self.birth.map(|birth| birth.iso().replace('-', "")).unwrap_or_default();
        let who = format!("{}\n{birth}\n{}", self.name, self.gender);
        json!({
            "name": self.name,
            "birth": birth,
            "gender": self.gender,
            "foreigner": self.foreigner,
            "phone": self.phone,
            "carrier": self.carrier,
            "ci": sha512_base64(format!("CI\n{who}")),
            "di": sha256_hex(format!("DI\n{mid}\n{who}")),
        })
    }
}

/// Only the digits.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
