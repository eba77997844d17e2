//! Marks: a colour and an animal beside a first name.

use crate::var::Var;
use domain::mark::{Mark, MarkAnimal, MarkColour};
use domain::tenant::Person;
use leptos::prelude::*;

use super::Form;
use crate::words;

/// The picture of an animal.
pub fn animal_picture(animal: MarkAnimal) -> &'static str {
    match animal {
        MarkAnimal::Bird => "🐦",
        MarkAnimal::Cat => "🐱",
        MarkAnimal::Dog => "🐶",
        MarkAnimal::Rabbit => "🐰",
        MarkAnimal::Hedgehog => "🦔",
        MarkAnimal::Squirrel => "🐿️",
        MarkAnimal::Turtle => "🐢",
        MarkAnimal::Fish => "🐟",
        MarkAnimal::Butterfly => "🦋",
        MarkAnimal::Bee => "🐝",
        MarkAnimal::Ladybird => "🐞",
        MarkAnimal::Owl => "🦉",
        MarkAnimal::Duck => "🦆",
        MarkAnimal::Swan => "🦢",
        MarkAnimal::Horse => "🐴",
        MarkAnimal::Sheep => "🐑",
        MarkAnimal::Goat => "🐐",
        MarkAnimal::Elephant => "🐘",
        MarkAnimal::Giraffe => "🦒",
        MarkAnimal::Lion => "🦁",
        MarkAnimal::Bear => "🐻",
        MarkAnimal::Fox => "🦊",
        MarkAnimal::Dolphin => "🐬",
        MarkAnimal::Frog => "🐸",
    }
}

/// A mark, drawn; screen readers hear its words.
#[component]
pub fn Face(mark: Mark, #[prop(default = "")] size: &'static str) -> AnyView {
    let class = format!("mark mark--{} {size}", mark.colour.as_str());
    view! { <span class=class role="img" aria-label=words::mark(mark)>{animal_picture(mark.animal)}</span> }.into_any()
}

/// The mark that is being chosen, and the answers for its two halves.
#[component]
pub fn MarkPicker(form: Form, first_name: Var<String>, colour: Var<MarkColour>, animal: Var<MarkAnimal>) -> AnyView {
    let face = move || {
        let mark = Mark { colour: colour.get(), animal: animal.get() };
        view! { <Face mark=mark size="mark--large"/> }.into_any()
    };
    let name = move || {
        let mark = Mark { colour: colour.get(), animal: animal.get() };
        view! { <b dir="auto">{first_name.get()}</b><span class="soft">{words::mark(mark)}</span> }
    };
    let colours: Vec<AnyView> = MarkColour::ALL
        .iter()
        .enumerate()
        .map(|(at, &own)| {
            view! {
                <label class="marks__pick">
                    <input type="radio" name="colour" id=if at == 0 { "colour".to_owned() } else { format!("colour-{}", own.as_str()) }
                        value=own.as_str() aria-label=words::colour(own)
                        prop:checked=move || colour.get() == own on:change=move |_| colour.set(own)/>
                    <span class=format!("mark mark--{}", own.as_str()) aria-hidden="true"></span>
                </label>
            }
            .into_any()
        })
        .collect();
    let animals: Vec<AnyView> = MarkAnimal::ALL
        .iter()
        .enumerate()
        .map(|(at, &own)| {
            view! {
                <label class="marks__pick">
                    <input type="radio" name="animal" id=if at == 0 { "animal".to_owned() } else { format!("animal-{}", own.as_str()) }
                        value=own.as_str() aria-label=words::animal(own)
                        prop:checked=move || animal.get() == own on:change=move |_| animal.set(own)/>
                    <span class="choice__icon" aria-hidden="true">{animal_picture(own)}</span>
                </label>
            }
            .into_any()
        })
        .collect();
    let wrong =
        move || form.fault_of("animal").map(|why| view! { <p class="field__error" id="animal-error">{why}</p> });
    view! {
        <p class="marks__face">{face}{name}</p>
        <fieldset class="choices"><legend>{t!(mark.choose_animal)}</legend>{wrong}<div class="marks">{animals}</div></fieldset>
        <fieldset class="choices"><legend>{t!(mark.choose_colour)}</legend><div class="marks">{colours}</div></fieldset>
    }
    .into_any()
}

/// A person in one line.
#[component]
pub fn PersonLine(person: Person) -> AnyView {
    view! { <span class="person"><Face mark=person.mark size="mark--small"/><bdi>{person.first_name.to_string()}</bdi></span> }.into_any()
}
