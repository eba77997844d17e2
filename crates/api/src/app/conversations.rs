//! Talking about a thing: beginning, writing, taking back, having read.

use domain::conversation::{
    ConversationWith, MessageKind, NewConversation, NewMessage, ThingKind, ThingRef, may_begin_about,
};
use domain::id::{BarterId, ConversationId, EventId, MessageId, TenantId};
use domain::problem::ProblemCode;
use domain::text::MessageText;

use super::{App, AppError, IdempotencyKey, idempotency};
use crate::store::conversations as talk;
use crate::store::{self, Tx, Viewer};

/// How many conversations one transaction of an erasure leaves, and how many messages one empties or deletes.
const CONVERSATIONS_AT_ONCE: u64 = 50;
const MESSAGES_AT_ONCE: u64 = 500;

/// Begins a conversation about a thing, or goes on with the one there is.
///
/// # Errors
/// `not_found` when the viewer may not know of the thing, `not_now` when nobody is there to talk to, `invalid`, `idempotency_key_reused`.
pub async fn start(
    app: &App,
    viewer: &Viewer,
    new: NewConversation,
    key: Option<&IdempotencyKey>,
) -> Result<ConversationId, AppError> {
    new.check().map_err(|(pointer, code)| AppError::field(pointer, code))?;
    let content = serde_json::to_vec(&new).unwrap_or_default();
    let scope = idempotency::scope(idempotency::CONVERSATIONS, viewer.tenant);
    let made = app
        .once_or_found(&scope, key, &[&content], async |tx, id| {
            let id = match talk::begun(tx, new.about, new.with, viewer.tenant).await? {
                Some(id) => id,
                None => begin(app, tx, viewer, &new, ConversationId(id)).await?,
            };
            match say(app, tx, viewer, id, (MessageKind::Text, &new.text)).await {
                // There is one, among others.
                Err(AppError::Problem(p)) if p.code == ProblemCode::NotFound => {
                    people(app, tx, viewer, new.about, new.with).await?;
                    Err(ProblemCode::NotNow.into())
                }
                said => said.map(|_| id.0),
            }
        })
        .await?;
    Ok(ConversationId(made.id()))
}

/// Who will be in a conversation that is begun now.
enum People {
    These(Vec<TenantId>),
    /// The hosts of an event and all who come, perhaps: the store knows them.
    OfTheEvent,
}

async fn people(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    about: ThingRef,
    with: ConversationWith,
) -> Result<People, AppError> {
    match about.kind {
        ThingKind::Barter => {
            let barter = store::barters::load(tx, BarterId(about.id)).await?.ok_or(ProblemCode::NotFound)?;
            let people: Vec<TenantId> = barter.parties.iter().map(|p| p.tenant).collect();
            if !people.contains(&viewer.tenant) {
                return Err(ProblemCode::NotFound.into());
            }
            let known = !barter.is_ring() || !barter.legs.is_empty();
            if !may_begin_about(barter.state, known) {
                return Err(ProblemCode::NotNow.into());
            }
            Ok(People::These(people))
        }
        ThingKind::Offer | ThingKind::Notice | ThingKind::Event => {
            let post = talk::post(&app.store, tx, viewer, about, app.clock.now()).await?;
            let post = post.ok_or(ProblemCode::NotFound)?;
            match with {
                _ if !post.is_open => Err(ProblemCode::NotNow.into()),
                ConversationWith::Everybody => Ok(People::OfTheEvent),
                ConversationWith::Author if post.author == viewer.tenant => Err(ProblemCode::NotNow.into()),
                ConversationWith::Author => Ok(People::These(vec![viewer.tenant, post.author])),
            }
        }
        ThingKind::Conversation => Err(ProblemCode::NotFound.into()),
    }
}

async fn begin(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    new: &NewConversation,
    id: ConversationId,
) -> Result<ConversationId, AppError> {
    // Kept as they are until the end: whoever is erased or blocked at this moment is so before, or finds the conversation afterwards.
    let none_among = async |held: &[TenantId]| match store::blocks::none_among(tx, held).await? {
        true => Ok(()),
        false => Err(AppError::from(ProblemCode::NotFound)),
    };
    if new.with == ConversationWith::Everybody {
        none_among(&[viewer.tenant]).await?;
        if new.about.kind == ThingKind::Event {
            // Whoever answers at this moment does so before, or finds the conversation afterwards.
            store::events::lock(tx, EventId(new.about.id)).await?;
        }
    }
    let people = people(app, tx, viewer, new.about, new.with).await?;
    if let (ConversationWith::Author, People::These(these)) = (new.with, &people) {
        none_among(these).await?;
    }
    let (about, with, at) = (new.about, new.with, app.clock.now());
    let row = talk::NewConversation { id, office: viewer.office, about, with, by: viewer.tenant, at };
    let first = match &people {
        People::These(these) => talk::insert(tx, &row, these).await?,
        People::OfTheEvent => talk::insert_for_event(tx, &row).await?,
    };
    if first {
        return Ok(id);
    }
    // Somebody was faster by a hair: one conversation it is.
    Ok(talk::begun(tx, about, with, viewer.tenant).await?.ok_or(ProblemCode::Stale)?)
}

