//! Passwords: Argon2id (RFC 9106) with the least parameters that OWASP advises (19 MiB, two passes), a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use domain::problem::{FieldCode, Problem, ProblemCode};
use domain::tenant::{FirstName, Password};
use tokio::sync::{Semaphore, TryAcquireError};

use super::AppError;

/// How many may wait for their turn; more are asked to come back.
const QUEUE: usize = 64;
/// The least that zxcvbn must give, of 0 to 4: "safely unguessable through an online attack" is 2.
const LEAST_SCORE: zxcvbn::Score = zxcvbn::Score::Two;

/// A bounded queue before the costly hash: 19 MiB each, so that a crowd fills neither the memory nor the cores.
#[derive(Debug)]
pub struct Passwords {
    places: Semaphore,
    turns: Semaphore,
    /// The hash of a password that nobody has: compared with when the account does not exist.
    nobody: String,
}

impl Passwords {
    /// A queue for `turns` hashes at once.
    #[must_use]
    pub fn new(turns: usize) -> Self {
        Self {
            places: Semaphore::new(QUEUE),
            turns: Semaphore::new(turns.max(1)),
            nobody: hash_now(&hex(&crate::keys::random_bytes::<16>())),
        }
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let busy = || AppError::from(Problem { retry_after: Some(5), ..Problem::new(ProblemCode::Unavailable) });
        let _place = match self.places.try_acquire() {
            Ok(place) => place,
            Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => return Err(busy()),
        };
        let _turn = self.turns.acquire().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(work).await.map_err(|_| ProblemCode::Internal.into())
    }

    /// Hashes a password that is to be kept.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub(crate) async fn hash(&self, password: &Password) -> Result<String, AppError> {
        let password = password.clone();
        self.turn(move || hash_now(password.reveal())).await
    }

    /// Whether a password fits a hash; without a hash it takes as long and never fits.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub(super) async fn fits(&self, password: &Password, hash: Option<&str>) -> Result<bool, AppError> {
        let (password, known) = (password.clone(), hash.is_some());
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let fits = self
            .turn(move || {
                PasswordHash::new(&hash)
                    .is_ok_and(|h| Argon2::default().verify_password(password.reveal().as_bytes(), &h).is_ok())
            })
            .await?;
        Ok(fits && known)
    }
}

fn hash_now(password: &str) -> String {
    // Fails only for parameters that Argon2 refuses; the defaults are not among them.
    Argon2::default().hash_password(password.as_bytes()).map(|h| h.to_string()).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Refuses a password that is easily guessed: by what people use everywhere, or by what is known of the person.
///
/// # Errors
/// `weak_password`.
pub(super) fn check(password: &Password, first_name: &FirstName, email: Option<&str>) -> Result<(), AppError> {
    let known = [first_name.as_str(), email.unwrap_or_default(), "detoitatoit", "toit", "voisin", "voisine"];
    // zxcvbn takes long over long texts; what stands behind a hundred characters only makes a password better.
    let start: String = password.reveal().chars().take(100).collect();
    if zxcvbn::zxcvbn(&start, &known).score() < LEAST_SCORE {
        return Err(AppError::field("/password", FieldCode::WeakPassword));
    }
    Ok(())
}
