//! What is sent, what is kept, and what somebody might send who means harm.

mod files;
mod hostile;
mod metadata;
mod pictures;
mod places;
mod queue;
