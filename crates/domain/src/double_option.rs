//! Tells an absent field from `null`: in an edit what is absent stays, and `null` removes.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[expect(clippy::option_option, reason = "absent and null mean different things in an edit")]
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(d).map(Some)
}

#[expect(clippy::option_option, clippy::ref_option, reason = "serde hands over the field by reference")]
pub fn serialize<T: Serialize, S: Serializer>(value: &Option<Option<T>>, s: S) -> Result<S::Ok, S::Error> {
    value.as_ref().and_then(Option::as_ref).serialize(s)
}
