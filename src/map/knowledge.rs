//! What the map knows of repositories in general, from the data of `rules/map/`.
//!
//! The build script includes this file as well, so it uses nothing of the crate.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The data of `rules/map/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MapKnowledge {
    pub manifests: Vec<Manifest>,
    pub applications: Vec<Applications>,
    pub served: Served,
    /// Names of files that speak to those who build the software.
    pub builders: Vec<CompactString>,
    pub workloads: Vec<WorkloadForm>,
    pub reached: Vec<ReachedForm>,
    pub variables: Vec<VariablesForm>,
    pub variable_files: VariableFiles,
    /// By protocol, the last parts of the names of images that speak it.
    pub images: BTreeMap<CompactString, Vec<CompactString>>,
    /// Those of which a container offers no encryption, whatever a client asks for.
    pub plain_images: Vec<CompactString>,
    /// Ends of the names of variables that hold a host or an address.
    pub address_words: Vec<CompactString>,
    pub speaks: Vec<Speaks>,
    /// The same where nothing else tells, and a port stands beside the host.
    pub mostly: Vec<Speaks>,
    pub ports: BTreeMap<u16, CompactString>,
    pub port_names: BTreeMap<CompactString, CompactString>,
    pub sensitive: Vec<SensitiveWords>,
    /// Kinds of [`SensitiveWords`] that a key beside an address shows to go there.
    pub beside_address: Vec<CompactString>,
    /// Regular expressions whose first group holds names of columns.
    pub columns: Vec<CompactString>,
}

/// Names of what others must not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SensitiveWords {
    pub kind: CompactString,
    /// Words that stand one after the other in the name.
    pub words: Vec<Vec<CompactString>>,
}

/// How a format says what runs. Paths are keys joined with dots; `*` is any one key or element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct WorkloadForm {
    pub title: CompactString,
    pub formats: Vec<CompactString>,
    /// A file without any of these is no deployment.
    pub marks: Vec<CompactString>,
    /// The maps below this path are workloads, and their keys are the names.
    pub at: Option<CompactString>,
    /// Else a document with one of these values of `kind` is one.
    pub kinds: Vec<CompactString>,
    /// Where the name of a document stands.
    pub name: CompactString,
    /// One of these must be there.
    pub has: Vec<CompactString>,
    /// Workloads of one name in files of different folders are different ones.
    pub by_folder: bool,
    /// Other names and addresses under which it is reached.
    pub names: Vec<CompactString>,
    pub image: Vec<CompactString>,
    /// The folder that it is built from, seen from the file.
    pub folder: Vec<CompactString>,
    /// The file that says how its image is made, seen from that folder.
    pub recipe: Vec<CompactString>,
    /// Files and folders that it takes in, seen from the file: `./app.yml:/etc/app.yml`.
    pub mounts: Vec<CompactString>,
    pub probes: Vec<Probe>,
    /// Maps of variables.
    pub environment: Vec<CompactString>,
    /// Files of variables, seen from the file.
    pub files: Vec<CompactString>,
    /// Names of [`VariablesForm`]s that its environment takes in as a whole.
    pub sources: Vec<CompactString>,
    /// Names of [`VariablesForm`]s that it finds as files.
    pub shelves: Vec<CompactString>,
    /// Elements of the environment that take one variable out of a [`VariablesForm`].
    pub references: Vec<Reference>,
    pub labels: Vec<CompactString>,
}

/// What is asked of a workload to see that it lives, and which protocol that shows it to speak.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Probe {
    pub at: Vec<CompactString>,
    /// In the value; empty where the key alone tells.
    pub word: CompactString,
    pub protocol: CompactString,
}

/// An element that names a variable, and says which one of which [`VariablesForm`] it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Reference {
    /// The path of the element; the others are seen from it.
    pub at: CompactString,
    pub name: CompactString,
    pub of: CompactString,
    pub key: CompactString,
}

/// How a format gives workloads a name in the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ReachedForm {
    pub formats: Vec<CompactString>,
    pub marks: Vec<CompactString>,
    pub kinds: Vec<CompactString>,
    pub name: CompactString,
    /// The labels of the workloads that are meant.
    pub selector: CompactString,
    pub port_names: Vec<CompactString>,
}

/// How a format writes down variables that workloads take in by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct VariablesForm {
    pub formats: Vec<CompactString>,
    pub marks: Vec<CompactString>,
    pub kinds: Vec<CompactString>,
    pub name: CompactString,
    pub data: Vec<CompactString>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VariableFiles {
    pub format: CompactString,
    /// The first that is there fills the holes of the deployments beside it.
    pub beside: Vec<CompactString>,
}

/// A variable whose name holds these words, one after the other, is about a peer that speaks this protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Speaks {
    pub words: Vec<CompactString>,
    pub protocol: CompactString,
}

