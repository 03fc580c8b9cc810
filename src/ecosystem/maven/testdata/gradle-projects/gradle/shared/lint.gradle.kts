dependencies {
    "lintTool"("org.example:lint-rules:9")
}
