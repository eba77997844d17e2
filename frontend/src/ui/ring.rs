//! A ring of three or four neighbours: drawn as a circle, and told as a list.
//!
//! The drawing is an ornament. The list says the same for who hears the page, and takes its place where letters are so large that
//! names would not fit into a circle.

use domain::tenant::Person;
use leptos::prelude::*;

use super::mark::animal_picture;

/// One service of a ring: its picture and what people call it.
#[derive(Clone)]
pub struct Service {
    pub icon: String,
    pub name: String,
}

/// A point of the drawing.
type Point = (i32, i32);

/// Where a service is drawn: its picture on the arrow, and its words in so many lines of so many letters.
struct Place {
    picture: Point,
    /// The middle of the last line above the arrow, or of the first one below it.
    words: Point,
    above: bool,
    lines: usize,
}

/// The drawing of one number of people, the reader on top. What each person gives goes to the next one, clockwise.
struct Plan {
    height: i32,
    /// Without words at the foot of the circle.
    height_untold: i32,
    people: &'static [Point],
    /// How many lines a first name may take.
    name_lines: usize,
    /// From each person to the next one: the line, the head, the service.
    arrows: &'static [(&'static str, &'static str, Place)],
}

const fn corner(picture: Point, words: Point, above: bool) -> Place {
    Place { picture, words, above, lines: 3 }
}

static THREE: Plan = Plan {
    height: 306,
    height_untold: 266,
    people: &[(160, 50), (247, 200), (73, 200)],
    name_lines: 2,
    arrows: &[
        ("M194 56A100 100 0 0 1 260 160", "M258 170 252 154 268 155z", corner((247, 100), (262, 66), true)),
        (
            "M224 227A100 100 0 0 1 138 247",
            "M125 243 141 242 135 255z",
            Place { picture: (160, 250), words: (160, 288), above: false, lines: 1 },
        ),
        ("M62 167A100 100 0 0 1 118 59", "M128 55 118 68 110 54z", corner((73, 100), (58, 66), true)),
    ],
};

static FOUR: Plan = Plan {
    height: 318,
    height_untold: 318,
    people: &[(160, 50), (260, 150), (160, 250), (60, 150)],
    name_lines: 1,
    arrows: &[
        ("M194 56A100 100 0 0 1 251 108", "M255 118 242 108 256 100z", corner((231, 79), (262, 46), true)),
        ("M246 202A100 100 0 0 1 202 241", "M192 245 202 232 210 246z", corner((228, 224), (262, 256), false)),
        ("M126 244A100 100 0 0 1 83 214", "M75 203 89 210 78 218z", corner((105, 234), (58, 256), false)),
        ("M66 116A100 100 0 0 1 118 59", "M128 55 118 68 110 54z", corner((89, 79), (58, 46), true)),
    ],
};

/// The room of a first name or a service at the edge, and how many letters fit into it at ease.
const ROOM: i32 = 116;
const LETTERS: usize = 11;
/// So many are drawn a little closer to each other.
const LETTERS_AT_MOST: usize = 14;
const LINE: i32 = 19;

/// A ring. `people` stand in the order of giving, the reader first; `services` say what each gives to the next one, where the reader
/// may know it. Nothing for another number of people.
#[component]
pub fn Ring(people: Vec<Person>, services: Vec<Option<Service>>) -> AnyView {
    let plan = match people.len() {
        3 => &THREE,
        4 => &FOUR,
        _ => return ().into_any(),
    };
    let all_told = services.iter().filter(|service| service.is_some()).count() == people.len();
    let height = if all_told { plan.height } else { plan.height_untold };
    let last = people.len() - 1;
    let arrows: Vec<AnyView> =
        plan.arrows.iter().enumerate().map(|(at, (line, head, _))| arrow(at, last, line, head)).collect();
    let told: Vec<AnyView> = plan
        .arrows
        .iter()
        .zip(&services)
        .filter_map(|((_, _, place), service)| service.as_ref().map(|service| drawn_service(place, service)))
        .collect();
    let faces: Vec<AnyView> = people
        .iter()
        .zip(plan.people)
        .enumerate()
        .map(|(at, (person, place))| face(at, person, *place, plan.name_lines))
        .collect();
    let lines: Vec<AnyView> = (0..people.len())
        .map(|at| {
            view! { <li dir="auto">{sentence(&people, at, services.get(at).and_then(Option::as_ref))}</li> }.into_any()
        })
        .collect();
    view! {
        <figure class="ring">
            <svg class="ring__drawing" viewBox=format!("0 0 320 {height}") aria-hidden="true">{arrows}{faces}{told}</svg>
            <ol class="ring__list">{lines}</ol>
        </figure>
    }
    .into_any()
}

