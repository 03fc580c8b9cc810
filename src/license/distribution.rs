//! How a product reaches others.

/// How the product reaches others. It decides which duties of a license come due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Distribution {
    /// Used inside one organisation, never given to others.
    Internal,
    /// Others use it over a network; no copy leaves.
    Hosted,
    /// Given to others in object form: installer, image, app, browser bundle.
    Binary,
    /// Given to others in source form.
    Source,
    /// Built into a device that others get.
    Device,
}

impl Distribution {
    /// All of them.
    pub const ALL: [Distribution; 5] = [
        Distribution::Internal,
        Distribution::Hosted,
        Distribution::Binary,
        Distribution::Source,
        Distribution::Device,
    ];

    /// The word used in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Distribution::Internal => "internal",
            Distribution::Hosted => "hosted",
            Distribution::Binary => "binary",
            Distribution::Source => "source",
            Distribution::Device => "device",
        }
    }

    /// The distribution of a word.
    pub fn from_name(name: &str) -> Option<Distribution> {
        Distribution::ALL.into_iter().find(|distribution| distribution.as_str() == name)
    }

    /// Fits after "is not allowed": `in a product you distribute`.
    pub fn phrase(self) -> &'static str {
        match self {
            Distribution::Internal => "in a product used inside your organisation",
            Distribution::Hosted => "in a service you host for others",
            Distribution::Binary => "in a product you distribute",
            Distribution::Source => "in a product whose source you publish",
            Distribution::Device => "in a device you deliver",
        }
    }
}
