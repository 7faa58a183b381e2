//! Small images, each with one thing to show.

use vhdx_log_image::{
    Checksum, Content, Entry, Fill, Filling, Geometry, Header, Identifier, Item, LogGuid, Patch,
    Place, Presence, Recipe, Tail, Target,
};

/// Three entries to replay: the BAT, a payload sector twice, a zero range.
pub(crate) fn dirty() -> Recipe {
    Recipe::default()
        .then(Entry::empty())
        .then(
            Entry::empty()
                .content(Target::Bat(0), Content::Original)
                .data(Target::Payload(3))
                .with_tail(Tail::Item(1)),
        )
        .then(
            Entry::empty()
                .data(Target::Payload(3))
                .with_tail(Tail::Item(1)),
        )
        .then(
            Entry::empty()
                .zero(Target::Payload(16), 64 << 10)
                .with_tail(Tail::Item(1)),
        )
}

/// A dirty image whose replay makes the file longer.
pub(crate) fn growing() -> Recipe {
    let last = 16 << 20;
    Recipe::default().then(Entry {
        last_file_offset: Some(last),
        ..Entry::empty().data(Target::Beyond(3))
    })
}

/// One of everything that a ring can hold: a wrapped active run, entries applied before it, a run
/// of another generation, a torn entry, an older run, one with a bad tail, and data that is not log
/// data.
pub(crate) fn varied() -> Recipe {
    let older = Entry::empty().at(60).numbered(20).data(Target::Payload(1));
    let broken = Entry::empty()
        .at(70)
        .numbered(30)
        .data(Target::Payload(2))
        .with_tail(Tail::Explicit(71 << 12));
    let torn = Entry::empty()
        .at(80)
        .numbered(40)
        .data(Target::Payload(4))
        .data(Target::Payload(5))
        .torn_at_piece(9);
    let bad_sum = Entry::empty()
        .at(90)
        .numbered(50)
        .data(Target::Payload(6))
        .with_checksum(Checksum::Wrong);
    let zeros_and_data = Entry::empty()
        .zero(Target::Payload(8), 1 << 20)
        .data(Target::Payload(700));
    Recipe::default()
        .stale_run(40, 3, [Target::Payload(0), Target::Payload(1)])
        .then(older)
        .then(broken)
        .then(torn)
        .then(bad_sum)
        .then(Item::Fill(Fill {
            at: Place::Sector(100),
            sectors: 5,
            with: Filling::Pattern(1),
        }))
        .then(
            Entry::empty()
                .at(250)
                .numbered(100)
                .data(Target::Payload(3)),
        )
        .then(
            Entry::empty()
                .content(Target::Bat(0), Content::Original)
                .data(Target::Payload(3)),
        )
        .then(zeros_and_data.with_tail(Tail::Explicit(252 << 12)))
        .then(
            Entry::empty()
                .data(Target::RegionTable(0))
                .with_tail(Tail::Explicit(252 << 12)),
        )
}

/// A log of 64 MiB with more entries than a list shows.
pub(crate) fn long() -> Recipe {
    let geometry = Geometry {
        log_mib: 64,
        ..Geometry::default()
    };
    Recipe {
        geometry,
        ..Recipe::default()
    }
    .run(1000, 200, [Target::Payload(1)])
}

/// A header with an unknown version, in a file whose creator field holds control characters.
pub(crate) fn unknown_version() -> Recipe {
    let strange = Header {
        version: Some(2),
        ..Header::default()
    };
    let identifier = Identifier {
        creator: "evil\u{1b}[31m\u{7}maker\u{202e}".into(),
        ..Identifier::default()
    };
    Recipe {
        header_2: strange,
        identifier,
        ..dirty()
    }
}

/// Both headers damaged.
pub(crate) fn no_header() -> Recipe {
    let header_1 = Header {
        presence: Presence::Absent,
        ..Header::default()
    };
    let header_2 = Header {
        checksum: Checksum::Wrong,
        ..Header::default()
    };
    Recipe {
        header_1,
        header_2,
        ..dirty()
    }
}

/// Two valid headers with the same number.
pub(crate) fn ambiguous_headers() -> Recipe {
    let other = Header {
        sequence_number: Some(9),
        reserved: 1,
        ..Header::default()
    };
    Recipe {
        header_1: other,
        ..dirty()
    }
}

/// A header whose number cannot be incremented (HDR-13).
pub(crate) fn exhausted_header() -> Recipe {
    Recipe {
        header_2: Header {
            sequence_number: Some(u64::MAX - 1),
            ..Header::default()
        },
        ..dirty()
    }
}

/// A dirty file that ends in the middle of its log.
pub(crate) fn cut_in_the_log() -> Recipe {
    Recipe {
        length: Some((1 << 20) + (6 << 12) + 100),
        ..dirty()
    }
}

/// A dirty file that ends right after its log (SEQ-8).
pub(crate) fn cut_behind_the_log() -> Recipe {
    Recipe {
        length: Some(3 << 20),
        ..dirty()
    }
}

/// An entry that would write over the headers (DSC-6).
pub(crate) fn target_in_headers() -> Recipe {
    Recipe::default().then(
        Entry::empty()
            .data(Target::Payload(0))
            .data(Target::Header(0)),
    )
}

/// A file that is marked dirty and holds only stale entries (SEQ-7).
pub(crate) fn no_sequence() -> Recipe {
    Recipe::default().stale_run(0, 3, [Target::Payload(0)])
}

/// A log at an offset that is not a multiple of 1 MiB.
pub(crate) fn misaligned_log() -> Recipe {
    let moved = Header {
        log_offset: Some((1 << 20) + 4096),
        ..Header::default()
    };
    Recipe {
        header_2: moved,
        ..dirty()
    }
}

/// A clean file whose header places the log over the BAT and metadata regions (HDR-11).
pub(crate) fn log_over_regions() -> Recipe {
    let over = Header {
        log_offset: Some(2 << 20),
        log_guid: LogGuid::Zero,
        ..Header::default()
    };
    Recipe {
        header_1: over.clone(),
        header_2: over,
        ..Recipe::clean()
    }
}

/// A clean file without a valid region table.
pub(crate) fn no_region_table() -> Recipe {
    let patch = |at| Patch {
        at,
        bytes: vhdx_log_image::Bytes(b"rege".to_vec()),
    };
    Recipe {
        patches: vec![patch(192 << 10), patch((256 << 10) + 100)],
        ..Recipe::clean()
    }
}
