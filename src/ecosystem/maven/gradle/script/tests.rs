//! What is read out of scripts.

use super::*;
use crate::model::RepoPath;

fn read(path: &str, text: &str) -> Parsed {
    parse(&Source::from_text(RepoPath::new(path), text.to_owned()).unwrap()).unwrap()
}

/// Each declaration as `section name requirement scope`.
fn declared(path: &str, text: &str) -> Vec<String> {
    let parsed = read(path, text);
    let show = |one: &Declaration| {
        format!("{} {} {} {}", one.section, one.name, one.requirement, one.scope.as_str()).replace("  ", " ")
    };
    parsed.declarations.iter().map(show).collect()
}

#[test]
fn groovy_notations() {
    let text = r#"
plugins { id 'java'; id "org.example.tool" version "1.2" apply false }
dependencies {
    implementation 'g:a:1', "g:b:2"
    api "g:c:$kitVersion" // not 'g:x:1'
    compileOnly group: 'g', name: 'd', version: '3', transitive: false
    testImplementation(group: "g", name: "e")
    runtimeOnly('g:f:4') { exclude group: 'g', module: 'x'; because 'g:y:9' }
    implementation(['g:h:5', 'g:i:6'])
    implementation project(':core'), project(path: ':util', configuration: 'x')
    implementation libs.kit.core
    implementation deps['one']
    implementation platform('g:bom:7'), fileTree(dir: 'libs', include: ['*.jar'])
    if (flag) { implementation 'g:j:8:linux@zip' }
    constraints { implementation 'g:k:9' }
    components.all { ComponentMetadataDetails details ->
        if (details.x) { details.status = 'g:x:1' }
    }
    kits.each { String kit -> runtimeOnly kit }
    implementation gradleApi()
    println "not: a: dependency"
}
"#;
    assert_eq!(
        declared("build.gradle", text),
        [
            "plugins org.example.tool:org.example.tool.gradle.plugin 1.2 build",
            "implementation g:a 1 runtime",
            "implementation g:b 2 runtime",
            "api g:c $kitVersion runtime",
            "compileOnly g:d 3 provided",
            "testImplementation g:e test",
            "runtimeOnly g:f 4 runtime",
            "implementation g:h 5 runtime",
            "implementation g:i 6 runtime",
            "implementation :core runtime",
            "implementation :util runtime",
            "implementation libs.kit.core runtime",
            "implementation deps['one'] runtime",
            "implementation g:bom 7 runtime",
            "implementation fileTree(dir: 'libs', include: ['*.jar']) runtime",
            "implementation g:j 8 runtime",
            "runtimeOnly kit runtime",
        ]
    );
}

#[test]
fn kotlin_notations() {
    let text = r#"
plugins {
    `java-library`
    kotlin("jvm") version "1.9.0"
    alias(libs.plugins.kit)
    id("org.example.other").version(libs.versions.other.get())
}
kotlin { sourceSets {
    commonMain.dependencies { implementation("g:a:1") }
    val commonTest by getting { dependencies { implementation(kotlin("test")) } }
    getByName("jvmMain") { dependencies { api(libs.b.get()) } }
} }
dependencies {
    "customImplementation"("g:c:2")
    add("kapt", "g:d:3")
    targets.forEach { add(it.name, libs.processor) }
    implementation(platform(libs.bom))
    implementation(project(":core")) { isTransitive = false }
    implementation(projects.coreData)
    implementation(
        group = "g",
        name = "e",
        version = "4",
    )
    testImplementation(testFixtures(project(":core")))
    implementation(libs.f) {
        exclude(group = "g", module = "x")
    }
    implementation(extra["x"] as String)
    implementation(files("a.jar"))
}
"#;
    assert_eq!(
        declared("build.gradle.kts", text),
        [
            "plugins org.jetbrains.kotlin.jvm:org.jetbrains.kotlin.jvm.gradle.plugin 1.9.0 build",
            "plugins libs.plugins.kit build",
            "plugins org.example.other:org.example.other.gradle.plugin ${libs.versions.other.get} build",
            "implementation g:a 1 runtime",
            "implementation org.jetbrains.kotlin:kotlin-test test",
            "api libs.b runtime",
            "customImplementation g:c 2 runtime",
            "kapt g:d 3 build",
            "add libs.processor runtime",
            "implementation libs.bom runtime",
            "implementation :core runtime",
            "implementation projects.coreData runtime",
            "implementation g:e 4 runtime",
            "testImplementation :core test",
            "implementation libs.f runtime",
            "implementation extra[\"x\"] as String runtime",
            "implementation files(\"a.jar\") runtime",
        ]
    );
}

