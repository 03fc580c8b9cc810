rootProject.name = "atlas"

dependencyResolutionManagement {
    versionCatalogs {
        create("tools") {
            from(files("gradle/workshop.versions.toml"))
        }
    }
}
