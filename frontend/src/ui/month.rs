//! A month of days, each with how many things there are on it; by keyboard as the ARIA grid pattern asks.

use chrono::{Datelike, Days, Months, NaiveDate};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::{Icon, focus, fresh};
use crate::time;
use crate::var::Var;

/// The first day of a month.
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The last day of a month.
pub fn last_of(day: NaiveDate) -> NaiveDate {
    first_of(day).checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(day)
}

/// The weeks of a month, each from Monday on; none where a day belongs to another month.
fn weeks(month: NaiveDate) -> Vec<[Option<NaiveDate>; 7]> {
    let mut weeks = vec![[None; 7]];
    for day in first_of(month).iter_days().take_while(|day| *day <= last_of(month)) {
        let at = day.weekday().num_days_from_monday() as usize;
        if at == 0 && day.day() > 1 {
            weeks.push([None; 7]);
        }
        if let Some(week) = weeks.last_mut() {
            week[at] = Some(day);
        }
    }
    weeks
}

/// Where a key leads from a day; nowhere for keys that are none of the grid's.
fn led_to(key: &str, day: NaiveDate) -> Option<NaiveDate> {
    let within = u64::from(day.weekday().num_days_from_monday());
    match key {
        "ArrowLeft" => day.checked_sub_days(Days::new(1)),
        "ArrowRight" => day.checked_add_days(Days::new(1)),
        "ArrowUp" => day.checked_sub_days(Days::new(7)),
        "ArrowDown" => day.checked_add_days(Days::new(7)),
        "Home" => day.checked_sub_days(Days::new(within)),
        "End" => day.checked_add_days(Days::new(6 - within)),
        "PageUp" => day.checked_sub_months(Months::new(1)),
        "PageDown" => day.checked_add_months(Months::new(1)),
        _ => None,
    }
}

/// A month. One of its days can be reached by Tab: `at`, which also says which month is shown.
#[component]
pub fn Month(
    at: Var<NaiveDate>,
    /// The day that was chosen, if any.
    chosen: Var<Option<NaiveDate>>,
    /// How many things there are on a day.
    count: Callback<NaiveDate, usize>,
) -> AnyView {
    let month = Memo::new(move |_| first_of(at.get()).to_string());
    let turn = move |months: i32| {
        let to = if months < 0 {
            first_of(at.get_untracked()).checked_sub_months(Months::new(1))
        } else {
            first_of(at.get_untracked()).checked_add_months(Months::new(1))
        };
        let today = time::this_day();
        chosen.set(None);
        at.set(to.map_or(today, |to| if first_of(today) == to { today } else { to }));
    };
    let press = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        if let Some(to) = led_to(&event.key(), at.get_untracked()) {
            event.prevent_default();
            at.set(to);
            focus("day");
        }
    };
    let head: Vec<AnyView> = weeks(at.get_untracked())
        .get(1)
        .into_iter()
        .flatten()
        .filter_map(|day| {
            let (name, letter) = time::weekday((*day)?);
            let heard = name.clone();
            Some(view! { <th scope="col" abbr=name><span aria-hidden="true">{letter}</span><span class="unseen">{heard}</span></th> }.into_any())
        })
        .collect();
    let name = move || time::capital(&time::month(at.get()));
    let rows = fresh(move || month.get(), move |_| rows(at, chosen, count));
    view! {
        <section class="month" aria-labelledby="month">
            <div class="month__head">
                <button type="button" class="month__turn" id="month-before" aria-label=t!(agenda.before) on:click=move |_| turn(-1)><Icon d="M15 5l-7 7 7 7"/></button>
                <h2 id="month" aria-live="polite">{name}</h2>
                <button type="button" class="month__turn" id="month-after" aria-label=t!(agenda.after) on:click=move |_| turn(1)><Icon d="M9 5l7 7-7 7"/></button>
            </div>
            <table role="grid" aria-labelledby="month" on:keydown=press>
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn rows(at: Var<NaiveDate>, chosen: Var<Option<NaiveDate>>, count: Callback<NaiveDate, usize>) -> AnyView {
    let today = time::this_day();
    let cell = |day: Option<NaiveDate>| match day {
        None => view! { <td></td> }.into_any(),
        Some(day) => cell(day, today, at, chosen, count),
    };
    let rows: Vec<AnyView> = weeks(at.get_untracked())
        .into_iter()
        .map(|week| {
            let cells: Vec<AnyView> = week.into_iter().map(cell).collect();
            view! { <tr>{cells}</tr> }.into_any()
        })
        .collect();
    rows.into_any()
}

fn cell(
    day: NaiveDate,
    today: NaiveDate,
    at: Var<NaiveDate>,
    chosen: Var<Option<NaiveDate>>,
    count: Callback<NaiveDate, usize>,
) -> AnyView {
    let name = time::day_of_month(day);
    // "1er" in French: what is seen is what is heard.
    let number = name.split(' ').next().unwrap_or_default().to_owned();
    let label = move || match count.run(day) {
        0 => name.clone(),
        1 => t!(agenda.one, day = &name),
        n => t!(agenda.many, day = &name, n = n.to_string()),
    };
    let is_at = move || at.get() == day;
    let is_chosen = move || chosen.get() == Some(day);
    // Pressed once more, a day is chosen no longer.
    let choose = move |_| {
        chosen.set(Some(day).filter(|_| !untrack(is_chosen)));
        at.set(day);
    };
    let dot = move || (count.run(day) > 0).then(|| view! { <span class="month__dot" aria-hidden="true"></span> });
    view! {
        <td aria-selected=move || is_chosen().to_string()>
            <button type="button" class="month__day" id=move || is_at().then_some("day") data-day=day.to_string() aria-label=label
                tabindex=move || if is_at() { "0" } else { "-1" } aria-current=(day == today).then_some("date") on:click=choose>
                {number}{dot}
            </button>
        </td>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{NaiveDate, last_of, led_to, weeks};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_month_has_each_of_its_days_once_below_its_weekday() {
        for month in ["2026-02-01", "2026-11-25", "2026-12-31", "2027-02-14", "2028-02-29", "2026-06-01"] {
            let weeks = weeks(day(month));
            let days: Vec<NaiveDate> = weeks.iter().flatten().filter_map(|day| *day).collect();
            assert!(days.windows(2).all(|two| two[1] == two[0].succ_opt().expect("a day after")), "{month}");
            assert_eq!(
                (days.first().map(ToString::to_string), days.last().copied()),
                (Some(format!("{}-01", &month[..7])), Some(last_of(day(month))))
            );
            for week in &weeks {
                for (at, day) in week.iter().enumerate().filter_map(|(at, day)| Some((at, (*day)?))) {
                    assert_eq!(chrono::Datelike::weekday(&day).num_days_from_monday() as usize, at);
                }
            }
            // The heads of the columns are read from the second week.
            assert!(weeks[1].iter().all(Option::is_some), "{month}");
        }
    }

    #[test]
    fn keys_lead_by_day_week_and_month() {
        let from = day("2027-01-31");
        let led = [
            ("ArrowLeft", "2027-01-30"),
            ("ArrowRight", "2027-02-01"),
            ("ArrowUp", "2027-01-24"),
            ("ArrowDown", "2027-02-07"),
            ("Home", "2027-01-25"),
            ("End", "2027-01-31"),
            ("PageUp", "2026-12-31"),
            ("PageDown", "2027-02-28"),
        ];
        for (key, to) in led {
            assert_eq!(led_to(key, from), Some(day(to)), "{key}");
        }
        assert_eq!(led_to("Enter", from), None);
    }
}
