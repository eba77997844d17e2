//! What is known of a person: shown in plain words, and all of it to take along.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use domain::barter::BarterView;
use domain::category::CategorySlug;
use domain::conversation::MessageView;
use domain::event::EventView;
use domain::id::{BarterId, ConversationId, NoticeId, OfferId, TenantId};
use domain::news::NewsView;
use domain::notice::NoticeView;
use domain::offer::{InReturn, OfferView};
use domain::own_data::{
    AccountExport, CalendarExport, ConversationExport, EXPORT_VERSION, Export, HouseholdView, RecentRequest,
    Transparency,
};
use domain::problem::ProblemCode;

use super::limits::Limit;
use super::{App, AppError, idempotency, tenants};
use crate::data_map;
use crate::store::tenants::Tenant;
use crate::store::{self, Viewer, conversations};

/// How long what the office did is kept, in days: 24 months.
pub(super) const ACCESS_DAYS: i64 = 730;
/// How many things one query of an export reads.
const PAGE: u16 = 200;

async fn load(app: &App, id: TenantId) -> Result<Tenant, AppError> {
    store::tenants::find(&*app.store, id).await?.ok_or_else(|| ProblemCode::SessionEnded.into())
}

async fn household(app: &App, tenant: &Tenant) -> Result<HouseholdView, AppError> {
    let entry = store::households::find(&*app.store, tenant.household).await?.ok_or(ProblemCode::SessionEnded)?;
    Ok(HouseholdView {
        reference: entry.household.reference,
        seats: entry.household.seats,
        seats_taken: entry.household.seats_taken,
        letter_box: entry.household.letter_box,
        ended_at: entry.ended_at,
        codes: store::codes::of_household(&*app.store, tenant.household).await?,
    })
}

/// What is kept, what the office sees, who looked.
///
/// # Errors
/// When the database does not answer.
pub async fn transparency(app: &App, viewer: &Viewer) -> Result<Transparency, AppError> {
    let tenant = load(app, viewer.tenant).await?;
    let since = app.clock.now() - TimeDelta::days(ACCESS_DAYS);
    Ok(Transparency {
        things: data_map::things().collect(),
        household: household(app, &tenant).await?,
        accesses: store::accesses::list(&*app.store, tenant.office, tenant.household, since).await?,
    })
}

/// All about the viewer.
///
/// # Errors
/// `too_many_requests` after twenty in an hour.
pub async fn export(app: &App, viewer: &Viewer) -> Result<Export, AppError> {
    app.limits.take(Limit::Export, &viewer.tenant.to_string(), app.clock.now())?;
    let tenant = load(app, viewer.tenant).await?;
    let me = tenants::me(app, viewer.tenant).await?.ok_or(ProblemCode::SessionEnded)?;
    let shown = transparency(app, viewer).await?;
    let (offers, exchanges) = (all_offers(app, viewer).await?, all_barters(app, viewer).await?);
    let mut services = store::categories::tree(&*app.store, tenant.office).await?;
    let named = named_services(&offers, &exchanges);
    services.retain(|s| named.contains(&s.slug));
    Ok(Export {
        version: EXPORT_VERSION,
        made_at: app.clock.now(),
        account: AccountExport { me, last_seen_at: tenant.last_seen_at, warnings: tenant.warnings },
        household: shown.household,
        devices: store::sessions::list(&*app.store, viewer, app.clock.now()).await?,
        offers,
        exchanges,
        notices: all_notices(app, viewer).await?,
        events: all_events(app, viewer).await?,
        answers: app.store.own_answers(viewer).await?,
        takings: app.store.own_takings(viewer).await?,
        calendars: all_calendars(app, viewer).await?,
        conversations: [all_conversations(app, viewer).await?, left_conversations(app, viewer).await?].concat(),
        news: all_news(app, viewer).await?,
        blocks: store::blocks::list(&*app.store, viewer).await?,
        services,
        recent_requests: recent_requests(app, viewer).await?,
        accesses: shown.accesses,
    })
}

