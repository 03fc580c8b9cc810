//! What a configuration is for: its name says it.
//!
//! The names are those of Gradle's own plugins (the user manual's chapters on the Java, Java Library, War, Checkstyle, JaCoCo
//! and other plugins), of the Kotlin and Android plugins, and of tools whose configurations are named after them. A name that
//! nothing is known of is counted as runtime, so that nothing of a product is missed.

use crate::model::{LookUp, Scope};

/// Words by which configurations of tests, benchmarks and the like are named.
const TEST: &[&str] = &["benchmark", "gatling", "jmh", "karate", "pitest", "spec", "test", "tests"];

/// The first word, or the first two words, of configurations that hold a tool of the build, not something of the product.
const TOOLS: &[&str] = &[
    "antlr",
    "asciidoctor",
    "aspectj",
    "buildscript",
    "checkstyle",
    "classpath",
    "codenarc",
    "detekt",
    "dokka",
    "error prone",
    "errorprone",
    "google java",
    "groovy doc",
    "intellij platform",
    "jacoco",
    "java compiler",
    "jaxb",
    "jaxws",
    "jruby",
    "kotlin abi",
    "kotlin bouncy",
    "kotlin build",
    "kotlin compiler",
    "kotlin klib",
    "kotlin native",
    "kotlin script",
    "kotlin internal",
    "kover",
    "ktlint",
    "license",
    "lint",
    "nullaway",
    "nullability",
    "open api",
    "openapi generator",
    "owasp",
    "pmd",
    "proguard",
    "protobuf tools",
    "r8",
    "revapi",
    "sbom",
    "scala compiler",
    "scaladoc",
    "schemaspy",
    "signatures",
    "spotbugs",
    "spotless",
    "swagger codegen",
    "unified",
    "wsdl2java",
    "wire",
    "xjc",
    "zinc",
];

/// Words by which the parts of annotation processing are named: they run in the compiler.
const PROCESSORS: &[&str] = &["kapt", "ksp", "processor", "processors"];

/// What all configurations of a lock file say together.
#[derive(Debug, Default)]
pub(super) struct Configurations<'n> {
    names: LookUp<&'n str, ()>,
    /// Whether some belong to a release variant, as Android apps have them.
    release: bool,
}

impl<'n> Configurations<'n> {
    /// Takes note of a configuration.
    pub fn add(&mut self, name: &'n str) {
        if self.names.insert(name, ()).is_none() {
            self.release |= words(name).any(|word| word.eq_ignore_ascii_case("release"));
        }
    }

    /// The scope of what is in a configuration. What is on a class path of the compiler and not on the one that runs, where
    /// the file has both, was declared for compiling only.
    pub fn scope(&self, name: &str) -> Scope {
        let scope = scope(name);
        if scope == Scope::Runtime && self.release && words(name).any(|word| word.eq_ignore_ascii_case("debug")) {
            return Scope::Development;
        }
        let compiling = name.strip_suffix("CompileClasspath").or_else(|| name.strip_suffix("compileClasspath"));
        if let (Scope::Runtime, Some(variant)) = (scope, compiling) {
            let runs = match variant {
                "" => "runtimeClasspath".to_owned(),
                _ => format!("{variant}RuntimeClasspath"),
            };
            if self.names.contains_key(runs.as_str()) {
                return Scope::Provided;
            }
        }
        scope
    }
}

/// The scope of what is declared in, or resolved by, a configuration.
pub(super) fn scope(name: &str) -> Scope {
    let is = |list: &[&str], word: &str| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    let mut tested = false;
    let mut processed = false;
    let mut last = "";
    for word in words(name) {
        tested |= is(TEST, word.trim_end_matches(|letter: char| letter.is_ascii_digit()));
        processed |= is(PROCESSORS, word);
        last = word;
    }
    if is_tool(name) {
        return Scope::Build;
    }
    if name.eq_ignore_ascii_case("developmentOnly") {
        return Scope::Development;
    }
    if tested {
        return Scope::Test;
    }
    if processed || last.eq_ignore_ascii_case("plugins") {
        return Scope::Build;
    }
    let lower = name.to_ascii_lowercase();
    if lower.ends_with("compileonly")
        || lower.ends_with("compileonlyapi")
        || lower.ends_with("compileonlydependenciesmetadata")
        || lower.starts_with("provided")
    {
        return Scope::Provided;
    }
    if lower.contains("linttool") || lower.contains("lintchecks") || lower.contains("desugar") && lower.contains("tool")
    {
        return Scope::Build;
    }
    Scope::Runtime
}

