//! `sepal notice`

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use globset::GlobSet;

use crate::app::files;
use crate::app::notice::{NoticeSettings, notice};
use crate::model::{RepoPath, Scope};
use crate::report::notice::{self as document, Notice as Document, differences};

use super::exit::Code;
use super::output::{self, Failure, Terminal};
use super::progress::Progress;
use super::target::{self, Target};

/// Writes the document of attribution: whose software is in the product, with the texts that its licenses ask to hand on.
#[derive(Args, Debug)]
#[command(after_help = super::exit::HELP)]
pub struct Notice {
    #[command(flatten)]
    target: Target,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Write it by a template of your own (Jinja) instead
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    template: Option<PathBuf>,
    /// Print the template of the format, to start your own from
    #[arg(long, conflicts_with_all = ["template", "check", "output"])]
    print_template: bool,
    /// Also list what is needed in this scope: provided, peer, build, test, development. Repeat for several
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    include: Vec<Scope>,
    /// Write nothing: compare with this file, and fail (exit code 1) if it is not what would be written
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    check: Option<PathBuf>,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Plain text
    Text,
    /// Markdown
    Markdown,
    /// A page that needs nothing else
    Html,
    /// The document as data
    Json,
}

pub(super) fn scope(word: &str) -> Result<Scope, String> {
    let word = if word == "dev" { Scope::Development.as_str() } else { word };
    Scope::ALL.into_iter().find(|scope| scope.as_str() == word).ok_or_else(|| {
        let known: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
        format!("one of {}", known.join(", "))
    })
}

/// Gaps that are shown on stderr.
const SHOWN: usize = 20;

impl Notice {
    pub fn run(self, terminal: &Terminal) -> Result<Code, Failure> {
        let format = match self.format {
            Format::Text => document::Format::Text,
            Format::Markdown => document::Format::Markdown,
            Format::Html => document::Format::Html,
            Format::Json => document::Format::Json,
        };
        if self.print_template {
            output::write(None, document::builtin(format).1.as_bytes())?;
            return Ok(Code::Holds);
        }
        let template = match &self.template {
            Some(file) => {
                let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                let source = files::read(file, RepoPath::new(&name))?;
                Some((name, source.text().to_owned()))
            }
            None => None,
        };
        let progress = Progress::start(terminal.watched, "collecting texts");
        let made = notice(NoticeSettings {
            scan: self.target.reading.settings(&self.target.paths, GlobSet::empty()),
            policy: self.target.reading.policy.clone(),
            include: self.include.clone(),
        })?;
        let mut bytes = Vec::new();
        match &template {
            Some((name, text)) => document::write_template(&made.notice, name, text, &mut bytes)?,
            None => document::write(&made.notice, format, &mut bytes)?,
        }
        drop(progress);
        output::note(&target::what_was_lost(&made.scanned.bom));
        output::note(&told(&made.notice));
        if let Some(file) = &self.check {
            let committed = files::read(file, RepoPath::new("notice"))?;
            let today = String::from_utf8_lossy(&bytes);
            let differences = differences(committed.text(), &today);
            if !differences.is_empty() {
                let mut lines = vec![format!("{} is out of date:", file.display())];
                lines.extend(differences.iter().map(|line| format!("  {line}")));
                lines.push("  = help: write it again: sepal notice -o FILE with the same options".to_owned());
                output::note(&lines.join("\n"));
                return Ok(Code::Violated);
            }
            output::note(&format!("{} is what would be written today", file.display()));
        } else {
            output::write(self.output.as_deref(), &bytes)?;
        }
        let asked = made.policy.requires_completeness();
        Ok(if asked && !made.notice.is_complete() { Code::Incomplete } else { Code::Holds })
    }
}

/// What is listed, left out and missing, for stderr.
fn told(notice: &Document) -> String {
    let mut lines = Vec::new();
    for gap in notice.gaps.iter().filter(|gap| gap.blocks).take(SHOWN) {
        let name = if gap.name.is_empty() { String::new() } else { format!("{} {}: ", gap.name, gap.version) };
        lines.push(format!("missing: {name}{} ({})", gap.message, gap.kind));
    }
    let blocking = notice.gaps.iter().filter(|gap| gap.blocks).count();
    if blocking > SHOWN {
        lines.push(format!("missing: and {} more, listed at the end of the document", blocking - SHOWN));
    }
    lines.push(format!(
        "{} components, {} license texts, {} notices; {blocking} gaps, {} remarks",
        notice.components.len(),
        notice.texts.len(),
        notice.notices.len(),
        notice.gaps.len() - blocking
    ));
    for left in &notice.left_out {
        lines.push(format!("not listed: {} {}", left.count, left.reason));
    }
    lines.join("\n")
}
