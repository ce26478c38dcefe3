//! A disk that can be filled: a small file system of its own where we may mount one; elsewhere a
//! limit on the size of files, which makes every write past it fail the same way.

use crate::home::Home;
use crate::hub::Hub;
use std::path::PathBuf;
use std::process::Command;

/// Large enough for a load of minutes.
const SIZE: &str = "size=96m";

/// Where a home's database is.
pub(crate) struct Disk {
    /// Mounted here, unmounted when dropped.
    mounted: Option<PathBuf>,
}

impl Disk {
    /// A home whose data is on a disk of its own, if that can be.
    pub(crate) fn small() -> (Home, Self) {
        let home = Home::sqlite();
        let folder = home.file("data");
        std::fs::create_dir(&folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(&folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        (home, Self { mounted: mounted.then_some(folder) })
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.mounted {
            Some(_) => "a full disk (tmpfs)",
            None => "a full disk (a limit on files; nothing may be mounted here)",
        }
    }

    /// From now on no file grows.
    pub(crate) fn fill(&self, hub: &Hub) {
        match &self.mounted {
            None => limit(hub, "4096:unlimited"),
            Some(folder) => {
                let mut file = std::fs::File::create(folder.join("filler")).unwrap();
                let block = [0_u8; 4_096];
                while std::io::Write::write_all(&mut file, &block).is_ok() {}
            }
        }
    }

    /// There is room again.
    pub(crate) fn make_room(&self, hub: &Hub) {
        match &self.mounted {
            None => limit(hub, "unlimited:unlimited"),
            Some(folder) => std::fs::remove_file(folder.join("filler")).unwrap(),
        }
    }
}

fn limit(hub: &Hub, size: &str) {
    let process = hub.process().to_string();
    let words = ["--pid", &process, &format!("--fsize={size}")];
    assert!(Command::new("prlimit").args(words).status().unwrap().success());
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(folder) = &self.mounted {
            // Lazily: a hub that is being killed may still hold its files.
            drop(Command::new("umount").arg("-l").arg(folder).status());
        }
    }
}
