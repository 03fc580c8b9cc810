//! Lock files of any size to measure with, made up but shaped like real ones.
//!
//! What belongs here: generators that several benches use. What does not: measuring.
//!
//! Every generator describes the same graph of `components` numbered components, so that formats can be compared: the
//! project depends on the first [`DIRECT`] of them; each component depends on two later ones (so that all are reached, a
//! few dozen steps from the project at most) and on up to two more that are drawn. All is drawn from a fixed seed: the
//! same number gives the same text on every machine. No text names a real registry or package.

#![allow(dead_code)] // each bench uses its part
#![allow(clippy::disallowed_methods, reason = "a bench makes the world that it measures")]

pub mod tree;

use std::fmt::Write as _;

/// Writes into a `String`, which cannot fail.
macro_rules! put {
    ($text:expr, $($argument:tt)*) => { writeln!($text, $($argument)*).expect("a String takes any text") };
}

/// How many components the project itself depends on.
pub const DIRECT: usize = 32;

/// How many components a large lock file has.
pub const LARGE: usize = 50_000;

/// Whether the large worlds are asked for: `SEPAL_BENCH_FULL=1`. Else a run takes seconds and shows only that the benches
/// work.
pub fn is_full() -> bool {
    std::env::var_os("SEPAL_BENCH_FULL").is_some_and(|value| value == "1")
}

/// How many components to measure with.
pub fn sizes() -> Vec<usize> {
    if is_full() { vec![1_000, LARGE] } else { vec![1_000] }
}

/// A component of the made-up graph.
pub struct Component {
    /// `component-00017`.
    pub name: String,
    /// For npm's formats the name in a scope, for one in four: `@scope-7/component-00017`.
    pub scoped: String,
    /// `2.17.3`.
    pub version: String,
    /// The numbers of the components it depends on, ascending.
    pub dependencies: Vec<usize>,
}

/// A small generator of pseudo-random numbers (SplitMix64).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn characters(&mut self, alphabet: &[u8], count: usize) -> String {
        (0..count).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }

    fn hexadecimal(&mut self, count: usize) -> String {
        self.characters(b"0123456789abcdef", count)
    }

    /// A subresource integrity of SHA-512.
    fn integrity(&mut self) -> String {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        format!("sha512-{}==", self.characters(alphabet, 86))
    }
}

/// The components, in the order of their names.
pub fn components(count: usize) -> Vec<Component> {
    let mut draw = Draw(1);
    (0..count)
        .map(|number| {
            let name = format!("component-{number:05}");
            let scoped = if number % 4 == 1 { format!("@scope-{}/{name}", number % 10) } else { name.clone() };
            let version = format!("{}.{}.{}", draw.below(9), draw.below(40), draw.below(20));
            let below = DIRECT + 2 * number;
            let mut dependencies: Vec<usize> = (below..below + 2).filter(|other| *other < count).collect();
            for _ in 0..draw.below(3) {
                let other = number + 1 + draw.below(count);
                dependencies.extend((other < count).then_some(other));
            }
            dependencies.sort_unstable();
            dependencies.dedup();
            Component { name, scoped, version, dependencies }
        })
        .collect()
}

/// The `package.json` that the lock files of npm's kind belong to.
pub fn package_json(count: usize) -> String {
    let mut text = String::from("{\n  \"name\": \"demo\",\n  \"version\": \"1.0.0\",\n");
    let direct: Vec<usize> = (0..count.min(DIRECT)).collect();
    npm_dependencies(&mut text, &components(count), &direct);
    text.push_str("\n}\n");
    text
}

/// The `Cargo.toml` that the `Cargo.lock` belongs to.
pub fn cargo_toml(count: usize) -> String {
    let mut text = String::from("[package]\nname = \"demo\"\nversion = \"1.0.0\"\n\n[dependencies]\n");
    for component in components(count).iter().take(DIRECT) {
        put!(text, "{} = \"{}\"", component.name, component.version);
    }
    text
}

