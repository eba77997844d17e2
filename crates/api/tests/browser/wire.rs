//! A wire between a browser and its server that can be cut: what a lift or a tunnel does to a telephone.

use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A wire. Each browser that is to lose the server alone has one of its own.
pub struct Wire {
    port: u16,
    whole: Arc<watch::Sender<bool>>,
}

impl Wire {
    /// Leads to the server at this address.
    pub async fn to(url: &str) -> Self {
        let server = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("its port").port();
        let whole = Arc::new(watch::Sender::new(true));
        let cuts = whole.subscribe();
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                // While it is cut, whoever comes is sent away.
                if *cuts.borrow() {
                    tokio::spawn(carry(browser, server.clone(), cuts.clone()));
                }
            }
        });
        Self { port, whole }
    }

    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Ends all that runs over it, and lets nothing through.
    pub fn cut(&self) {
        self.whole.send_replace(false);
    }

    /// Lets through again whoever comes.
    pub fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn carry(mut browser: TcpStream, server: String, mut cuts: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        _ = copy_bidirectional(&mut browser, &mut server) => {}
        _ = cuts.wait_for(|whole| !whole) => {}
    }
}
