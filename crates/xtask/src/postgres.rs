//! A PostgreSQL cluster for the time of an errand, in a folder that goes with it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::means;
use crate::run::{Step, output_of};

/// Makes a cluster in a new folder, serves it, and removes both when standard input ends. That happens when this program
/// lets go of the pipe, however it ends: nothing is left behind after Ctrl-C or a crash.
///
/// `$1` is the folder of the programs, `$2` the port.
const KEEPER: &str = r#"
set -eu
umask 077
folder=$(mktemp -d "${TMPDIR:-/tmp}/toit-postgres.XXXXXX")
trap 'rm -rf "$folder"' EXIT
"$1/initdb" --pgdata="$folder/data" --username=toit --auth=trust --no-sync --encoding=UTF8 --locale=C >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    exit 1
}
"$1/postgres" -D "$folder/data" -p "$2" -h 127.0.0.1 -k '' \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 \
    -c shared_buffers=256MB -c max_wal_size=4GB -c wal_recycle=off -c autovacuum=off -c log_min_messages=fatal >"$folder/log" 2>&1 </dev/null &
server=$!
echo started
while read -r _; do :; done
kill -QUIT "$server" || cat "$folder/log" >&2
wait "$server" || true
"#;

const PATIENCE: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// A cluster that nobody else uses. It stops, and its folder goes, when this value is dropped.
pub struct Cluster {
    keeper: Child,
    port: u16,
}

impl Cluster {
    /// Starts a cluster with the programs of `programs`, on a free port of this machine alone.
    ///
    /// It trusts whoever reaches it and does not sync: for made-up data only.
    ///
    /// # Errors
    /// When it does not answer within 30 seconds.
    pub fn start(programs: &Path) -> Result<Self> {
        let step = Step::begin("We start a PostgreSQL of our own");
        let port = free_port()?;
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "sh"])
            .arg(programs)
            .arg(port.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        become_postgres(&mut command)?;
        let mut keeper = command.spawn().context("cannot start PostgreSQL")?;
        let mut said = String::new();
        if let Some(output) = keeper.stdout.take() {
            BufReader::new(output).read_line(&mut said)?;
        }
        let cluster = Self { keeper, port };
        ensure!(said.trim() == "started", "PostgreSQL could not make its folder");
        cluster.wait_until_ready(programs)?;
        step.end();
        Ok(cluster)
    }

    /// The URL of an administrator, who may create databases.
    pub fn url(&self) -> String {
        self.database_url("postgres")
    }

    /// The URL of a database, whether it exists or not.
    pub fn database_url(&self, database: &str) -> String {
        format!("postgres://toit@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database.
    pub fn create_database(&self, programs: &Path, name: &str) -> Result<()> {
        let mut command = Command::new(programs.join("psql"));
        command.args(["--quiet", "--no-psqlrc", "--command", &format!("CREATE DATABASE {name}"), &self.url()]);
        output_of(&mut command).map(drop)
    }

    fn wait_until_ready(&self, programs: &Path) -> Result<()> {
        let begun = Instant::now();
        loop {
            let mut question = Command::new(programs.join("pg_isready"));
            question.args(["--quiet", "--host=127.0.0.1"]).arg(format!("--port={}", self.port));
            if output_of(&mut question).is_ok() {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("PostgreSQL does not answer on port {}", self.port);
            }
            pause();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut pipe) = self.keeper.stdin.take() {
            // The pipe closes at the end of this block, and the keeper tidies up.
            let _ = pipe.flush();
        }
        let _ = self.keeper.wait();
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// Waits a moment between two looks at something that has no way to tell when it is ready.
#[expect(clippy::disallowed_methods, reason = "another program's start can only be polled")]
pub fn pause() {
    std::thread::sleep(BETWEEN_LOOKS);
}

/// PostgreSQL refuses to run as root, and Ctrl-C is not for it: the keeper has to stop it.
#[cfg(unix)]
fn become_postgres(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
    if means::is_root() {
        let user: u32 = output_of(Command::new("id").args(["-u", "postgres"]))
            .context("there is no user named postgres to run PostgreSQL as")?
            .parse()?;
        let group: u32 = output_of(Command::new("id").args(["-g", "postgres"]))?.parse()?;
        command.uid(user).gid(group);
    }
    Ok(())
}

#[cfg(not(unix))]
fn become_postgres(_: &mut Command) -> Result<()> {
    bail!("a PostgreSQL of our own is started on Unix only; the tests on SQLite run everywhere")
}

#[cfg(all(test, unix))]
mod tests {
    use super::Cluster;
    use crate::means;

    #[test]
    fn a_cluster_comes_and_goes() -> anyhow::Result<()> {
        let Some(programs) = means::postgres_programs() else {
            return crate::test::skip("a_cluster_comes_and_goes: there is no PostgreSQL here");
        };
        let cluster = Cluster::start(&programs)?;
        let port = cluster.port;
        cluster.create_database(&programs, "once")?;
        assert_eq!(cluster.url(), format!("postgres://toit@127.0.0.1:{port}/postgres"));
        drop(cluster);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
        Ok(())
    }
}
