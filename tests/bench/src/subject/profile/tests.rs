//! Profiles that make sense, and those that do not.

use super::Profile;

const GOOD: &str = "\
name = \"tool\"
title = \"a tool\"
program = [\"tool\"]
repair = \"{program} --repair {image}\"
";

#[test]
fn every_shipped_profile_makes_sense_and_has_the_name_of_its_file() {
    let names: Vec<String> = Profile::shipped().map(|profile| profile.name).collect();
    let files = super::SHIPPED.map(|(name, _)| name);
    assert_eq!(names, files);
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_the_name_that_was_meant() {
    for (more, said) in [
        (
            "exprot = \"x {image}\"",
            "line 5, column 1: unknown key `exprot`; the nearest are export, exit",
        ),
        (
            "opens = \"for-readin\"",
            "line 5, column 9: unknown variant `for-readin`",
        ),
        (
            "version = 3",
            "line 5, column 11: invalid type: integer `3`, expected a string",
        ),
        ("version = \"x", "line 5, column 13: "),
        (
            "export = \"x {imag}\"",
            "line 5, column 11: `export`: `x {imag}`: unknown placeholder {imag}",
        ),
        (
            "export = \"x {output}\"",
            "line 5, column 11: `export`: `x {output}`: {image} is missing",
        ),
        (
            "export = \"x '{image}\"",
            "line 5, column 11: `export`: `x '{image}`: a quote is not closed",
        ),
        (
            "script = \"disect.py\"",
            "line 5, column 11: unknown script `disect.py`; available: dissect.py",
        ),
        (
            "[readings]\n\"RPL-55\" = \"x\"",
            "line 6, column 2: unknown OPEN clause `RPL-55`; the nearest",
        ),
        (
            "[readings]\nSEQ-4 = \"x\"",
            "line 6, column 1: unknown OPEN clause `SEQ-4`",
        ),
        (
            "[readings]\nRPL-5 = \"refuze\"",
            "line 6, column 10: unknown reading of RPL-5 `refuze`; ",
        ),
        (
            "[[message]]\ncontains = \"x\"\nclause = \"SEQ-44\"",
            "line 7, column 11: unknown clause `SEQ-44`; the nearest are SEQ-4",
        ),
        (
            "[exit]\naccepted = [0, 1]",
            "line 5, column 2: exit code 1 has two meanings",
        ),
        (
            "[exit]\nrefused = []",
            "line 5, column 2: no exit code means refused",
        ),
        (
            "[exit]\nacepted = [0]",
            "line 6, column 1: unknown key `acepted`; available: accepted, refused",
        ),
    ] {
        let error = Profile::parse(&format!("{GOOD}{more}\n")).expect_err(more);
        let error = error.to_string();
        assert!(error.starts_with(said), "{more}\n{error}\n{said}");
    }
    assert!(Profile::parse(GOOD).is_ok());
    let error = Profile::named("qemuu").expect_err("no such profile");
    assert!(error.to_string().contains("the nearest"), "{error}");
}
