//! A small office with a few people who have joined over HTTP.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;

use super::http::{Call, Way};
use super::server::Place;
use crate::run::run;

const RESIDENCES: &str = "référence;nom;adresse;code_postal;latitude;longitude;logements\n\
                          T1;Résidence de la Tour;1 rue du Levant;75019;48.88670;2.37220;40\n";
const PASSWORD: &str = "un orage passe et la maison reste";
const NAMES: [&str; 6] = ["Awa", "Samir", "Lucie", "Marc", "Ines", "Paul"];

/// Somebody who has joined.
#[derive(Clone)]
pub struct Person {
    pub id: String,
    pub token: String,
    sign_in_name: String,
}

#[derive(Deserialize)]
struct SignedIn {
    me: Me,
    tokens: Tokens,
}

#[derive(Deserialize)]
struct Me {
    id: String,
    sign_in_name: String,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
}

impl From<SignedIn> for Person {
    fn from(signed_in: SignedIn) -> Self {
        let SignedIn { me, tokens } = signed_in;
        Self { id: me.id, sign_in_name: me.sign_in_name, token: tokens.access_token }
    }
}

impl Person {
    /// Signs in anew: a token is good for ten minutes.
    pub fn sign_in(&mut self, way: &mut Way) -> Result<()> {
        let answer = way.ask(&self.session())?;
        ensure!(answer.status == 200, "{} cannot sign in: {}", self.sign_in_name, answer.shown());
        *self = answer.json::<SignedIn>()?.into();
        Ok(())
    }

    /// The call that signs in.
    pub fn session(&self) -> Call<'static> {
        Call::post("/session", None, json!({ "name": self.sign_in_name, "password": PASSWORD }))
    }

    /// The call by which she leaves at once.
    pub fn leave(&self, receipt: &str) -> Call<'_> {
        let body = json!({ "password": PASSWORD, "when": "now", "receipt": receipt });
        Call::post("/tenants/me/leave", Some(&self.token), body)
    }
}

/// Makes the office by the commands that an office types; gives a code for each household.
pub fn found(place: &Place, people: usize) -> Result<Vec<String>> {
    let write = |name: &str, text: &str| {
        let file = place.data.join(name);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display())).map(|()| file)
    };
    let residences = write("residences.csv", RESIDENCES)?;
    let roll: String = (1..=people).map(|n| format!("F{n:03};T1;1;{n}\n")).collect();
    let households = write("households.csv", &format!("référence;résidence;places;ordre\n{roll}"))?;
    let codes = place.data.join("codes.csv");
    run(place.command().args(["office", "add", "Office de la Tour"]))?;
    run(place.command().args(["import", "residences"]).arg(residences))?;
    run(place.command().args(["residences", "open", "--all"]))?;
    run(place.command().args(["import", "households"]).arg(households))?;
    run(place.command().args(["codes", "issue", "--csv"]).arg(&codes))?;
    let table = fs::read_to_string(&codes).with_context(|| format!("cannot read {}", codes.display()))?;
    let codes: Vec<_> = table.lines().skip(1).filter_map(|line| line.split(';').nth(3)).map(str::to_owned).collect();
    ensure!(codes.len() == people, "{} codes for {people} households", codes.len());
    Ok(codes)
}

/// Lets one person join with each code.
pub fn join(way: &mut Way, codes: &[String]) -> Result<Vec<Person>> {
    let one = |(n, code): (usize, &String)| {
        let body = json!({
            "code": code, "first_name": NAMES[n % NAMES.len()], "password": PASSWORD, "language": "fr",
            "mark": { "colour": (["blue", "orange"][n / NAMES.len() % 2]), "animal": "bird" },
        });
        let answer = way.ask(&Call::post("/join", None, body).once(&format!("join-{n}")))?;
        ensure!(answer.status == 201, "nobody can join: {}", answer.shown());
        Ok(Person::from(answer.json::<SignedIn>()?))
    };
    codes.iter().enumerate().map(one).collect()
}
