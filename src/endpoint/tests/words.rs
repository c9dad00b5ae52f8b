//! Cipher strings and lists of TLS versions.

use super::shipped;
use crate::endpoint::strength::{weak_ciphers, weak_tls_versions};

#[test]
fn ciphers() {
    let rows: &[(&str, &[&str])] = &[
        ("HIGH:!aNULL:!MD5", &[]),
        ("HIGH:RC4:!aNULL:-3DES", &["RC4"]),
        ("DEFAULT@SECLEVEL=1", &["@SECLEVEL=1"]),
        ("DEFAULT:@SECLEVEL=0", &["@SECLEVEL=0"]),
        ("DEFAULT@SECLEVEL=2", &[]),
        ("aNULL, eNULL", &["aNULL", "eNULL"]),
        ("DES-CBC3-SHA EXP-RC2-CBC-MD5", &["DES-CBC3-SHA", "EXP-RC2-CBC-MD5"]),
        ("TLS_RSA_WITH_NULL_SHA", &["TLS_RSA_WITH_NULL_SHA"]),
        ("TLS_DH_anon_WITH_AES_128_CBC_SHA", &["TLS_DH_anon_WITH_AES_128_CBC_SHA"]),
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA,TLS_AES_128_GCM_SHA256", &["TLS_RSA_WITH_3DES_EDE_CBC_SHA"]),
        ("TLS_EMPTY_RENEGOTIATION_INFO_SCSV", &[]),
        ("ECDHE-RSA-AES128-GCM-SHA256:ECDHE+AESGCM", &[]),
        ("", &[]),
    ];
    for (text, expected) in rows {
        let found: Vec<&str> = weak_ciphers(shipped(), text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn versions() {
    let rows: &[(&str, &[&str])] = &[
        ("TLSv1.2 TLSv1.3", &[]),
        ("TLSv1 TLSv1.1 TLSv1.2", &["TLSv1", "TLSv1.1"]),
        ("SSLv3", &["SSLv3"]),
        ("all -SSLv3 -TLSv1", &[]),
        ("+TLSv1.1,+TLSv1.2", &["TLSv1.1"]),
        ("TLS1_1_VERSION", &["TLS1_1_VERSION"]),
        ("ssl.PROTOCOL_TLSv1", &["ssl.PROTOCOL_TLSv1"]),
        ("PROTOCOL_TLS_CLIENT", &[]),
        ("TLS 1.0, TLS 1.2", &["TLS 1.0"]),
        ("VersionTLS10", &["VersionTLS10"]),
        ("TLSv1_2", &[]),
        ("TLS", &[]),
        ("SSL", &["SSL"]),
        ("tls1.0|tls1.1|tls1.2", &["tls1.0", "tls1.1"]),
    ];
    for (text, expected) in rows {
        let found: Vec<&str> = weak_tls_versions(shipped(), text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, *expected, "{text}");
    }
}
