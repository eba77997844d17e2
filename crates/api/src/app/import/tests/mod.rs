//! Tests of the files that an office uploads, on small data of their own.

mod files;
mod households;
mod paris;
mod residences;
mod street;
