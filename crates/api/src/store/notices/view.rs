//! Notices as viewers see them.

use domain::id::{NoticeId, ResidenceId, TenantId};
use domain::notice::{Notice, NoticeAction, NoticeKind, NoticeView, PhotoView, Seen, SeenView};
use domain::tenant::Person;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::super::{Atlas, Db, Store, StoreError, Viewer, value};
use super::{Column, Entity, LISTED, from_row, read, whole};

/// Whether the viewer may know of a notice: her own always, another's when it is in the lists and reaches her.
#[must_use]
fn is_visible(atlas: &Atlas, viewer: &Viewer, notice: &Notice) -> bool {
    notice.author == viewer.tenant
        || (notice.office == viewer.office
            && notice.is_listed()
            && atlas.reaches(notice.residence, notice.circle, viewer.residence))
}

/// A notice as the viewer sees it.
fn view(
    atlas: &Atlas,
    viewer: &Viewer,
    notice: &Notice,
    author: Person,
    photo: Option<PhotoView>,
) -> Option<NoticeView> {
    let mut view = plain_view(atlas, notice, author, photo)?;
    let rest = Rest::of(notice);
    view.seen = rest.seen.and_then(|seen| seen_view(atlas, viewer, &seen));
    view.distance_m = atlas.distance_m(viewer.residence, notice.residence);
    if notice.author == viewer.tenant {
        view.renewals_left = Some(notice.renewals_left());
        view.actions = notice.actions();
    }
    Some(view)
}

/// What of a notice is alike for all: without where it was seen, because that tells how far it is from the viewer; see [`Rest`].
pub(in crate::store) fn plain_view(
    atlas: &Atlas,
    notice: &Notice,
    author: Person,
    photo: Option<PhotoView>,
) -> Option<NoticeView> {
    let line = (notice.kind == NoticeKind::Trouble).then(|| atlas.repair_line(notice.office)).flatten();
    Some(NoticeView {
        id: notice.id,
        kind: notice.kind,
        title: notice.title.clone(),
        text: notice.text.clone(),
        circle: notice.circle,
        seen: None,
        photo,
        author,
        residence: atlas.brief(notice.residence)?,
        distance_m: None,
        state: notice.state,
        created_at: notice.created_at,
        expires_at: notice.expires_at,
        resolved_at: notice.resolved_at,
        repair_line: line.map(str::to_owned),
        version: notice.version,
        renewals_left: None,
        actions: Vec::new(),
    })
}

fn seen_view(atlas: &Atlas, viewer: &Viewer, seen: &Seen) -> Option<SeenView> {
    Some(SeenView {
        residence: atlas.brief(seen.residence)?,
        radius_m: seen.radius_m,
        distance_m: atlas.distance_m(viewer.residence, seen.residence),
        at: seen.at,
    })
}

/// What of a notice depends on the viewer, as small as it can be kept beside the JSON of [`plain_view`].
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Rest {
    residence: ResidenceId,
    author: TenantId,
    seen: Option<Seen>,
    renewals_left: u8,
    /// One bit for each action that its author has now, in their order.
    actions: u8,
}

impl Rest {
    pub fn of(notice: &Notice) -> Self {
        let bits = NoticeAction::ALL.iter().enumerate().filter(|(_, a)| notice.allows(**a));
        Self {
            residence: notice.residence,
            author: notice.author,
            seen: notice.seen,
            renewals_left: notice.renewals_left(),
            actions: bits.fold(0, |bits, (n, _)| bits | 1 << n),
        }
    }

