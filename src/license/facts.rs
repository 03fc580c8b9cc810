//! What each license asks, as data: `policies/licenses/facts.toml` and `exceptions.toml`, read when first asked for.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::OnceLock;

use compact_str::CompactString;

use super::{Class, Distribution, Linkage, Term, class, ids};

/// How much of a product has to carry a license's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Nothing but the covered code itself, and that only in the sense of keeping its notices.
    None,
    /// The covered files, changes to them included.
    File,
    /// The library as a whole.
    Library,
    /// Everything that is combined with it into one work.
    Work,
}

impl Reach {
    /// All of them, from the narrowest.
    pub const ALL: [Reach; 4] = [Reach::None, Reach::File, Reach::Library, Reach::Work];

    /// The word in the file of facts.
    pub fn as_str(self) -> &'static str {
        match self {
            Reach::None => "none",
            Reach::File => "file",
            Reach::Library => "library",
            Reach::Work => "work",
        }
    }

    /// Fits after "it covers": `its own files`.
    pub fn phrase(self) -> &'static str {
        match self {
            Reach::None => "nothing beyond its own notices",
            Reach::File => "its own files",
            Reach::Library => "the library",
            Reach::Work => "everything combined with it",
        }
    }
}

/// What a license says of patents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patents {
    /// Nothing.
    Silent,
    /// Contributors grant theirs.
    Grant,
    /// They do, and who sues over patents in the work loses the license or the grant.
    GrantAndTermination,
    /// None are granted, expressly.
    Excluded,
}

impl Patents {
    fn from_name(name: &str) -> Option<Patents> {
        match name {
            "grant" => Some(Patents::Grant),
            "grant-and-termination" => Some(Patents::GrantAndTermination),
            "excluded" => Some(Patents::Excluded),
            _ => None,
        }
    }

    /// A phrase for a person.
    pub fn phrase(self) -> &'static str {
        match self {
            Patents::Silent => "patents are not mentioned",
            Patents::Grant => "contributors grant their patents",
            Patents::GrantAndTermination => {
                "contributors grant their patents, which ends for whoever sues over patents"
            }
            Patents::Excluded => "no patents are granted",
        }
    }
}

/// What a license can ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// The license's text goes along.
    LicenseText,
    /// Copyright lines go along.
    Copyright,
    /// The content of a NOTICE file goes along.
    NoticeFile,
    /// Changed files say that they are.
    StateChanges,
    /// The source can be had, as far as the license reaches.
    DiscloseSource,
    /// It stays under the same terms, as far as the license reaches.
    SameLicense,
    /// The user can put another version of the library in.
    Relink,
    /// What is needed to install a changed version goes along.
    InstallationInformation,
    /// Names are not used to promote.
    NoEndorsement,
    /// A sentence in documentation, advertising or on screen.
    Acknowledgement,
    /// Changed versions take another name, or are marked as different.
    Rename,
    /// Some uses are not covered.
    UseLimit,
}

impl Condition {
    /// All of them, in the order of a checklist.
    pub const ALL: [Condition; 12] = [
        Condition::UseLimit,
        Condition::DiscloseSource,
        Condition::SameLicense,
        Condition::Relink,
        Condition::InstallationInformation,
        Condition::LicenseText,
        Condition::Copyright,
        Condition::NoticeFile,
        Condition::Acknowledgement,
        Condition::StateChanges,
        Condition::Rename,
        Condition::NoEndorsement,
    ];

