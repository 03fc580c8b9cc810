plugins {
    `java-library`
}

group = "org.example.courier"

dependencies {
    implementation("org.example:kit:2.0")
    testImplementation("org.example:probe:1.0")
}
