//! The PG's codes as V1's. Every documented code has a line; an unknown one is `None`, and unknown.

/// The V1 method of the PG's word.
pub(super) fn method_to_v1(code: &str) -> Option<&'static str> {
    match code {
        "CARD" => Some("card"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_stay_unknown() {
        assert_eq!((method_to_v1("CARD"), method_to_v1("card")), (Some("card"), None));
    }
}