fn is_tool(name: &str) -> bool {
    let mut words = words(name);
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let same = |tool: &&str| match tool.split_once(' ') {
        None => tool.eq_ignore_ascii_case(first),
        Some((one, two)) => one.eq_ignore_ascii_case(first) && two.eq_ignore_ascii_case(second),
    };
    // `detachedConfiguration3`: what a plugin resolves for itself.
    TOOLS.iter().any(same) || name.starts_with("detachedConfiguration") || lint(name)
}

/// The Android plugins' class paths of their linter repeat the product's own: they are not what a thing is for.
fn lint(name: &str) -> bool {
    name.ends_with("LintChecksClasspath") || name == "androidLintTool"
}

/// The words of a name in camel case, with dashes or with underscores.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let bytes = name.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            let begins = bytes[at].is_ascii_uppercase()
                && at > start
                && (!bytes[at - 1].is_ascii_uppercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase));
            if begins {
                break;
            }
            at += 1;
        }
        (at > start).then(|| &name[start..at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_well_known_plugins_are_read() {
        let cases = [
            ("implementation", Scope::Runtime),
            ("runtimeClasspath", Scope::Runtime),
            ("releaseRuntimeClasspath", Scope::Runtime),
            ("commonMainApi", Scope::Runtime),
            ("shadow", Scope::Runtime),
            ("compileOnly", Scope::Provided),
            ("compileOnlyDependenciesMetadata", Scope::Provided),
            ("providedRuntime", Scope::Provided),
            ("testImplementation", Scope::Test),
            ("latestDepTestRuntimeClasspath", Scope::Test),
            ("testBaseRuntimeClasspath", Scope::Test),
            ("test_spark24RuntimeClasspath", Scope::Test),
            ("androidTestUtil", Scope::Test),
            ("testAnnotationProcessor", Scope::Test),
            ("jmhRuntimeClasspath", Scope::Test),
            ("annotationProcessor", Scope::Build),
            ("kapt", Scope::Build),
            ("kspDebug", Scope::Build),
            ("classpath", Scope::Build),
            ("checkstyle", Scope::Build),
            ("jacocoAgent", Scope::Build),
            ("ktlintRuleset", Scope::Build),
            ("spotbugsPlugins", Scope::Build),
            ("kotlinCompilerPluginClasspathTest", Scope::Build),
            ("unified-test-platform-core", Scope::Build),
            ("detachedConfiguration12", Scope::Build),
            ("fullDebugUnitTestLintChecksClasspath", Scope::Build),
            ("developmentOnly", Scope::Development),
            ("inspections", Scope::Runtime),
            ("contestImplementation", Scope::Runtime),
        ];
        for (name, expected) in cases {
            assert_eq!(scope(name), expected, "{name}");
        }
    }

    #[test]
    fn a_file_with_both_class_paths_tells_what_is_only_compiled_against() {
        let mut both = Configurations::default();
        ["compileClasspath", "runtimeClasspath", "fullCompileClasspath"].into_iter().for_each(|name| both.add(name));
        assert_eq!(both.scope("compileClasspath"), Scope::Provided);
        assert_eq!(both.scope("fullCompileClasspath"), Scope::Runtime);
        assert_eq!(Configurations::default().scope("compileClasspath"), Scope::Runtime);
    }

    #[test]
    fn debug_is_for_developers_where_there_is_a_release() {
        let mut app = Configurations::default();
        app.add("debugRuntimeClasspath");
        assert_eq!(app.scope("debugRuntimeClasspath"), Scope::Runtime);
        app.add("releaseRuntimeClasspath");
        assert_eq!(app.scope("debugRuntimeClasspath"), Scope::Development);
        assert_eq!(app.scope("debugCompileClasspath"), Scope::Development);
        assert_eq!(app.scope("debugUnitTestRuntimeClasspath"), Scope::Test);
    }
}
