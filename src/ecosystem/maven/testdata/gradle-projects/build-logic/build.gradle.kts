dependencies {
    compileOnly(libs.json)
}
