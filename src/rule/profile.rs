//! What standards ask of an SBOM, as one table, and how that is looked up in documents.
//!
//! - **NTIA 2021**: "The Minimum Elements For a Software Bill of Materials", 12 July 2021, section "Data Fields".
//! - **CISA 2026**: "2026 Minimum Elements for a Software Bill of Materials", 29 July 2026, appendix A; names of fields as there.
//!   It accepts that something is not known where the document says so ("Explicitly Identifying Unknown Information").
//! - **BSI TR-03183-2**, version 2.1.0 of 20 August 2025. What it asks for "if it exists" (5.2.3, 5.2.4) is not in the table: from
//!   the document alone nobody can tell whether it exists.
//! - **CRA**: Regulation (EU) 2024/2847. The law asks for little; what merely helps to show conformity is told apart from it.

use compact_str::CompactString;

use crate::model::{Location, Sbom, SbomComponent, SbomFacts, SbomField, SbomFormat};

use super::{Context, Draft, Param, ParamKind, Subject};

/// A standard that asks something of SBOMs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// NTIA 2021.
    Ntia,
    /// CISA 2026.
    Cisa,
    /// BSI TR-03183-2.
    Bsi,
    /// Cyber Resilience Act.
    Cra,
}

/// The names of all profiles, as policies write them.
pub const PROFILES: &[&str] = &["ntia-2021", "cisa-2026", "bsi-tr-03183-2", "cra"];

impl Profile {
    /// What it is called in a sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            Profile::Ntia => "NTIA 2021",
            Profile::Cisa => "CISA 2026",
            Profile::Bsi => "BSI TR-03183-2",
            Profile::Cra => "the CRA",
        }
    }

    /// The profile that a policy chose for a rule.
    pub(super) fn of(context: &Context<'_>) -> Profile {
        match context.params.word("profile") {
            "ntia-2021" => Profile::Ntia,
            "bsi-tr-03183-2" => Profile::Bsi,
            "cra" => Profile::Cra,
            _ => Profile::Cisa,
        }
    }
}

/// The parameter by which a policy says what documents are measured by.
pub(super) const PROFILE: Param = Param {
    name: "profile",
    kind: ParamKind::Choice { default: "cisa-2026", of: PROFILES },
    docs: "By which standard documents are measured. `docs/sbom.md` has the fields that each of them asks for.",
};

/// Which rule looks after a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `inventory/document-fields-missing`.
    Document,
    /// `inventory/component-identity-missing`.
    Identity,
    /// `inventory/component-profile-fields-missing`.
    Detail,
}

/// How binding a demand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The text of the standard or law asks for it.
    Text,
    /// It helps to show that the law is met, and is not in its text.
    Evidence,
}

/// Something that a standard asks for.
#[derive(Debug)]
pub struct Demand {
    /// Who asks.
    pub profile: Profile,
    /// Which rule looks after it.
    pub part: Part,
    /// What: one of these is enough.
    pub fields: &'static [SbomField],
    /// Where the standard says so.
    pub section: &'static str,
    /// Whether it is enough that the document says that it is not known, or withheld.
    pub may_be_unknown: bool,
    /// How binding it is.
    pub basis: Basis,
    /// Whether it concerns a component's file, which a component that merely holds others may not have (BSI, "logical component").
    pub of_a_file: bool,
}

const fn ask(profile: Profile, part: Part, fields: &'static [SbomField], section: &'static str) -> Demand {
    Demand { profile, part, fields, section, may_be_unknown: false, basis: Basis::Text, of_a_file: false }
}

const fn cisa(part: Part, fields: &'static [SbomField], section: &'static str) -> Demand {
    Demand { may_be_unknown: true, ..ask(Profile::Cisa, part, fields, section) }
}

const fn bsi_file(fields: &'static [SbomField], section: &'static str) -> Demand {
    Demand { of_a_file: true, ..ask(Profile::Bsi, Part::Detail, fields, section) }
}

const fn evidence(part: Part, fields: &'static [SbomField], section: &'static str) -> Demand {
    Demand { basis: Basis::Evidence, may_be_unknown: true, ..ask(Profile::Cra, part, fields, section) }
}

use Part::{Detail, Document, Identity};
use SbomField as F;

