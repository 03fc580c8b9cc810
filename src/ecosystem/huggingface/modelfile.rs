//! Ollama's recipe of a model: `Modelfile` (Ollama documentation, "Modelfile Reference").

use super::{hub, package, program, value};
use crate::ecosystem::{Capabilities, Format, Link, Package, Parsed, Role, Stability};
use crate::model::artefact::ai::REVISION;
use crate::model::{ComponentKind, Origin, Purl, Scope};
use crate::text::{Source, SyntaxError, lines};

pub(super) static FORMAT: Format = Format {
    id: "huggingface/modelfile",
    patterns: &["**/Modelfile"],
    role: Role::Manifest,
    stage: Stability::Preview,
    capabilities: Capabilities { edges: true, scopes: false, hashes: false, licenses: false },
    docs: "Ollama's Modelfile: the model that it is made from (`FROM`) and adapters, by name or from a hub.",
    parse,
};

fn parse(source: &Source) -> Result<Parsed, SyntaxError> {
    let mut parsed = Parsed { dialect: "Modelfile".into(), ..Parsed::default() };
    for line in lines::lines(source) {
        let content = line.content();
        let Some((word, rest)) = content.split_once(char::is_whitespace) else { continue };
        if !word.eq_ignore_ascii_case("FROM") {
            continue;
        }
        let name = rest.trim();
        // A file of the tree is recognised by itself.
        if name.is_empty() || name.starts_with(['.', '/', '~', '$', '"']) || name.contains([' ', '\t']) {
            continue;
        }
        let at = line.indent + content.len() - content.split_once(name).map_or(0, |(_, tail)| tail.len()) - name.len();
        let mark = source.mark(line.part(at..at + name.len()));
        if let Some(made) = named(name, mark)
            && parsed.packages.iter().all(|have| have.id != made.id)
        {
            if parsed.packages.is_empty() {
                parsed.packages.push(program(source.path().as_str(), source.start()));
            }
            let to = parsed.packages.len() as u32;
            parsed.packages.push(made);
            parsed.links.push(Link { from: 0, to, scope: Scope::Runtime, requirement: None, mark: Some(mark) });
        }
    }
    Ok(parsed)
}

/// `llama3.2:1b`, or `host/organisation/name:quantisation` from a hub.
fn named(text: &str, mark: crate::model::Mark) -> Option<Package> {
    let (name, tag) = text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((text, ""));
    // Only names on a hub begin with a host.
    let on_hub =
        name.split_once('/').filter(|(host, rest)| host.contains('.') && rest.contains('/')).map(|(_, rest)| rest);
    if let Some(rest) = on_hub {
        let (organisation, name) = hub::name(rest, ComponentKind::Model, None)?;
        let mut made = hub::reference(text, ComponentKind::Model, (&organisation, &name), None, mark);
        if !tag.is_empty() {
            made.properties.push((REVISION, value(tag)));
        }
        return Some(made);
    }
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    if !name.split('/').all(plain) || name.ends_with(".gguf") || name.ends_with(".safetensors") {
        return None;
    }
    let (namespace, last) = name.rsplit_once('/').unwrap_or(("", name));
    let namespace = if namespace.is_empty() { "ollama".to_owned() } else { format!("ollama/{namespace}") };
    let purl = Purl::new("generic", last).with_namespace(&namespace);
    let mut made = package(text, ComponentKind::Model, purl, Origin::Registry { url: None }, mark);
    if !tag.is_empty() {
        made.properties.push((REVISION, value(tag)));
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Mark;

    #[test]
    fn names_with_a_host_are_of_a_hub() {
        let mark = Mark { span: Default::default(), line: 1, column: 1 };
        let purl = |text: &str| named(text, mark).map(|made| made.purl.to_string());
        assert_eq!(purl("hub.example/acme/tiny:Q4").as_deref(), Some("pkg:huggingface/acme/tiny"));
        assert_eq!(purl("acme/tiny").as_deref(), Some("pkg:generic/ollama/acme/tiny"));
        assert_eq!(purl("tiny.gguf"), None);
    }
}
