//! The CertificationAnnotation object: every documented key, always, in alphabetical order. `phone`
//! and `carrier` are there for merchants the carriers approved, which is a setting here.

use crate::api::payment_json::{seconds, text};
use domain::Birth;
use engine::certifications::View;
use engine::rows::Certified;
use serde_json::{Map, Value};

/// A verification as the merchant's server sees it. `phone` tells whether it may see that.
#[must_use]
pub fn certification_json(view: &View, phone: bool) -> Value {
    let (row, person) = (&view.row, view.person.as_ref());
    let said = |field: fn(&Certified) -> &str| Value::from(person.map(field));
    let foreigner = person.and_then(|person| person.foreigner);
    let birth = person.and_then(Certified::birth).map(Birth::midnight);
    let pairs: [(&str, Value); 17] = [
        // Before V1 had `birthday`: Korea's midnight of that day.
        ("birth", seconds(birth.map(|at| at.0))),
        ("birthday", said(|person| &person.birthday)),
        ("carrier", person.and_then(|person| person.carrier.clone()).into()),
        ("certified", engine::certifications::is_certified(row).into()),
        ("certified_at", seconds(row.certified_at)),
        ("foreigner", foreigner.unwrap_or(false).into()),
        ("foreigner_v2", foreigner.into()),
        ("gender", said(|person| &person.gender)),
        ("imp_uid", row.imp_uid.as_str().into()),
        ("merchant_uid", row.merchant_uid.as_str().into()),
        ("name", said(|person| &person.name)),
        ("origin", text(&row.page_url)),
        ("pg_provider", row.pg.as_str().into()),
        ("pg_tid", text(&row.pg_tid)),
        ("phone", person.and_then(|person| person.phone.clone()).into()),
        ("unique_in_site", said(|person| &person.di)),
        ("unique_key", said(|person| &person.ci)),
    ];
    let kept = pairs.into_iter().filter(|(key, _)| phone || !["carrier", "phone"].contains(key));
    Value::Object(kept.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}
