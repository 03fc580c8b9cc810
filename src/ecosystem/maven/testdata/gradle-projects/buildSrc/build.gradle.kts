plugins {
    `kotlin-dsl`
}

dependencies {
    implementation("org.example:stamp-plugin:0.5")
}
