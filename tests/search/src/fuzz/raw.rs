//! Bytes patched over a right image, checksums mended afterwards or not.

use serde::{Deserialize, Serialize};
use vhdx_log::storage::{SparseMemory, Storage};
use vhdx_log_oracle::convert::BuiltImageExt;

use super::patches::as_patches;
use vhdx_log_image::generate::{self, Rng};
use vhdx_log_image::{
    Bytes, Entry, Layout, LogGuid, Recipe, SECTOR, SECTOR_BYTES, Target, compact,
};

/// The most sectors of entries whose checksum is mended: so many hostile claims cost no more than a
/// full log.
const MENDED_SECTORS: u64 = 512;

/// A right image, changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Raw {
    /// Which of the [`bases`], counted round as often as needed.
    pub base: u8,
    /// Bit 0: the headers' checksums are made right after all else; bit 1: those of the entries.
    pub mend: u8,
    /// The file's length, when it is not that of the base.
    pub length: Option<u64>,
    /// What is changed, in order.
    pub patches: Vec<Patch>,
}

/// Bytes that are changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patch {
    /// A sector.
    pub place: Place,
    /// How many bytes into it; may lead past its end.
    pub within: u16,
    /// The bytes.
    pub bytes: Bytes,
}

/// A sector of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The file identifier (FID-1).
    #[default]
    Identifier,
    /// Header 1.
    Header1,
    /// Header 2.
    Header2,
    /// A sector of the log where the base's has something, counted round as often as needed.
    Written(u16),
    /// A sector of the log, counted round as often as needed.
    Log(u16),
    /// Any sector.
    File(u64),
    /// Both region tables (RPL-4: nobody looks at them before replay).
    RegionTables,
}

/// The right images that are patched: a clean one, and dirty ones whose runs wrap, follow older
/// runs, zero ranges, make the file longer.
pub fn bases() -> Vec<Recipe> {
    let entry = |targets: &[Target]| targets.iter().copied().fold(Entry::empty(), Entry::data);
    let mut bases = vec![
        Recipe::with_log([]).run(0, 3, [Target::Bat(0), Target::Payload(1)]),
        Recipe::with_log([]).run(253, 3, [Target::Bat(0), Target::Payload(1)]),
        Recipe::with_log([])
            .stale_run(0, 4, [Target::Payload(2)])
            .run(2, 2, [Target::Payload(0)]),
        Recipe::with_log([])
            .then(
                entry(&[Target::Payload(0), Target::Beyond(3)])
                    .at(255)
                    .zero(Target::Payload(0), 8192),
            )
            .then(Entry::empty().zero(Target::Beyond(0), 1 << 20)),
        Recipe::with_log([Entry::of_sectors(256).into()]),
        Recipe::with_log([Entry::of_sectors(130).at(200).into()])
            .then(Entry::empty().with_log_guid(LogGuid::B)),
        Recipe::clean().run(9, 2, [Target::Payload(0)]),
    ];
    bases.extend((0..9).map(|seed| generate::well_formed(&mut Rng::new(seed))));
    bases
}

impl Raw {
    /// What the bytes mean. Any bytes mean something.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        compact::decode(bytes)
    }

    /// The bytes that mean this.
    pub fn to_bytes(&self) -> Vec<u8> {
        compact::encode(self)
    }

    /// The image.
    pub fn image(&self) -> SparseMemory {
        with_base(self.base, |base| {
            let mut image = base.image.clone();
            if let Some(length) = self.length {
                image.set_len(length).expect("memory takes any length");
            }
            for patch in &self.patches {
                let copies = if patch.place == Place::RegionTables {
                    [0, 16].as_slice()
                } else {
                    &[0]
                };
                for copy in copies {
                    let sector = base.number(patch.place).saturating_add(*copy);
                    let at = sector
                        .saturating_mul(SECTOR)
                        .saturating_add(u64::from(patch.within));
                    put_inside(&mut image, at, &patch.bytes.0);
                }
            }
            if self.mend & 1 != 0 {
                mend_header(&mut image, 64 << 10);
                mend_header(&mut image, 128 << 10);
            }
            if self.mend & 2 != 0 {
                mend_entries(&mut image, &base.layout);
            }
            image
        })
    }

    /// A recipe for the same image.
    pub(super) fn recipe(&self) -> Recipe {
        let mut bases = bases();
        let base = bases.swap_remove(usize::from(self.base) % bases.len());
        as_patches(base, &self.image())
    }

    /// Whether the base writes more sectors to the log than this.
    pub(super) fn is_expensive(&self, limit_sectors: u64) -> bool {
        with_base(self.base, |base| base.written.len() as u64 > limit_sectors)
    }

    /// One step to a neighbour.
    pub fn mutate(&mut self, rng: &mut Rng) {
        let at = rng.index(self.patches.len());
        match rng.below(10) {
            0 => self.base = rng.below(16) as u8,
            1 => self.mend ^= rng.pick(&[1, 2, 3]),
            2 => {
                self.length = rng
                    .chance(50)
                    .then(|| u64::from(rng.below(9)) << 20)
                    .map(|mib| mib ^ odd(rng))
            }
            3 if !self.patches.is_empty() => drop(self.patches.remove(at)),
            4 | 5 if !self.patches.is_empty() => self.patches[at].mutate(rng),
            _ => {
                self.mend |= 3;
                self.patches.push(Patch::field(rng));
            }
        }
        self.patches.truncate(16);
    }
}