async fn all_offers(app: &App, viewer: &Viewer) -> Result<Vec<OfferView>, AppError> {
    let mut all: Vec<OfferView> = Vec::new();
    loop {
        let before: Option<OfferId> = all.last().map(|o| o.id);
        let page = app.store.own_offers(viewer, before, PAGE - 1).await?;
        let is_last = page.len() < usize::from(PAGE);
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

async fn all_notices(app: &App, viewer: &Viewer) -> Result<Vec<NoticeView>, AppError> {
    let mut all: Vec<NoticeView> = Vec::new();
    loop {
        let before: Option<NoticeId> = all.last().map(|n| n.id);
        let page = app.store.own_notices(viewer, before, PAGE - 1).await?;
        let is_last = page.len() < usize::from(PAGE);
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

async fn all_events(app: &App, viewer: &Viewer) -> Result<Vec<EventView>, AppError> {
    let mut all = Vec::new();
    for id in app.store.hosted_events(viewer).await? {
        all.extend(app.store.event(viewer, id, None, app.clock.now()).await?);
    }
    Ok(all)
}

async fn all_calendars(app: &App, viewer: &Viewer) -> Result<Vec<CalendarExport>, AppError> {
    let feeds = store::feeds::of_person(&*app.store, viewer.tenant).await?;
    Ok(feeds.into_iter().map(|f| CalendarExport { kind: f.kind, created_at: f.created_at }).collect())
}

async fn all_barters(app: &App, viewer: &Viewer) -> Result<Vec<BarterView>, AppError> {
    let mut all: Vec<BarterView> = Vec::new();
    loop {
        let before: Option<(_, BarterId)> = all.last().map(|b| (b.updated_at, b.id));
        let page = store::barters::list(&*app.store, viewer, None, before, PAGE - 1).await?;
        let is_last = page.len() < usize::from(PAGE);
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

async fn all_news(app: &App, viewer: &Viewer) -> Result<Vec<NewsView>, AppError> {
    let mut all: Vec<NewsView> = Vec::new();
    let mut before = None;
    loop {
        let page = app.store.news(viewer, before, PAGE).await?;
        all.extend(page.items);
        match page.next.and_then(|next| next.parse().ok()) {
            Some(next) => before = Some(next),
            None => return Ok(all),
        }
    }
}

async fn all_conversations(app: &App, viewer: &Viewer) -> Result<Vec<ConversationExport>, AppError> {
    let mut all: Vec<ConversationExport> = Vec::new();
    loop {
        let before = all.last().map(|c| (c.conversation.updated_at, c.conversation.id));
        let filter = conversations::Filter { before, ..conversations::Filter::default() };
        let page = conversations::page(&app.store, viewer, &filter, PAGE - 1).await?;
        let is_last = page.len() < usize::from(PAGE);
        for conversation in page {
            let messages = all_messages(app, viewer, conversation.id).await?;
            all.push(ConversationExport { conversation, left: false, messages });
        }
        if is_last {
            return Ok(all);
        }
    }
}

/// Those in which the viewer is no longer: what she wrote in them.
async fn left_conversations(app: &App, viewer: &Viewer) -> Result<Vec<ConversationExport>, AppError> {
    let mut all: Vec<ConversationExport> = Vec::new();
    let mut at: HashMap<ConversationId, usize> = HashMap::new();
    let mut before = None;
    loop {
        let page = conversations::left(&app.store, viewer, before, PAGE).await?;
        let is_last = page.len() < usize::from(PAGE);
        before = page.last().map(|left| left.message.id);
        let mut new: Vec<conversations::Left> = Vec::new();
        for left in &page {
            at.entry(left.conversation).or_insert_with(|| {
                new.push(left.clone());
                all.len() + new.len() - 1
            });
        }
        let views = conversations::no_longer_in(&app.store, viewer, &new).await?;
        let empty = |conversation| ConversationExport { conversation, left: true, messages: Vec::new() };
        all.extend(views.into_iter().map(empty));
        for left in page {
            let of = at.get(&left.conversation).and_then(|n| all.get_mut(*n));
            of.into_iter().for_each(|talk| talk.messages.push(left.message.clone()));
        }
        if is_last {
            all.iter_mut().for_each(|talk| talk.messages.reverse());
            return Ok(all);
        }
    }
}

/// The oldest first.
async fn all_messages(app: &App, viewer: &Viewer, id: ConversationId) -> Result<Vec<MessageView>, AppError> {
    let mut all: Vec<MessageView> = Vec::new();
    loop {
        let page = conversations::messages(&app.store, viewer, id, all.last().map(|m| m.id), PAGE - 1).await?;
        let page = page.unwrap_or_default();
        let is_last = page.len() < usize::from(PAGE);
        all.extend(page);
        if is_last {
            all.reverse();
            return Ok(all);
        }
    }
}

/// What the office's words are needed for: programs and pages name a service by its slug alone.
fn named_services<'a>(offers: &'a [OfferView], exchanges: &'a [BarterView]) -> HashSet<&'a CategorySlug> {
    let wished = |offer: &'a OfferView| match &offer.in_return {
        InReturn::Categories { categories } => categories.as_slice(),
        InReturn::Nothing | InReturn::Anything => &[],
    };
    let of_offers = offers.iter().flat_map(|o| wished(o).iter().chain([&o.category]));
    let legs = |barter: &'a BarterView| {
        let proposed = barter.terms.iter().flat_map(|t| &t.legs);
        proposed.chain(barter.legs.iter().map(|l| &l.leg.terms)).map(|leg| &leg.category)
    };
    of_offers.chain(exchanges.iter().flat_map(legs)).collect()
}

async fn recent_requests(app: &App, viewer: &Viewer) -> Result<Vec<RecentRequest>, AppError> {
    let scopes = idempotency::scopes_of(viewer.tenant);
    Ok(store::idempotency::of_person(&*app.store, &scopes, viewer.tenant).await?)
}
