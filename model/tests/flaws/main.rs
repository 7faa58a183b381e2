//! The catalogue of flaws: each one shows on an image of its own, no two are the same, and none
//! panics.

mod images;
#[path = "../small/mod.rs"]
mod small;

use vhdx_log_model::{
    Access, Flaw, Image, Options, Ring, SECTOR, Suspects, Verdict, flaws, read, read_with, search,
};

use images::image_of;
use small::*;

/// The flaw that shows only on a ring smaller than any log of a file.
const PAST_THE_LOG: &str = "entry-longer-than-log-accepted";

/// Whether two verdicts differ in what happens to the file. The clause of a refusal does not count.
fn differ(format: &Verdict, flawed: &Verdict) -> bool {
    match (format, flawed) {
        (Verdict::Refused(right), Verdict::Refused(wrong)) => {
            (right.clause == "HANG") != (wrong.clause == "HANG")
                || right.operations != wrong.operations
        }
        (right, wrong) => right != wrong,
    }
}

fn all_options() -> [Options; 4] {
    let options = |access, max_file_size| Options {
        access,
        max_file_size,
        fresh_guid: *b"0f1e2d3c4b5a6978",
    };
    [
        options(Access::ReadOnly, Options::default().max_file_size),
        options(Access::Writable, Options::default().max_file_size),
        options(Access::ReadOnly, u64::MAX),
        options(Access::Writable, 5 * MIB),
    ]
}

#[test]
fn every_flaw_shows_on_its_image() {
    let hidden: Vec<_> = flaws()
        .iter()
        .filter(|flaw| flaw.name != PAST_THE_LOG)
        .filter(|flaw| {
            let image = image_of(flaw.name).image;
            let same = |o: &Options| !differ(&read(&image, o), &read_with(&image, o, flaw.rules));
            all_options().iter().all(same)
        })
        .map(|flaw| flaw.name)
        .collect();
    assert!(
        hidden.is_empty(),
        "their images do not show these flaws: {hidden:?}"
    );
}

/// Images that distinguish flaws which refuse, or accept, all images of [`image_of`] alike.
const DISTINGUISHING: [fn(&mut Small); 14] = [
    // A newer sequence before a longer one that has only its last entry to replay.
    |s| {
        s.entry(65536, 50, 65536, &[Data(TARGET, 9)]);
        for n in 0..3 {
            let offset = 131_072 + n * 8192;
            s.entry(offset, 5 + n, offset, &[Data(TARGET, n as u8)]);
        }
    },
    |s| _ = s.first_entry().lengths(0, LENGTH - MIB, LENGTH),
    |s| _ = s.first_entry().seal_over(0, 64),
    |s| _ = s.entry(0, 5, 0, &many(127)).seal_over(0, 8192),
    |s| {
        s.guid = *b"abbaccdd01234567";
        let guid = s.guid;
        s.first_entry()
            .both_headers(|header| header.log_guid = guid);
    },
    // The 127th descriptor is 64 bytes too late.
    |s| {
        s.entry(0, 5, 0, &many(127));
        let late: [u8; 32] = s.image.bytes(LOG / SECTOR + 1)[..32].try_into().unwrap();
        s.log_write(4096, b"junk").change(0, 4096 + 64, &late);
    },
    |s| wrapped_with_copy(s, b""),
    |s| wrapped_with_copy(s, b"other"),
    |s| _ = s.run_of_three(16384).lengths(0, LENGTH + MIB, LENGTH),
    |s| _ = s.entry(0, 5, 0, &[Data(0, 1)]),
    |s| {
        s.image.set_length(LENGTH + 512);
        s.first_entry().lengths(0, LENGTH + 512, LENGTH);
    },
    |s| s.first_entry().image.write(0, b"junk"),
    // A torn header that claims the whole log, before the only entry.
    |s| {
        s.entry(0, 4, 0, &[])
            .log_write(8, &(MIB as u32).to_le_bytes());
        s.entry(SECTOR, 5, SECTOR, &[Data(TARGET, 1)]);
    },
    // An older entry, and directly behind it a run of two.
    |s| {
        s.first_entry()
            .entry(8192, 9, 8192, &[Data(TARGET, 2)])
            .entry(16384, 10, 16384, &[Data(TARGET, 3)]);
    },
];

/// A wrapped entry, and past the log a copy of its data sector with these bytes changed.
fn wrapped_with_copy(s: &mut Small, changed: &[u8]) {
    s.entry(LAST, 5, LAST, &[Data(TARGET, 1)]);
    let data = *s.image.bytes(LOG / SECTOR);
    s.image.write(LOG + MIB, &data);
    s.image.write(LOG + MIB + 100, changed);
}

fn built(build: &fn(&mut Small)) -> Small {
    let mut small = Small::dirty();
    build(&mut small);
    small
}

