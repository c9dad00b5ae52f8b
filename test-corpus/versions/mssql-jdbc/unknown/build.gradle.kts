dependencies {
    implementation("com.microsoft.sqlserver:mssql-jdbc")
}
