//! Section 7: readers that replay the log as they should and then take an entry of the BAT, or the
//! size of the disk or of a block, for another one.

use super::flaw::{Flaw, catalogue, on_disk, own_steps, seen_in};
use crate::layout::MIB;
use crate::rules::{Format, Rules};

catalogue! {
    "block-offset-32-bit" ["DSK-2"]
        "works out a block's place in 32 bits, and shows another part of the file"
        "a block above 4 GiB"
        {
            on_disk! {
                fn block_offset(&self, entry: u64) -> u64 {
                    Format.block_offset(entry) & u64::from(u32::MAX)
                }
            }
        }

    "block-offset-signed-32-bit" ["DSK-2"]
        "works out a block's place in 32 signed bits, and refuses a block above 2 GiB"
        "a block at 2 GiB and 64 MiB"
        {
            on_disk! {
                fn block_offset(&self, entry: u64) -> u64 {
                    Format.block_offset(entry) as i32 as u64
                }
            }
        }

    "file-offset-mb-16-bit" ["DSK-2"]
        "keeps FileOffsetMB in 16 bits, and shows another part of the file"
        "a block above 64 GiB"
        {
            on_disk! {
                fn block_offset(&self, entry: u64) -> u64 {
                    (entry >> 20 & 0xFFFF) * MIB
                }
            }
        }

    "block-offset-32-bit-of-512" ["DSK-2"]
        "counts 512-byte sectors of the file in 32 bits, and shows what is 2 TiB lower"
        "a block above 2 TiB"
        {
            on_disk! {
                fn block_offset(&self, entry: u64) -> u64 {
                    u64::from((Format.block_offset(entry) / 512) as u32) * 512
                }
            }
        }

    "block-offset-32-bit-of-4-kib" ["DSK-2"]
        "counts 4 KiB sectors of the file in 32 bits, and shows what is 16 TiB lower"
        "a block above 16 TiB"
        {
            on_disk! {
                fn block_offset(&self, entry: u64) -> u64 {
                    u64::from((Format.block_offset(entry) / 4096) as u32) * 4096
                }
            }
        }

    "disk-offset-32-bit" ["DSK-2"]
        "works out a guest's offset in 32 bits, and shows a block 4 GiB too low"
        "a block above 4 GiB of the disk"
        {
            on_disk! {
                fn block_on_disk(&self, number: u64, block: u64) -> u64 {
                    (number * block) & u64::from(u32::MAX)
                }
            }
        }

    "disk-offset-32-bit-of-512" ["DSK-2"]
        "counts the disk's 512-byte sectors in 32 bits, and shows a block 2 TiB too low"
        "a block above 2 TiB of the disk"
        {
            on_disk! {
                fn block_on_disk(&self, number: u64, block: u64) -> u64 {
                    u64::from((number * block / 512) as u32) * 512
                }
            }
        }

    "disk-offset-32-bit-of-4-kib" ["DSK-2"]
        "counts the disk's 4 KiB sectors in 32 bits, and shows a block 16 TiB too low"
        "a block above 16 TiB of the disk"
        {
            on_disk! {
                fn block_on_disk(&self, number: u64, block: u64) -> u64 {
                    u64::from((number * block / 4096) as u32) * 4096
                }
            }
        }

    "disk-size-32-bit" ["DSK-2"]
        "keeps the size of the disk in 32 bits"
        "a disk of more than 4 GiB"
        {
            on_disk! {
                fn disk_bytes(&self, stored: u64, _: u64) -> u64 {
                    stored & u64::from(u32::MAX)
                }
            }
        }

    "disk-size-32-bit-of-512" ["DSK-2"]
        "keeps the size of the disk in 2^32 sectors of 512 bytes"
        "a disk of more than 2 TiB"
        {
            on_disk! {
                fn disk_bytes(&self, stored: u64, _: u64) -> u64 {
                    u64::from((stored / 512) as u32) * 512
                }
            }
        }

    "last-block-left-out" ["DSK-2"]
        "counts only whole blocks, and leaves out the disk's end"
        "a disk that ends within a block"
        {
            on_disk! {
                fn disk_bytes(&self, stored: u64, block: u64) -> u64 {
                    stored / block * block
                }
            }
        }

    "disk-ends-with-block" ["DSK-2"]
        "shows the last block whole, past the disk's end"
        "a disk that ends within a block"
        {
            on_disk! {
                fn disk_bytes(&self, stored: u64, block: u64) -> u64 {
                    stored.next_multiple_of(block)
                }
            }
        }

    "disk-size-in-whole-mib" ["DSK-2"]
        "cuts the disk's size down to whole MiB"
        "a disk that ends within a MiB"
        {
            on_disk! {
                fn disk_bytes(&self, stored: u64, _: u64) -> u64 {
                    stored / MIB * MIB
                }
            }
        }

    "disk-size-in-whole-4-kib" ["DSK-2"]
        "cuts the disk's size down to whole 4 KiB"
        "a disk that ends within 4 KiB"
        {
            on_disk! {
                fn disk_bytes(&self, stored: u64, _: u64) -> u64 {
                    stored / 4096 * 4096
                }
            }
        }

    "block-of-1-mib-assumed" ["DSK-2"]
        "takes every block to be 1 MiB long"
        "a disk with larger blocks"
        {
            on_disk! {
                fn block_bytes(&self, _: u64) -> Option<u64> {
                    Some(MIB)
                }
            }
        }

    "block-of-32-mib-at-most" ["DSK-2"]
        "refuses blocks of more than 32 MiB"
        "a disk with blocks of 64 MiB"
        {
            on_disk! {
                fn block_bytes(&self, stored: u64) -> Option<u64> {
                    Format.block_bytes(stored).filter(|&block| block <= 32 * MIB)
                }
            }
        }

    "block-of-256-mib-refused" ["DSK-2"]
        "refuses the largest block, 256 MiB"
        "a disk with blocks of 256 MiB"
        {
            on_disk! {
                fn block_bytes(&self, stored: u64) -> Option<u64> {
                    Format.block_bytes(stored).filter(|&block| block < 256 * MIB)
                }
            }
        }

    "block-state-ignored" ["DSK-2"]
        "shows every block that has a place, whatever its state is"
        "a block in state 2 that has a place"
        {
            on_disk! {
                fn shows_block(&self, _: u64, place: u64) -> Option<bool> {
                    Some(place > 0)
                }
            }
        }

    "block-state-1-refused" ["DSK-2" "DSK-3"]
        "refuses a disk with a block in state 1, undefined"
        "a block in state 1"
        {
            on_disk! {
                fn shows_block(&self, state: u64, place: u64) -> Option<bool> {
                    Format.shows_block(if state == 1 { 5 } else { state }, place)
                }
            }
        }

    "block-state-2-refused" ["DSK-2"]
        "refuses a disk with a block in state 2, zero"
        "a block in state 2"
        {
            on_disk! {
                fn shows_block(&self, state: u64, place: u64) -> Option<bool> {
                    Format.shows_block(if state == 2 { 5 } else { state }, place)
                }
            }
        }

    "block-state-3-refused" ["DSK-2" "DSK-3"]
        "refuses a disk with a block in state 3, unmapped"
        "a block in state 3"
        {
            on_disk! {
                fn shows_block(&self, state: u64, place: u64) -> Option<bool> {
                    Format.shows_block(if state == 3 { 5 } else { state }, place)
                }
            }
        }

    "block-state-2-shown" ["DSK-2"]
        "shows the old contents of a block in state 2, zero"
        "a block in state 2 that has a place"
        {
            on_disk! {
                fn shows_block(&self, state: u64, place: u64) -> Option<bool> {
                    if state == 2 { Some(place > 0) } else { Format.shows_block(state, place) }
                }
            }
        }
}
