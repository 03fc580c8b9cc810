//! Scores of the Exploit Prediction Scoring System (EPSS) of FIRST: the daily CSV file.

/// How likely it is that a vulnerability is exploited within thirty days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihood {
    /// The probability, 0 to 1.
    pub probability: f32,
    /// The share of all vulnerabilities that are no likelier, 0 to 1.
    pub percentile: f32,
}

/// Why a file is none of EPSS scores.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EpssError {
    /// The columns are not the ones that are known.
    #[error("the first row is not `cve,epss,percentile`")]
    Columns,
    /// A row is not of three columns with two numbers between 0 and 1.
    #[error("row {0} is no score")]
    Row(usize),
}

/// Reads the file row by row and hands each to a function. Returns the day of the scores (RFC 3339), if the file says it.
///
/// # Errors
/// At the first row that is no score.
pub fn read(text: &str, mut each: impl FnMut(&str, Likelihood)) -> Result<Option<String>, EpssError> {
    let mut date = None;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (_, line) in lines.by_ref() {
        let Some(comment) = line.strip_prefix('#') else {
            if line.trim() != "cve,epss,percentile" {
                return Err(EpssError::Columns);
            }
            break;
        };
        date = comment.split(',').find_map(|part| Some(part.trim().strip_prefix("score_date:")?.to_owned())).or(date);
    }
    let unit = |text: &str| text.parse::<f32>().ok().filter(|number| (0.0..=1.0).contains(number));
    for (index, line) in lines {
        let mut columns = line.trim().split(',');
        let (cve, probability, percentile) = (columns.next(), columns.next(), columns.next());
        let row = cve.zip(probability.and_then(unit)).zip(percentile.and_then(unit));
        let Some(((cve, probability), percentile)) = row else { return Err(EpssError::Row(index + 1)) };
        each(cve, Likelihood { probability, percentile });
    }
    Ok(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_wrong_ones_named() {
        let mut rows = Vec::new();
        let text =
            "#model_version:v1,score_date:2026-08-16T00:00:00+0000\ncve,epss,percentile\nCVE-2000-0001,0.5,0.9\n";
        let date = read(text, |cve, likelihood| rows.push((cve.to_owned(), likelihood))).unwrap();
        assert_eq!(date.as_deref(), Some("2026-08-16T00:00:00+0000"));
        assert_eq!(rows, [("CVE-2000-0001".to_owned(), Likelihood { probability: 0.5, percentile: 0.9 })]);
        assert_eq!(read("cve,score\n", |_, _| ()), Err(EpssError::Columns));
        assert_eq!(read("cve,epss,percentile\nCVE-1,2,0\n", |_, _| ()), Err(EpssError::Row(2)));
        assert_eq!(read("cve,epss,percentile\nCVE-1,NaN,0\n", |_, _| ()), Err(EpssError::Row(2)));
    }
}