/// All demands, by standard and in its order. Formats, signatures, relationships and completeness have rules of their own.
pub static DEMANDS: &[Demand] = &[
    // A tool counts as author, as in the checkers in use; CISA 2026 asks for more.
    ask(Profile::Ntia, Document, &[F::Author, F::ToolName], "Data Fields, Author of SBOM Data"),
    ask(Profile::Ntia, Document, &[F::Timestamp], "Data Fields, Timestamp"),
    ask(Profile::Ntia, Identity, &[F::Name], "Data Fields, Component Name"),
    ask(Profile::Ntia, Identity, &[F::Version], "Data Fields, Version of the Component"),
    // "An entity that creates, defines, and identifies components": in either of the formats' fields.
    ask(Profile::Ntia, Identity, &[F::Supplier, F::Producer], "Data Fields, Supplier Name"),
    ask(Profile::Ntia, Identity, &[F::Identifier], "Data Fields, Other Unique Identifiers"),
    cisa(Document, &[F::Author], "appendix A, SBOM Author"),
    cisa(Document, &[F::Context], "appendix A, SBOM Generation Context"),
    cisa(Document, &[F::Timestamp], "appendix A, SBOM Timestamp"),
    cisa(Document, &[F::ToolName], "appendix A, SBOM Tool Name"),
    cisa(Document, &[F::ToolVersion], "appendix A, SBOM Tool Version"),
    cisa(Document, &[F::DocumentVersion], "appendix A, SBOM Version"),
    cisa(Identity, &[F::Name], "appendix A, Component Name"),
    cisa(Identity, &[F::Version], "appendix A, Component Version"),
    cisa(Identity, &[F::Producer], "appendix A, Component Producer"),
    cisa(Identity, &[F::Identifier], "appendix A, Component Identifiers"),
    cisa(Detail, &[F::Hash, F::DeployableHash], "appendix A, Component Hash Value and Algorithm"),
    cisa(Detail, &[F::License], "appendix A, Component License"),
    ask(Profile::Bsi, Document, &[F::AuthorContact], "5.2.1, creator of the SBOM"),
    ask(Profile::Bsi, Document, &[F::Timestamp], "5.2.1, timestamp"),
    ask(Profile::Bsi, Identity, &[F::ProducerContact], "5.2.2, component creator"),
    ask(Profile::Bsi, Identity, &[F::Name], "5.2.2, component name"),
    ask(Profile::Bsi, Identity, &[F::Version], "5.2.2, component version"),
    bsi_file(&[F::FileName], "5.2.2, filename of the component"),
    ask(Profile::Bsi, Detail, &[F::DistributionLicense], "5.2.2, distribution licences"),
    bsi_file(&[F::DeployableHash], "5.2.2, hash value of the deployable component"),
    bsi_file(&[F::Executable], "5.2.2, executable property"),
    bsi_file(&[F::Archive], "5.2.2, archive property"),
    bsi_file(&[F::Structured], "5.2.2, structured property"),
    // "Identify and document … components contained in products".
    ask(Profile::Cra, Identity, &[F::Name], "Annex I part II (1)"),
    evidence(Document, &[F::Author, F::ToolName], "Annex VII, technical documentation"),
    evidence(Document, &[F::Timestamp], "Annex VII, technical documentation"),
    evidence(Detail, &[F::Version], "Annex I part II (2), handling vulnerabilities"),
    evidence(Detail, &[F::Identifier], "Annex I part II (2), handling vulnerabilities"),
    evidence(Detail, &[F::Supplier, F::Producer], "article 13 (5), due diligence"),
];

/// The demands of a profile for a rule.
pub(super) fn demands(profile: Profile, part: Part) -> impl Iterator<Item = &'static Demand> {
    DEMANDS.iter().filter(move |demand| demand.profile == profile && demand.part == part)
}

impl Demand {
    /// Whether this is met by what is said, or said not to be known.
    fn is_met(&self, given: crate::model::SbomFields, unknown: crate::model::SbomFields) -> bool {
        self.fields.iter().any(|field| given.has(*field) || self.may_be_unknown && unknown.has(*field))
    }

    /// What is asked for, in words.
    fn words(&self) -> String {
        // The digest of the deployed file is a hash.
        let named = self.fields.iter().filter(|field| self.fields[0] != F::Hash || **field == F::Hash);
        let words: Vec<&str> = named.map(|field| field.as_str()).collect();
        words.join(" or ")
    }
}

/// Documents that could be read, each with what it says.
pub(super) fn readable<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Sbom, &'a SbomFacts)> {
    context.bom.sboms.iter().filter_map(|sbom| Some((sbom, sbom.said.as_ref().ok()?)))
}

/// A draft about a document.
pub(super) fn about(sbom: &Sbom, what: &str, message: String, why: impl Into<String>) -> Draft {
    let mut draft = Draft::new(Subject::Place, message, why);
    draft.discriminator = compact_str::format_compact!("{}:{what}", sbom.path);
    draft
}

/// The place where a document's primary component or else the document begins.
pub(super) fn start(sbom: &Sbom, facts: &SbomFacts) -> Location {
    let mark = facts.primary().next().map_or(facts.mark, |primary| primary.mark);
    Location::at(&sbom.path, mark)
}

