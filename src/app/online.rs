//! What is asked of the network, when a command or flag asked for it: licenses that nothing on this machine states.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::model::{Bom, Component, Origin};
use crate::online::{
    Address, Client, Inquiry, Manners, Moment, OnlineError, Question, Secret, Service, ServiceKind, Store, Wire, ask,
};

use crate::policy::PurlPattern;

use super::settings::{self, Aggregator, Registry, Settings, SettingsError};

/// The aggregator of what package registries say: <https://docs.deps.dev/api/v3/>.
pub const AGGREGATOR: &str = "https://api.deps.dev";

/// How the network is to be used, if it is.
#[derive(Clone, Debug)]
pub struct Way {
    /// The user's settings.
    pub settings: Option<PathBuf>,
    /// Whether they were named, so that they must be there.
    pub named: bool,
    /// Certificates that were named.
    pub ca_bundle: Option<PathBuf>,
    /// Where answers are kept.
    pub cache: Option<PathBuf>,
    /// Whether the surroundings forbid it.
    pub forbidden: bool,
    /// Now.
    pub now: Moment,
    /// Looks an environment variable up that the settings name.
    pub secret: fn(&str) -> Option<String>,
}

/// Why the network is not used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WayError {
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// It is forbidden.
    #[error("the use of the network is forbidden by {by}")]
    Forbidden {
        /// What forbids it.
        by: &'static str,
    },
    /// A token is not there.
    #[error("the environment variable {name}, which the settings name, is not set")]
    Token {
        /// Its name.
        name: String,
    },
    /// The door does not open.
    #[error(transparent)]
    Online(#[from] OnlineError),
}

impl WayError {
    /// What to do about it, if anything.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            WayError::Online(error) => error.help(),
            WayError::Forbidden { .. } => Some("leave `--online` out, or ask who forbade it"),
            _ => None,
        }
    }
}

impl Way {
    /// The settings, if the network may be used at all.
    ///
    /// # Errors
    /// If they cannot be read, or it may not.
    pub fn settings(&self) -> Result<Settings, WayError> {
        if self.forbidden {
            return Err(WayError::Forbidden { by: "SEPAL_OFFLINE" });
        }
        let settings = match &self.settings {
            Some(file) if self.named || file.exists() => settings::load(file)?,
            _ => Settings::default(),
        };
        if settings.forbidden {
            return Err(WayError::Forbidden { by: "`forbidden` in the settings" });
        }
        Ok(settings)
    }

    /// A client that keeps to the settings, and otherwise takes so many seconds at most.
    ///
    /// # Errors
    /// If certificates cannot be read, or this build has no way to the network.
    pub fn client(&self, settings: &Settings, seconds: u64) -> Result<Client, WayError> {
        let usual = Manners::default();
        let manners = Manners {
            tries: settings.tries.map_or(usual.tries, |tries| tries as u32),
            per_second: settings.per_second.map_or(usual.per_second, |number| number as u32),
            requests: settings.requests.unwrap_or(usual.requests),
            time: Duration::from_secs(settings.seconds.unwrap_or(seconds)),
            ..usual
        };
        let usual = Wire::default();
        let wire = Wire {
            ca_bundle: self.ca_bundle.clone().or_else(|| settings.ca_bundle.clone()),
            silence: settings.silence.map_or(usual.silence, Duration::from_secs),
            ..usual
        };
        Ok(Client::new(wire.transport()?, manners))
    }

    /// The token of an environment variable.
    ///
    /// # Errors
    /// If the variable is named and not set.
    pub fn token(&self, name: Option<&String>) -> Result<Option<Secret>, WayError> {
        let Some(name) = name else { return Ok(None) };
        let token = (self.secret)(name).filter(|token| !token.trim().is_empty());
        token.map(|token| Some(Secret::new(token.trim()))).ok_or_else(|| WayError::Token { name: name.clone() })
    }
}

