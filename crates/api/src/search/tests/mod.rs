//! What is found, and in which order.

mod found;
mod oracle;
mod random;
mod words;
