//! Logs to measure with: full ones, and ones made to be slow.

/// One MiB.
pub const MIB: u64 = 1 << 20;

const SECTOR: usize = 4096;
const LOG_AT: usize = 1 << 20;
const LOG_GUID: [u8; 16] = [7; 16];

/// A dirty file in which only the log has contents.
pub struct Log {
    log_mib: u32,
    bytes: Vec<u8>,
    sequence_number: u64,
}

impl Log {
    /// An empty ring of `log_mib` MiB.
    pub fn new(log_mib: u32) -> Self {
        Self {
            log_mib,
            bytes: vec![0; (log_mib as usize) << 20],
            sequence_number: 1,
        }
    }

    /// Fills the ring to the last sector with entries of 126 data descriptors, the first at sector
    /// `start`.
    pub fn full(mut self, start: u32) -> Self {
        let sectors = self.bytes.len() / SECTOR;
        let tail = start as usize % sectors * SECTOR;
        let targets_at = LOG_AT + self.bytes.len();
        let mut done = 0;
        while done < sectors {
            let updates = (sectors - done - 1).min(126);
            let targets: Vec<usize> = (done..done + updates)
                .map(|index| targets_at + index * SECTOR)
                .collect();
            self.entry(tail + done * SECTOR, tail, &targets);
            done += updates + 1;
        }
        self
    }

    /// Ways to make a search slow: claims of a log-long entry in every sector, claims of what is
    /// left of the log or of half of it, and a chain of valid empty entries whose Tail no entry
    /// starts at.
    pub fn hostile(log_mib: u32) -> Vec<(&'static str, Self)> {
        let claims = |length: &dyn Fn(usize, usize) -> usize| {
            let mut log = Self::new(log_mib);
            let all = log.bytes.len();
            for at in (0..all).step_by(SECTOR) {
                let length = length(at, all).max(SECTOR);
                let data = (length / SECTOR - 1).min(126) as u32;
                log.header(at, length, 0, data);
                for index in 0..data as usize {
                    log.descriptor(at + 64 + 32 * index, LOG_AT + all);
                }
            }
            log
        };
        let mut unreachable = Self::new(log_mib);
        let all = unreachable.bytes.len();
        // The ring's last sector stays empty, and every entry names it as the Tail.
        for at in (0..all - SECTOR).step_by(SECTOR) {
            unreachable.entry(at, all - SECTOR, &[]);
        }
        vec![
            ("every sector claims the whole log", claims(&|_, all| all)),
            (
                "every sector claims the rest of the log",
                claims(&|at, all| all - at),
            ),
            (
                "every sector claims half the log",
                claims(&|_, all| all / 2),
            ),
            ("valid empty entries with a Tail that is none", unreachable),
        ]
    }

    /// The whole file, with room for every target.
    pub fn image(self) -> Vec<u8> {
        let mut file = vec![0; LOG_AT + 2 * self.bytes.len() + LOG_AT];
        file[..8].copy_from_slice(b"vhdxfile");
        for (at, number) in [(64 << 10, 5_u64), (128 << 10, 6)] {
            let header = &mut file[at..at + SECTOR];
            header[..4].copy_from_slice(b"head");
            header[8..16].copy_from_slice(&number.to_le_bytes());
            header[48..64].copy_from_slice(&LOG_GUID);
            header[66] = 1;
            header[68..72].copy_from_slice(&(self.log_mib << 20).to_le_bytes());
            header[72..80].copy_from_slice(&MIB.to_le_bytes());
            seal(header);
        }
        file[LOG_AT..LOG_AT + self.bytes.len()].copy_from_slice(&self.bytes);
        file
    }

    fn entry(&mut self, at: usize, tail: usize, targets: &[usize]) {
        let length = (1 + targets.len()) * SECTOR;
        let ring = self.bytes.len();
        let number = self.sequence_number;
        let mut entry = vec![0; length];
        std::mem::swap(&mut self.bytes, &mut entry);
        self.header(0, length, tail % ring, targets.len() as u32);
        for (index, target) in targets.iter().enumerate() {
            self.descriptor(64 + 32 * index, *target);
            let sector = &mut self.bytes[(1 + index) * SECTOR..][..SECTOR];
            for (word, bytes) in sector.chunks_exact_mut(8).enumerate() {
                bytes.copy_from_slice(&((word * index) as u64 ^ number).to_le_bytes());
            }
            sector[..4].copy_from_slice(b"data");
            sector[4..8].copy_from_slice(&((number >> 32) as u32).to_le_bytes());
            sector[4092..].copy_from_slice(&(number as u32).to_le_bytes());
        }
        seal(&mut self.bytes);
        std::mem::swap(&mut self.bytes, &mut entry);
        for (index, sector) in entry.chunks_exact(SECTOR).enumerate() {
            let to = (at + index * SECTOR) % ring;
            self.bytes[to..to + SECTOR].copy_from_slice(sector);
        }
        self.sequence_number += 1;
    }

    fn header(&mut self, at: usize, length: usize, tail: usize, descriptors: u32) {
        let header = &mut self.bytes[at..at + 64];
        header[..4].copy_from_slice(b"loge");
        header[8..12].copy_from_slice(&(length as u32).to_le_bytes());
        header[12..16].copy_from_slice(&(tail as u32).to_le_bytes());
        header[16..24].copy_from_slice(&self.sequence_number.to_le_bytes());
        header[24..28].copy_from_slice(&descriptors.to_le_bytes());
        header[32..48].copy_from_slice(&LOG_GUID);
    }

    fn descriptor(&mut self, at: usize, target: usize) {
        let descriptor = &mut self.bytes[at..at + 32];
        descriptor[..4].copy_from_slice(b"desc");
        descriptor[16..24].copy_from_slice(&(target as u64).to_le_bytes());
        descriptor[24..32].copy_from_slice(&self.sequence_number.to_le_bytes());
    }
}

/// Puts the right checksum into a header or an entry.
pub fn seal(bytes: &mut [u8]) {
    bytes[4..8].fill(0);
    let checksum = crc32c::crc32c(bytes);
    bytes[4..8].copy_from_slice(&checksum.to_le_bytes());
}
