//! The small closed sets that the data of `rules/protocols/` speaks of.

use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where a host is, seen from the program that names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// 127.0.0.0/8, ::1, `localhost` (RFC 6761) in any spelling; also in-process and test containers.
    Loopback,
    UnixSocket,
    /// Reached without leaving the machine, from a container or an emulator: `host.docker.internal`, 10.0.2.2.
    Machine,
    /// Plain by design and not to be mended by the reader: cloud metadata, OCSP and CRL responders, connectivity probes, `.onion`.
    ByDesign,
    /// Names for documentation (RFC 2606, RFC 5737) and placeholders.
    Reserved,
    /// 0.0.0.0, `::`, `*`: all interfaces, as an address to listen on.
    Unspecified,
    /// One label (`db`), `*.svc.cluster.local` and the like: a container network.
    Cluster,
    /// RFC 1918 addresses, `*.internal`, `*.corp`.
    Private,
    #[default]
    Public,
    /// The host is a hole.
    Templated,
}

impl Zone {
    /// Whether bytes for a host in this zone leave the machine. Names for documentation lead nowhere.
    pub fn leaves_the_machine(self) -> bool {
        match self {
            Self::Loopback | Self::UnixSocket | Self::Machine | Self::ByDesign | Self::Reserved => false,
            Self::Unspecified | Self::Cluster | Self::Private | Self::Public | Self::Templated => true,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::UnixSocket => "unix-socket",
            Self::Machine => "machine",
            Self::ByDesign => "by-design",
            Self::Reserved => "reserved",
            Self::Unspecified => "unspecified",
            Self::Cluster => "cluster",
            Self::Private => "private",
            Self::Public => "public",
            Self::Templated => "templated",
        }
    }
}

/// How far the bytes on the wire are protected, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// Nothing is encrypted.
    Cleartext,
    /// Encrypted if the peer offers it: an attacker in the middle can strip it.
    Opportunistic,
    /// Encrypted to whoever answers: the certificate is not checked.
    Unverified,
    /// The certificate chain is checked, the name in it is not.
    HostUnverified,
    /// Encrypted, chain and name checked.
    Verified,
}

/// What a scheme, a parameter's value or a driver's default says of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Cleartext,
    Opportunistic,
    Unverified,
    HostUnverified,
    Verified,
    /// The connection never leaves the machine or the process.
    Local,
    /// This says nothing: look at what decides next.
    Open,
    /// It is known that nothing can be known: the driver's version or code elsewhere decides.
    Unknown,
}

/// What a parameter lists, where some members of the list are weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strengths {
    /// Versions of TLS that may be spoken.
    Versions,
    /// Ciphers that may be used.
    Ciphers,
}

impl Verdict {
    pub fn transport(self) -> Option<Transport> {
        match self {
            Self::Cleartext => Some(Transport::Cleartext),
            Self::Opportunistic => Some(Transport::Opportunistic),
            Self::Unverified => Some(Transport::Unverified),
            Self::HostUnverified => Some(Transport::HostUnverified),
            Self::Verified => Some(Transport::Verified),
            Self::Local | Self::Open | Self::Unknown => None,
        }
    }
}

/// What the name of a variable, key or parameter says of the URL it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameHint {
    /// `api_url`, `webhook`: a program connects to it.
    Endpoint,
    /// `docs_url`, `homepage`: people may open it.
    Document,
    /// `xmlns`, `namespace`: it only names something.
    Identifier,
    Neutral,
}

/// What a switch turns on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// Whether the other side is verified.
    Verification,
    /// Whether the connection is encrypted at all.
    Encryption,
    /// The same, the other way round: whether it is not.
    Plain,
    /// Whether the program runs for its developers.
    Development,
    /// Whether the other side says that it can do something.
    Offer,
    /// Whether something is on this machine: the name is that of this machine.
    Local,
}

/// The words by which the names of switches tell what they are about.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switches {
    pub verification: BTreeSet<CompactString>,
    pub encryption: BTreeSet<CompactString>,
    /// Words that turn one of the encryption round.
    pub plain: BTreeSet<CompactString>,
    pub development: BTreeSet<CompactString>,
    pub offer: BTreeSet<CompactString>,
    /// Words joined to one, in names that are about none of it: `equalsIgnoreCase`, `certificate verify failed`.
    #[serde(default)]
    pub unlike: BTreeSet<CompactString>,
}

/// What the names of holes in a host say.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HoleWords {
    /// Last words of names of what follows a host: `http://orders${path}`.
    pub behind: Vec<CompactString>,
    /// Ends of names of variables that hold the address of a service beside this one.
    pub beside: Vec<CompactString>,
}

/// How lists of links are told from connections by their keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkWords {
    /// Keys that only say that there is an address, and nothing of what it is for.
    pub keys: Vec<CompactString>,
    /// Words above such a key that say that a program goes there.
    pub dialled: Vec<CompactString>,
    /// Keys of lists of bare addresses.
    pub lists: Vec<CompactString>,
    /// Keys beside the address of a file that say what must be in it.
    pub checksums: Vec<CompactString>,
    pub artifacts: ArtifactWords,
    /// Keys above what is written for readers.
    pub examples: Vec<CompactString>,
    /// As many hosts make a list.
    pub many: usize,
    pub answers: AnswerWords,
}

/// How addresses are told of what is then installed, run or trusted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArtifactWords {
    /// What their paths end with.
    pub ends: Vec<CompactString>,
    /// The check that speaks of them.
    pub check: CompactString,
}

/// How one file declares machines of one network.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighbourKeys {
    /// The map whose entries they are, at the root of the file.
    pub map: CompactString,
    /// Keys of which an entry has one.
    pub with: Vec<CompactString>,
    /// The keys of an entry of a list that give its name, if it is a container, and another name.
    pub name: CompactString,
    pub alias: CompactString,
}

/// How a recorded answer of an API is told by its keys.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerWords {
    /// Where it names itself and others; three make an answer.
    pub links: Vec<CompactString>,
    /// What stands in it besides.
    pub beside: Vec<CompactString>,
    /// Keys that stand together in a part of one, folded.
    pub records: Vec<Vec<CompactString>>,
}
