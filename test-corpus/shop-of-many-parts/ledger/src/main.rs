use sqlx::postgres::PgPool;

async fn pool() -> Result<PgPool, sqlx::Error> {
    PgPool::connect(&std::env::var("LEDGER_DATABASE_URL").unwrap()).await
}
