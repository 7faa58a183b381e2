//! Every corruption does what its name says and nothing else. The model, which shares no code with
//! the builder, gives the clause.

use vhdx_log_image::{
    Bytes, Checksum, Corruption, Entry, Header, LogGuid, Nth, Overwrite, Patch, Presence, Recipe,
    Signature, Tail, Target,
};
use vhdx_log_model::{Format, Ring, Verdict, entry_at, read};
use vhdx_log_oracle::convert::BuiltImageExt;

/// The clause that this entry, alone in the log, breaks.
fn fault(entry: Entry) -> Option<&'static str> {
    let built = Recipe::with_log([entry.at(5).into()]).build();
    let image = built.to_model();
    let ring = Ring::of_log(&image, built.layout().log_offset, built.layout().log_bytes);
    entry_at(&ring, 5 * 4096, &LogGuid::A.on_disk(), &Format).err()
}

fn refusal(recipe: &Recipe) -> Option<&'static str> {
    match read(&recipe.build().to_model(), &Default::default()) {
        Verdict::Refused(refusal) => Some(refusal.clause),
        _ => None,
    }
}

/// An entry with a data descriptor (index 0), a zero descriptor (1) and another data descriptor
/// (2).
pub(super) fn three() -> Entry {
    Entry::empty()
        .data(Target::Payload(1))
        .zero(Target::Payload(2), 8192)
        .data(Target::Bat(0))
}

#[test]
fn a_corruption_of_an_entry_breaks_the_clause_it_names() {
    let junk = Signature(*b"junk");
    let overwrite = |at| {
        Corruption::Overwrite(Overwrite {
            at,
            bytes: Bytes(vec![9]),
        })
    };
    let cases = [
        (Corruption::Signature(Signature(*b"LOGE")), Some("ENT-1")),
        (Corruption::EntryLength(0), Some("ENT-3")),
        (Corruption::EntryLength(3 * 4096 - 1), Some("ENT-3")),
        (Corruption::EntryLength((1 << 20) + 4096), Some("ENT-3")),
        (Corruption::EntryLength(2 * 4096), Some("ENT-6")),
        (Corruption::EntryLength(4 * 4096), Some("ENT-6")),
        (Corruption::EntryLength(3 * 4096), None),
        (Corruption::Tail(1), Some("ENT-4")),
        (Corruption::Tail(1 << 20), Some("ENT-4")),
        (Corruption::Tail(4096), None),
        (Corruption::SequenceNumber(0), Some("ENT-5")),
        (Corruption::SequenceNumber(101), Some("DSC-2")),
        (Corruption::DescriptorCount(2), Some("ENT-6")),
        (Corruption::DescriptorCount(4), Some("DSC-1")),
        (Corruption::Reserved(1), None),
        (Corruption::Padding(1), Some("ENT-6")),
        (Corruption::Padding(0), None),
        (Corruption::Garbage(b'd'), None),
        (
            Corruption::DescriptorSignature(Nth { index: 1, to: junk }),
            Some("DSC-1"),
        ),
        (
            Corruption::DescriptorSignature(Nth { index: 3, to: junk }),
            None,
        ),
        (
            Corruption::DescriptorSequenceNumber(Nth { index: 2, to: 99 }),
            Some("DSC-2"),
        ),
        (
            Corruption::DescriptorFileOffset(Nth { index: 0, to: 4095 }),
            Some("DSC-3"),
        ),
        (
            Corruption::DescriptorLength(Nth { index: 1, to: 4095 }),
            Some("DSC-4"),
        ),
        (
            Corruption::DescriptorLength(Nth { index: 0, to: 4095 }),
            None,
        ),
        (
            Corruption::DescriptorReserved(Nth { index: 1, to: 1 }),
            None,
        ),
        (
            Corruption::DataSignature(Nth { index: 1, to: junk }),
            Some("DAT-1"),
        ),
        (Corruption::DataSignature(Nth { index: 2, to: junk }), None),
        (
            Corruption::DataSequenceHigh(Nth { index: 0, to: 1 }),
            Some("DAT-2"),
        ),
        (
            Corruption::DataSequenceLow(Nth { index: 1, to: 99 }),
            Some("DAT-2"),
        ),
        (overwrite(64), Some("DSC-1")),
        (overwrite(4096 + 8), None),
        (overwrite(3 * 4096), None),
    ];
    for (corruption, expected) in cases {
        let corrupted = three().corrupt(corruption.clone());
        assert_eq!(fault(corrupted.clone()), expected, "{corruption:?}");
        let plain = corrupted.with_checksum(Checksum::BeforeCorruptions);
        let changes_nothing = fault(plain.clone()).is_none();
        assert_eq!(
            fault(plain),
            if changes_nothing {
                None
            } else {
                expected.or(Some("ENT-2"))
            },
            "before {corruption:?}"
        );
    }
    for guid in [LogGuid::B, LogGuid::Zero, LogGuid::TextOrder] {
        assert_eq!(
            fault(three().with_log_guid(guid)),
            Some("ENT-7"),
            "{guid:?}"
        );
    }
    for checksum in [Checksum::Wrong, Checksum::Explicit(7)] {
        assert_eq!(
            fault(three().with_checksum(checksum)),
            Some("ENT-2"),
            "{checksum:?}"
        );
    }
}

type Change = fn(&mut Header);

