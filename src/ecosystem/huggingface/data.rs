//! Files of data that are made for training, by name and first bytes.

use super::of_file;
use crate::ecosystem::{Capabilities, Format, Parsed, Role, Stability, pointer};
use crate::model::ComponentKind;
use crate::model::artefact::ai::{FORMAT as FORMAT_OF, SIZE};
use crate::text::{Source, SyntaxError};

pub(super) static FORMAT: Format = Format {
    id: "huggingface/data",
    patterns: &["**/*.parquet", "**/*.arrow", "**/*.tfrecord", "**/*.tfrecords"],
    role: Role::Artefact,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: false, scopes: false, hashes: true, licenses: false },
    docs: "Data in the columnar formats that datasets are kept in (Parquet, Arrow, TFRecord), one component for each directory; \
           CSV and JSON are used for too much else.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let head = source.bytes();
    let pointer = pointer::read(head);
    let path = source.path();
    let ending = path.file_name().rsplit_once('.').map_or("", |(_, ending)| ending);
    let format = match ending {
        "parquet" if pointer.is_some() || head.starts_with(b"PAR1") => "parquet",
        "arrow" if pointer.is_some() || head.starts_with(b"ARROW1") || head.starts_with(b"\xff\xff\xff\xff") => "arrow",
        "tfrecord" | "tfrecords" => "tfrecord",
        _ => return Ok(Parsed::default()),
    };
    let mut made = of_file(ComponentKind::Data, path.as_str(), source.start());
    made.properties.push((FORMAT_OF, format.into()));
    if let Some(pointer) = pointer {
        made.properties.push((SIZE, pointer.size.to_string().into()));
        made.hashes.push(pointer.hash);
    }
    Ok(Parsed { dialect: format.into(), packages: vec![made], ..Parsed::default() })
}
