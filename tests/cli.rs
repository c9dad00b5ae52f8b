//! What a user types and sees: the cases of `tests/cmd/`.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("tests/cmd/*.trycmd");
}