#[test]
fn declarations_for_other_projects_say_so() {
    let text = "
buildscript { dependencies { classpath 'g:a:1' } }
allprojects { group = 'org.example'; dependencies { api 'g:b:2' } }
subprojects { dependencies { api 'g:c:3' } }
project(':x') { dependencies { api 'g:d:4' } }
configure(subprojects.findAll { it.y }) { dependencies { api 'g:e:5' } }
configure(libraries) { dependencies { api 'g:f:6' } }
apply from: \"$rootDir/gradle/shared.gradle\"
version = '7'
";
    let parsed = read("build.gradle", text);
    let sections: Vec<&str> = parsed.declarations.iter().map(|one| one.section.as_str()).collect();
    assert_eq!(
        sections,
        ["classpath", "allprojects.api", "subprojects.api", "project(:x).api", "subprojects.api", "configure.api"]
    );
    assert!(parsed.settings.contains(&(setting::GROUP_FOR_ALL, "org.example".into())));
    assert!(parsed.settings.contains(&(setting::APPLIED_SCRIPT, "|/gradle/shared.gradle".into())));
    assert!(parsed.settings.contains(&(setting::VERSION, "7".into())));
}

#[test]
fn settings_name_projects_and_builds() {
    let text = r#"
pluginManagement { includeBuild("build-logic"); plugins { id("org.example.p") version "1" } }
rootProject.name = "Whole Thing"
include(":a:b", "c")
project(":c").projectDir = file("other/c")
include(modules)
dependencyResolutionManagement { versionCatalogs { create("deps") { from(files("gradle/deps.versions.toml")) } } }
includeBuild("../sibling")
"#;
    let parsed = read("settings.gradle.kts", text);
    let ids: Vec<&str> = parsed.packages.iter().map(|package| package.id.as_str()).collect();
    assert_eq!(ids, ["Whole Thing", ":a", ":a:b", ":c"]);
    let have = |name: &'static str, value: &str| parsed.settings.contains(&(name, value.into()));
    assert!(have(setting::INCLUDED_PLUGIN_BUILD, "build-logic") && have(setting::INCLUDED_BUILD, "../sibling"));
    assert!(have(setting::UNKNOWN_INCLUDE, "") && have(setting::PROJECT_DIRECTORY, ":c=other/c"));
    assert!(have(setting::CATALOG, "deps=gradle/deps.versions.toml"));
    assert_eq!(parsed.declarations[0].section, PLUGIN_MANAGEMENT);
}

#[test]
fn properties_are_literal_texts_by_name() {
    let text = "
ext { one = '1' }
ext.two = \"2\"
def three = '3'
buildscript { ext.four = '4'; ext { five = '5' } }
val six by extra(\"6\")
val seven: String = \"7\"
extra[\"eight\"] = \"8\"
def nine = find('9') + x
def ten = cond ? 'a' : 'b'
";
    let parsed = read("build.gradle", text);
    let found: Vec<&str> =
        parsed.settings.iter().filter(|(name, _)| *name == setting::PROPERTY).map(|(_, text)| text.as_str()).collect();
    assert_eq!(found, ["one=1", "two=2", "three=3", "four=4", "five=5", "six=6", "seven=7", "eight=8"]);
}

#[test]
fn hostile_scripts_end() {
    let deep = "a {".repeat(100_000);
    let parsed = read("build.gradle", &deep);
    assert!(parsed.notes.iter().any(|note| note.kind == DiagnosticKind::Limit));
    for piece in
        ["dependencies { api ", "(", "[", "api(", "include(", "\"${", "project(\":", "apply from: ", "id(", "'", "a."]
    {
        let _ = read("settings.gradle.kts", &piece.repeat(20_000));
        let _ = read("build.gradle", &format!("dependencies {{ {}", piece.repeat(20_000)));
    }
}