    /// The name in the file of facts and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Condition::LicenseText => "license-text",
            Condition::Copyright => "copyright",
            Condition::NoticeFile => "notice-file",
            Condition::StateChanges => "state-changes",
            Condition::DiscloseSource => "disclose-source",
            Condition::SameLicense => "same-license",
            Condition::Relink => "relink",
            Condition::InstallationInformation => "installation-information",
            Condition::NoEndorsement => "no-endorsement",
            Condition::Acknowledgement => "acknowledgement",
            Condition::Rename => "rename",
            Condition::UseLimit => "use-limit",
        }
    }

    /// The condition of a name.
    pub fn from_name(name: &str) -> Option<Condition> {
        Condition::ALL.into_iter().find(|condition| condition.as_str() == name)
    }

    /// A few words for a list: `license text`.
    pub fn short(self) -> &'static str {
        match self {
            Condition::LicenseText => "license text",
            Condition::Copyright => "copyright lines",
            Condition::NoticeFile => "NOTICE content",
            Condition::StateChanges => "mark changes",
            Condition::DiscloseSource => "source",
            Condition::SameLicense => "same license",
            Condition::Relink => "a way to relink",
            Condition::InstallationInformation => "installation information",
            Condition::NoEndorsement => "no use of names",
            Condition::Acknowledgement => "acknowledgement",
            Condition::Rename => "another name",
            Condition::UseLimit => "check that the use is covered",
        }
    }

    /// What to do, in a sentence without a full stop.
    pub fn act(self) -> &'static str {
        match self {
            Condition::LicenseText => "ship the text of the license",
            Condition::Copyright => "ship the copyright lines",
            Condition::NoticeFile => "ship the content of its NOTICE file",
            Condition::StateChanges => "mark changed files as changed",
            Condition::DiscloseSource => "give its source along, or a written offer of it, or say where it can be had",
            Condition::SameLicense => "leave it under the same license, changes included",
            Condition::Relink => {
                "let users put their own version of the library in: link dynamically, or give object files"
            }
            Condition::InstallationInformation => "give what is needed to install a changed version on the device",
            Condition::NoEndorsement => "do not use its authors' names to promote the product",
            Condition::Acknowledgement => "put its acknowledgement into documentation or advertising, as its text says",
            Condition::Rename => "give changed versions another name, or mark them as different",
            Condition::UseLimit => "check that this use is covered; some are not",
        }
    }
}

/// When a condition comes due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct When {
    /// Given to others in source form.
    pub source: bool,
    /// Given to others in object form, a device included.
    pub binary: bool,
    /// Built into a device.
    pub device: bool,
    /// Used by others over a network.
    pub hosted: bool,
    /// Used inside one organisation.
    pub internal: bool,
    /// Only if it has been changed.
    pub if_modified: bool,
    /// Only if it is linked into one file with the product.
    pub if_static: bool,
}

impl When {
    fn parse(text: &str) -> Option<When> {
        let mut when = When::default();
        for word in text.split_whitespace() {
            match word {
                "source" => when.source = true,
                "binary" => when.binary = true,
                "device" => when.device = true,
                "hosted" => when.hosted = true,
                "internal" => when.internal = true,
                "if-modified" => when.if_modified = true,
                "if-static" => when.if_static = true,
                "always" => {
                    when = When { source: true, binary: true, device: true, hosted: true, internal: true, ..when };
                }
                _ => return None,
            }
        }
        Some(when)
    }

    /// Whether it comes due when a product is given out like this, changes left aside.
    pub fn is_due(self, distribution: Distribution) -> bool {
        match distribution {
            Distribution::Internal => self.internal,
            Distribution::Hosted => self.hosted,
            Distribution::Source => self.source,
            Distribution::Binary => self.binary,
            Distribution::Device => self.binary || self.device,
        }
    }

    /// For a person: `in source and object form, if changed`.
    pub fn phrase(self) -> String {
        let mut forms = Vec::new();
        for (due, form) in [
            (self.source, "as source"),
            (self.binary, "as binary"),
            (self.device && !self.binary, "in a device"),
            (self.hosted, "hosted"),
            (self.internal, "used internally"),
        ] {
            if due {
                forms.push(form);
            }
        }
        let mut text = if forms.len() == 5 || (self.source && self.binary && self.hosted && self.internal) {
            "in every use".to_owned()
        } else {
            forms.join(", ")
        };
        if self.if_modified {
            text.push_str(", if changed");
        }
        if self.if_static {
            text.push_str(", if linked statically");
        }
        text
    }
}

/// A condition of a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What it asks.
    pub condition: Condition,
    /// When.
    pub when: When,
    /// Where its text says so; empty where the text is too short to point into.
    pub place: CompactString,
}

/// What the FSF's license list says of combinations with the GPL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GplList {
    /// With version 2.
    pub two: bool,
    /// With version 3.
    pub three: bool,
}