    /// Writes it behind a head that has lost its last brace, brace included.
    pub fn finish(&self, json: &mut String, atlas: &Atlas, viewer: &Viewer) -> Result<(), StoreError> {
        if let Some(seen) = self.seen.and_then(|seen| seen_view(atlas, viewer, &seen)) {
            json.push_str(",\"seen\":");
            json.push_str(&value(serde_json::to_string(&seen))?);
        }
        if let Some(metres) = atlas.distance_m(viewer.residence, self.residence) {
            json.push_str(",\"distance_m\":");
            json.push_str(&metres.to_string());
        }
        if self.author == viewer.tenant {
            json.push_str(",\"renewals_left\":");
            json.push_str(&self.renewals_left.to_string());
            let actions = NoticeAction::ALL.iter().enumerate().filter(|(n, _)| self.actions & (1 << n) != 0);
            let words: Vec<String> = actions.map(|(_, a)| format!("\"{}\"", a.as_str())).collect();
            if !words.is_empty() {
                json.push_str(",\"actions\":[");
                json.push_str(&words.join(","));
                json.push(']');
            }
        }
        json.push('}');
        Ok(())
    }
}

/// The viewer's own notice, whole.
///
/// # Errors
/// When the database does not answer.
pub async fn find_own(db: &impl Db, viewer: &Viewer, id: NoticeId) -> Result<Option<Notice>, StoreError> {
    let select = Entity::find_by_id(id.0).filter(Column::AuthorId.eq(viewer.tenant.0));
    select.one(db.conn()).await?.map(from_row).transpose()
}

impl Store {
    /// Whether the viewer may know of a notice: her own always, another's when it is in the lists, reaches her, and the two meet.
    #[must_use]
    pub fn may_see_notice(&self, viewer: &Viewer, notice: &Notice) -> bool {
        is_visible(&self.atlas(), viewer, notice) && !self.are_apart(viewer.tenant, notice.author)
    }

    async fn views(&self, viewer: &Viewer, select: Select<Entity>) -> Result<Vec<NoticeView>, StoreError> {
        let atlas = self.atlas();
        let found = read(self, select).await?;
        let meets = |n: &Notice| is_visible(&atlas, viewer, n) && !self.are_apart(viewer.tenant, n.author);
        let seen = found.into_iter().filter(|w| meets(&w.notice));
        Ok(seen.filter_map(|w| view(&atlas, viewer, &w.notice, w.author, w.photo)).collect())
    }

    /// One notice; none when the viewer may not know of it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notice(&self, viewer: &Viewer, id: NoticeId) -> Result<Option<NoticeView>, StoreError> {
        Ok(self.views(viewer, whole().filter(Column::Id.eq(id.0))).await?.pop())
    }

    /// Those of these notices of which the viewer may know, in this order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn notices(&self, viewer: &Viewer, ids: &[NoticeId]) -> Result<Vec<NoticeView>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut views = self.views(viewer, whole().filter(Column::Id.is_in(ids.iter().map(|i| i.0)))).await?;
        views.sort_by_key(|v| ids.iter().position(|id| *id == v.id));
        Ok(views)
    }

    /// The viewer's own notices in whatever state, newest first; one more than `limit` when there are more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_notices(
        &self,
        viewer: &Viewer,
        before: Option<NoticeId>,
        limit: u16,
    ) -> Result<Vec<NoticeView>, StoreError> {
        let mut select = whole().filter(Column::AuthorId.eq(viewer.tenant.0));
        if let Some(before) = before {
            select = select.filter(Column::Id.lt(before.0));
        }
        self.views(viewer, select.order_by_desc(Column::Id).limit(u64::from(limit) + 1)).await
    }

    /// Whether a notice of this author that is in the lists reaches the viewer, who meets her.
    pub(in crate::store) async fn a_notice_reaches(
        &self,
        viewer: &Viewer,
        author: TenantId,
    ) -> Result<bool, StoreError> {
        if self.are_apart(viewer.tenant, author) {
            return Ok(false);
        }
        let select = Entity::find().filter(Column::AuthorId.eq(author.0)).filter(Column::State.is_in(LISTED));
        let notices = select.all(self.conn()).await?.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
        let atlas = self.atlas();
        Ok(notices.iter().any(|notice| is_visible(&atlas, viewer, notice)))
    }
}
