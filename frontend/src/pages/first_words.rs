//! What a member has to know before anything else: she stays, or her account is going to be erased.

use domain::leaving::LeavingWhy;
use domain::tenant::Me;
use leptos::prelude::*;

use crate::paths::{self, me_part};
use crate::session::Session;
use crate::time;

/// For the pages where a visit begins. What was said once is gone with the page that said it.
pub fn first_words(session: Session, me: &Me) -> AnyView {
    let stayed = session.stayed.get_untracked().then(|| {
        on_cleanup(move || session.stayed.set(false));
        view! { <p class="notice notice--leaf" role="status">{t!(notice.stayed)}</p> }
    });
    let lease_ended = me.leaving.filter(|leaving| match leaving.why {
        LeavingWhy::LeaseEnded => true,
        // Signing in has stopped it: whoever reads this stays.
        LeavingWhy::Asked | LeavingWhy::Unused => false,
    });
    let lease_ended = lease_ended.map(|leaving| {
        view! {
            <section class="notice notice--sun" id="lease-ended">
                <p>{t!(notice.lease_ended, day = time::day(leaving.at))}</p>
                <p><a class="notice__go" href=paths::me(me_part::DATA)>{t!(notice.lease_go)}</a></p>
                <p class="soft">{t!(notice.lease_error)}</p>
            </section>
        }
    });
    view! { {stayed}{lease_ended} }.into_any()
}
