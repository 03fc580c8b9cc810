plugins {
    alias(libs.plugins.stamp)
}

dependencies {
    implementation(libs.map.core)
    implementation(libs.map.tiles) {
        exclude(group = "org.example", module = "shapes")
    }
    implementation(libs.logging)
    runtimeOnly(libs.managed)
    testImplementation(tools.probe)
    implementation("org.example:native:2.1:linux-x86_64")
    implementation("org.example:screen:1.0@aar")
    implementation("org.example:moving:1.+")
}
