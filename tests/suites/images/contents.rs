//! What a built image contains, byte for byte: contents of descriptors, tears, patterns.

use vhdx_log_image::{
    Content, Entry, Leftover, Recipe, SECTOR_BYTES, Target, Tear, guest, pattern,
};
use vhdx_log_model::{Replay, Verdict, read};
use vhdx_log_oracle::convert::{BuiltImageExt, ModelSource};

use super::corruptions::three;

fn replayed(recipe: &Recipe) -> Replay {
    match read(&recipe.build().to_model(), &Default::default()) {
        Verdict::Replayed(replay) => replay,
        _ => panic!("not replayed: {recipe}"),
    }
}

#[test]
fn a_replay_writes_the_contents_of_the_recipe() {
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

    // The BAT has an entry for the third block now, past the end of the file.
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
fn a_tear_leaves_what_its_name_says() {
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
        // The entry starts in the last sector of the ring, so piece 9 is in the first one.
        let built = torn(left);
        let first = built.sector(256).unwrap();
        assert_eq!(first[512..1536], expected, "{left:?}");
        assert_eq!(first[..512], whole.sector(256).unwrap()[..512]);
        assert_eq!(first[1536..], whole.sector(256).unwrap()[1536..]);
        assert_eq!(built.sector(511), whole.sector(511));
    }
}

#[test]
fn patterns_differ_in_every_byte_sector_and_piece() {
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
