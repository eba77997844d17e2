//! The time of Paris for programs that do not know it: winter and summer time as the European Union has them (Directive 2000/84/EC).

use ics::components::Component;

use super::plain;

pub(super) const PARIS: &str = "Europe/Paris";

fn half(
    kind: &'static str,
    (name, from, to): (&'static str, &'static str, &'static str),
    since: &'static str,
    each: &'static str,
) -> Component<'static> {
    let mut half = Component::new(kind);
    half.add_property(plain("DTSTART", since));
    half.add_property(plain("RRULE", each));
    half.add_property(plain("TZOFFSETFROM", from));
    half.add_property(plain("TZOFFSETTO", to));
    half.add_property(plain("TZNAME", name));
    half
}

pub(super) fn paris() -> Component<'static> {
    let mut zone = Component::new("VTIMEZONE");
    zone.add_property(plain("TZID", PARIS));
    let summer = ("CEST", "+0100", "+0200");
    zone.add_component(half("DAYLIGHT", summer, "19960331T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"));
    let winter = ("CET", "+0200", "+0100");
    zone.add_component(half("STANDARD", winter, "19961027T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"));
    zone
}