/// What one of them does for the next, in words.
fn sentence(people: &[Person], at: usize, service: Option<&Service>) -> String {
    let name =
        |at: usize| people.get(at % people.len()).map(|person| person.first_name.to_string()).unwrap_or_default();
    match (at, service) {
        (0, Some(service)) => t!(ring.you_give, name = name(1), what = &service.name),
        (0, None) => t!(ring.you_help, name = name(1)),
        (at, Some(service)) if at + 1 == people.len() => t!(ring.gives_you, name = name(at), what = &service.name),
        (at, None) if at + 1 == people.len() => t!(ring.helps_you, name = name(at)),
        (at, Some(service)) => t!(ring.helps_with, name = name(at), other = name(at + 1), what = &service.name),
        (at, None) => t!(ring.helps, name = name(at), other = name(at + 1)),
    }
}

/// What the reader gives is drawn in one colour, what she gets in another one: those of the cards below.
fn arrow(at: usize, last: usize, line: &'static str, head: &'static str) -> AnyView {
    let way = match at {
        0 => "ring__arrow ring__arrow--give",
        at if at == last => "ring__arrow ring__arrow--get",
        _ => "ring__arrow",
    };
    view! {
        <g class=format!("{way} ring__turn--{}", at + 1)>
            <path class="ring__line" pathLength="1" d=line></path>
            <path class="ring__head" d=head></path>
        </g>
    }
    .into_any()
}

fn drawn_service(place: &Place, service: &Service) -> AnyView {
    // At the foot of the circle there is room for all.
    let lines = if place.lines == 1 { vec![service.name.clone()] } else { wrapped(&service.name, place.lines) };
    let (x, y) = place.words;
    let words = written(&lines, x, if place.above { y - LINE * (lines.len() as i32 - 1) } else { y }, "ring__service");
    let (px, py) = place.picture;
    view! {
        <circle class="ring__badge" cx=px cy=py r="17"></circle>
        <text class="ring__picture" x=px y=py + 7>{service.icon.clone()}</text>
        {words}
    }
    .into_any()
}

fn face(at: usize, person: &Person, (x, y): Point, lines: usize) -> AnyView {
    let name = if at == 0 { t!(ring.you).to_owned() } else { person.first_name.to_string() };
    let class = format!("ring__face mark--{}", person.mark.colour.as_str());
    view! {
        <circle class=class cx=x cy=y r="28"></circle>
        <text class="ring__animal" x=x y=y + 10>{animal_picture(person.mark.animal)}</text>
        {written(&wrapped(&name, lines), x, y + 46, "ring__name")}
    }
    .into_any()
}

fn written(lines: &[String], x: i32, y: i32, class: &'static str) -> Vec<AnyView> {
    (0i32..)
        .zip(lines)
        .map(|(at, line)| {
            let letters = line.chars().count();
            let length = (letters > LETTERS && letters <= LETTERS_AT_MOST).then_some(ROOM);
            view! {
                <text class=class x=x y=y + LINE * at textLength=length lengthAdjust=length.map(|_| "spacingAndGlyphs")>{line.clone()}</text>
            }
            .into_any()
        })
        .collect()
}

/// Words in at most so many lines, broken at spaces and hyphens; what does not fit ends in dots.
fn wrapped(text: &str, lines: usize) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for piece in text.split_inclusive([' ', '-']) {
        let fits = |line: &String| line.chars().count() + piece.trim_end().chars().count() <= LETTERS;
        match all.last_mut().filter(|line| fits(line)) {
            Some(line) => line.push_str(piece),
            None => all.push(piece.to_owned()),
        }
    }
    let too_many = all.len() > lines;
    all.truncate(lines);
    let last = all.len().saturating_sub(1);
    for (at, line) in all.iter_mut().enumerate() {
        line.truncate(line.trim_end().len());
        if line.chars().count() > LETTERS_AT_MOST || (too_many && at == last) {
            let kept: String = line.chars().take(LETTERS_AT_MOST - 1).collect();
            *line = format!("{}…", kept.trim_end());
        }
    }
    all
}
