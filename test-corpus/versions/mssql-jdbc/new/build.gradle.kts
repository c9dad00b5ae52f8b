dependencies {
    implementation("com.microsoft.sqlserver:mssql-jdbc:12.8.1.jre11")
}