/// What is known of a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How far its terms reach.
    pub reach: Reach,
    /// What it says of patents, and where.
    pub patents: (Patents, CompactString),
    /// Where it keeps trademarks out; `None` if it does not say.
    pub trademarks: Option<CompactString>,
    /// What the FSF says; `None`: nothing.
    pub gpl: Option<GplList>,
    /// Whether it is made for texts, media and data, not for code.
    pub content: bool,
    /// What it asks, in the order of [`Condition::ALL`].
    pub asks: Vec<Ask>,
    /// Licenses under which it may be given out as well, and where its text says so.
    pub into: Option<(Vec<CompactString>, CompactString)>,
    /// Later versions that its own text lets the recipient choose, and where.
    pub later: Option<(Vec<CompactString>, CompactString)>,
    /// What the facts were compared with.
    pub checked: Vec<CompactString>,
    /// Facts in which careful readers differ.
    pub disputed: Vec<CompactString>,
    /// A sentence.
    pub note: Option<CompactString>,
}

impl Facts {
    /// A condition of the license.
    pub fn ask(&self, condition: Condition) -> Option<&Ask> {
        self.asks.iter().find(|ask| ask.condition == condition)
    }

    /// Whether the terms come due for those who only use it over a network.
    pub fn reaches_over_network(&self) -> bool {
        self.asks
            .iter()
            .any(|ask| ask.when.hosted && matches!(ask.condition, Condition::DiscloseSource | Condition::SameLicense))
    }

    /// Whether source or the same license is asked for when a product is given out like this.
    pub fn copyleft_due(&self, distribution: Distribution) -> bool {
        self.reach != Reach::None
            && self.asks.iter().any(|ask| {
                matches!(ask.condition, Condition::DiscloseSource | Condition::SameLicense)
                    && ask.when.is_due(distribution)
            })
    }
}

/// What an exception does to a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What is only linked with it keeps its own terms.
    Link,
    /// What the tool produces keeps its own terms.
    Output,
    /// Says what is outside of the work.
    Boundary,
    /// Opens the license for what it names.
    Partner,
    /// Waives notices in compiled code.
    Notices,
}

/// What is known of an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionFacts {
    /// What it does.
    pub effect: Effect,
    /// The licenses it names.
    pub partners: Vec<CompactString>,
    /// Which GPL versions a license with it may be combined with, where that differs.
    pub gpl: Option<GplList>,
    /// What it permits, in a sentence without a full stop.
    pub text: CompactString,
}

/// What is known of a term: license and exception together.
#[derive(Clone, Copy, Debug)]
pub struct TermFacts {
    /// Of the license; `None`: nobody has read it for this program.
    pub license: Option<&'static Facts>,
    /// Of its exception; `None`: it has none, or none that is known.
    pub exception: Option<&'static ExceptionFacts>,
    /// The class of both together.
    pub class: Class,
}

/// All facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactTable {
    licenses: BTreeMap<CompactString, Facts>,
    exceptions: BTreeMap<CompactString, ExceptionFacts>,
}

