//! The files that git lists, as they stand in its answer: a repository may have very many, and few of them are asked about.

use camino::Utf8Path;
use std::collections::BTreeSet;
use std::ops::Range;

/// Files and the objects that hold their text, in the order of the bytes of their paths. Links and submodules are none.
#[derive(Debug, Default)]
pub struct Index {
    text: String,
    files: Vec<Entry>,
}

/// Where a file stands in the text.
#[derive(Debug)]
struct Entry {
    path: Range<usize>,
    object: Range<usize>,
}

impl Index {
    /// Reads records `MODE ... TAB PATH NUL`, as `ls-files --stage` and `ls-tree -r` write them with `-z`; the object is the
    /// field of that number behind the mode.
    pub(super) fn read(out: Vec<u8>, object: usize) -> Self {
        let text =
            String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let mut files = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(0, text.as_bytes()) {
            files.extend(Entry::read(&text[start..end], start, object));
            start = end + 1;
        }
        Self { text, files }
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The path of a file, by its number.
    pub fn path(&self, number: usize) -> &Utf8Path {
        Utf8Path::new(&self.text[self.files[number].path.clone()])
    }

    /// The object of a file, by its number.
    pub fn object(&self, number: usize) -> &str {
        &self.text[self.files[number].object.clone()]
    }

    /// The number of a file.
    pub fn number(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|file| self.text[file.path.clone()].cmp(path)).ok()
    }

    /// The names of the files and folders in a folder; the empty path is the top.
    pub fn names(&self, folder: &str) -> BTreeSet<&str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut names = BTreeSet::new();
        let mut next = self.first_from(&prefix);
        while let Some(file) = self.files.get(next)
            && let Some(rest) = self.text[file.path.clone()].strip_prefix(prefix.as_str())
        {
            let (name, below) = rest.split_once('/').map_or((rest, false), |(name, _)| (name, true));
            names.insert(name);
            // Behind all that lies in the folder of that name: `0` follows `/`.
            next = if below { self.first_from(&format!("{prefix}{name}0")) } else { next + 1 };
        }
        names
    }

    /// The first file whose path is this one or stands behind it.
    fn first_from(&self, path: &str) -> usize {
        self.files.partition_point(|file| self.text[file.path.clone()] < *path)
    }
}

impl Entry {
    /// One record, which begins at `start` of the whole.
    fn read(record: &str, start: usize, object: usize) -> Option<Self> {
        let tab = memchr::memchr(b'\t', record.as_bytes())?;
        if !record.starts_with("100") {
            return None;
        }
        let object = record[..tab].split(' ').nth(object)?;
        let from = start + (object.as_ptr() as usize - record.as_ptr() as usize);
        Some(Self { path: start + tab + 1..start + record.len(), object: from..from + object.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_and_listed() {
        let paths = ["a-b/x", "a.txt", "a/b/c", "a/b/d", "a/e", "a0", "z"];
        let records: Vec<String> =
            paths.iter().enumerate().map(|(n, path)| format!("100644 {n}f 0\t{path}\0")).collect();
        let index = Index::read((records.concat() + "120000 ab 0\tz-link\0").into_bytes(), 1);
        assert_eq!(index.len(), paths.len());
        let object = |path| index.number(path).map(|number| index.object(number));
        assert_eq!((object("a/b/d"), object("a/b"), object("z-link")), (Some("3f"), None, None));
        let names = |folder| index.names(folder).into_iter().collect::<Vec<_>>();
        assert_eq!(names(""), ["a", "a-b", "a.txt", "a0", "z"]);
        assert_eq!(names("a"), ["b", "e"]);
        assert_eq!(names("a/b"), ["c", "d"]);
        assert!(names("b").is_empty() && Index::default().is_empty());
    }

    #[test]
    fn the_object_is_the_field_that_is_named() {
        let index = Index::read(b"100644 blob ab\tx y.py\x00100755 blob cd\tz\0".to_vec(), 2);
        assert_eq!((index.path(0).as_str(), index.object(0), index.object(1)), ("x y.py", "ab", "cd"));
    }
}