/// A `package-lock.json` of version 3.
pub fn package_lock(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(2);
    let mut text = String::with_capacity(count * 420);
    put!(
        text,
        "{{\n  \"name\": \"demo\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"requires\": true,"
    );
    put!(text, "  \"packages\": {{\n    \"\": {{\n      \"name\": \"demo\",\n      \"version\": \"1.0.0\",");
    let direct: Vec<usize> = (0..count.min(DIRECT)).collect();
    npm_dependencies(&mut text, &components, &direct);
    put!(text, "\n    }},");
    for (number, component) in components.iter().enumerate() {
        let Component { name, scoped, version, dependencies } = component;
        put!(text, "    \"node_modules/{scoped}\": {{\n      \"version\": \"{version}\",");
        put!(text, "      \"resolved\": \"https://registry.example/{scoped}/-/{name}-{version}.tgz\",");
        put!(text, "      \"integrity\": \"{}\",", draw.integrity());
        if number % 3 == 0 {
            put!(text, "      \"dev\": true,");
        }
        text.push_str("      \"license\": \"MIT\"");
        if !dependencies.is_empty() {
            text.push_str(",\n");
            npm_dependencies(&mut text, &components, dependencies);
        }
        if number % 2 == 0 {
            text.push_str(",\n      \"engines\": {\n        \"node\": \">=18\"\n      }");
        }
        put!(text, "\n    }}{}", if number + 1 == count { "" } else { "," });
    }
    text.push_str("  }\n}\n");
    text
}

fn npm_dependencies(text: &mut String, components: &[Component], dependencies: &[usize]) {
    text.push_str("      \"dependencies\": {");
    for (place, number) in dependencies.iter().enumerate() {
        let Component { scoped, version, .. } = &components[*number];
        let separator = if place == 0 { "" } else { "," };
        write!(text, "{separator}\n        \"{scoped}\": \"^{version}\"").expect("a String takes any text");
    }
    text.push_str("\n      }");
}

/// A `Cargo.lock` of version 4.
pub fn cargo_lock(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(3);
    let mut text = String::with_capacity(count * 300);
    put!(
        text,
        "# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4"
    );
    for component in &components {
        put!(text, "\n[[package]]\nname = \"{}\"\nversion = \"{}\"", component.name, component.version);
        put!(text, "source = \"registry+https://registry.example/index\"\nchecksum = \"{}\"", draw.hexadecimal(64));
        cargo_dependencies(&mut text, &components, &component.dependencies);
    }
    put!(text, "\n[[package]]\nname = \"demo\"\nversion = \"1.0.0\"");
    let direct: Vec<usize> = (0..count.min(DIRECT)).collect();
    cargo_dependencies(&mut text, &components, &direct);
    text
}

/// A `gradle.lockfile` of one line a component.
pub fn gradle_lock(count: usize) -> String {
    const CONFIGURATIONS: [&str; 4] = [
        "compileClasspath,runtimeClasspath,testCompileClasspath,testRuntimeClasspath",
        "runtimeClasspath,testRuntimeClasspath",
        "testCompileClasspath,testRuntimeClasspath",
        "annotationProcessor",
    ];
    let mut text = String::with_capacity(count * 110);
    put!(text, "# This is a Gradle generated file for dependency locking.");
    for (number, component) in components(count).iter().enumerate() {
        let configurations = CONFIGURATIONS[number % CONFIGURATIONS.len()];
        put!(text, "org.example.{}:{}:{}={configurations}", component.name, component.name, component.version);
    }
    put!(text, "empty=kapt");
    text
}

fn cargo_dependencies(text: &mut String, components: &[Component], dependencies: &[usize]) {
    if dependencies.is_empty() {
        return;
    }
    put!(text, "dependencies = [");
    for number in dependencies {
        put!(text, " \"{}\",", components[*number].name);
    }
    put!(text, "]");
}

