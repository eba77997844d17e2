//! The places of a date, as far as a question needs them: those of residences and who waits are read as they are asked about.

use chrono::NaiveDate;
use domain::Timestamp;
use domain::event::places::{Line, Room};
use domain::event::{AnswerState, Event, EventDate, EventTime};
use domain::id::ResidenceId;
use uuid::Uuid;

use super::super::{Db, Store, StoreError, Viewer};
use super::answers::{self, Ahead, Counts, Waits};

/// The places of a date, with what has been counted; those of residences are read as they are asked about.
#[derive(Debug)]
pub struct PlacesOfDate<'a, D> {
    db: &'a D,
    event: &'a Event,
    date: NaiveDate,
    /// As far as it was read.
    pub room: Room,
}

impl<'a, D: Db> PlacesOfDate<'a, D> {
    /// What has been counted, and no more.
    #[must_use]
    pub fn new(db: &'a D, event: &'a Event, date: NaiveDate, counts: Counts) -> Self {
        Self { db, event, date, room: event.room(counts.taken, []) }
    }

    /// Reads how many places these residences have.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn know(&mut self, residences: impl IntoIterator<Item = ResidenceId>) -> Result<(), StoreError> {
        if self.event.places_per_residence.is_none() {
            return Ok(());
        }
        let mut new: Vec<_> = residences.into_iter().filter(|r| !self.room.taken_by.contains_key(r)).collect();
        new.sort_unstable();
        new.dedup();
        self.room.taken_by.extend(new.iter().map(|&r| (r, 0)));
        self.room.taken_by.extend(answers::taken_by(self.db, self.event.id, self.date, &new).await?);
        Ok(())
    }

    /// Who waits before a place in line, or who waits at all, as far as it matters.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn line(&mut self, before: Option<Uuid>) -> Result<Line<Uuid, Waits>, StoreError> {
        let (event, ahead) = (self.event.id, Ahead { after: None, before, largest: self.room.largest() });
        let heads = if self.event.places_per_residence.is_some() {
            answers::firsts(self.db, event, self.date, ahead).await?
        } else {
            answers::first(self.db, event, self.date, None, ahead).await?.into_iter().collect()
        };
        self.know(heads.iter().map(|w| w.answer.residence)).await?;
        Ok(Line::of(heads.into_iter().map(|w| (w.position, w, w.party()))))
    }

    /// Who comes after somebody who got her places: of her residence, where each has a share.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn behind(&self, of: &Waits) -> Result<Option<Waits>, StoreError> {
        let residence = self.event.places_per_residence.map(|_| of.answer.residence);
        let ahead = Ahead { after: Some(of.position), before: None, largest: self.room.largest() };
        answers::first(self.db, self.event.id, self.date, residence, ahead).await
    }
}

impl Store {
    /// With how many people the viewer has places on a date if she says now that she comes ([`Event::places_for`]).
    pub(super) async fn places_for(
        &self,
        viewer: &Viewer,
        event: &Event,
        on: EventTime,
        seen: &EventDate,
        now: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let is_limited = event.places.is_some() || event.places_per_residence.is_some();
        if !is_limited || !event.is_open(on, now) {
            return Ok(None);
        }
        let before = match seen.my_answer {
            Some(_) => answers::find(self, event.id, on.date, viewer.tenant).await?,
            None => None,
        };
        let was = before.map(|b| b.answer);
        let counts = Counts { taken: seen.taken, waiting: seen.waiting };
        let mut places = PlacesOfDate::new(self, event, on.date, counts);
        places.know([viewer.residence].into_iter().chain(was.map(|w| w.residence))).await?;
        let home = was.filter(domain::event::Answer::is_seated).map_or(viewer.residence, |w| w.residence);
        let may_sit = places.room.free_for(home) != Some(0) || was.is_some_and(|w| w.has_lapsed(now));
        let line = if seen.waiting > 0 && may_sit {
            let waits_at = before.filter(|b| b.answer.state == AnswerState::Waitlisted).map(|b| b.position);
            places.line(waits_at).await?
        } else {
            Line::of([])
        };
        Ok(event.places_for(on, viewer.residence, was, places.room, line.parties(), now))
    }
}