#[test]
fn no_two_flaws_behave_the_same() {
    let listed: Vec<_> = flaws()
        .iter()
        .filter(|flaw| flaw.name != PAST_THE_LOG)
        .collect();
    let images: Vec<_> = listed
        .iter()
        .map(|flaw| image_of(flaw.name))
        .chain(DISTINGUISHING.iter().map(built))
        .collect();
    let [reading, writing, unlimited, _] = all_options();
    // Groups of flaws that no image has distinguished so far.
    let mut alike = vec![listed];
    for (image, options) in images
        .iter()
        .flat_map(|s| [reading, writing, unlimited].map(|options| (&s.image, options)))
    {
        alike.retain(|flaws| flaws.len() > 1);
        alike = alike
            .into_iter()
            .flat_map(|flaws| by_verdict(flaws, image, &options))
            .collect();
    }
    alike.retain(|flaws| flaws.len() > 1);
    let names: Vec<Vec<_>> = alike
        .iter()
        .map(|flaws| flaws.iter().map(|flaw| flaw.name).collect())
        .collect();
    assert!(
        names.is_empty(),
        "no image distinguishes these flaws: {names:?}"
    );
}

/// Flaws grouped by their verdict on an image.
fn by_verdict<'f>(flaws: Vec<&'f Flaw>, image: &Image, options: &Options) -> Vec<Vec<&'f Flaw>> {
    let mut groups: Vec<(Verdict, Vec<&Flaw>)> = Vec::new();
    for flaw in flaws {
        let verdict = read_with(image, options, flaw.rules);
        match groups
            .iter_mut()
            .find(|(other, _)| !differ(other, &verdict))
        {
            Some((_, same)) => same.push(flaw),
            None => groups.push((verdict, vec![flaw])),
        }
    }
    groups.into_iter().map(|(_, flaws)| flaws).collect()
}

#[test]
fn an_entry_of_three_sectors_in_a_log_of_two_is_found_by_the_flaw_alone() {
    let mut s = Small::dirty();
    s.image = Image::new(3 * SECTOR);
    s.log = (0, 3 * SECTOR);
    s.entry(0, 5, 0, &[Data(TARGET, 1), Data(TARGET + SECTOR, 2)]);
    let ring = Ring::of_log(&s.image, 0, 2 * SECTOR);
    let flaw = vhdx_log_model::flaw(PAST_THE_LOG).unwrap();
    assert_eq!(search(&ring, &GUID, &vhdx_log_model::Format), None);
    assert!(search(&ring, &GUID, flaw.rules).is_some());
}

#[test]
fn the_catalogue_has_unique_kebab_case_names_and_clause_ids() {
    let names: std::collections::BTreeSet<_> = flaws().iter().map(|flaw| flaw.name).collect();
    assert_eq!(names.len(), flaws().len());
    assert!(names.len() >= 75);
    for flaw in flaws() {
        assert!(
            flaw.name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        );
        assert!(
            !flaw.clauses.is_empty() && flaw.clauses.iter().all(|clause| clause.contains('-')),
            "{flaw:?}"
        );
        assert!(!flaw.description.is_empty() && !flaw.shown_by.is_empty());
        assert_eq!(
            vhdx_log_model::flaw(flaw.name).map(|found| found.name),
            Some(flaw.name)
        );
    }
}

/// Values that overflow, wrap or align badly.
const EXTREMES: [u64; 8] = [
    0,
    1,
    4096,
    u64::MAX,
    1 << 63,
    (1 << 63) - 4096,
    u64::MAX - 4095,
    0xFFFF_F000,
];

#[test]
fn on_any_or_corrupted_image_no_flawed_reader_panics_or_loops_and_only_suspects_differ() {
    let all = Suspects::new(flaws());
    let mut random = 1u64;
    let mut next = move |below: u64| {
        random = random
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (random >> 33) % below
    };
    let images: Vec<_> = flaws()
        .iter()
        .filter(|flaw| flaw.name != PAST_THE_LOG)
        .map(|flaw| image_of(flaw.name))
        .collect();
    for mut s in images {
        for _ in 0..4 {
            let [reading, writing, unlimited, _] = all_options();
            for options in [reading, writing, unlimited] {
                let (right, suspects) = all.of(|rules| read_with(&s.image, &options, rules));
                for flaw in flaws() {
                    let is_same = read_with(&s.image, &options, flaw.rules) == right;
                    let is_suspect = suspects.iter().any(|suspect| suspect.name == flaw.name);
                    assert!(is_same || is_suspect, "{flaw:?}");
                }
            }
            corrupt(&mut s, &mut next);
        }
    }
}

/// Changes a field of an entry or a descriptor, and updates the checksum.
fn corrupt(s: &mut Small, next: &mut impl FnMut(u64) -> u64) {
    let value = EXTREMES[next(8) as usize].to_le_bytes();
    let starts: Vec<u64> = (0..256)
        .map(|n| n * SECTOR)
        .filter(|at| s.image.bytes((s.log.0 + at) / SECTOR).starts_with(b"loge"))
        .collect();
    if starts.is_empty() {
        return;
    }
    let (start, at) = (starts[next(starts.len() as u64) as usize], 8 + 4 * next(24));
    let is_u64 = at % 8 == 0 && at != 8 && at != 24;
    s.log_write(start + at, &value[..if is_u64 { 8 } else { 4 }]);
    let claimed = s.image.bytes((s.log.0 + start) / SECTOR)[8..12].try_into();
    let claimed = u32::from_le_bytes(claimed.expect("four bytes"));
    s.seal_over(start, u64::from(claimed).min(1 << 20));
}
