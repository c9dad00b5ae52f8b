//! The word that was probably meant: one answer for every "did you mean".

/// The nearest of the words in spelling, where one is near.
pub fn nearest<'a>(wrong: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |word: &&str| strsim::damerau_levenshtein(word, wrong) <= (word.len() / 3).max(1);
    // Of two that are as many letters away, the one that begins alike.
    let likeness = |word: &str| (strsim::damerau_levenshtein(word, wrong), 1.0 - strsim::jaro_winkler(word, wrong));
    let by_likeness = |a: &&str, b: &&str| {
        let (a, b) = (likeness(a), likeness(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    };
    words.into_iter().filter(near).min_by(by_likeness)
}

/// What serde says of a wrong word, without the place, and the word that was meant where one is near: then the list of
/// all words is noise and left out.
pub fn corrected(said: &str) -> (&str, Option<&str>) {
    let message = said.split(" at line ").next().unwrap_or(said);
    let mut quoted = message.split('`').skip(1).step_by(2);
    let wrong = quoted.next().filter(|_| message.contains("unknown"));
    let meant = wrong.and_then(|wrong| nearest(wrong, quoted));
    match message.split_once(", expected") {
        Some((short, _)) if meant.is_some() => (short, meant),
        _ => (message, meant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_word_is_found() {
        let words = ["cleartext-ftp", "cleartext-http", "weak-cipher", "off", "on"];
        for (wrong, meant) in [
            ("cleartext-htp", Some("cleartext-http")),
            ("weak-ciphers", Some("weak-cipher")),
            ("waek-cipher", Some("weak-cipher")),
            ("offf", Some("off")),
            ("quux", None),
        ] {
            assert_eq!(nearest(wrong, words), meant, "{wrong}");
        }
    }
}