/// A `uv.lock` of version 1, with a source archive and two wheels an entry.
pub fn uv_lock(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(7);
    let mut text = String::with_capacity(count * 900);
    let source = "source = { registry = \"https://pypi.example/simple\" }";
    put!(text, "version = 1\nrevision = 3\nrequires-python = \">=3.10\"");
    for component in &components {
        put!(text, "\n[[package]]\nname = \"{}\"\nversion = \"{}\"\n{source}", component.name, component.version);
        uv_dependencies(&mut text, &components, &component.dependencies);
        let mut file = |end: &str| {
            let (path, hash) = (draw.hexadecimal(60), draw.hexadecimal(64));
            let url = format!(
                "https://files.registry.example/packages/ab/cd/{path}/{}-{}{end}",
                component.name, component.version
            );
            format!(
                "{{ url = \"{url}\", hash = \"sha256:{hash}\", size = 22460, upload-time = \"2024-11-08T17:25:47.436Z\" }}"
            )
        };
        put!(text, "sdist = {}\nwheels = [", file(".tar.gz"));
        for tags in ["-cp312-cp312-manylinux_2_17_x86_64.whl", "-py3-none-any.whl"] {
            put!(text, "    {},", file(tags));
        }
        put!(text, "]");
    }
    put!(text, "\n[[package]]\nname = \"demo\"\nversion = \"1.0.0\"\nsource = {{ editable = \".\" }}");
    uv_dependencies(&mut text, &components, &(0..count.min(DIRECT)).collect::<Vec<_>>());
    text
}

fn uv_dependencies(text: &mut String, components: &[Component], dependencies: &[usize]) {
    if dependencies.is_empty() {
        return;
    }
    put!(text, "dependencies = [");
    for number in dependencies {
        put!(text, "    {{ name = \"{}\" }},", components[*number].name);
    }
    put!(text, "]");
}

/// A `poetry.lock` of version 2.1, with two files an entry.
pub fn poetry_lock(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(8);
    let mut text = String::with_capacity(count * 600);
    for component in &components {
        let (name, version) = (&component.name, &component.version);
        put!(text, "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\ndescription = \"A part of it.\"");
        put!(text, "optional = false\npython-versions = \">=3.8\"\ngroups = [\"main\"]\nfiles = [");
        for end in ["-py3-none-any.whl", ".tar.gz"] {
            put!(text, "    {{file = \"{name}-{version}{end}\", hash = \"sha256:{}\"}},", draw.hexadecimal(64));
        }
        put!(text, "]\n");
        if !component.dependencies.is_empty() {
            put!(text, "[package.dependencies]");
            for number in &component.dependencies {
                put!(text, "{} = \">=1.0\"", components[*number].name);
            }
            put!(text, "");
        }
    }
    put!(
        text,
        "[metadata]\nlock-version = \"2.1\"\npython-versions = \"^3.8\"\ncontent-hash = \"{}\"",
        draw.hexadecimal(64)
    );
    text
}

/// A `pdm.lock` of version 4.5, with two files an entry.
pub fn pdm_lock(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(9);
    let mut text = String::with_capacity(count * 600);
    put!(text, "[metadata]\ngroups = [\"default\"]\nlock_version = \"4.5.0\"\n");
    for component in &components {
        let (name, version) = (&component.name, &component.version);
        put!(text, "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nrequires_python = \">=3.8\"");
        put!(text, "summary = \"A part of it.\"\ngroups = [\"default\"]");
        if !component.dependencies.is_empty() {
            put!(text, "dependencies = [");
            for number in &component.dependencies {
                put!(text, "    \"{}>=1.0\",", components[*number].name);
            }
            put!(text, "]");
        }
        put!(text, "files = [");
        for end in ["-py3-none-any.whl", ".tar.gz"] {
            put!(text, "    {{file = \"{name}-{version}{end}\", hash = \"sha256:{}\"}},", draw.hexadecimal(64));
        }
        put!(text, "]\n");
    }
    text
}

