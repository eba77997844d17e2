//! The components. They draw what they are given and know nothing of the API.

mod bar;
mod button;
mod choice;
mod date_card;
mod fetched;
mod field;
mod form;
mod mark;
mod month;
mod notice_card;
mod page;
mod photo;
mod picture;
mod post;
mod ring;
mod states;
mod stepper;
mod steps;

pub use bar::{Shell, focus_heading};
pub use button::{Act, Go, Submit, Weight};
pub use choice::{Boxes, Choice, Choices, Ticks};
pub use date_card::DateCard;
pub use fetched::{Shown, fetched, fresh, shown};
pub use field::{DateField, DayField, Field, HourField, Kind, PasswordField, SelectField};
pub use form::{Form, Summary, focus};
pub use mark::{Face, MarkPicker};
pub use month::{Month, first_of, last_of};
pub use notice_card::{NoticeCard, Resolved, Sign};
pub use page::{Back, Page, TopLinks};
pub use photo::{Chosen, Photo, PhotoField, Preview};
pub use picture::{Icon, Roofline, Street, SwapIcon, TwoRoofs};
pub use post::{Post, PostCard, Swap, post_key, posted};
pub use ring::{Ring, Service};
pub use states::{Empty, Failure, Skeleton, not_found};
pub use stepper::Stepper;
pub use steps::Steps;
