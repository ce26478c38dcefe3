//! The page at `/`: who is played here and what goes wrong at the moment.

use crate::Sandbox;
use pg::sim::page::escape;

/// The page, in both languages at once: there is little to say.
pub(crate) fn page(sandbox: &Sandbox) -> String {
    let rows: String = sandbox
        .simulators()
        .iter()
        .map(|simulator| {
            let hosts: Vec<_> = simulator.hosts().iter().map(|host| escape(host)).collect();
            let (pg, hosts) = (escape(simulator.pg()), hosts.join("<br>"));
            format!("<tr><th scope=\"row\">{pg}</th><td>{hosts}</td></tr>")
        })
        .collect();
    let faults: String = sandbox
        .faults()
        .iter()
        .map(|armed| {
            let fault = &armed.fault;
            let of = format!("{} · {} · {}", fault.pg, fault.operation, fault.fault);
            let times = match fault.times {
                Some(left) if left > 0 => format!(" × {left}"),
                _ => " ∞".to_owned(),
            };
            let seed = fault.seed.unwrap_or_default();
            let rate = fault.rate.map(|rate| format!(" @ {rate}, seed {seed}"));
            let rate = rate.unwrap_or_default();
            format!("<li>{}</li>", escape(&format!("{of}{times}{rate}")))
        })
        .collect();
    let faults = if faults.is_empty() { "<li>없음 (none)</li>".to_owned() } else { faults };
    include_str!("index.html").replace("{rows}", &rows).replace("{faults}", &faults)
}