/// A `requirements.txt` as pip-compile writes it, with two digests an entry and who asked for it.
pub fn requirements(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(10);
    let mut asked_by: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (number, component) in components.iter().enumerate() {
        for other in &component.dependencies {
            asked_by[*other].push(number);
        }
    }
    let mut text = String::with_capacity(count * 300);
    put!(text, "# This file is autogenerated by pip-compile with Python 3.12");
    for (component, asked_by) in components.iter().zip(asked_by) {
        put!(text, "{}=={} \\", component.name, component.version);
        put!(text, "    --hash=sha256:{} \\\n    --hash=sha256:{}", draw.hexadecimal(64), draw.hexadecimal(64));
        put!(text, "    # via");
        if asked_by.is_empty() {
            put!(text, "    #   -r requirements.in");
        }
        for number in asked_by {
            put!(text, "    #   {}", components[number].name);
        }
    }
    text
}

/// A `pnpm-lock.yaml` of version 9.
pub fn pnpm_lock(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(4);
    let mut text = String::with_capacity(count * 360);
    put!(text, "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n");
    put!(text, "importers:\n\n  .:\n    dependencies:");
    for component in components.iter().take(DIRECT) {
        put!(text, "      {}:", yaml_key(&component.scoped));
        put!(text, "        specifier: ^{0}\n        version: {0}", component.version);
    }
    put!(text, "\npackages:");
    let order = by_scoped_name(&components);
    for (number, component) in order.iter().enumerate() {
        put!(text, "\n  {}:", yaml_key(&format!("{}@{}", component.scoped, component.version)));
        put!(text, "    resolution: {{integrity: {}}}", draw.integrity());
        if number % 2 == 0 {
            put!(text, "    engines: {{node: '>=18'}}");
        }
    }
    put!(text, "\nsnapshots:");
    for component in order {
        let key = yaml_key(&format!("{}@{}", component.scoped, component.version));
        if component.dependencies.is_empty() {
            put!(text, "\n  {key}: {{}}");
            continue;
        }
        put!(text, "\n  {key}:\n    dependencies:");
        for number in &component.dependencies {
            let dependency = &components[*number];
            put!(text, "      {}: {}", yaml_key(&dependency.scoped), dependency.version);
        }
    }
    text
}

/// The components as npm's lock files order them.
fn by_scoped_name(components: &[Component]) -> Vec<&Component> {
    let mut order: Vec<&Component> = components.iter().collect();
    order.sort_by(|a, b| a.scoped.cmp(&b.scoped));
    order
}

/// A key as pnpm writes it: in quotes if it begins with `@`.
fn yaml_key(name: &str) -> String {
    if name.starts_with('@') { format!("'{name}'") } else { name.to_owned() }
}

/// A `yarn.lock` of yarn 4 (berry).
pub fn yarn_berry_lock(count: usize) -> String {
    let components = components(count);
    let mut draw = Draw(5);
    let mut text = String::with_capacity(count * 440);
    put!(text, "# This file is generated by running \"yarn install\" inside your project.");
    put!(text, "# Manual changes might be lost - proceed with caution!\n\n__metadata:\n  version: 8\n  cacheKey: 10c0");
    for component in by_scoped_name(&components) {
        let Component { scoped, version, .. } = component;
        put!(text, "\n\"{scoped}@npm:^{version}\":\n  version: {version}\n  resolution: \"{scoped}@npm:{version}\"");
        yarn_dependencies(&mut text, &components, &component.dependencies);
        put!(text, "  checksum: 10c0/{}\n  languageName: node\n  linkType: hard", draw.hexadecimal(128));
    }
    put!(text, "\n\"demo@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"demo@workspace:.\"");
    let direct: Vec<usize> = (0..count.min(DIRECT)).collect();
    yarn_dependencies(&mut text, &components, &direct);
    put!(text, "  languageName: unknown\n  linkType: soft");
    text
}

