//! Which driver reads a URL of a configuration, where the class that it loads is named beside it.

use super::settings::SettingsJudge;
use compact_str::CompactString;

/// What keys of URLs end with, folded; what stands before it is common to the keys of one connection.
const URLS: [&str; 3] = ["url", "uri", "connectionstring"];

impl SettingsJudge<'_> {
    /// The driver that is named beside the URL: `driver-class-name` beside `url`, `DB_DRIVER` beside `DB_URL`.
    pub(super) fn driver_beside(&self, index: usize) -> Option<CompactString> {
        let (own, holder) = self.keys[index].split_last()?;
        let end = URLS.iter().find(|end| own.ends_with(**end))?;
        // `jdbc-url` beside `driver-class-name`.
        let stem = own[..own.len() - end.len()].trim_end_matches("jdbc");
        let names = |path: &[CompactString]| {
            let (last, above) = path.split_last()?;
            let key = last.strip_prefix(stem)?;
            (above == holder && self.knowledge.protocols.is_driver_class(key)).then_some(())
        };
        let document = self.settings.items[index].document;
        let others = self.settings.items.iter().zip(self.keys).filter(|(item, _)| item.document == document);
        others.filter(|(_, path)| names(path).is_some()).find_map(|(item, _)| item.value.as_known())
    }
}
