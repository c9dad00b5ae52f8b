use crate::tls::ssl::{SslConnector, SslMethod, SslVersion};

pub(crate) fn connector() -> Result<SslConnector, Box<dyn std::error::Error>> {
    let mut builder = SslConnector::builder(SslMethod::tls())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1))?; //~ weak-tls-version: Some(SslVersion::TLS1)
    builder.set_max_proto_version(Some(SslVersion::TLS1_3))?;
    Ok(builder.build())
}