/// Some names, and how many more there are: `a 1, b 2 and 7 more`.
pub(super) fn some<'n>(names: impl ExactSizeIterator<Item = &'n CompactString>) -> String {
    const MOST: usize = 3;
    let count = names.len();
    let shown: Vec<&str> = names.take(MOST).map(CompactString::as_str).collect();
    match count.saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `1 component`, `7 components`.
pub(super) fn components(count: usize) -> String {
    if count == 1 { "1 component".to_owned() } else { format!("{count} components") }
}

/// Demands that the same components do not meet.
struct Unmet<'a> {
    demands: Vec<&'static Demand>,
    lacking: Vec<&'a SbomComponent>,
    /// Of how many of these the document says that it is not known.
    told: usize,
    /// How many components were asked.
    judged: usize,
}

/// What components of a document do not meet: demands that the same ones miss are one entry.
fn unmet<'a>(facts: &'a SbomFacts, profile: Profile, part: Part) -> Vec<Unmet<'a>> {
    let alone = facts.primary().nth(1).is_none();
    // A component that holds others, or is the product as a whole, may have no file of its own.
    let fileless = |component: &SbomComponent| {
        (component.has_parts || component.primary && alone)
            && !component.given.has(SbomField::FileName)
            && !component.given.has(SbomField::Hash)
    };
    let mut all: Vec<Unmet<'a>> = Vec::new();
    for demand in demands(profile, part) {
        let asked = |component: &&SbomComponent| !(demand.of_a_file && fileless(component));
        let misses = |component: &&SbomComponent| !demand.is_met(component.given, component.unknown);
        let judged = facts.components.iter().filter(asked).count();
        let lacking: Vec<&SbomComponent> = facts.components.iter().filter(asked).filter(misses).collect();
        if lacking.is_empty() {
            continue;
        }
        let told = |component: &&&SbomComponent| demand.fields.iter().any(|field| component.unknown.has(*field));
        let told = lacking.iter().filter(told).count();
        let same = |unmet: &&mut Unmet<'a>| {
            let alike = unmet.demands[0].basis == demand.basis && unmet.told == told && unmet.judged == judged;
            alike && unmet.lacking.iter().map(|component| component.mark).eq(lacking.iter().map(|one| one.mark))
        };
        match all.iter_mut().find(same) {
            Some(unmet) => unmet.demands.push(demand),
            None => all.push(Unmet { demands: vec![demand], lacking, told, judged }),
        }
    }
    all
}

/// One draft for the demands that the same components of a document do not meet.
pub(super) fn judge_components(context: &Context<'_>, part: Part, drafts: &mut Vec<Draft>) {
    const MOST_PLACES: usize = 5;
    let profile = Profile::of(context);
    for (sbom, facts) in readable(context) {
        for Unmet { demands, lacking, told, judged } in unmet(facts, profile, part) {
            let of = match lacking.len() {
                1 => components(1),
                all if all == judged => format!("all {all} components"),
                some => format!("{some} of {judged} components"),
            };
            let verb = if lacking.len() == 1 { "has" } else { "have" };
            let unknown = match told {
                0 => String::new(),
                told if told == lacking.len() => ", and the document says that it is not known".to_owned(),
                told => format!(", and of {told} the document says that it is not known"),
            };
            let law = match demands[0].basis {
                Basis::Text => "",
                Basis::Evidence => ", which helps to show conformity and is not in the text of the law",
            };
            let words: Vec<String> = demands.iter().map(|demand| demand.words()).collect();
            let words = words.join(", ");
            let section = match demands[..] {
                [only] => only.section,
                // `5.2.2, filename of the component`: what several have in common comes first.
                [first, ..] => first.section.split(", ").next().unwrap_or(first.section),
                [] => "",
            };
            let names = some(lacking.iter().map(|component| &component.name));
            let message = format!(
                "{of} of {} {verb} no {words}{unknown}: {names} ({}, {section}{law})",
                sbom.path,
                profile.as_str(),
            );
            let mut draft = about(sbom, &words, message, why(part));
            let ways: Vec<Vec<String>> = demands.iter().map(|demand| help(demand, facts.format)).collect();
            draft.help = ways.concat();
            let places = lacking.iter().take(MOST_PLACES);
            draft.locations = places.map(|component| Location::at(&sbom.path, component.mark)).collect();
            drafts.push(draft);
        }
    }
}

fn why(part: Part) -> &'static str {
    match part {
        Part::Document => "nobody can tell whom to ask, and whether this is the newest list",
        Part::Identity => "what cannot be named exactly cannot be looked up when it turns out to be vulnerable",
        Part::Detail => "who receives the document cannot check the component against what they have",
    }
}

