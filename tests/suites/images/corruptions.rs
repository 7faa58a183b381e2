//! Every corruption does what it says and nothing else: the model, which shares no code with the builder,
//! names the clause.

use vhdx_log_image::{
    Bytes, Checksum, Content, Corruption, Entry, Header, Leftover, LogGuid, Nth, Overwrite, Patch,
    Presence, Recipe, SECTOR_BYTES, Signature, Tail, Target, Tear, guest, pattern,
};
use vhdx_log_model::{Format, Replay, Ring, Verdict, entry_at, read};
use vhdx_log_oracle::convert::{BuiltImageExt, ModelSource};

/// The clause by which this entry, alone in the log, is not valid.
fn fault(entry: Entry) -> Option<&'static str> {
    let built = Recipe::with_log([entry.at(5).into()]).build();
    let image = built.to_model();
    let ring = Ring::of_log(&image, built.layout().log_offset, built.layout().log_bytes);
    entry_at(&ring, 5 * 4096, &LogGuid::A.on_disk(), &Format).err()
}

fn verdict(recipe: &Recipe) -> Verdict {
    read(&recipe.build().to_model(), &Default::default())
}

fn refusal(recipe: &Recipe) -> Option<&'static str> {
    match verdict(recipe) {
        Verdict::Refused(refusal) => Some(refusal.clause),
        _ => None,
    }
}

fn replayed(recipe: &Recipe) -> Replay {
    match verdict(recipe) {
        Verdict::Replayed(replay) => replay,
        other => panic!("not replayed: {other:?}\n{recipe}"),
    }
}

