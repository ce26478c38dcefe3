//! What a form or a query holds: pairs, some names more than once.

/// Pairs as they came.
#[derive(Clone, Default)]
pub(super) struct Form(Vec<(String, String)>);

/// More pairs than any page of ours has are dropped.
const MOST: usize = 500;

impl Form {
    /// Reads `application/x-www-form-urlencoded` bytes.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().take(MOST).collect())
    }

    /// Pairs read elsewhere.
    pub(super) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().take(MOST).collect())
    }

    /// The first value of a name, trimmed; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// A value exactly as it was typed: for passwords.
    pub(super) fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Every value of a name that is not empty.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(key, value)| key == name && !value.trim().is_empty());
        values.map(|(_, value)| value.trim().to_owned()).collect()
    }

    /// The query string of these pairs with one of them changed or, by an empty value, left out.
    /// Empty values, `done` and `csrf` are left out; with its `?`, or empty.
    pub(super) fn query_with(&self, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let left_out = |key: &str| key == name || matches!(key, "done" | "csrf");
        for (key, kept) in self.0.iter().filter(|(key, kept)| !left_out(key) && !kept.is_empty()) {
            query.append_pair(key, kept);
        }
        if !value.is_empty() {
            query.append_pair(name, value);
        }
        let text = query.finish();
        if text.is_empty() { text } else { format!("?{text}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_and_written() {
        let form = Form::parse("a= 1 &b=&a=2&q=%EC%9D%B4+%26&done=saved".as_bytes());
        assert_eq!((form.get("a"), form.raw("a"), form.get("none")), ("1", " 1 ", ""));
        assert_eq!(form.all("a"), ["1", "2"]);
        assert_eq!(form.query_with("a", ""), "?q=%EC%9D%B4+%26");
        assert_eq!(Form::default().query_with("x", ""), "");
        assert_eq!(Form::default().query_with("x", "1 2"), "?x=1+2");
    }
}
