dependencies { implementation("org.example:alpha:1.0"
