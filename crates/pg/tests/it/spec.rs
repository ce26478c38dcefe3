//! The facts each PG declares fit together.

use std::collections::BTreeSet;

#[test]
fn codes_and_aliases_are_unique() {
    let mut seen = BTreeSet::new();
    for pg in pg::ALL {
        let spec = pg.spec();
        for code in spec.aliases.iter().chain([&spec.code]) {
            assert!(seen.insert(*code), "{code} is there twice");
            assert_eq!(pg::find(code).map(|pg| pg.spec().code), Some(spec.code));
        }
    }
    assert!(!seen.is_empty(), "no PG");
}

#[test]
fn the_settings_form_can_be_filled_with_the_test_credentials() {
    for pg in pg::ALL {
        let spec = pg.spec();
        assert_eq!(spec.fields.first().map(|field| field.key), Some("mid"), "{}", spec.code);
        let credentials = spec.test_credentials();
        for field in spec.fields {
            let value = credentials.get(field.key);
            assert!(!field.required || !value.is_empty(), "{} has no {}", spec.code, field.key);
            assert!(value.chars().count() <= field.max, "{} {}", spec.code, field.key);
            assert!(!field.ko.is_empty() && !field.en.is_empty(), "{} {}", spec.code, field.key);
        }
        for key in credentials.keys() {
            assert!(spec.fields.iter().any(|field| field.key == key), "{} {key}", spec.code);
        }
    }
}

#[test]
fn every_pg_names_what_it_sells_and_where() {
    for pg in pg::ALL {
        let spec = pg.spec();
        assert!(!spec.methods.is_empty() && !spec.currencies.is_empty(), "{}", spec.code);
        assert!(!spec.hosts.is_empty() && !spec.source.is_empty(), "{}", spec.code);
        let waits = spec.methods.contains(&"vbank");
        assert!(!waits || pg.notices().is_some(), "{} cannot hear of deposits", spec.code);
    }
}

#[test]
fn every_host_is_played_by_one_simulator() {
    let mut hosts = BTreeSet::new();
    for sim in pg::sim::ALL {
        for host in sim.hosts() {
            assert!(hosts.insert(*host), "{host} is played twice");
        }
    }
    assert!(!hosts.is_empty(), "no simulator");
}
