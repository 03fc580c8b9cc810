plugins {
    id("org.example.stamp")
    id("orchard.conventions")
}

apply(from = rootProject.file("gradle/shared/lint.gradle.kts"))

dependencies {
    implementation(projects.coreData)
    implementation(libs.bundles.web)
    implementation(platform("org.example:bom:5"))
    debugImplementation(libs.leak.finder)
    testImplementation(testFixtures(project(":core-data")))
    testImplementation(kotlin("test"))
}