/// An entry with a data descriptor (index 0), a zero descriptor (1) and another data descriptor
/// (2).
fn three() -> Entry {
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

#[test]
fn a_corruption_of_a_header_breaks_the_clause_it_names() {
    let current = |header: Header| {
        let mut recipe = Recipe::default().run(0, 2, [Target::Payload(0)]);
        recipe.header_2 = header;
        refusal(&recipe)
    };
    let both = |header: Header| {
        let recipe = Recipe {
            header_1: header.clone(),
            header_2: header,
            ..Recipe::default().run(0, 2, [])
        };
        refusal(&recipe)
    };
    let plain = Header::default;
    assert_eq!(current(plain()), None);
    assert_eq!(
        current(Header {
            version: Some(2),
            ..plain()
        }),
        Some("HDR-5")
    );
    assert_eq!(
        current(Header {
            log_version: 1,
            ..plain()
        }),
        Some("HDR-6")
    );
    assert_eq!(
        current(Header {
            log_length: Some(4096),
            ..plain()
        }),
        Some("HDR-7")
    );
    assert_eq!(
        current(Header {
            log_offset: Some(4096),
            ..plain()
        }),
        Some("HDR-7")
    );
    assert_eq!(
        current(Header {
            log_offset: Some(0),
            ..plain()
        }),
        Some("HDR-8")
    );
    assert_eq!(
        current(Header {
            log_offset: Some(6 << 20),
            ..plain()
        }),
        Some("HDR-8")
    );
    assert_eq!(
        current(Header {
            log_length: Some(0),
            ..plain()
        }),
        Some("HDR-10")
    );
    assert_eq!(
        current(Header {
            log_guid: LogGuid::B,
            ..plain()
        }),
        Some("SEQ-7")
    );
    assert_eq!(
        current(Header {
            reserved: 1,
            ..plain()
        }),
        None
    );
    assert_eq!(
        current(Header {
            sequence_number: Some(8),
            reserved: 1,
            ..plain()
        }),
        Some("HDR-4")
    );
    assert_eq!(
        current(Header {
            presence: Presence::Twin,
            ..plain()
        }),
        None
    );
    // Header 1 takes over when header 2 is not valid.
    assert_eq!(
        current(Header {
            version: Some(2),
            checksum: Checksum::Wrong,
            ..plain()
        }),
        None
    );
    assert_eq!(
        current(Header {
            version: Some(2),
            signature: Some(Signature(*b"HEAD")),
            ..plain()
        }),
        None
    );
    assert_eq!(
        current(Header {
            version: Some(2),
            presence: Presence::Absent,
            ..plain()
        }),
        None
    );
    assert_eq!(
        both(Header {
            presence: Presence::Absent,
            ..plain()
        }),
        Some("HDR-3")
    );
    assert_eq!(
        both(Header {
            presence: Presence::Twin,
            ..plain()
        }),
        Some("HDR-3")
    );
    assert_eq!(
        both(Header {
            checksum: Checksum::BeforeCorruptions,
            reserved: 1,
            ..plain()
        }),
        Some("HDR-3")
    );
    assert_eq!(
        both(Header {
            checksum: Checksum::BeforeCorruptions,
            ..plain()
        }),
        None
    );
}

#[test]
fn targets_are_what_they_are_called() {
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
fn a_replay_writes_the_contents_that_were_asked_for() {
    let entry = three()
        .content(Target::Payload(9), Content::Pattern(77))
        .content(Target::Payload(0), Content::Zeros)
        .content(Target::Bat(0), Content::BlockTable(3))
        .content(Target::Metadata(0), Content::Original);
    let recipe = Recipe::with_log([Entry::empty().into(), entry.into()]);
    let (built, replay) = (recipe.build(), replayed(&recipe));
    let payload = built.layout().block_offset(0) / 4096;
    let expect = |pattern, number| {
        let mut sector = [0; SECTOR_BYTES];
        pattern::fill(&mut sector, pattern, number);
        assert_eq!(*replay.image.bytes(number), sector, "sector {number}");
    };
    expect(pattern::own(101, 0), payload + 1);
    expect(77, payload + 9);
    expect(pattern::ORIGINAL, payload + 4);
    for zeroed in [0, 2, 3] {
        assert_eq!(*replay.image.bytes(payload + zeroed), [0; SECTOR_BYTES]);
        assert_ne!(*built.to_model().bytes(payload + zeroed), [0; SECTOR_BYTES]);
    }
    let changed: Vec<u64> = replay
        .image
        .difference(&built.to_model())
        .into_iter()
        .collect();
    let bat = built.layout().bat_offset / 4096;
    assert_eq!(
        changed,
        [
            bat,
            payload,
            payload + 1,
            payload + 2,
            payload + 3,
            payload + 9
        ]
    );

    // The third block is named by the BAT now, and lies where the file would have to grow.
    let third = guest::Disk::open(ModelSource(&replay.image))
        .unwrap()
        .read(512, &mut [0; SECTOR_BYTES]);
    assert!(
        matches!(
            third,
            Err(guest::GuestError::Outside {
                what: "payload block",
                ..
            })
        ),
        "{third:?}"
    );
}

#[test]
fn a_tear_leaves_what_it_says() {
    let torn = |left| {
        let tear = Tear {
            piece: 9,
            pieces: Some(2),
            left,
        };
        let entry = Entry {
            tears: vec![tear],
            ..three().at(255)
        };
        Recipe::default()
            .stale_run(0, 3, [Target::Payload(0)])
            .then(entry)
            .build()
    };
    let (older, whole) = (
        Recipe::default()
            .stale_run(0, 3, [Target::Payload(0)])
            .build(),
        torn(Leftover::Zeros),
    );
    for (left, expected) in [
        (
            Leftover::Older,
            older.sector(256).unwrap()[512..1536].to_vec(),
        ),
        (Leftover::Zeros, vec![0; 1024]),
        (Leftover::Pattern(5), {
            let mut sector = [0; SECTOR_BYTES];
            pattern::fill(&mut sector, 5, 256);
            sector[512..1536].to_vec()
        }),
    ] {
        // The entry begins in the last sector of the ring: piece 9 is in the ring's first one.
        let built = torn(left);
        let first = built.sector(256).unwrap();
        assert_eq!(first[512..1536], expected, "{left:?}");
        assert_eq!(first[..512], whole.sector(256).unwrap()[..512]);
        assert_eq!(first[1536..], whole.sector(256).unwrap()[1536..]);
        assert_eq!(built.sector(511), whole.sector(511));
    }
}

#[test]
fn an_entry_is_as_long_as_asked_for() {
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

#[test]
fn a_pattern_tells_bytes_sectors_and_pieces_apart() {
    let fill = |pattern, number| {
        let mut sector = [0; SECTOR_BYTES];
        pattern::fill(&mut sector, pattern, number);
        sector
    };
    for (pattern, number) in [
        (0, 0),
        (pattern::own(100, 0), 768),
        (u32::MAX, u64::MAX),
        (pattern::ORIGINAL, 1024),
    ] {
        let sector = fill(pattern, number);
        let mut apart = [&sector[..8], &sector[SECTOR_BYTES - 4..]].concat();
        apart.sort_unstable();
        apart.dedup();
        assert_eq!(
            apart.len(),
            12,
            "the bytes that a descriptor carries are all different"
        );
        assert!(!apart.contains(&0));
        let mut pieces: Vec<&[u8]> = sector.chunks(512).collect();
        pieces.sort_unstable();
        pieces.dedup();
        assert_eq!(pieces.len(), 8);
    }
    assert_ne!(fill(1, 5)[..16], fill(2, 5)[..16]);
    assert_ne!(fill(1, 5)[..16], fill(1, 6)[..16]);
    assert_ne!(pattern::own(100, 1), pattern::own(101, 0));
}