/// Whether nothing on this machine states the license of a third party's exact version.
fn is_open(component: &Component) -> bool {
    component.is_third_party()
        && component.purl.version().is_some()
        && component.licensing.declared.is_empty()
        && component.licensing.detected.is_empty()
}

/// Who may be asked about a component.
enum Askable<'s> {
    These(Vec<&'s Service>),
    /// Only the aggregator could know, and nobody says that this host's packages are public.
    Withheld(String),
}

/// Who may be asked about a component: the user's registries that are responsible for it, else the aggregator, if the
/// component comes from its ecosystem's own registry or from one that the user calls public. Names from anywhere else are
/// nobody's business.
fn responsible<'s>(
    component: &Component,
    registries: &'s [(Registry, Service)],
    aggregator: Option<&'s Service>,
    public: &[String],
) -> Askable<'s> {
    let purl = &component.purl;
    if matches!(component.origin, Origin::Path { .. } | Origin::Git { .. }) {
        return Askable::These(Vec::new());
    }
    let own: Vec<&Service> = registries
        .iter()
        .filter(|(registry, service)| {
            let meant = |patterns: &[PurlPattern]| patterns.iter().any(|pattern| pattern.matches(purl));
            service.kind.serves(purl.kind()) && (registry.packages.is_empty() || meant(&registry.packages))
        })
        .map(|(_, service)| service)
        .collect();
    if !own.is_empty() {
        return Askable::These(own);
    }
    let Some(aggregator) = aggregator.filter(|service| service.kind.serves(purl.kind())) else {
        return Askable::These(Vec::new());
    };
    match &component.origin {
        Origin::Registry { url: None } => Askable::These(vec![aggregator]),
        Origin::Registry { url: Some(url) } => {
            let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            let host = rest.split('/').next().unwrap_or_default();
            if public.iter().any(|known| known.eq_ignore_ascii_case(host)) {
                Askable::These(vec![aggregator])
            } else {
                Askable::Withheld(host.to_owned())
            }
        }
        _ => Askable::These(Vec::new()),
    }
}

/// Asks for the licenses that nothing on this machine states.
///
/// # Errors
/// If the network may not or cannot be used at all. That somebody did not answer is no error, but an outcome.
pub fn licenses(bom: &Bom, way: &Way) -> Result<Inquiry, WayError> {
    let settings = way.settings()?;
    let client = way.client(&settings, 300)?;
    let mut registries = Vec::new();
    for registry in settings.registries {
        let secret = way.token(registry.token_from.as_ref())?;
        let service = Service { name: registry.name.clone(), kind: registry.kind, base: registry.url.clone(), secret };
        registries.push((registry, service));
    }
    let base = match settings.aggregator {
        Aggregator::Nobody => None,
        Aggregator::BuiltIn => Some(Address::parse(AGGREGATOR)?),
        Aggregator::At(address) => Some(address),
    };
    let aggregator =
        base.map(|base| Service { name: "deps.dev".to_owned(), kind: ServiceKind::DepsDev, base, secret: None });
    let mut places = Vec::new();
    let mut questions = Vec::new();
    let mut asked = Vec::new();
    let mut withheld: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (place, component) in bom.components.iter().enumerate().filter(|(_, component)| is_open(component)) {
        match responsible(component, &registries, aggregator.as_ref(), &settings.public_registries) {
            Askable::Withheld(host) => withheld.entry(host).or_insert((0, place)).0 += 1,
            Askable::These(services) if services.is_empty() => {}
            Askable::These(services) => {
                asked.extend(services.iter().map(|service| service.name.clone()));
                places.push(place);
                questions.push(Question { purl: &component.purl, services });
            }
        }
    }
    asked.sort();
    asked.dedup();
    let store = way.cache.as_ref().map(|directory| Store::new(directory.clone(), settings.cache_days.unwrap_or(30)));
    let parallel = settings.parallel.map_or(8, |parallel| parallel as usize);
    let outcomes = ask(&client, store.as_ref(), &questions, parallel, &way.now);
    Ok(Inquiry { asked, outcomes: places.into_iter().zip(outcomes).collect(), withheld })
}
