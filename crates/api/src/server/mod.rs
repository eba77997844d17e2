//! Starting, running and stopping the server.

mod bounds;
mod chores;
pub mod restore;
mod rounds;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::{Bytes, Data};
use actix_web::{App as WebApp, HttpServer};

use crate::app::backups::Nightly;
use crate::app::leaving::{self, Compacted};
use crate::app::retention::Swept;
use crate::app::{App, Limits, Passwords, photos, worker};
use crate::clock::Clock;
use crate::hold::Hold;
use crate::keys::Keys;
use crate::ledger::Ledger;
use crate::live::Live;
use crate::photos::{Photos, Place, StorageError};
use crate::routes::{self, Assets, Lanes, Web, guard};
use crate::store::{Store, StoreError};
use rounds::{Rounds, Worker};

pub use crate::routes::Places;
pub use bounds::Bounds;

/// How a server is started.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite://var/toit.db` or `postgres://…`.
    pub database_url: String,
    /// The folder of the server's own files: its keys.
    pub data: PathBuf,
    /// Where to listen; port 0 takes any free one.
    pub listen: String,
    /// Tells the time.
    pub clock: Clock,
    /// The folder of the built SPA.
    pub spa: Option<PathBuf>,
    /// Whether work that is due is done by itself; tests do it by [`Running::tick`].
    pub worker: bool,
    /// Whether a proxy in front says who calls and how.
    pub behind_proxy: bool,
    /// Where a backup is made each night; none makes none. Part of the work that is done by itself.
    pub backups: Option<PathBuf>,
    /// Where photos lie.
    pub photos: Place,
    /// How much it takes on.
    pub bounds: Bounds,
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error("the database cannot be used: {0}")]
    Store(#[from] StoreError),
    /// The ledger of those who have left.
    #[error("the ledger of those who have left cannot be used: {0}")]
    Ledger(String),
    /// The folder or the bucket of the photos.
    #[error(transparent)]
    Photos(#[from] StorageError),
    /// A file or a port.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
}

/// Opens the database and the keys: all that use cases need, for the server and for the command line.
///
/// # Errors
/// When the database or the keys cannot be read.
pub async fn open(database_url: &str, data: &std::path::Path, photos: &Place, clock: Clock) -> Result<App, StartError> {
    let hold = Hold::shared(data).map_err(|e| StartError::Io(data.display().to_string(), e))?;
    open_held(database_url, data, photos, clock, hold).await
}

/// As [`open`], by whoever holds the data folder already.
pub(crate) async fn open_held(
    database_url: &str,
    data: &std::path::Path,
    photos: &Place,
    clock: Clock,
    hold: Hold,
) -> Result<App, StartError> {
    let keys = Keys::load_or_make(data).map_err(|e| StartError::Io(data.display().to_string(), e))?;
    let ledger = Ledger::open(data).map_err(|e| StartError::Io(data.display().to_string(), e))?;
    if let Some(file) = database_url.strip_prefix("sqlite://").and_then(|f| f.split('?').next())
        && let Some(folder) = std::path::Path::new(file).parent().filter(|f| !f.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder).map_err(|e| StartError::Io(folder.display().to_string(), e))?;
    }
    let store = Store::open(database_url, clock.id(), clock.now()).await?;
    Ok(App {
        photos: Photos::open(photos)?,
        store,
        keys,
        clock,
        limits: Limits::default(),
        passwords: Passwords::new(cores()),
        compacted: Compacted::default(),
        swept: Swept::default(),
        pictures_swept: Swept::default(),
        stopping: false.into(),
        ledger,
        hold,
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    app: Arc<App>,
    live: Arc<Live>,
    handle: ServerHandle,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
    workers: Vec<Worker>,
}

/// How long requests that have begun may go on when the server stops.
const SECONDS_TO_FINISH: u64 = 20;

/// Migrates, reads what is kept in memory, serves.
///
/// # Errors
/// When the database, the keys, the SPA or the port cannot be used.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let app = Arc::new(open(&config.database_url, &config.data, &config.photos, config.clock.clone()).await?);
    restore::clean_up_at(&config.database_url)?;
    // The database may be a backup that was put in place by hand.
    let back = leaving::remember_all(&app).await.map_err(|e| StartError::Ledger(e.to_string()))?;
    if back > 0 {
        tracing::warn!(back, "people who had left were in this database; they were erased again");
    }
    let assets = match &config.spa {
        Some(folder) => Assets::load(folder).map_err(|e| StartError::Io(folder.display().to_string(), e))?,
        None => Assets::default(),
    };
    let document = routes::openapi();
    let web = Web {
        behind_proxy: config.behind_proxy,
        methods: routes::methods(&document),
        openapi: Bytes::from(crate::openapi_json()),
        lanes: Lanes::new(config.bounds.places),
        body_time: config.bounds.body,
        photo_time: config.bounds.photo,
    };
    let live = Live::begin(Arc::clone(&app.store), app.clock.clone(), config.bounds.pages);
    let (app_data, web, assets) = (Data::from(Arc::clone(&app)), Data::new(web), Data::new(assets));
    let live_data = Data::from(Arc::clone(&live));
    let server = HttpServer::new(move || {
        WebApp::new()
            .app_data(app_data.clone())
            .app_data(live_data.clone())
            .app_data(web.clone())
            .app_data(assets.clone())
            .configure(routes::configure)
            .wrap(from_fn(guard))
    })
    .on_connect(move |connection, _| bounds::cut_when_deaf(connection, config.bounds.deaf))
    .workers(cores())
    .max_connections(bounds::connections(config.bounds.connections).div_ceil(cores()))
    .keep_alive(config.bounds.idle)
    .client_request_timeout(config.bounds.head)
    .shutdown_timeout(SECONDS_TO_FINISH)
    .disable_signals()
    .bind(&config.listen)
    .map_err(|e| StartError::Io(config.listen.clone(), e))?;
    let address = server.addrs().first().copied().ok_or_else(|| {
        StartError::Io(config.listen.clone(), std::io::Error::new(std::io::ErrorKind::AddrNotAvailable, "no address"))
    })?;
    let running = server.run();
    let handle = running.handle();
    let nightly = config.backups.map(Nightly::new);
    // Two, so that nobody waits for a large backup, or for a bucket that does not answer.
    let workers = if config.worker {
        let (due, chores) = (Arc::clone(&app), Arc::clone(&app));
        vec![Worker::begin(|rounds| work(due, rounds)), Worker::begin(|rounds| look_after(chores, nightly, rounds))]
    } else {
        Vec::new()
    };
    Ok(Running { address, app, live, handle, serving: tokio::spawn(running), workers })
}

/// Does what is due, each second.
async fn work(app: Arc<App>, mut rounds: Rounds) {
    while rounds.next().await {
        if let Err(error) = worker::run_due(&app).await {
            tracing::warn!(%error, "work that is due has to wait");
        }
    }
}

/// Looks after the server's own files, each second.
async fn look_after(app: Arc<App>, mut nightly: Option<Nightly>, mut rounds: Rounds) {
    while rounds.next().await {
        chores::look_after(&app, nightly.as_mut()).await;
    }
}

impl Running {
    /// Where it answers.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The use cases of this server.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Does once all that is due now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tick(&self) -> Result<u64, crate::app::AppError> {
        self.live.end_those_signed_out().await?;
        photos::sweep(&self.app).await;
        worker::run_due(&self.app).await
    }

    /// The open pages.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Finishes what runs, then stops.
    pub async fn stop(self) {
        self.app.stopping.store(true, Ordering::Relaxed);
        // Otherwise it would be waited for them.
        self.live.close();
        let workers = futures_util::future::join_all(self.workers.into_iter().map(Worker::stop));
        tokio::join!(workers, self.handle.stop(true));
        let _ = self.serving.await;
        self.app.store.close().await;
        self.app.hold.release();
    }

    /// Serves until it is told to stop: by Ctrl-C or SIGTERM.
    ///
    /// # Errors
    /// When signals cannot be heard.
    pub async fn until_signal(self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        self.stop().await;
        Ok(())
    }
}
