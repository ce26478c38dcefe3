//! The program's other commands, as a person at a terminal sees them.

use crate::program::{Demo, Home, ieum, on_both, path, run};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

#[tokio::test]
async fn try_pays_both_ways_and_says_that_all_is_well() {
    on_both(async |home| {
        let mut arguments = vec!["try"];
        if let Some(database) = &home.postgres {
            arguments.extend(["--db", &database.url]);
        }
        let output = ieum(&arguments).output().unwrap();
        let (out, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{out}\n{error}");
        assert!(out.contains("all well"), "{out}");
    })
    .await;
}

/// A configuration in a folder of its own, with a master key.
fn config(home: &Home, change: impl Fn(String) -> String) -> PathBuf {
    let (made, key, _) = run(&["key"]);
    assert!(made && key.trim().len() == 64, "{key}");
    let folder = home.folder.path();
    let key_file = folder.join("master.key");
    std::fs::write(&key_file, key).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&key_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let database =
        home.postgres.as_ref().map_or("sqlite:ieum.db".to_owned(), |database| database.url.clone());
    let mut text = String::new();
    write!(
        text,
        "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"http://127.0.0.1:8890\"\n\
         [database]\nurl = \"{database}\"\n[secrets]\nmaster_key_file = \"master.key\"\n"
    )
    .unwrap();
    let file = folder.join("ieum.toml");
    std::fs::write(&file, change(text)).unwrap();
    file
}

#[tokio::test]
async fn doctor_passes_a_good_configuration_and_names_what_is_wrong_with_a_bad_one() {
    on_both(async |home| {
        let file = path(&config(&home, |text| text));
        let (good, out, error) = run(&["doctor", "--config", &file]);
        assert!(good && !out.contains("FAIL"), "{out}{error}");
        for (from, to, said) in [
            ("http://127.0.0.1:8890", "http://pay.example.com", "https"),
            ("master.key", "nowhere.key", "nowhere.key"),
            ("[server]", "[sevrer]", "sevrer"),
            ("127.0.0.1:0", "somewhere", "listen"),
        ] {
            let bad = config(&home, |text| text.replace(from, to));
            let (good, out, error) = run(&["doctor", "--config", &path(&bad)]);
            assert!(!good, "{to} passed: {out}");
            assert!(format!("{out}{error}").contains(said), "{to}: {out}{error}");
            assert!(!format!("{out}{error}").contains("panicked"), "{error}");
        }
        let (good, _, error) = run(&["doctor", "--config", "/nowhere/ieum.toml"]);
        assert!(!good && error.contains("/nowhere/ieum.toml"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_said_without_its_password() {
    let home = Home { folder: tempfile::tempdir().unwrap(), postgres: None };
    let url = "postgres://ieum:hunter2hunter2@127.0.0.1:1/ieum";
    let bad = path(&config(&home, |text| text.replace("sqlite:ieum.db", url)));
    for command in [&["doctor", "--config", &bad][..], &["serve", "--config", &bad]] {
        let (good, out, error) = run(command);
        assert!(!good && format!("{out}{error}").contains("database"), "{out}{error}");
        assert!(!format!("{out}{error}").contains("hunter2"), "{out}{error}");
    }
}

#[tokio::test]
async fn merchants_are_created_once_and_their_keys_shown() {
    on_both(async |home| {
        let file = path(&config(&home, |text| text));
        let create = |login: &'static str| {
            run(&["merchant", "create", "--config", &file, "--name", "상점", "--login", login])
        };
        let (good, out, error) = create("owner@shop.test");
        assert!(good, "{error}");
        let made: Value = serde_json::from_str(&out).unwrap();
        let length = |key: &str| made[key].as_str().unwrap().len();
        assert_eq!((length("user_code"), length("imp_key"), length("imp_secret")), (11, 16, 80));
        assert!(length("console_password") >= 12);
        assert_eq!(made["console_user"], "owner@shop.test");
        let (good, out, error) = create("owner@shop.test");
        assert!(!good && out.is_empty() && !error.contains("panicked"), "{error}");
        let (good, other, error) = create("second@shop.test");
        assert!(good, "{error}");
        assert_ne!(other, out);
        let (good, _, error) = run(&["merchant", "create", "--config", &file, "--name", "상점"]);
        assert!(!good && error.contains("--login"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_cannot_listen_says_where() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let home = Home { folder: tempfile::tempdir().unwrap(), postgres: None };
    let file = path(&config(&home, |text| text.replace("127.0.0.1:0", &address)));
    let (good, _, error) = run(&["serve", "--config", &file]);
    assert!(!good && error.contains(&address), "{error}");
    let data = path(home.folder.path());
    let (good, _, error) = run(&["demo", "--listen", &address, "--data", &data]);
    assert!(!good && error.contains(&address), "{error}");
}

#[tokio::test]
async fn a_second_hub_on_the_same_file_is_refused_and_the_first_stops_when_asked() {
    let home = Home { folder: tempfile::tempdir().unwrap(), postgres: None };
    let mut demo = Demo::start(&home, 1_000, 1).await;
    let data = path(&home.folder.path().join("data"));
    let free = "127.0.0.1:0";
    let (good, _, error) = run(&[
        "demo",
        "--listen",
        free,
        "--sandbox-listen",
        free,
        "--shop-listen",
        free,
        "--data",
        &data,
    ]);
    assert!(!good && error.contains("in use"), "{error}");
    let token = demo.rest("GET", "/payments/status/all", Value::Null).await;
    assert_eq!(token["code"], 0, "the first goes on");
    assert!(demo.stop().success(), "asked to stop, it ends well");
    // What it kept is there for the next one.
    let demo = Demo::start(&home, 1_000, 1).await;
    assert_eq!(demo.rest("GET", "/payments/status/all", Value::Null).await["code"], 0);
}

#[tokio::test]
async fn a_sub_merchant_is_made_under_its_agency() {
    on_both(async |home| {
        let file = path(&config(&home, |text| text));
        let create = ["merchant", "create", "--config", &file];
        let made = |more: &[&str]| run(&[&create[..], more].concat());
        let (good, out, error) = made(&["--name", "대행사", "--login", "agency"]);
        assert!(good, "{error}");
        let agency: Value = serde_json::from_str(&out).unwrap();
        let code = agency["user_code"].as_str().unwrap();
        let under = ["--agency", code, "--tier", "ABC", "--name", "지점"];
        let (good, out, error) = made(&under);
        assert!(good, "{error}");
        let tier: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&tier["user_code"], &tier["tier_code"]), (&agency["user_code"], &"ABC".into()));
        assert!(tier.get("imp_secret").is_none() && tier.get("console_password").is_none());
        for (more, said) in [
            (&under[..], "tier_code"),
            (&["--agency", "imp99999999", "--tier", "ABC", "--name", "지점"], "판매자"),
            (&["--agency", code, "--name", "지점"], "--tier"),
            (&["--name", "지점"], "--login"),
        ] {
            let (good, out, error) = made(more);
            assert!(!good && error.contains(said), "{more:?}: {out}{error}");
        }
        let more = ["--agency", code, "--tier", "DEF", "--name", "지점", "--login", "branch"];
        let (good, out, error) = made(&more);
        assert!(good, "{error}");
        let tier: Value = serde_json::from_str(&out).unwrap();
        assert!(tier["console_password"].as_str().unwrap().len() >= 20, "{tier}");
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_takes_numbers_with_a_wrong_check_digit_only_if_told_to() {
    for (more, code) in [(&[][..], -1), (&["--accept-any-card"][..], 0)] {
        let home = Home { folder: tempfile::tempdir().unwrap(), postgres: None };
        let demo = Demo::start_with(&home, 5_000, 5, more).await;
        // As V1's documents print it.
        let card = json!({"card_number": "4092-0230-1234-1234", "expiry": "2031-12",
            "birth": "900101", "pwd_2digit": "00"});
        let issued = demo.rest("POST", "/subscribe/customers/c1", card.clone()).await;
        assert_eq!(issued["code"], code, "{issued}");
        let mut order = card;
        order["merchant_uid"] = json!("m1");
        order["amount"] = json!(1004);
        let paid = demo.rest("POST", "/subscribe/payments/onetime", order).await;
        assert_eq!(paid["code"], code, "{paid}");
        let refusal = paid["message"].as_str().unwrap_or_default();
        assert_eq!(refusal.contains("[F112]"), code != 0, "{refusal}");
    }
}
