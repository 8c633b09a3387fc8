//! Where things happen: branches, locations and their contacts.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::caller::Caller;
use super::endpoint::Endpoint;
use super::input::Query;
use super::page::{Page, Paging};
use super::problem::Problem;
use crate::access::policy::{self, Action, Place};
use crate::db::listing::ListedContact;
use crate::db::sites::{Branch, Camera, Location};
use crate::model::{BranchRef, CameraRef, ContactRef, LocationRef, RefError};
use crate::portal::PortalState;
use crate::portal::branch::given_locations;

const LOCATION: (&str, &str, Option<&str>) = ("location", "The location's ref.", None);

pub(super) fn endpoints() -> Vec<Endpoint> {
    let of_location = |endpoint: Endpoint| endpoint.parameter(LOCATION.0, LOCATION.1, LOCATION.2);
    vec![
        Endpoint::get("/api/v1/branches", ("listBranches", "sites", "The branches that you may see."), branches)
            .answers::<Page<BranchView>>(200, "All of them."),
        Endpoint::get(
            "/api/v1/locations",
            ("listLocations", "sites", "The locations that you may see, by ref."),
            locations,
        )
        .query::<LocationQuery>()
        .answers::<Page<LocationView>>(200, "A page of them."),
        of_location(
            Endpoint::get("/api/v1/locations/{location}", ("getLocation", "sites", "One location."), location)
                .answers::<LocationDetail>(200, "It."),
        ),
        of_location(
            Endpoint::get(
                "/api/v1/locations/{location}/cameras",
                ("listCameras", "sites", "A location's cameras, by ref."),
                cameras,
            )
            .answers::<Page<CameraView>>(200, "All of them."),
        ),
        of_location(
            Endpoint::get(
                "/api/v1/locations/{location}/contacts",
                ("listContacts", "sites", "Who is a location's contact, itself or by its branch."),
                contacts,
            )
            .query::<Paging>()
            .answers::<Page<ContactView>>(200, "A page of them, by ref."),
        ),
    ]
}

/// A branch.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Branch")]
struct BranchView {
    r#ref: BranchRef,
    name: String,
}

