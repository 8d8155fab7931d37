//! Whether a process is the one we once started: its start time and arguments, not its number alone.

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs;
use std::process::Command;

/// When process `pid` started, in words that no later process with this number shares; `None` when
/// it has ended.
pub fn started(pid: u32) -> Option<String> {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => {
            // The program's name, in brackets, may hold spaces; the 22nd field is the start in ticks.
            let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
            let state = fields.next()?;
            (state != "Z").then(|| fields.nth(18).map(str::to_owned))?
        }
        Err(_) if fs::exists("/proc/self/stat").unwrap_or(false) => None,
        Err(_) => ps(pid, "lstart="),
    }
}

/// Whether `argument` is among the arguments of process `pid`; one that is just ending has none left
/// and is given the benefit of the doubt.
pub fn has_argument(pid: u32, argument: &str) -> bool {
    match fs::read(format!("/proc/{pid}/cmdline")) {
        Ok(line) => {
            line.is_empty()
                || line
                    .split(|byte| *byte == 0)
                    .any(|part| part == argument.as_bytes())
        }
        Err(_) => ps(pid, "command=").is_some_and(|line| line.contains(argument)),
    }
}

/// Whether some process has this number; one of another user counts.
pub fn exists(pid: u32) -> bool {
    match of(pid).map(test_kill_process) {
        Some(Ok(()) | Err(rustix::io::Errno::PERM)) => true,
        Some(Err(_)) | None => false,
    }
}

/// What this machine calls itself.
pub fn host() -> String {
    let name = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    name.chars().take(255).collect()
}

/// Asks process `pid` to end, or ends it.
pub fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = of(pid) {
        // It may have ended by itself a moment ago, which is what we want.
        kill_process(pid, signal).ok();
    }
}

fn of(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

/// One field of `ps`, where there is no /proc.
fn ps(pid: u32, field: &str) -> Option<String> {
    let output = Command::new("/bin/ps")
        .args(["-ww", "-o", field, "-p", &pid.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}
