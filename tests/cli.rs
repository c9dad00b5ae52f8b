//! What a user types and sees: the cases of `tests/cmd/`, and `README.md`.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("tests/cmd/*.trycmd").case("README.md");
}
