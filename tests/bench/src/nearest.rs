//! Usage errors about names: what is unknown, and the known names nearest to it.

use std::cmp::Reverse;

/// How many names are suggested.
const SUGGESTIONS: usize = 3;

/// Up to this many names are listed in full.
const SHORT_LIST: usize = 8;

/// Names less similar than this are not worth suggesting.
const LEAST_SIMILARITY: f64 = 0.5;

/// "unknown clause `SEQ-44`; the nearest are SEQ-4, ...". For a name that resembles none,
/// `elsewhere` says where all names are listed; when it is empty they are listed here.
pub fn unknown<'a>(
    kind: &str,
    given: &str,
    names: impl IntoIterator<Item = &'a str>,
    elsewhere: &str,
) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let near = nearest(given, &names);
    if names.len() <= SHORT_LIST || (near.is_empty() && elsewhere.is_empty()) {
        return format!("unknown {kind} `{given}`; available: {}", names.join(", "));
    }
    match near[..] {
        [] => format!("unknown {kind} `{given}`; {elsewhere}"),
        [only] => format!("unknown {kind} `{given}`; the nearest is {only}"),
        ref several => {
            let several = several.join(", ");
            format!("unknown {kind} `{given}`; the nearest are {several}")
        }
    }
}

/// The names most like the given one: first those that contain it, then by edit distance.
fn nearest<'a>(given: &str, names: &[&'a str]) -> Vec<&'a str> {
    let given = given.to_ascii_lowercase();
    let mut ranked: Vec<_> = names
        .iter()
        .filter_map(|&name| {
            let lower = name.to_ascii_lowercase();
            let contains = !given.is_empty() && lower.contains(&given);
            let similarity = strsim::normalized_damerau_levenshtein(&given, &lower);
            (contains || similarity >= LEAST_SIMILARITY).then_some((contains, similarity, name))
        })
        .collect();
    // Stable: equally near names stay in their order.
    ranked.sort_by(|one, other| {
        let contains = Reverse(one.0).cmp(&Reverse(other.0));
        contains.then(other.1.total_cmp(&one.1))
    });
    let names = ranked.into_iter().map(|(.., name)| name);
    names.take(SUGGESTIONS).collect()
}

#[cfg(test)]
mod tests {
    use super::unknown;

    const CLAUSES: [&str; 10] = [
        "FID-1", "HDR-1", "HDR-2", "ENT-1", "SEQ-1", "SEQ-2", "SEQ-3", "SEQ-4", "RPL-1", "RPL-2",
    ];

    #[test]
    fn the_nearest_names_are_suggested() {
        for (given, said) in [
            ("SEQ-44", "the nearest are SEQ-4, SEQ-1, SEQ-2"),
            ("rpl", "the nearest are RPL-1, RPL-2"),
            ("ZZZ", "see the list"),
            ("", "see the list"),
        ] {
            let message = unknown("clause", given, CLAUSES, "see the list");
            assert!(
                message.starts_with(&format!("unknown clause `{given}`; {said}")),
                "{message}"
            );
        }
    }

    #[test]
    fn a_short_list_is_given_in_full() {
        assert_eq!(
            unknown("subject", "cor", ["core", "model"], ""),
            "unknown subject `cor`; available: core, model"
        );
    }
}