#[test]
fn a_corruption_of_the_current_header_breaks_the_clause_it_names() {
    let cases: [(Change, Option<&str>); 14] = [
        (|_| {}, None),
        (|header| header.version = Some(2), Some("HDR-5")),
        (|header| header.log_version = 1, Some("HDR-6")),
        (|header| header.log_length = Some(4096), Some("HDR-7")),
        (|header| header.log_offset = Some(4096), Some("HDR-7")),
        (|header| header.log_offset = Some(0), Some("HDR-8")),
        (|header| header.log_offset = Some(6 << 20), Some("HDR-8")),
        (|header| header.log_length = Some(0), Some("HDR-10")),
        (|header| header.log_guid = LogGuid::B, Some("SEQ-7")),
        (|header| header.reserved = 1, None),
        (
            |header| (header.sequence_number, header.reserved) = (Some(8), 1),
            Some("HDR-4"),
        ),
        (|header| header.presence = Presence::Twin, None),
        // Header 1 is current when header 2 is not valid.
        (
            |header| (header.version, header.checksum) = (Some(2), Checksum::Wrong),
            None,
        ),
        (
            |header| (header.version, header.presence) = (Some(2), Presence::Absent),
            None,
        ),
    ];
    for (index, (change, expected)) in cases.into_iter().enumerate() {
        let mut recipe = Recipe::default().run(0, 2, [Target::Payload(0)]);
        change(&mut recipe.header_2);
        assert_eq!(refusal(&recipe), expected, "case {index}: {recipe}");
    }
    let mut recipe = Recipe::default().run(0, 2, [Target::Payload(0)]);
    recipe.header_2.version = Some(2);
    recipe.header_2.signature = Some(Signature(*b"HEAD"));
    assert_eq!(refusal(&recipe), None, "a header with another signature");
}

#[test]
fn without_a_valid_header_the_file_is_refused() {
    let cases: [(Change, Option<&str>); 4] = [
        (|header| header.presence = Presence::Absent, Some("HDR-3")),
        (|header| header.presence = Presence::Twin, Some("HDR-3")),
        (
            |header| (header.checksum, header.reserved) = (Checksum::BeforeCorruptions, 1),
            Some("HDR-3"),
        ),
        (|header| header.checksum = Checksum::BeforeCorruptions, None),
    ];
    for (index, (change, expected)) in cases.into_iter().enumerate() {
        let mut recipe = Recipe::default().run(0, 2, []);
        change(&mut recipe.header_1);
        change(&mut recipe.header_2);
        assert_eq!(refusal(&recipe), expected, "case {index}: {recipe}");
    }
}

#[test]
fn targets_are_where_their_names_say() {
    let at = |target| refusal(&Recipe::with_log([Entry::empty().data(target).into()]));
    for target in [
        Target::Payload(0),
        Target::Bat(0),
        Target::Metadata(0),
        Target::RegionTable(0),
        Target::Beyond(0),
    ] {
        assert_eq!(at(target), None, "{target:?}");
    }
    assert_eq!(at(Target::Identifier(15)), Some("DSC-6"));
    assert_eq!(at(Target::Header(31)), Some("DSC-6"));
    assert_eq!(at(Target::Header(32)), None);
    assert_eq!(at(Target::Log(0)), Some("DSC-7"));
    assert_eq!(at(Target::Log(255)), Some("DSC-7"));
    assert_eq!(at(Target::At((1 << 63) - 4096)), Some("DSC-5"));
}

#[test]
fn lengths_and_patches_reach_the_file() {
    let plain = Recipe::default().run(0, 1, []);
    assert_eq!(
        refusal(&Recipe {
            length: Some(6 << 20),
            ..plain.clone()
        }),
        None
    );
    assert_eq!(
        refusal(&Recipe {
            length: Some((6 << 20) - 1),
            ..plain.clone()
        }),
        Some("SEQ-8")
    );
    assert_eq!(
        refusal(&Recipe {
            length: Some((2 << 20) - 1),
            ..plain.clone()
        }),
        Some("HDR-8")
    );
    assert_eq!(
        refusal(&Recipe {
            length: Some(0),
            ..plain.clone()
        }),
        Some("FID-1")
    );
    let patch = |at| {
        vec![Patch {
            at,
            bytes: Bytes(vec![0xEE, 0xEE]),
        }]
    };
    assert_eq!(
        refusal(&Recipe {
            patches: patch(7),
            ..plain.clone()
        }),
        Some("FID-1")
    );
    assert_eq!(
        refusal(&Recipe {
            patches: patch((1 << 20) + 4095),
            ..plain.clone()
        }),
        Some("SEQ-7")
    );
    let signature = Some(Bytes(b"VHDXFILE".to_vec()));
    let identifier = vhdx_log_image::Identifier {
        signature,
        creator: String::new(),
    };
    assert_eq!(
        refusal(&Recipe {
            identifier,
            ..plain
        }),
        Some("FID-1")
    );
}

#[test]
fn an_entry_of_n_sectors_has_n_sectors() {
    for sectors in [1, 2, 3, 127, 128, 129, 130, 255, 256] {
        let entry = Entry::of_sectors(sectors);
        assert_eq!(entry.sectors(Recipe::default().build().layout()), sectors);
        assert_eq!(fault(entry), None, "{sectors}");
    }
    assert_eq!(fault(Entry::of_sectors(257)), Some("ENT-3"));
    assert_eq!(
        refusal(&Recipe::with_log([Entry::of_sectors(256)
            .at(200)
            .with_tail(Tail::Own)
            .into()])),
        None
    );
}