fn help(demand: &Demand, format: SbomFormat) -> Vec<String> {
    let field = demand.fields[0];
    let mut help = vec![format!("let the tool that writes the document fill in {}", place_of(field, format))];
    let name = demand.section.rsplit(", ").next().unwrap_or_default().trim_end_matches(" and Algorithm");
    match format {
        SbomFormat::CycloneDx if demand.may_be_unknown && demand.profile == Profile::Cisa => help.push(format!(
            "or say that it is not known: a property cdx:cisa:unknown-information with the value \"{name}\""
        )),
        // SPDX has no way to say that a digest is not known.
        SbomFormat::Spdx if demand.may_be_unknown && field != F::Hash => {
            help.push("or say that it is not known: NOASSERTION".to_owned());
        }
        _ => {}
    }
    help
}

/// Where a format has a field.
fn place_of(field: SbomField, format: SbomFormat) -> &'static str {
    let (cyclonedx, spdx) = match field {
        F::Author => ("metadata.manufacturer or metadata.authors", "creators with Organization: or Person:"),
        F::AuthorContact => {
            ("metadata.manufacturer with contact.email or url", "creators with an address: Organization: Acme (sbom@…)")
        }
        F::Signature => ("signature", "a signature beside the file"),
        F::Timestamp => ("metadata.timestamp", "created"),
        F::ToolName | F::ToolVersion => ("metadata.tools with name and version", "creators with Tool: name-version"),
        F::Context => ("metadata.lifecycles (phase: build)", "the comment on the creation (SBOM Type: Build)"),
        F::DocumentVersion => ("serialNumber and version", "documentNamespace"),
        F::Supplier => ("supplier.name", "supplier"),
        F::Producer => ("manufacturer.name or authors", "originator"),
        F::ProducerContact => ("manufacturer with contact.email or url", "originator with an address"),
        F::Name => ("name", "name"),
        F::Version => ("version", "versionInfo"),
        F::Identifier => ("purl (or cpe, swid, swhid)", "externalRefs with a purl"),
        F::Hash => ("hashes", "checksums"),
        F::DeployableHash => (
            "a SHA-512 in hashes of the externalReferences of type distribution",
            "verifiedUsing of the distributed file",
        ),
        F::License => ("licenses", "licenseDeclared or licenseConcluded"),
        F::DistributionLicense => ("a license with acknowledgement: concluded", "licenseConcluded"),
        F::FileName => ("the property bsi:component:filename", "packageFileName"),
        F::Executable => ("the property bsi:component:executable", "the purposes of the distributed file"),
        F::Archive => ("the property bsi:component:archive", "the purposes of the distributed file"),
        F::Structured => ("the property bsi:component:structured", "the purposes of the distributed file"),
        F::SourceUri => ("externalReferences of type source-distribution", "sourceInfo"),
        F::DeployableUri => ("externalReferences of type distribution", "downloadLocation"),
        F::Completeness => ("compositions", "DEPENDS_ON NONE or NOASSERTION"),
        F::Dependencies => ("dependencies", "DEPENDS_ON relationships"),
    };
    match format {
        SbomFormat::CycloneDx => cyclonedx,
        SbomFormat::Spdx => spdx,
    }
}

/// What a document does not say of itself and should by a profile: the demands, each with the words for it.
pub(super) fn document_lacks(profile: Profile, facts: &SbomFacts) -> Vec<(&'static Demand, String)> {
    let unmet = demands(profile, Part::Document).filter(|demand| !demand.is_met(facts.given, facts.unknown));
    unmet.map(|demand| (demand, demand.words())).collect()
}

/// How the places of what a document lacks are told, for help.
pub(super) fn document_help(lacks: &[(&'static Demand, String)], format: SbomFormat) -> Vec<String> {
    lacks.iter().map(|(demand, words)| format!("{words}: {}", place_of(demand.fields[0], format))).collect()
}

/// What of a document breaks its standard or what a profile demands of its form, in one word for a scorecard; `None`: nothing.
pub fn document_trouble(sbom: &Sbom) -> Option<&str> {
    match &sbom.said {
        Err((_, message)) => Some(message),
        Ok(facts) => facts.wrong.first().map(|(_, message)| message.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_its_rows_and_every_row_a_section() {
        for profile in [Profile::Ntia, Profile::Cisa, Profile::Bsi, Profile::Cra] {
            for part in [Part::Document, Part::Identity, Part::Detail] {
                let rows = demands(profile, part).count();
                assert!(rows > 0 || (profile, part) == (Profile::Ntia, Part::Detail), "{profile:?} {part:?}");
            }
        }
        assert!(DEMANDS.iter().all(|demand| !demand.section.is_empty() && !demand.fields.is_empty()));
        // Nobody is told that the law asks for versions, digests or licenses, which it does not name.
        let law = DEMANDS.iter().filter(|demand| demand.profile == Profile::Cra && demand.basis == Basis::Text);
        assert!(law.flat_map(|demand| demand.fields).all(|field| *field == F::Name));
    }
}