/// Why files of facts cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactsError {
    /// Not TOML of the expected shape.
    #[error("not a table of license facts: {0}")]
    Shape(String),
    /// Not on the SPDX list, or not written as there.
    #[error("`{0}` is not an identifier of the SPDX license list")]
    Identifier(String),
    /// A value that is none of the words for it.
    #[error("{license}: `{value}` is not a value of `{key}`")]
    Value {
        /// Whose facts.
        license: String,
        /// Which key.
        key: String,
        /// What stands there.
        value: String,
    },
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFacts {
    reach: String,
    patents: Option<String>,
    trademarks: Option<String>,
    gpl: Option<String>,
    #[serde(default)]
    content: bool,
    #[serde(default)]
    asks: BTreeMap<String, String>,
    into: Option<String>,
    later: Option<String>,
    #[serde(default)]
    checked: Vec<String>,
    #[serde(default)]
    disputed: Vec<String>,
    note: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawException {
    effect: String,
    partner: Option<String>,
    gpl: Option<String>,
    text: String,
}

/// `words: where`.
fn with_place(text: &str) -> (&str, CompactString) {
    match text.split_once(": ") {
        Some((words, place)) => (words, place.into()),
        None => (text, CompactString::default()),
    }
}

fn gpl_list(text: &str) -> Option<GplList> {
    match text {
        "2 and 3" => Some(GplList { two: true, three: true }),
        "2" => Some(GplList { two: true, three: false }),
        "3" => Some(GplList { two: false, three: true }),
        "no" => Some(GplList { two: false, three: false }),
        _ => None,
    }
}

impl FactTable {
    /// Reads files in the form of `policies/licenses/facts.toml` and `exceptions.toml`.
    ///
    /// # Errors
    /// If a file has another shape, or names what is not on the SPDX list.
    pub fn read(licenses: &str, exceptions: &str) -> Result<FactTable, FactsError> {
        let shape = |error: toml::de::Error| FactsError::Shape(error.message().to_owned());
        let mut table = FactTable::default();
        for (id, raw) in toml::from_str::<BTreeMap<String, RawFacts>>(licenses).map_err(shape)? {
            if spdx::license_id(&id).is_none_or(|found| found.name != id) {
                return Err(FactsError::Identifier(id));
            }
            let facts = read_facts(&id, raw)?;
            table.licenses.insert(id.into(), facts);
        }
        for (id, raw) in toml::from_str::<BTreeMap<String, RawException>>(exceptions).map_err(shape)? {
            if spdx::exception_id(&id).is_none() {
                return Err(FactsError::Identifier(id));
            }
            let wrong = |key: &str, value: &str| FactsError::Value {
                license: id.clone(),
                key: key.to_owned(),
                value: value.to_owned(),
            };
            let effect = match raw.effect.as_str() {
                "link" => Effect::Link,
                "output" => Effect::Output,
                "boundary" => Effect::Boundary,
                "partner" => Effect::Partner,
                "notices" => Effect::Notices,
                other => return Err(wrong("effect", other)),
            };
            let gpl = raw.gpl.as_deref().map(|text| gpl_list(text).ok_or_else(|| wrong("gpl", text))).transpose()?;
            let partners = raw.partner.as_deref().unwrap_or_default().split_whitespace().map(Into::into).collect();
            table.exceptions.insert(id.into(), ExceptionFacts { effect, partners, gpl, text: raw.text.into() });
        }
        Ok(table)
    }

    /// The facts about a license by its identifier on the SPDX list.
    pub fn license(&self, id: &str) -> Option<&Facts> {
        self.licenses.get(id)
    }

    /// All licenses of which facts are known, by identifier.
    pub fn licenses(&self) -> impl Iterator<Item = (&str, &Facts)> {
        self.licenses.iter().map(|(id, facts)| (id.as_str(), facts))
    }

    /// The facts about an exception.
    pub fn exception(&self, id: &str) -> Option<&ExceptionFacts> {
        self.exceptions.get(id)
    }
}

fn read_facts(id: &str, raw: RawFacts) -> Result<Facts, FactsError> {
    let wrong = |key: &str, value: &str| FactsError::Value {
        license: id.to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let reach =
        Reach::ALL.into_iter().find(|reach| reach.as_str() == raw.reach).ok_or_else(|| wrong("reach", &raw.reach))?;
    let patents = match raw.patents.as_deref().map(with_place) {
        None => (Patents::Silent, CompactString::default()),
        Some((word, place)) => (Patents::from_name(word).ok_or_else(|| wrong("patents", word))?, place),
    };
    let trademarks = match raw.trademarks.as_deref().map(with_place) {
        None => None,
        Some(("excluded", place)) => Some(place),
        Some((word, _)) => return Err(wrong("trademarks", word)),
    };
    let gpl = raw.gpl.as_deref().map(|text| gpl_list(text).ok_or_else(|| wrong("gpl", text))).transpose()?;
    let mut asks = Vec::with_capacity(raw.asks.len());
    for (name, text) in &raw.asks {
        let condition = Condition::from_name(name).ok_or_else(|| wrong("asks", name))?;
        let (words, place) = with_place(text);
        let when = When::parse(words).ok_or_else(|| wrong(name, words))?;
        asks.push(Ask { condition, when, place });
    }
    let order = |ask: &Ask| Condition::ALL.iter().position(|condition| *condition == ask.condition);
    asks.sort_by_key(order);
    let ids = |key: &str, text: Option<&str>| -> Result<Option<(Vec<CompactString>, CompactString)>, FactsError> {
        let Some((words, place)) = text.map(with_place) else { return Ok(None) };
        let mut ids = Vec::new();
        for word in words.split_whitespace() {
            if spdx::license_id(word).is_none_or(|found| found.name != word) {
                return Err(wrong(key, word));
            }
            ids.push(word.into());
        }
        Ok(Some((ids, place)))
    };
    Ok(Facts {
        reach,
        patents,
        trademarks,
        gpl,
        content: raw.content,
        asks,
        into: ids("into", raw.into.as_deref())?,
        later: ids("later", raw.later.as_deref())?,
        checked: raw.checked.into_iter().map(Into::into).collect(),
        disputed: raw.disputed.into_iter().map(Into::into).collect(),
        note: raw.note.map(Into::into),
    })
}

impl FromStr for FactTable {
    type Err = FactsError;

    /// Reads facts of licenses alone.
    fn from_str(text: &str) -> Result<Self, FactsError> {
        FactTable::read(text, "")
    }
}

/// The facts that sepal ships. A test holds that the files are good; if they were not, nothing would be known, which lets
/// nothing pass.
pub fn facts() -> &'static FactTable {
    static FACTS: OnceLock<FactTable> = OnceLock::new();
    FACTS.get_or_init(|| FactTable::read(LICENSES, EXCEPTIONS).unwrap_or_default())
}

const LICENSES: &str = include_str!("../../policies/licenses/facts.toml");
const EXCEPTIONS: &str = include_str!("../../policies/licenses/exceptions.toml");

impl TermFacts {
    /// What is known of a term.
    pub fn of(term: &Term) -> TermFacts {
        let table = facts();
        TermFacts {
            license: table.license(&term.license),
            exception: term.exception.as_deref().and_then(|id| table.exception(id)),
            class: class::classes().class_of(term),
        }
    }

    /// Whether an exception waives what a condition asks of compiled code.
    pub fn waives(&self, condition: Condition, distribution: Distribution) -> bool {
        matches!(self.exception, Some(exception) if exception.effect == Effect::Notices)
            && matches!(distribution, Distribution::Binary | Distribution::Device)
            && matches!(
                condition,
                Condition::LicenseText | Condition::Copyright | Condition::NoticeFile | Condition::StateChanges
            )
    }

    /// How far the terms reach when joined like this, exceptions considered. Only for a license whose facts are known.
    pub fn reach(&self, linkage: Linkage) -> Option<Reach> {
        let reach = self.license?.reach;
        let opened =
            matches!(self.exception, Some(exception) if matches!(exception.effect, Effect::Link | Effect::Output));
        let only_joined = matches!(linkage, Linkage::Static | Linkage::Dynamic);
        Some(if opened && only_joined && reach > Reach::File { Reach::File } else { reach })
    }
}

/// Whether an identifier is deprecated on the SPDX list.
pub fn is_deprecated(id: &str) -> bool {
    ids::license(id).is_some_and(|license| license.flags & spdx::flags::IS_DEPRECATED != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_are_good_and_agree_with_the_classes() {
        let table = FactTable::read(LICENSES, EXCEPTIONS).unwrap();
        assert!(table.licenses.len() >= 200, "{}", table.licenses.len());
        assert!(table.exceptions.len() >= 70, "{}", table.exceptions.len());
        for (id, facts) in table.licenses() {
            let term = Term { license: id.into(), or_later: id.ends_with("-or-later"), exception: None };
            let class = class::classes().class_of(&term);
            assert_ne!(class, Class::Unreviewed, "{id}: facts, and no class");
            let limited = matches!(
                class,
                Class::FieldOfUse | Class::SourceAvailable | Class::NonCommercial | Class::NoDerivatives
            );
            assert_eq!(facts.ask(Condition::UseLimit).is_some(), limited, "{id}: limit of use");
            match class {
                Class::PublicDomain | Class::Permissive => assert_eq!(facts.reach, Reach::None, "{id}"),
                Class::WeakCopyleft => assert!(matches!(facts.reach, Reach::File | Reach::Library), "{id}"),
                Class::StrongCopyleft => assert_eq!(facts.reach, Reach::Work, "{id}"),
                Class::NetworkCopyleft => assert!(facts.reaches_over_network(), "{id}"),
                _ => {}
            }
            assert!(facts.checked.iter().any(|checked| checked == "text"), "{id}");
            assert!(facts.note.as_ref().is_none_or(|note| note.ends_with('.')), "{id}");
        }
        for id in table.exceptions.keys() {
            assert!(!table.exceptions[id].text.ends_with('.'), "{id}");
        }
    }

    #[test]
    fn every_exception_that_changes_a_class_has_facts() {
        for id in spdx::identifiers::EXCEPTIONS.iter().map(|exception| exception.name) {
            let term = Term { license: "GPL-3.0-only".into(), or_later: false, exception: Some(id.into()) };
            if class::classes().exception_rule(&term).is_some() {
                assert!(facts().exception(id).is_some(), "{id}");
            }
        }
    }

    #[test]
    fn mistakes_in_a_file_are_named() {
        let error = |text: &str| text.parse::<FactTable>().unwrap_err().to_string();
        assert_eq!(error("[mit]\nreach = \"none\""), "`mit` is not an identifier of the SPDX license list");
        assert_eq!(error("[MIT]\nreach = \"far\""), "MIT: `far` is not a value of `reach`");
        assert_eq!(error("[MIT]\nreach = \"none\"\nasks.cake = \"binary\""), "MIT: `cake` is not a value of `asks`");
        assert!(error("[MIT]\nreach = \"none\"\nasks.copyright = \"sometimes\"").contains("`sometimes`"));
        assert!(error("[MIT]\nreach = \"none\"\ninto = \"GPL\"").contains("`GPL` is not a value of `into`"));
        assert!(error("[MIT]\n").starts_with("not a table of license facts"));
    }

    /// The duties of the shared license facts, row by row, except where readers are known to differ.
    #[test]
    fn agrees_with_the_shared_license_facts() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/license-facts/licenses.csv");
        #[allow(clippy::disallowed_methods, reason = "a measurement against facts beside the repository, in a test")]
        let Ok(shared) = std::fs::read_to_string(path) else {
            println!("skipped: no ../shared");
            return;
        };
        let mut lines = shared.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let at = |name: &str| header.iter().position(|column| *column == name).unwrap();
        let (mut rows, mut values) = (0, 0);
        for line in lines {
            let row: Vec<&str> = line.split(',').collect();
            let term = crate::license::read(row[0]).expression.unwrap().terms().next().unwrap().clone();
            let known = TermFacts::of(&term);
            let Some(facts) = known.license else { panic!("{}: no facts", row[0]) };
            rows += 1;
            let disputed = row.last().copied().unwrap_or_default();
            let mut expect = |column: &str, have: bool| {
                if !disputed.contains(column) {
                    assert_eq!(have, row[at(column)] == "yes", "{}: {column}", row[0]);
                    values += 1;
                }
            };
            let asks = |condition| facts.ask(condition).is_some();
            let text_in = |source: bool| {
                facts
                    .ask(Condition::LicenseText)
                    .is_some_and(|ask| if source { ask.when.source } else { ask.when.binary })
            };
            expect("notice_source", text_in(true));
            expect("notice_binary", text_in(false));
            expect("state_changes", asks(Condition::StateChanges));
            expect("network_trigger", facts.reaches_over_network());
            expect("trademark_excluded", facts.trademarks.is_some());
            expect("no_endorsement", asks(Condition::NoEndorsement));
            expect("install_information", asks(Condition::InstallationInformation));
            expect("rename_modified", asks(Condition::Rename));
            if !["Qhull", "CPAL-1.0", "IJG"].contains(&term.license.as_str()) {
                // Three texts ask for a sentence that is no advertising.
                expect("advertising", asks(Condition::Acknowledgement));
            }
            let patents = match row[at("patent")] {
                "grant" => Patents::Grant,
                "grant+retaliation" => Patents::GrantAndTermination,
                "excluded" => Patents::Excluded,
                _ => Patents::Silent,
            };
            assert_eq!(facts.patents.0, patents, "{}", row[0]);
        }
        assert!(rows >= 160, "{rows}");
        println!("{rows} licenses, {values} duties agree with the shared facts");
    }
}
