//! Names of properties by which models, datasets, designs and firmware carry what no field of a component says.

/// Of models and datasets.
pub mod ai {
    /// How its files store it (`safetensors`, `pickle`, `parquet`).
    pub const FORMAT: &str = "sepal:ai:format";
    /// A file that runs code when it is loaded the usual way.
    pub const UNSAFE: &str = "sepal:ai:unsafe-file";
    /// How many files there are.
    pub const FILES: &str = "sepal:ai:files";
    /// The file that describes it.
    pub const CARD: &str = "sepal:ai:card";
    /// A revision that is asked for and is no commit.
    pub const REVISION: &str = "sepal:ai:revision";
    /// Size in bytes of what is kept elsewhere.
    pub const SIZE: &str = "sepal:ai:size";
    /// What it was made from, or where it comes from.
    pub const SOURCE: &str = "sepal:ai:source";
    /// That a description tells the intended use.
    pub const INTENDED_USE: &str = "sepal:ai:intended-use";
    /// What it was trained on, or that a description tells.
    pub const TRAINING_DATA: &str = "sepal:ai:training-data";
    /// That a description says whether personal data is inside.
    pub const SENSITIVITY: &str = "sepal:ai:sensitivity";
    /// Who made it.
    pub const CREATOR: &str = "sepal:ai:creator";
    /// Where the text of its license is.
    pub const LICENSE_LINK: &str = "sepal:ai:license-link";
}

/// Of designs and firmware.
pub mod hardware {
    /// Which kinds of files there are.
    pub const FORMATS: &str = "sepal:hardware:formats";
    /// That files to edit are there, not only what was exported.
    pub const SOURCES: &str = "sepal:hardware:sources";
    /// The list of parts.
    pub const PARTS: &str = "sepal:hardware:parts";
    /// What the list of parts lacks.
    pub const PARTS_LACK: &str = "sepal:hardware:parts-lack";
    /// The file that declares the design.
    pub const MANIFEST: &str = "sepal:hardware:manifest";
    /// Who made it.
    pub const MAKER: &str = "sepal:hardware:maker";
}