fn yarn_dependencies(text: &mut String, components: &[Component], dependencies: &[usize]) {
    if dependencies.is_empty() {
        return;
    }
    put!(text, "  dependencies:");
    for number in dependencies {
        let Component { scoped, version, .. } = &components[*number];
        let quote = if scoped.starts_with('@') { "\"" } else { "" };
        put!(text, "    {quote}{scoped}{quote}: \"npm:^{version}\"");
    }
}

/// A reactor: the pom of its parent, then as many modules, each of which asks for libraries and for two of its siblings.
pub fn reactor(modules: usize) -> Vec<(String, String)> {
    const HEAD: &str = "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  <modelVersion>4.0.0</modelVersion>\n";
    let dependency = |group: &str, artifact: &str, version: &str| {
        format!(
            "    <dependency>\n      <groupId>{group}</groupId>\n      <artifactId>{artifact}</artifactId>\n{version}    </dependency>\n"
        )
    };
    let mut root = format!(
        "{HEAD}  <groupId>com.example</groupId>\n  <artifactId>root</artifactId>\n  <version>1.0</version>\n  <packaging>pom</packaging>\n  <properties>\n"
    );
    (0..50).for_each(|number| root.push_str(&format!("    <v{number}>1.{number}</v{number}>\n")));
    root.push_str("  </properties>\n  <modules>\n");
    (0..modules).for_each(|number| root.push_str(&format!("    <module>g{}/m{number}</module>\n", number / 100)));
    root.push_str("  </modules>\n  <dependencyManagement>\n  <dependencies>\n");
    for number in 0..300 {
        let version = format!("      <version>${{v{}}}</version>\n", number % 50);
        root.push_str(&dependency(&format!("lib.g{}", number % 20), &format!("lib{number}"), &version));
    }
    for number in 0..modules {
        root.push_str(&dependency(
            "${project.groupId}",
            &format!("m{number}"),
            "      <version>${project.version}</version>\n",
        ));
    }
    root.push_str("  </dependencies>\n  </dependencyManagement>\n</project>\n");
    let mut files = vec![("pom.xml".to_owned(), root)];
    for number in 0..modules {
        let mut pom = format!(
            "{HEAD}  <parent>\n    <groupId>com.example</groupId>\n    <artifactId>root</artifactId>\n    <version>1.0</version>\n    <relativePath>../../pom.xml</relativePath>\n  </parent>\n  <artifactId>m{number}</artifactId>\n  <dependencies>\n"
        );
        for library in (0..8).map(|step| (number * 7 + step * 13) % 300) {
            pom.push_str(&dependency(&format!("lib.g{}", library % 20), &format!("lib{library}"), ""));
        }
        for sibling in [number.checked_sub(1), (number > 1).then_some(number / 2)].into_iter().flatten() {
            pom.push_str(&dependency("${project.groupId}", &format!("m{sibling}"), ""));
        }
        pom.push_str("  </dependencies>\n</project>\n");
        files.push((format!("g{}/m{number}/pom.xml", number / 100), pom));
    }
    files
}

/// A `go.mod` of Go 1.22.
pub fn go_mod(count: usize) -> String {
    let mut text = String::from("module demo.example/demo\n\ngo 1.22.1\n");
    let components = components(count);
    for (start, end, comment) in [(0, count.min(DIRECT), ""), (count.min(DIRECT), count, " // indirect")] {
        put!(text, "\nrequire (");
        for Component { name, version, .. } in &components[start..end] {
            put!(text, "\tforge.example/owner/{name} v{version}{comment}");
        }
        put!(text, ")");
    }
    text
}

/// The `go.sum` beside it: of each module two versions were looked at, and one was unpacked.
pub fn go_sum(count: usize) -> String {
    let mut draw = Draw(6);
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(count * 280);
    for Component { name, version, .. } in components(count) {
        let mut digest = || format!("h1:{}=", draw.characters(alphabet, 43));
        put!(text, "forge.example/owner/{name} v0.{version}-pre/go.mod {}", digest());
        put!(text, "forge.example/owner/{name} v{version} {}", digest());
        put!(text, "forge.example/owner/{name} v{version}/go.mod {}", digest());
    }
    text
}
