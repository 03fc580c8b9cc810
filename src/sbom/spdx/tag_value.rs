//! SPDX 2.3 as tag-value text: one `Tag: value` a line, `<text>` around what has several.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use crate::sbom::{Document, Encoding};

use super::build::build;
use super::document::{Package, Root};

/// SPDX tag-value.
pub static TAG_VALUE: Encoding = Encoding {
    id: "spdx-tv",
    versions: &["2.3"],
    docs: "SPDX as tag-value text, with the same facts as the JSON form",
    write,
};

fn write(document: &Document<'_>, _version: &str, writer: &mut dyn io::Write) -> io::Result<()> {
    build(document, |root| {
        let mut lines = Lines(BufWriter::with_capacity(1 << 16, writer));
        lines.root(root)?;
        lines.0.flush()
    })
}

/// The text with spaces for what must go.
fn printable(text: &str, goes: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Nearly all texts are printable ASCII.
    let suspicious = text.bytes().fold(false, |found, byte| found | !(0x20..0x7f).contains(&byte));
    if suspicious && text.contains(&goes) { Cow::Owned(text.replace(goes, " ")) } else { Cow::Borrowed(text) }
}

struct Lines<W: Write>(W);

impl<W: Write> Lines<W> {
    /// A value of one line. What would start another is a space, and so is what a terminal obeys.
    fn line(&mut self, tag: &str, value: &str) -> io::Result<()> {
        writeln!(self.0, "{tag}: {}", printable(value, |c| c.is_control()))
    }

    /// A value of several lines. Its end cannot be written inside it (SPDX 2.3 has no escape).
    fn text(&mut self, tag: &str, value: &str) -> io::Result<()> {
        let mut value = printable(value, |c| c.is_control() && c != '\n');
        if value.contains("</text>") {
            value = Cow::Owned(value.replace("</text>", "</ text>"));
        }
        writeln!(self.0, "{tag}: <text>{value}</text>")
    }

    fn optional_text(&mut self, tag: &str, value: Option<&str>) -> io::Result<()> {
        value.map_or(Ok(()), |value| self.text(tag, value))
    }

    fn root(&mut self, root: &Root<'_>) -> io::Result<()> {
        self.line("SPDXVersion", root.spdx_version)?;
        self.line("DataLicense", root.data_license)?;
        self.line("SPDXID", root.id)?;
        self.line("DocumentName", &root.name)?;
        self.line("DocumentNamespace", &root.document_namespace)?;
        self.optional_text("DocumentComment", root.comment.as_deref())?;
        for creator in &root.creation_info.creators {
            self.line("Creator", creator)?;
        }
        self.line("Created", root.creation_info.created)?;
        self.text("CreatorComment", root.creation_info.comment)?;
        self.line("LicenseListVersion", &root.creation_info.license_list_version)?;
        // Behind a package they would be that package's.
        for file in &root.files {
            self.0.write_all(b"\n")?;
            self.line("FileName", &file.file_name)?;
            self.line("SPDXID", file.id)?;
            for checksum in &file.checksums {
                writeln!(self.0, "FileChecksum: {}: {}", checksum.algorithm, checksum.checksum_value)?;
            }
            self.line("LicenseConcluded", file.license_concluded)?;
            for license in &file.license_info_in_files {
                self.line("LicenseInfoInFile", license)?;
            }
            self.text("FileCopyrightText", &file.copyright_text)?;
        }
        for package in &root.packages {
            self.0.write_all(b"\n")?;
            self.package(package)?;
        }
        for license in &root.has_extracted_licensing_infos {
            self.0.write_all(b"\n")?;
            self.line("LicenseID", &license.license_id)?;
            self.text("ExtractedText", &license.extracted_text)?;
        }
        self.0.write_all(b"\n")?;
        for edge in &root.relationships {
            writeln!(
                self.0,
                "Relationship: {} {} {}",
                edge.spdx_element_id, edge.relationship_type, edge.related_spdx_element
            )?;
        }
        for annotation in &root.annotations {
            self.0.write_all(b"\n")?;
            self.line("Annotator", &annotation.annotator)?;
            self.line("AnnotationDate", annotation.annotation_date)?;
            self.line("AnnotationType", annotation.annotation_type)?;
            self.line("SPDXREF", root.id)?;
            self.text("AnnotationComment", &annotation.comment)?;
        }
        Ok(())
    }

    fn package(&mut self, package: &Package<'_>) -> io::Result<()> {
        self.line("PackageName", &package.name)?;
        self.line("SPDXID", package.id)?;
        if let Some(version) = package.version_info {
            self.line("PackageVersion", version)?;
        }
        self.line("PackageSupplier", &package.supplier)?;
        self.line("PackageOriginator", package.originator)?;
        self.line("PackageDownloadLocation", &package.download_location)?;
        self.line("PrimaryPackagePurpose", package.primary_package_purpose)?;
        self.line("FilesAnalyzed", if package.files_analyzed { "true" } else { "false" })?;
        for checksum in &package.checksums {
            writeln!(self.0, "PackageChecksum: {}: {}", checksum.algorithm, checksum.checksum_value)?;
        }
        self.optional_text("PackageSourceInfo", package.source_info.as_deref())?;
        self.line("PackageLicenseConcluded", package.license_concluded)?;
        self.line("PackageLicenseDeclared", package.license_declared)?;
        self.optional_text("PackageLicenseComments", package.license_comments.as_deref())?;
        self.line("PackageCopyrightText", package.copyright_text)?;
        self.optional_text("PackageComment", package.comment.as_deref())?;
        for reference in &package.external_refs {
            writeln!(
                self.0,
                "ExternalRef: {} {} {}",
                reference.reference_category, reference.reference_type, reference.reference_locator
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_start_a_tag_of_its_own() {
        let mut lines = Lines(Vec::new());
        lines.line("PackageName", "a\nPackageVersion: 9").unwrap();
        lines.text("PackageComment", "x</text>\r\nCreator: b\u{1b}").unwrap();
        let written = String::from_utf8(lines.0).unwrap();
        assert_eq!(written, "PackageName: a PackageVersion: 9\nPackageComment: <text>x</ text> \nCreator: b </text>\n");
    }
}
