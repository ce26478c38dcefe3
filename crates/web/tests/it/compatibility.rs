//! The catalogue of official operations against the router, the page and the official description.

use crate::hub::{Hub, JSON};
use crate::nasty::ROUTES;
use axum::http::StatusCode;
use ieum_web::api::catalogue::{LEGACY, operations, page};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use testkit::dbs::on_both;

type Pair = (String, String);

/// The same for every way to name the parameters.
fn shape(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn pair(method: &str, path: &str) -> Pair {
    (method.to_owned(), shape(path))
}

fn catalogue() -> BTreeSet<Pair> {
    operations().map(|row| pair(row.method, row.path)).collect()
}

/// With every parameter as a number nobody has.
fn address(path: &str) -> String {
    shape(path).replace("{}", "nobody")
}

#[test]
fn no_operation_is_listed_twice() {
    assert_eq!(catalogue().len(), operations().count());
    assert_eq!(operations().count(), 80, "the official list has eighty");
}

#[tokio::test]
async fn the_router_answers_what_the_catalogue_promises() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        for row in operations() {
            let token = [("authorization", hub.token.as_bytes())];
            let answer = hub.send(row.method, &address(row.path), &token, JSON, b"{}").await;
            let route = format!("{} {}: {}", row.method, row.path, answer.text);
            assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{route}");
            assert_ne!(answer.json()["message"], "Not Found", "{route}");
        }
    })
    .await;
}

#[test]
fn every_route_is_listed() {
    let beside = LEGACY.iter().map(|(method, path, _)| pair(method, path));
    let listed: BTreeSet<Pair> = catalogue().into_iter().chain(beside).collect();
    let routes = ROUTES.iter().flat_map(|(path, methods)| methods.iter().map(|it| pair(it, path)));
    let unlisted: Vec<Pair> = routes.filter(|route| !listed.contains(route)).collect();
    assert!(unlisted.is_empty(), "in api/mod.rs, but not in api/catalogue: {unlisted:?}");
}

#[test]
fn the_page_is_the_catalogue() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md");
    if std::env::var_os("IEUM_WRITE_COMPATIBILITY").is_some() {
        std::fs::write(&file, page()).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written == page(), "docs/compatibility.md is old: cargo xtask compatibility");
}

/// The official description: the file `IEUM_SWAGGER` names, or beside this checkout or one of the
/// folders it is in. It is not ours to hand on, so most checkouts have none.
fn official() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("IEUM_SWAGGER") {
        return Some(file.into());
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().map(|folder| folder.join("shared/spec/v1.openapi.json"));
    found.into_iter().find(|file| file.is_file())
}

#[test]
fn the_catalogue_is_the_official_list() {
    let Some(file) = official() else {
        // Not `eprintln!`: that is not seen when a test passes.
        let text = "*** NOT COMPARED: no official description here; IEUM_SWAGGER names it ***";
        writeln!(std::io::stderr(), "\n{text}\n").unwrap();
        return;
    };
    let text = std::fs::read_to_string(file).unwrap();
    let description: Value = serde_json::from_str(&text).unwrap();
    let paths = description["paths"].as_object().unwrap().iter();
    let methods = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(move |method| pair(&method.to_uppercase(), path))
    });
    assert_eq!(catalogue(), methods.collect::<BTreeSet<_>>());
}
