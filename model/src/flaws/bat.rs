//! Section 7: readers that replay the log as they should and then read the BAT or the metadata in a
//! wrong place, or at a wrong time.

use super::flaw::{Flaw, catalogue, on_disk, own_steps, seen_in};
use crate::image::Image;
use crate::layout::MIB;
use crate::rules::{Format, Rules};

catalogue! {
    "bat-read-before-replay" ["RPL-4" "DSK-2"]
        "loads the BAT before the replay, and shows the blocks of before"
        "a log that changes the BAT"
        {
            on_disk! {
                fn bat_source<'a>(&self, before: &'a Image, _: &'a Image) -> &'a Image {
                    before
                }
            }
        }

    "metadata-kept-from-before-replay" ["RPL-4"]
        "loads size and sectors of the disk before the replay, and shows the disk of before"
        "a log that changes the size of the disk"
        {
            on_disk! {
                fn metadata_source<'a>(&self, before: &'a Image, _: &'a Image) -> &'a Image {
                    before
                }
            }
        }

    "bitmap-entries-not-skipped" ["DSK-1"]
        "does not skip the sector bitmap entries of the BAT, and shows the blocks of every chunk \
        but the first in other places"
        "a block in the second chunk"
        {
            on_disk! {
                fn bat_index(&self, block: u64, _: u64) -> u64 {
                    block
                }
            }
        }

    "bitmap-entry-too-early" ["DSK-1"]
        "skips the sector bitmap entry one block too early, and misses the last block of a chunk"
        "the last block of the first chunk"
        {
            on_disk! {
                fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
                    block + (block + 1) / chunk_ratio
                }
            }
        }

    "bitmap-entry-too-late" ["DSK-1"]
        "skips the sector bitmap entry one block too late, and misses the first block of a chunk"
        "the first block of the second chunk"
        {
            on_disk! {
                fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
                    block + block.saturating_sub(1) / chunk_ratio
                }
            }
        }

    "one-bitmap-entry-skipped" ["DSK-1"]
        "skips the first sector bitmap entry only"
        "a block in the third chunk"
        {
            on_disk! {
                fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
                    block + (block / chunk_ratio).min(1)
                }
            }
        }

    "chunk-ratio-for-512-byte-sectors" ["DSK-1"]
        "works out the chunk ratio with sectors of 512 bytes, whatever the disk has"
        "a disk of 4096-byte sectors and a block past the first chunk of 512-byte ones"
        {
            on_disk! {
                fn chunk_ratio(&self, _: u64, physical: u64, block: u64) -> u64 {
                    Format.chunk_ratio(512, physical, block)
                }
            }
        }

    "chunk-ratio-of-physical-sectors" ["DSK-1"]
        "works out the chunk ratio with the physical sector size"
        "a block in the second chunk of a disk of 512-byte sectors on 4096-byte ones"
        {
            on_disk! {
                fn chunk_ratio(&self, _: u64, physical: u64, block: u64) -> u64 {
                    Format.chunk_ratio(physical, physical, block)
                }
            }
        }

    "chunk-ratio-for-1-mib-blocks" ["DSK-1"]
        "works out the chunk ratio for blocks of 1 MiB, whatever the disk has"
        "a block in the second chunk of a disk with larger blocks"
        {
            on_disk! {
                fn chunk_ratio(&self, logical: u64, physical: u64, _: u64) -> u64 {
                    Format.chunk_ratio(logical, physical, MIB)
                }
            }
        }

    "chunk-ratio-for-32-mib-blocks" ["DSK-1"]
        "works out the chunk ratio for blocks of 32 MiB, the usual ones"
        "a block in the second chunk of a disk with other blocks"
        {
            on_disk! {
                fn chunk_ratio(&self, logical: u64, physical: u64, _: u64) -> u64 {
                    Format.chunk_ratio(logical, physical, 32 * MIB)
                }
            }
        }

    "chunk-ratio-signed-16-bit" ["DSK-1"]
        "keeps the chunk ratio in a signed number of 16 bits, and takes 32768 blocks for no chunk \
        at all"
        "a disk of 4096-byte sectors and blocks of 1 MiB with a block past the first chunk"
        {
            on_disk! {
                fn chunk_ratio(&self, logical: u64, physical: u64, block: u64) -> u64 {
                    Format.chunk_ratio(logical, physical, block) as i16 as u64
                }
            }
        }

    "bat-of-one-sector" ["DSK-1"]
        "reads only the first 4 KiB of the BAT"
        "a block whose entry is after the first 4 KiB of the BAT"
        {
            on_disk! {
                fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
                    Format.bat_index(block, chunk_ratio) % 512
                }
            }
        }

    "bat-of-64-kib" ["DSK-1"]
        "reads only the first 64 KiB of the BAT"
        "a block whose entry is after the first 64 KiB of the BAT"
        {
            on_disk! {
                fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
                    Format.bat_index(block, chunk_ratio) % (64 << 7)
                }
            }
        }

    "bat-index-16-bit" ["DSK-1"]
        "keeps the number of a block in 16 bits"
        "a block with a number of 65536 or above"
        {
            on_disk! {
                fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
                    Format.bat_index(block & 0xFFFF, chunk_ratio)
                }
            }
        }

    "bat-of-one-mib" ["DSK-1"]
        "reads only the first 1 MiB of the BAT"
        "a block whose entry is after the first 1 MiB of the BAT"
        {
            on_disk! {
                fn bat_index(&self, block: u64, chunk_ratio: u64) -> u64 {
                    Format.bat_index(block, chunk_ratio) % (MIB / 8)
                }
            }
        }
}
