//! What a webhook URL may be.

use crate::{Error, Result};

/// The longest URL, in characters.
pub const LONGEST: usize = 2_000;

/// Checks a URL an outsider chose; `field` is its name for the message. Which addresses it may
/// lead to is the outbound client's to decide, each time it is used.
///
/// # Errors
/// [`Error::Invalid`].
pub fn check(field: &str, url: &str) -> Result<()> {
    if url.chars().count() > LONGEST {
        return Err(Error::invalid(field, format!("URL은 {LONGEST}자를 초과할 수 없습니다.")));
    }
    let wrong = || Error::invalid(field, "http:// 또는 https://로 시작하는 URL이어야 합니다.");
    let parsed = ::url::Url::parse(url).map_err(|_| wrong())?;
    let web = matches!(parsed.scheme(), "http" | "https") && parsed.has_host();
    let plain = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    if web && plain { Ok(()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses() {
        for good in ["https://shop.kr/hook?a=b", "http://127.0.0.1:8080/", "https://상점.kr/웹훅"]
        {
            assert!(check("notice_url", good).is_ok(), "{good}");
        }
        let long = format!("https://shop.kr/{}", "a".repeat(LONGEST));
        for bad in
            ["", "shop.kr", "ftp://a.b", "file:///etc/passwd", "https://", "http://a b/", &long]
        {
            assert!(matches!(check("notice_url", bad), Err(Error::Invalid { .. })), "{bad}");
        }
    }
}
