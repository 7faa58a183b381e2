//! The parts of a report one by one: lists, sizes, escapes, the picture.

use vhdx_log_inspect::document::list::{Filling, List};
use vhdx_log_inspect::document::picture::{MAX_ROWS, Picture, Sector};
use vhdx_log_inspect::{
    document::escape::printable,
    print::size::{Size, count},
};

fn filled(count: u64, all: bool) -> List<u64> {
    let mut filling = Filling::new(all);
    (0..count).for_each(|item| filling.push(item));
    filling.finish()
}

#[test]
fn a_list_of_up_to_64_items_is_complete() {
    assert_eq!(
        filled(64, false),
        List {
            total: 64,
            omitted: 0,
            items: (0..64).collect()
        }
    );
}

#[test]
fn a_longer_list_keeps_both_ends_in_order() {
    for count in [65, 66, 88, 89, 1000] {
        let list = filled(count, false);
        assert_eq!(list.omitted, count - 48);
        let (first, last) = list.parts();
        assert_eq!(first, (0..24).collect::<Vec<_>>());
        assert_eq!(last, (count - 24..count).collect::<Vec<_>>());
    }
}

#[test]
fn a_list_of_all_items_elides_none() {
    assert_eq!(filled(1000, true).items.len(), 1000);
}

#[test]
fn the_first_item_can_be_removed() {
    for count in [1, 64, 65, 100] {
        let mut filling = Filling::new(false);
        (0..count).for_each(|item: u64| filling.push(item));
        filling.remove_first();
        filling.push(count);
        let list = filling.finish();
        assert_eq!(list.total, count);
        assert_eq!(
            (list.items.first(), list.items.last()),
            (Some(&1), Some(&count))
        );
    }
}

#[test]
fn a_size_is_printed_exactly() {
    let lengths = [
        0,
        1,
        4096,
        4097,
        37_748_736,
        3 << 40,
        6_267_928_576,
        (1 << 20) + 1,
    ];
    let shown = lengths.map(|bytes| Size(bytes).to_string());
    let expected = [
        "0 bytes",
        "1 byte",
        "4 KiB",
        "4097 bytes",
        "36 MiB",
        "3 TiB",
        "5.8 GiB (6267928576 bytes)",
        "1.0 MiB (1048577 bytes)",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_size_is_parsed_with_or_without_a_unit() {
    for (text, bytes) in [
        ("0", 0),
        ("4096", 4096),
        ("0x1000", 4096),
        ("36MiB", 36 << 20),
        ("2 tib", 2 << 40),
    ] {
        assert_eq!(text.parse(), Ok(Size(bytes)), "{text}");
    }
    for text in [
        "",
        "MiB",
        "-1",
        "1.5GiB",
        "12 apples",
        "17000000TiB",
        "36MB",
    ] {
        assert!(text.parse::<Size>().is_err(), "{text}");
    }
}

#[test]
fn terminal_control_characters_are_escaped() {
    assert_eq!(
        printable("a\u{1b}[2Jb\n\u{202e}ü"),
        "a\\u{1b}[2Jb\\n\\u{202e}ü"
    );
}

#[test]
fn nouns_have_plurals() {
    assert_eq!(
        [count(1, "entry"), count(2, "entry"), count(0, "sector")],
        ["1 entry", "2 entries", "0 sectors"]
    );
}

#[test]
fn every_kind_of_sector_has_a_character_of_its_own() {
    let characters: std::collections::BTreeSet<_> =
        Sector::ALL.into_iter().map(Sector::character).collect();
    assert_eq!(characters.len(), Sector::ALL.len());
    assert!(
        Sector::ALL.is_sorted_by(|more, less| more > less),
        "the most telling first"
    );
}

#[test]
fn each_sector_has_a_character_while_the_rows_suffice() {
    let fits = Picture::new(&vec![Sector::Empty; 64 * MAX_ROWS], 64);
    assert_eq!((fits.sectors_per_character, fits.rows.len()), (1, MAX_ROWS));
    let folded = Picture::new(&vec![Sector::Empty; 64 * MAX_ROWS + 1], 64);
    assert_eq!(
        (folded.sectors_per_character, folded.rows.len()),
        (2, MAX_ROWS / 2 + 1)
    );
    let longest = Picture::new(&vec![Sector::Empty; 1 << 20], 64);
    assert_eq!(
        (longest.sectors_per_character, longest.rows.len()),
        (512, MAX_ROWS)
    );
}

#[test]
fn sectors_that_share_a_character_show_the_most_significant() {
    let mut sectors = vec![Sector::Empty; 128 * MAX_ROWS];
    let pairs = [
        (Sector::Empty, Sector::Stray),
        (Sector::Stale, Sector::TornRest),
        (Sector::ActiveRest, Sector::Head),
        (Sector::Tail, Sector::Head),
        (Sector::Head, Sector::Tail),
    ];
    for (pair, (one, other)) in sectors.chunks_mut(2).zip(pairs) {
        pair.copy_from_slice(&[one, other]);
    }
    assert!(Picture::new(&sectors, 64).rows[0].starts_with("?xHBB."));
}