/// Writes at the end of a conversation, as long as somebody is there to read it.
async fn say(
    app: &App,
    tx: &Tx,
    viewer: &Viewer,
    id: ConversationId,
    (kind, text): (MessageKind, &MessageText),
) -> Result<MessageId, AppError> {
    let entered = talk::enter(tx, viewer, id).await?.ok_or(ProblemCode::NotFound)?;
    let somebody_reads = match (entered.with, entered.other) {
        (ConversationWith::Author, None) => false,
        // A block that is under way holds from the moment it stands.
        (ConversationWith::Author, Some(other)) => store::blocks::none_among(tx, &[viewer.tenant, other]).await?,
        (ConversationWith::Everybody, _) => app.store.meets_somebody(tx, viewer, id).await?,
    };
    if !somebody_reads {
        return Err(ProblemCode::NotNow.into());
    }
    Ok(talk::say(tx, id, viewer.tenant, (kind, text), app.clock.id(), app.clock.now()).await?)
}

/// Writes a message.
///
/// # Errors
/// `not_now` when nobody is there any more, `not_found`, `invalid`, `idempotency_key_reused`.
pub async fn send(
    app: &App,
    viewer: &Viewer,
    id: ConversationId,
    new: NewMessage,
    key: Option<&IdempotencyKey>,
) -> Result<MessageId, AppError> {
    new.check().map_err(|(pointer, code)| AppError::field(pointer, code))?;
    let content = serde_json::to_vec(&new).unwrap_or_default();
    let scope = idempotency::scope(idempotency::MESSAGES, viewer.tenant);
    let made = app
        .once_or_found(&scope, key, &[id.0.as_bytes(), &content], async |tx, _| {
            Ok(say(app, tx, viewer, id, (new.kind, &new.text)).await?.0)
        })
        .await?;
    Ok(MessageId(made.id()))
}

/// Takes a message of the viewer's back: its words are gone for everybody.
///
/// # Errors
/// `not_yours`, `not_found`.
pub async fn take_back(app: &App, viewer: &Viewer, id: ConversationId, message: MessageId) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    match talk::take_back(&tx, viewer, id, message).await? {
        talk::TakenBack::Done => Ok(tx.commit().await?),
        talk::TakenBack::NotHers => Err(ProblemCode::NotYours.into()),
        talk::TakenBack::Unknown => Err(ProblemCode::NotFound.into()),
    }
}

/// Notes how far the viewer has read. Nobody else learns of it.
///
/// # Errors
/// `not_found`.
pub async fn read(app: &App, viewer: &Viewer, id: ConversationId, up_to: MessageId) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    if !talk::read(&tx, viewer, id, up_to).await? {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(tx.commit().await?)
}

/// Notes whether the viewer wants word about a conversation.
///
/// # Errors
/// `not_found`.
pub async fn mute(app: &App, viewer: &Viewer, id: ConversationId, muted: bool) -> Result<(), AppError> {
    let tx = app.store.begin().await?;
    if !talk::mute(&tx, viewer, id, muted).await? {
        return Err(ProblemCode::NotFound.into());
    }
    Ok(tx.commit().await?)
}

/// Takes somebody who is erased out of all conversations, then empties what she wrote in them.
pub(super) async fn leave(app: &App, who: TenantId) -> Result<(), AppError> {
    loop {
        let tx = app.store.begin().await?;
        let more = talk::leave_some(&tx, who, CONVERSATIONS_AT_ONCE, MESSAGES_AT_ONCE).await?;
        tx.commit().await?;
        if !more {
            break;
        }
    }
    loop {
        let tx = app.store.begin().await?;
        let more = talk::take_back_some(&tx, who, MESSAGES_AT_ONCE).await?;
        tx.commit().await?;
        if !more {
            return Ok(());
        }
    }
}
