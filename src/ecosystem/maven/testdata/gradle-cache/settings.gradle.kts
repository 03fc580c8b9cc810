rootProject.name = "courier"