/// Files that make the folder in which they lie a component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Manifest {
    /// Whole file names.
    pub names: Vec<CompactString>,
    /// What a file name ends with.
    pub endings: Vec<CompactString>,
    /// The keys that hold the name of the component; the first that is there counts.
    pub name: Vec<CompactString>,
    /// The name of the file is that of the component.
    pub stem: bool,
    /// Only what stands behind the last `/` of the value is the name.
    pub last_part: bool,
}

/// Settings that name the software in the folder above them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Applications {
    /// Paths, seen from the folder.
    pub files: Vec<CompactString>,
    /// The keys that hold the name; the first that is there counts.
    pub name: Vec<CompactString>,
}

/// Files of settings that one application holds for others and hands them over the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Served {
    /// Such a file is called as the application that gets it.
    pub endings: Vec<CompactString>,
    /// What those are called that all get.
    pub shared: Vec<CompactString>,
    /// What only those heed of it who depend on something.
    pub asked: Vec<Asked>,
}

/// Settings that only concern who depends on a library.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Asked {
    /// A part of the dotted key.
    pub keys: Vec<CompactString>,
    /// One of these is part of a dependency's name.
    pub words: Vec<CompactString>,
}

impl MapKnowledge {
    /// Reads the files of `rules/map/`, each of which holds some of the lists.
    pub fn from_yaml(files: &[(&str, &str)]) -> Result<Self, String> {
        let mut whole = serde_yaml::Mapping::new();
        for (path, text) in files {
            let part: serde_yaml::Mapping = serde_yaml::from_str(text).map_err(|error| format!("{path}: {error}"))?;
            for (key, value) in part {
                if whole.contains_key(&key) {
                    return Err(format!("{path}: {key:?} stands in another file as well"));
                }
                whole.insert(key, value);
            }
        }
        serde_yaml::from_value(serde_yaml::Value::Mapping(whole)).map_err(|error| format!("rules/map: {error}"))
    }

    /// Whether a file of this format may say what runs, or with which variables.
    pub fn wants(&self, format: &str, text: &str) -> bool {
        let workloads = self.workloads.iter().map(|form| (&form.formats, &form.marks));
        let reached = self.reached.iter().map(|form| (&form.formats, &form.marks));
        let variables = self.variables.iter().map(|form| (&form.formats, &form.marks));
        let mut forms = workloads.chain(reached).chain(variables);
        format == self.variable_files.format
            || forms.any(|(formats, marks)| {
                formats.iter().any(|known| known == format) && marks.iter().any(|mark| text.contains(mark.as_str()))
            })
    }

    /// The protocol that a container of this image speaks.
    pub fn image(&self, image: &str) -> Option<&str> {
        self.images.iter().find(|(_, names)| is_image(image, names)).map(|(protocol, _)| protocol.as_str())
    }

    /// Whether a container of this image offers no encryption.
    pub fn is_plain(&self, image: &str) -> bool {
        is_image(image, &self.plain_images)
    }

    /// The protocol that the words of a variable's name tell of.
    pub fn spoken(&self, words: &[CompactString]) -> Option<&str> {
        said(&self.speaks, words)
    }

    /// The protocol that variables with such words in their names are mostly about.
    pub fn mostly_spoken(&self, words: &[CompactString]) -> Option<&str> {
        said(&self.mostly, words)
    }

    /// What kind of sensitive data the words of a name tell of.
    pub fn sensitive(&self, words: &[CompactString]) -> Option<&CompactString> {
        let fits = |of: &Vec<CompactString>| words.windows(of.len().max(1)).any(|part| part == of.as_slice());
        self.sensitive.iter().find(|one| one.words.iter().any(fits)).map(|one| &one.kind)
    }

    /// Whether a file speaks to those who build the software, by its name: a manifest, a wrapper of a build tool.
    pub fn is_for_builders(&self, file_name: &str) -> bool {
        self.manifest(file_name).is_some() || self.builders.iter().any(|name| name == file_name)
    }

    /// Which of the manifests a file is, by its name.
    pub fn manifest(&self, file_name: &str) -> Option<usize> {
        self.manifests.iter().position(|manifest| {
            manifest.names.iter().any(|name| name == file_name)
                || manifest.endings.iter().any(|ending| file_name.ends_with(ending.as_str()))
        })
    }
}

/// The protocol of the first whose words stand one after the other.
fn said<'a>(all: &'a [Speaks], words: &[CompactString]) -> Option<&'a str> {
    let fits = |speaks: &&Speaks| words.windows(speaks.words.len()).any(|part| part == speaks.words.as_slice());
    all.iter().find(fits).map(|speaks| speaks.protocol.as_str())
}

/// Whether an image goes by one of the names, by the last part of its own.
fn is_image(image: &str, names: &[CompactString]) -> bool {
    let named = image.split('@').next().unwrap_or(image);
    let last = named.rsplit('/').next().unwrap_or(named);
    let name = last.split(':').next().unwrap_or(last);
    names.iter().any(|known| known == name || known == last)
}
