plugins {
    alias(libs.plugins.kit) apply false
}

allprojects {
    group = "org.example.orchard"
    version = "2.0.0"
}

subprojects {
    dependencies {
        "implementation"("org.example:log:1.7.30")
    }
}