/// Mostly nothing; sometimes a few bytes.
fn odd(rng: &mut Rng) -> u64 {
    rng.weighted(&[(4, 0), (1, 512), (1, 4096), (1, 1)])
}

/// Where fields are, and how long they are: headers, entry headers, descriptors, data sectors.
const HEADER_FIELDS: [(u16, u16); 10] = [
    (0, 4),
    (4, 4),
    (8, 8),
    (16, 16),
    (48, 16),
    (64, 2),
    (66, 2),
    (68, 4),
    (72, 8),
    (80, 8),
];
const LOG_FIELDS: [(u16, u16); 22] = [
    (0, 4),
    (4, 4),
    (8, 4),
    (12, 4),
    (16, 8),
    (24, 4),
    (28, 4),
    (32, 16),
    (48, 8),
    (56, 8),
    (64, 4),
    (68, 4),
    (72, 8),
    (80, 8),
    (88, 8),
    (96, 4),
    (100, 4),
    (104, 8),
    (112, 8),
    (120, 8),
    (4092, 4),
    (4090, 4),
];

impl Patch {
    /// A field of a structure, with a value such as it might have.
    fn field(rng: &mut Rng) -> Self {
        let place = match rng.below(12) {
            0 => rng.pick(&[Place::Identifier, Place::RegionTables]),
            1 => Place::Header1,
            2 | 3 => Place::Header2,
            4 => Place::Log(rng.below(256) as u16),
            5 => Place::File(u64::from(rng.below(2048))),
            _ => Place::Written(rng.below(9) as u16),
        };
        match place {
            Place::Header1 | Place::Header2 => Self {
                place,
                ..Self::in_header(rng)
            },
            _ => Self {
                place,
                ..Self::in_log(rng)
            },
        }
    }

    /// A field of a header.
    pub(super) fn in_header(rng: &mut Rng) -> Self {
        let (within, length) = rng.pick(&HEADER_FIELDS);
        Self {
            place: Place::Header1,
            within,
            bytes: value(rng, length.into()),
        }
    }

    /// A field of a sector of the log.
    pub(super) fn in_log(rng: &mut Rng) -> Self {
        let (within, length) = rng.pick(&LOG_FIELDS);
        Self {
            place: Place::Written(0),
            within,
            bytes: value(rng, length.into()),
        }
    }

    fn mutate(&mut self, rng: &mut Rng) {
        match rng.below(5) {
            0 => *self = Self::field(rng),
            1 => {
                self.within =
                    self.within
                        .wrapping_add(rng.pick(&[1, 4, 8, 32, 0u16.wrapping_sub(32)]))
                        % 4096
            }
            2 if !self.bytes.0.is_empty() => {
                let at = rng.index(self.bytes.0.len());
                self.bytes.0[at] ^= 1 << rng.below(8);
            }
            _ => self.bytes = value(rng, self.bytes.0.len().max(1)),
        }
    }
}

/// A value of this many bytes: a signature, an edge, a sector, anything.
fn value(rng: &mut Rng, length: usize) -> Bytes {
    let number = match rng.below(8) {
        0 => rng.next_u64(),
        1 => u64::from(u32::from_le_bytes(
            rng.pick(&[*b"loge", *b"desc", *b"zero", *b"data", *b"head"]),
        )),
        2 => u64::from(rng.below(300)) * SECTOR,
        3 => u64::from(rng.below(9)) << 20,
        4 => 1_u64.rotate_left(rng.below(64)),
        5 => 1_u64.rotate_left(rng.below(64)).wrapping_sub(SECTOR),
        6 => 97 + u64::from(rng.below(16)),
        _ => u64::from(rng.below(4)),
    };
    let guid = rng.pick(&[LogGuid::A, LogGuid::B, LogGuid::Zero]).on_disk();
    let bytes = if length == 16 {
        guid.to_vec()
    } else {
        number.to_le_bytes().to_vec()
    };
    Bytes(bytes.into_iter().cycle().take(length).collect())
}

