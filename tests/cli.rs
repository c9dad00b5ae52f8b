//! What a user types and sees: the cases of `tests/cmd/`, `README.md`, and the examples of the documentation.

#[test]
fn cases() {
    trycmd::TestCases::new()
        .case("tests/cmd/*.toml")
        .case("tests/cmd/*.trycmd")
        .case("docs/configuration.md")
        .case("docs/baseline.md")
        .case("README.md");
}