async fn branches(State(state): State<PortalState>, caller: Caller) -> Result<Json<Page<BranchView>>, Problem> {
    if !policy::opens(&caller.principal, Action::ReadLocation) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "you may not read"));
    }
    let seen = |branch: &Branch| policy::may(&caller.principal, Action::ReadLocation, Place::of(&branch.branch));
    let branches = state.db.branches().await?.into_iter().filter(seen);
    Ok(Json(Page::whole(branches.map(|branch| BranchView { r#ref: branch.branch, name: branch.name }).collect())))
}

/// Which locations.
#[derive(Deserialize, JsonSchema)]
struct LocationQuery {
    /// Of this branch only.
    branch: Option<String>,
    /// How many items a page has at most.
    #[schemars(range(min = 1, max = 500))]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A monitored site.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Location")]
struct LocationView {
    r#ref: LocationRef,
    /// The ref of its branch.
    branch: BranchRef,
    name: String,
    address: Option<String>,
    /// IANA name of its time zone.
    timezone: String,
    /// BCP 47.
    locale: Option<String>,
    night_hours: HoursView,
}

/// When nights begin and end, by the location's own clock.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NightHours")]
struct HoursView {
    /// Such as `18:00`.
    from: String,
    /// Such as `06:00`, of the next day where it is not later.
    to: String,
}

/// A monitored site, with what its own pages say.
#[derive(Serialize, JsonSchema)]
struct LocationDetail {
    #[serde(flatten)]
    location: LocationView,
    /// The night from which on it is on a plan; null where it always was.
    #[schemars(extend("format" = "date"))]
    since: Option<String>,
    /// The types of its incidents, by name; null for who was not given all of it.
    incident_types: Option<Vec<String>>,
}

impl From<Location> for LocationView {
    fn from(location: Location) -> Self {
        Self {
            r#ref: location.location,
            branch: location.branch,
            name: location.name,
            address: location.address,
            timezone: location.timezone.name().to_owned(),
            locale: location.locale,
            night_hours: HoursView {
                from: location.hours.from().format("%H:%M").to_string(),
                to: location.hours.to().format("%H:%M").to_string(),
            },
        }
    }
}

async fn locations(
    State(state): State<PortalState>,
    caller: Caller,
    Query(query): Query<LocationQuery>,
) -> Result<Json<Page<LocationView>>, Problem> {
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (rows, after) = (paging.rows()?, paging.after::<LocationRef>()?);
    caller.opens(Action::ReadLocation)?;
    let wrong = |error: RefError| Problem::of_field(StatusCode::UNPROCESSABLE_ENTITY, "branch", error.to_string());
    let branch = query.branch.map(|branch| BranchRef::new(branch).map_err(wrong)).transpose()?;
    if let Some(address) = caller.customer() {
        let mut found = Vec::new();
        // In order of their refs, as those of everybody else.
        for given in given_locations(&state, address).await? {
            if after.as_ref().is_some_and(|after| given <= *after) {
                continue;
            }
            let location = state.db.location(&given).await?;
            found.extend(location.filter(|known| branch.as_ref().is_none_or(|branch| known.branch == *branch)));
            if i64::try_from(found.len()).is_ok_and(|count| count >= rows) {
                break;
            }
        }
        return paging.page(found, |row| row.location.clone(), LocationView::from).map(Json);
    }
    let wanted = match branch {
        None => caller.branches().map(<[BranchRef]>::to_vec),
        Some(branch) => {
            let theirs = caller.branches().is_none_or(|branches| branches.contains(&branch));
            Some(if theirs { vec![branch] } else { Vec::new() })
        }
    };
    let found = state.db.location_page(wanted.as_deref(), after.as_ref(), rows).await?;
    paging.page(found, |row| row.location.clone(), LocationView::from).map(Json)
}

async fn location(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
) -> Result<Json<LocationDetail>, Problem> {
    let site = caller.site(&state, &location, Action::ReadLocation).await?;
    let named = &site.location.location;
    // The types of what they may not see are not theirs to know.
    let incident_types = match site.mailed_to {
        Some(_) => None,
        None => Some(state.db.incident_kinds(named).await?),
    };
    let since = state.db.plans_of(named).await?.first().map(|plan| plan.first_night.to_string());
    Ok(Json(LocationDetail { since, incident_types, location: site.location.into() }))
}

/// A camera.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Camera")]
struct CameraView {
    r#ref: CameraRef,
    name: String,
}

async fn cameras(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
) -> Result<Json<Page<CameraView>>, Problem> {
    let location = caller.location(&state, &location, Action::ReadLocation).await?;
    let mut tx = state.db.snapshot().await?;
    let cameras = tx.cameras_of(&location.location).await?;
    tx.commit().await?;
    let shown = |camera: Camera| CameraView { r#ref: camera.camera, name: camera.name };
    Ok(Json(Page::whole(cameras.into_iter().map(shown).collect())))
}

/// A person who may be notified.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Contact")]
struct ContactView {
    r#ref: ContactRef,
    name: String,
    email: String,
    locale: Option<String>,
    /// Whether mails go there.
    notify: bool,
}

async fn contacts(
    State(state): State<PortalState>,
    caller: Caller,
    Path(location): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<ContactView>>, Problem> {
    // Whoever may see who looked may see who is told.
    let location = caller.location(&state, &location, Action::ReadViews).await?;
    let found = state.db.contact_page(&location, paging.after()?.as_ref(), paging.rows()?).await?;
    let shown = |row: ListedContact| ContactView {
        r#ref: row.contact,
        name: row.name,
        email: row.email,
        locale: row.locale,
        notify: row.notify,
    };
    paging.page(found, |row| row.contact.clone(), shown).map(Json)
}
