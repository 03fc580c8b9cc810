dependencies {
    "testImplementation"("org.example:assert:0.9")
}
