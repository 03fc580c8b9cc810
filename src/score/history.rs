//! Former cards, read from their JSON form: what a trend is made of, and what an organisation's card is put together from.

use std::collections::BTreeMap;

use super::{SCHEMA, Status};

/// What is kept of a former card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Former {
    /// The repository's name.
    pub name: String,
    /// When it was made.
    pub time: String,
    /// Its revision.
    pub revision: Option<String>,
    /// The status of each point.
    pub points: BTreeMap<String, Status>,
    /// The indicators that had a value.
    pub indicators: BTreeMap<String, u64>,
    /// Parts of the indicator on licenses.
    pub classes: Vec<(String, u64)>,
}

impl Former {
    /// How many of the points are met.
    pub fn met(&self) -> usize {
        self.points.values().filter(|status| status.is_met()).count()
    }
}

/// Why a text is no scorecard.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormerError {
    /// It is not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is something else.
    #[error("not a scorecard of this program (`schema` is not `{SCHEMA}`)")]
    Schema,
    /// It has no name or time.
    #[error("a scorecard without `{0}`")]
    Field(&'static str),
}

/// Reads the JSON form of a card of one repository. Points that this program does not know are kept: a card of another
/// version still counts.
///
/// # Errors
/// If it is none.
pub fn read_former(text: &str) -> Result<Former, FormerError> {
    let value: serde_json::Value = serde_json::from_str(text)?;
    if value["schema"] != SCHEMA || value["level"] != "repository" {
        return Err(FormerError::Schema);
    }
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let groups = ["activities", "stage1"].iter().flat_map(|key| value[*key].as_array().into_iter().flatten());
    let points = groups
        .flat_map(|group| group["points"].as_array().into_iter().flatten())
        .filter_map(|point| Some((text(&point["id"])?, Status::from_name(point["status"].as_str()?)?)))
        .collect();
    let indicators = || value["indicators"].as_array().into_iter().flatten();
    let classes = indicators()
        .filter(|indicator| indicator["id"] == "24.K1")
        .flat_map(|indicator| indicator["by"].as_object().into_iter().flatten())
        .filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)))
        .collect();
    Ok(Former {
        name: text(&value["subject"]["name"]).ok_or(FormerError::Field("subject.name"))?,
        time: text(&value["generated"]["time"]).ok_or(FormerError::Field("generated.time"))?,
        revision: text(&value["subject"]["revision"]),
        points,
        indicators: indicators()
            .filter_map(|indicator| Some((text(&indicator["id"])?, indicator["value"].as_u64()?)))
            .collect(),
        classes,
    })
}
