//! Recipes: they survive JSON and the compact form, and their images never change.

use sha2::{Digest, Sha256};
use vhdx_log_image::{
    Bytes, Checksum, Content, Corruption, Data, Descriptor, Entry, Fill, Filling, Guid, LogGuid,
    Nth, Patch, Recipe, Signature, Tail, Target,
};
use vhdx_log_model::Verdict;
use vhdx_log_oracle::convert::BuiltImageExt;

fn replay(recipe: &Recipe) -> vhdx_log_model::Replay {
    match vhdx_log_model::read(&recipe.build().to_model(), &Default::default()) {
        Verdict::Replayed(replay) => replay,
        other => panic!("not replayed: {other:?}\n{recipe}"),
    }
}

/// A recipe in which nothing is left out.
fn elaborate() -> Recipe {
    let mut recipe = Recipe::default()
        .stale_run(250, 3, [Target::Bat(0), Target::Beyond(1)])
        .then(Fill {
            at: vhdx_log_image::Place::Sector(9),
            sectors: 3,
            with: Filling::Claims(1 << 20),
        })
        .run(254, 2, [Target::Metadata(0)])
        .then(
            Entry::empty()
                .numbered(u64::MAX)
                .with_tail(Tail::Explicit(4096))
                .with_log_guid(LogGuid::Explicit(Guid(
                    "00112233-4455-6677-8899-aabbccddeeff".parse().unwrap(),
                )))
                .content(Target::At(1 << 62), Content::BlockTable(3))
                .zero(Target::RegionTable(16), 4096)
                .descriptor(Descriptor::Data(Data {
                    target: Target::Log(4),
                    content: Content::Pattern(7),
                    more: 130,
                }))
                .corrupt(Corruption::DescriptorSignature(Nth {
                    index: 2,
                    to: Signature([0, b'd', 255, b'"']),
                }))
                .corrupt(Corruption::Padding(2))
                .with_checksum(Checksum::BeforeCorruptions)
                .torn_at_piece(9),
        );
    recipe.header_1.version = Some(2);
    recipe.header_2.sequence_number = Some(u64::MAX);
    recipe.identifier.creator = "Grün 💾".to_owned();
    recipe.geometry.log_mib = 3;
    recipe.patches.push(Patch {
        at: 4095,
        bytes: Bytes(vec![1, 2, 0xFE]),
    });
    recipe.length = Some(1234567);
    recipe
}

#[test]
fn a_recipe_survives_json() {
    for recipe in [Recipe::default(), Recipe::clean(), elaborate()] {
        assert_eq!(Recipe::from_json(&recipe.to_json()).unwrap(), recipe);
    }
    assert_eq!(Recipe::default().to_json(), "{}");
}

#[test]
fn a_recipe_survives_the_compact_form() {
    for recipe in [Recipe::default(), Recipe::clean(), elaborate()] {
        let bytes = recipe.to_bytes();
        assert_eq!(Recipe::from_bytes(&bytes), recipe, "{bytes:x?}");
    }
}

#[test]
fn a_run_is_replayed_from_its_tail() {
    let recipe = Recipe::default().stale_run(0, 4, [Target::Payload(9)]).run(
        253,
        3,
        [Target::Bat(1), Target::Payload(2)],
    );
    let active = replay(&recipe).active;
    assert_eq!((active.first / 4096, active.replayed_entries), (253, 3));
}

#[test]
fn a_file_is_truncated_at_the_byte() {
    let (whole, cut) = (
        Recipe::default(),
        Recipe {
            length: Some((64 << 10) + 100),
            ..Recipe::default()
        },
    );
    let (whole, cut) = (whole.build(), cut.build());
    assert_eq!(cut.sectors().last().unwrap().0, 16);
    assert_eq!(
        cut.sector(16).unwrap()[..100],
        whole.sector(16).unwrap()[..100]
    );
    assert!(cut.sector(16).unwrap()[100..].iter().all(|&byte| byte == 0));
    assert_eq!(
        cut.to_bytes().unwrap(),
        whole.to_bytes().unwrap()[..(64 << 10) + 100]
    );
}

/// Vectors are stored as recipes and as bytes, so what a recipe builds must not change. A change
/// here changes every vector and needs a new version of the corpus.
#[test]
fn the_bytes_of_an_image_never_change() {
    let digest = |recipe: &Recipe| {
        Bytes(Sha256::digest(recipe.build().to_bytes().unwrap()).to_vec()).to_string()
    };
    let plain = Recipe::default().run(254, 2, [Target::Payload(3), Target::Bat(0)]);
    let digests = [Recipe::clean(), plain, elaborate()].map(|recipe| digest(&recipe));
    assert_eq!(
        digests,
        [
            "0656d3643ead1b80e56a7f144f2d22043bc73c83d345828b1230d82f2c154be8",
            "241862aff56f17194cd9f8b56768769e607de6471c19ca8c38c761da8785550e",
            "e1800d5d085deb2b8a2389b80c4baa9d9171e3cf244ab40611b488ca4e19366a"
        ]
    );
}
