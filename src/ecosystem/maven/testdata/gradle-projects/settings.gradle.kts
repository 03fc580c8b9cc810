pluginManagement {
    includeBuild("build-logic")
    plugins {
        id("org.example.stamp") version "0.5"
    }
}

plugins {
    id("org.example.daemon") version "3.2"
}

rootProject.name = "orchard"

include(":app")
include(":core-data", ":empty")
