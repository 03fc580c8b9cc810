//! What a check can see, and the sentences that many checks need.

use crate::license::{ChosenBy, Class, Expression, Linkage};
use crate::model::{
    Because, Bom, Component, ComponentId, Date, Dependency, LicenseClaim, LicenseSource, LicenseVerdict, Location,
    ProjectId, Scope,
};

use super::{Approval, Denial, Namespace, Params, Paths, Settings};

/// All that a check can see.
pub struct Context<'a> {
    /// What there is.
    pub bom: &'a Bom,
    /// The third-party components with their judged terms, in the Bom's order. What the policy calls first party is not
    /// among them.
    pub judged: &'a [Judged<'a>],
    /// The ways through the Bom.
    pub paths: &'a Paths,
    /// The rule's parameters.
    pub params: &'a Params,
    /// Third-party components that belong to a namespace of one's own, also those that the policy calls first party.
    pub namespaces: &'a [(ComponentId, &'a Namespace)],
    /// What the policy says to all rules.
    pub settings: &'a Settings,
    /// The day that waivers are measured against.
    pub today: Date,
}

/// A third-party component with what the policy's license lists make of it.
#[derive(Clone, Debug)]
pub struct Judged<'a> {
    /// The component.
    pub component: ComponentId,
    /// The claim that counts, after curations.
    pub claim: Option<&'a LicenseClaim>,
    /// What the lists say. Never allowed on a guess.
    pub verdict: LicenseVerdict,
    /// The terms, where the claim could be read as an expression.
    pub terms: Option<&'a Terms>,
    /// How the policy says that it is joined to the product, with the line; `None`: it does not say.
    pub linkage: Option<(Linkage, &'a Because)>,
    /// The policy's entry by which it is denied, if one fits it.
    pub denied: Option<&'a Denial>,
    /// The policy's record that somebody approved of it, if one fits it.
    pub approval: Option<&'a Approval>,
}

impl Judged<'_> {
    /// What binds: the arms taken where there is a choice, else the whole expression.
    pub fn binding(&self) -> Option<&Expression> {
        self.terms.map(|terms| terms.chosen.as_ref().unwrap_or(&terms.expression))
    }

    /// How a component is joined to the product where it is needed in this scope.
    pub fn linkage_in(&self, component: &Component, scope: Scope) -> Linkage {
        self.linkage.map_or_else(|| Linkage::assumed(component.purl.kind(), scope), |(linkage, _)| linkage)
    }
}

/// A license expression and what the lists say of it; the same for all components that have it.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The expression.
    pub expression: Expression,
    /// The arms taken, where it offers a choice.
    pub chosen: Option<Expression>,
    /// What decided which arms are taken.
    pub chosen_by: Option<ChosenBy>,
    /// Whether a choice between different kinds of terms was left to what asks least.
    pub unrecorded: bool,
    /// What the lists say of the whole.
    pub verdict: LicenseVerdict,
    /// Each term that binds, worst first.
    pub decided: Vec<DecidedTerm>,
}

/// What the lists say of one term.
#[derive(Clone, Debug)]
pub struct DecidedTerm {
    /// The term, as in the expression.
    pub term: String,
    /// What the lists say.
    pub verdict: LicenseVerdict,
    /// Its class.
    pub class: Class,
    /// Whether any list names it or its class.
    pub listed: bool,
    /// The line that decided, if one did.
    pub because: Option<Because>,
}

