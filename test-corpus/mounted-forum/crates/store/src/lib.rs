use diesel_async::{AsyncConnection, AsyncPgConnection};

pub struct Settings {
    pub url: String,
}

pub async fn connect(settings: &Settings) -> AsyncPgConnection {
    AsyncPgConnection::establish(&settings.url).await.expect("the store answers")
}