/// A base, built.
struct Base {
    image: SparseMemory,
    layout: Layout,
    /// The sectors of the log that hold something, by number in the file.
    written: Vec<u64>,
}

impl Base {
    fn number(&self, place: Place) -> u64 {
        let log = self.layout.log_offset / SECTOR;
        match place {
            Place::Identifier => 0,
            Place::Header1 => (64 << 10) / SECTOR,
            Place::Header2 => (128 << 10) / SECTOR,
            Place::Written(index) => self
                .written
                .get(usize::from(index) % self.written.len())
                .copied()
                .unwrap_or(log),
            Place::Log(index) => log + u64::from(u32::from(index) % self.layout.ring_sectors()),
            Place::File(number) => number,
            Place::RegionTables => (192 << 10) / SECTOR,
        }
    }
}

/// Calls `use_it` with the base of this number; each is built once a thread.
fn with_base<R>(number: u8, use_it: impl FnOnce(&Base) -> R) -> R {
    thread_local! {
        static BASES: Vec<Base> = bases().iter().map(built).collect();
    }
    BASES.with(|bases| use_it(&bases[usize::from(number) % bases.len()]))
}

fn built(recipe: &Recipe) -> Base {
    let built = recipe.build();
    let layout = built.layout().clone();
    let log = layout.log_offset / SECTOR..(layout.log_offset + layout.log_bytes) / SECTOR;
    let mut written: Vec<u64> = built
        .sectors()
        .map(|(number, _)| number)
        .filter(|number| log.contains(number))
        .collect();
    if written.is_empty() {
        written.push(log.start);
    }
    Base {
        image: built.to_storage(),
        layout,
        written,
    }
}

/// Writes what lies inside the file.
fn put_inside(image: &mut SparseMemory, at: u64, bytes: &[u8]) {
    let room = image
        .len()
        .expect("memory knows its length")
        .saturating_sub(at);
    let here = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
    if here > 0 {
        image.write_at(at, &bytes[..here]).expect("inside the file");
    }
}

/// Makes the checksum of the header at this offset right, if the file has one there.
fn mend_header(image: &mut SparseMemory, at: u64) {
    let mut header = [0; SECTOR_BYTES];
    if image.read_at(at, &mut header).is_ok() && header != [0; SECTOR_BYTES] {
        header[4..8].fill(0);
        put_inside(image, at + 4, &crc32c::crc32c(&header).to_le_bytes());
    }
}

/// Makes right the checksums of what begins like an entry and is not longer than the log (ENT-2).
fn mend_entries(image: &mut SparseMemory, layout: &Layout) {
    let (log, ring) = (layout.log_offset, u64::from(layout.ring_sectors()));
    let mut left = MENDED_SECTORS;
    let mut at = log;
    while let Ok(Some(next)) = image.next_data(at)
        && next < log + layout.log_bytes
    {
        at = next - next % SECTOR + SECTOR;
        // The file may end within the sector.
        let start = image
            .lend(at - SECTOR, SECTOR_BYTES)
            .and_then(<[u8]>::first_chunk::<12>);
        let Some(&[b'l', b'o', b'g', b'e', _, _, _, _, ref length @ ..]) = start else {
            continue;
        };
        let sectors = u64::from(u32::from_le_bytes(*length)) / SECTOR;
        if sectors == 0 || sectors > ring.min(left) {
            continue;
        }
        left -= sectors;
        let first = (at - SECTOR - log) / SECTOR;
        let mut checksum = 0;
        for sector in first..first + sectors {
            let mut bytes = [0; SECTOR_BYTES];
            if image
                .read_at(log + sector % ring * SECTOR, &mut bytes)
                .is_err()
            {
                return;
            }
            if sector == first {
                bytes[4..8].fill(0);
            }
            checksum = crc32c::crc32c_append(checksum, &bytes);
        }
        put_inside(image, at - SECTOR + 4, &checksum.to_le_bytes());
    }
}