impl<'a> Context<'a> {
    /// The third-party components that are software, in the Bom's order: what package managers name, fetch and fix. Models,
    /// datasets, designs and firmware have rules of their own and are among [`Context::judged`] only.
    pub fn third_parties(&self) -> impl Iterator<Item = (ComponentId, &'a Component)> + '_ {
        let all = self.judged.iter().map(|judged| (judged.component, self.bom.component(judged.component)));
        all.filter(|(_, component)| component.kind.is_software())
    }

    /// A component as a person says it: `ghost-kit 2.1.0`.
    pub fn name(&self, id: ComponentId) -> String {
        let purl = &self.bom.component(id).purl;
        match purl.version() {
            Some(version) => [purl.full_name().as_str(), " ", version].concat(),
            None => purl.full_name().into(),
        }
    }

    /// Whether an SBOM of the tree lists a component: by its package URL, by a digest, or by kind and name.
    pub fn is_documented(&self, id: ComponentId) -> bool {
        let own = self.bom.component(id);
        let listed = |component: &Component| {
            let in_document = |project| self.bom.project(project).ecosystem == crate::resolve::DOCUMENT;
            component.occurrences.iter().any(|occurrence| in_document(occurrence.project))
        };
        let same = |component: &Component| {
            component.hashes.iter().any(|hash| own.hashes.contains(hash))
                || component.kind == own.kind && component.purl.name() == own.purl.name()
        };
        listed(own) || self.bom.components.iter().any(|component| same(component) && listed(component))
    }

    /// The direct dependency by which the best project comes to a component, with that project.
    pub fn introduced_by(&self, id: ComponentId) -> Option<(ProjectId, &'a Dependency)> {
        let project = self.paths.best_project(self.bom, id)?;
        Some((project, self.paths.introduced_by(self.bom, project, id)?))
    }

    /// Where to change what brings a component in: the place of the direct dependency's requirement, if it is known.
    pub fn edited_at(&self, id: ComponentId) -> Option<&'a Location> {
        let (_, dependency) = self.introduced_by(id)?;
        dependency.evidence.as_ref().map(|evidence| &evidence.location)
    }

    /// The entries that name a component: the best project's first, then as the Bom has them.
    pub fn entries(&self, id: ComponentId) -> Vec<Location> {
        let best = self.paths.best_project(self.bom, id);
        let occurrences = &self.bom.component(id).occurrences;
        let (mut first, rest): (Vec<_>, Vec<_>) = occurrences.iter().partition(|entry| Some(entry.project) == best);
        first.extend(rest);
        first.into_iter().map(|occurrence| occurrence.evidence.location.clone()).collect()
    }

    /// Places for a finding about a component's terms: where the license stands, if that is in the repository, else the entry
    /// that names the component; then its other entries, one for each occurrence. The line that brings it in is not among
    /// them: it belongs to the finding's path.
    pub fn license_places(&self, judged: &Judged<'_>) -> Vec<Location> {
        let mut places = self.entries(judged.component);
        if let Some(claim) = judged.claim
            && !matches!(claim.source, LicenseSource::Cache | LicenseSource::Online)
            && let Some(evidence) = &claim.evidence
        {
            // The license of an entry stands below the entry's name: both are one occurrence.
            let license = &evidence.location;
            let own = places
                .iter()
                .enumerate()
                .filter(|(_, entry)| entry.path == license.path && entry.line() <= license.line())
                .max_by_key(|(_, entry)| entry.line())
                .map(|(at, _)| at);
            if let Some(own) = own {
                places.remove(own);
            }
            places.insert(0, license.clone());
        }
        places
    }

    /// Places for a finding that is put right in a manifest: the line that brings the component in, then its entries.
    pub fn manifest_places(&self, id: ComponentId) -> Vec<Location> {
        self.edited_at(id).cloned().into_iter().chain(self.entries(id)).collect()
    }

    /// The way out by another version or another component, naming the line to edit.
    pub fn replace(&self, id: ComponentId) -> String {
        let name = self.bom.component(id).purl.full_name();
        let Some((_, dependency)) = self.introduced_by(id) else {
            return format!("replace {name}, or take a version with other terms");
        };
        let line = match dependency.evidence.as_ref().map(|evidence| &evidence.location) {
            Some(location) => match location.line() {
                Some(line) => format!(" ({}:{line})", location.path),
                None => format!(" ({})", location.path),
            },
            None => String::new(),
        };
        if dependency.to == id {
            return ["replace ", &name, ", or take a version with other terms", &line].concat();
        }
        let direct = self.bom.component(dependency.to).purl.full_name();
        ["look for a version of ", &direct, " that does not need ", &name, ", or replace ", &direct, &line].concat()
    }

    /// The way out by a person, if the policy names one for the subject.
    pub fn ask(&self, subject: &str) -> Option<String> {
        self.settings.contacts.get(subject).map(|contact| format!("ask {contact}"))
    }

    /// The way out by recording what the license really is.
    pub fn curate(&self, id: ComponentId) -> String {
        format!(
            "if you know better, record it in sepal.toml: [[curation]] with component = \"{}\" and concluded, because and by",
            self.bom.component(id).purl
        )
    }

    /// The way out by accepting it for a time.
    pub fn waive(&self, id: ComponentId) -> String {
        format!(
            "accept it until a day you choose: [[waiver]] in sepal.toml with component = \"{}\", reason, justification, \
             approved-by and expires",
            self.bom.component(id).purl
        )
    }
}
