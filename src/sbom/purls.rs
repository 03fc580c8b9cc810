//! A plain list of package URLs of third parties, one a line, sorted: for `grep`, `diff` and other tools' inputs.

use std::io;

use super::{Document, Encoding};

/// The list.
pub static PURLS: Encoding =
    Encoding { id: "purls", versions: &[], docs: "the package URLs of all third parties, one a line", write };

fn write(document: &Document<'_>, _version: &str, writer: &mut dyn io::Write) -> io::Result<()> {
    for (_, component) in document.bom.third_parties() {
        writeln!(writer, "{}", component.purl)?;
    }
    Ok(())
}
