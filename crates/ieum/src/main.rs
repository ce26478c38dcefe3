//! Ieum: one binary that is the emulator on a laptop and the hub in production.

mod commands;
mod config;
mod elsewhere;
mod outbound;
mod running;
mod sandbox_port;
mod shop;
mod system;
mod trial;

use clap::{Parser, Subcommand};

/// A payment hub that speaks the i'mport (PortOne V1) browser SDK, REST API and webhooks.
#[derive(Parser)]
#[command(name = "ieum", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The hub, the sandbox PGs and a demo shop, with nothing to set up.
    Demo(commands::demo::Demo),
    /// Pays with KICC and with Alipay over real HTTP, prints every step, and says if all was well.
    Try(commands::try_::Try),
    /// The hub in production.
    Serve(commands::serve::Serve),
    /// Checks a configuration and what it points to.
    Doctor(commands::doctor::Doctor),
    /// Saves the whole database into one file, while the hub runs.
    Backup(commands::backup::Backup),
    /// Fills an empty database from a backup.
    Restore(commands::restore::Restore),
    /// Moves to another database.
    Db(commands::db::Db),
    /// The ledger of every movement of money: checks it, shows a payment's.
    Ledger(commands::ledger::Ledger),
    /// Merchants.
    Merchant(commands::merchant::Merchant),
    /// Compares our books with a PG's account of a day or a month; exits with 1 if breaks are open.
    Reconcile(commands::reconcile::Reconcile),
    /// Prints a fresh master key.
    Key,
}

/// Room for the state of a whole use case on a worker's stack, bytes: an unoptimised build's is
/// large, and only what is used costs memory.
const STACK: usize = 8 << 20;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    system::logging();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return system::fail(&error.into()),
    };
    let mut clean = true;
    let result = runtime.block_on(async {
        match cli.command {
            Command::Demo(command) => command.run().await,
            Command::Try(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Doctor(command) => command.run().await,
            Command::Backup(command) => command.run().await,
            Command::Restore(command) => command.run().await,
            Command::Db(command) => command.run().await,
            Command::Ledger(command) => command.run().await,
            Command::Merchant(command) => command.run().await,
            Command::Reconcile(command) => {
                clean = command.run().await?;
                Ok(())
            }
            Command::Key => {
                system::say(&hex::encode(system::random_key()));
                Ok(())
            }
        }
    });
    // Sandbox connections that were left hanging on purpose must not keep the process.
    runtime.shutdown_background();
    match result {
        Ok(()) if clean => std::process::ExitCode::SUCCESS,
        Ok(()) => std::process::ExitCode::FAILURE,
        Err(error) => system::fail(&error),
    }
}
