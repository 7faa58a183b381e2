//! The contract of [`Storage`](vhdx_log::storage::Storage), from both sides: whatever a storage may
//! do within it gives the same result, and what a storage does against it gives an error, the same
//! result, or at worst a wrong result; never a panic, a walk without an end, memory without bound,
//! or a write where none may be.
//!
//! Every image meets every single lie, at every call at which it can be told, and some tens of
//! thousands of combinations.

#[path = "../image/mod.rs"]
mod image;
mod images;
mod lies;
mod uses;

use image::MIB;
use lies::{Call, Data, Length, Liar, Lie, Loan, Promise, RING};
use uses::{Outcome, Use, guest, run};
use vhdx_log::OpenOptions;
use vhdx_log::storage::SparseMemory;

/// An image, a use of it, and what comes of it on a plain storage.
struct Case<'a> {
    name: &'a str,
    image: &'a SparseMemory,
    what: Use,
    plain: Outcome,
    calls: [u32; Call::ALL.len()],
}

impl<'a> Case<'a> {
    fn new(name: &'a str, image: &'a SparseMemory, what: Use) -> Self {
        let mut liar = Liar::new(image, image, &[], u32::MAX);
        let plain = run(what, &mut liar);
        assert!(!matches!(plain, Outcome::Failed(_)), "{name}: {plain:?}");
        Self {
            name,
            image,
            what,
            plain,
            calls: liar.calls(),
        }
    }

    /// How many calls are enough, whatever a storage says: a lie may make each sector of the ring a
    /// call of its own, and a whole file of the ring's length.
    fn most_calls(&self) -> u32 {
        4 * self.calls.iter().sum::<u32>() + 6 * 256
    }

    /// Every lie that can be told to this use.
    fn lies(&self) -> Vec<Lie> {
        let mut lies = vec![Lie::IsLocked];
        lies.extend(
            [
                Loan::Nothing,
                Loan::UpTo(1),
                Loan::UpTo(4095),
                Loan::UpTo(4096),
                Loan::UpTo(5000),
                Loan::UpTo(3 * 4096),
                Loan::UpTo(100_000),
                Loan::Whole,
                Loan::Sometimes,
                Loan::TooMuch,
                Loan::Empty,
                Loan::Elsewhere,
            ]
            .map(Lie::Lends),
        );
        lies.extend(
            [
                Data::Here,
                Data::HalfWay,
                Data::FirstByte,
                Data::Before,
                Data::After(1),
                Data::After(4096),
                Data::After(3 << 20),
                Data::Nowhere,
                Data::AtTheLastOffset,
            ]
            .map(Lie::Finds),
        );
        lies.extend(
            [
                Length::Zero,
                Length::Max,
                Length::Grows(1),
                Length::Grows(1 << 60),
                Length::Shrinks(1),
                Length::Shrinks(5 * MIB),
                Length::Later(0),
                Length::Later(3 * MIB + 1),
                Length::Later(u64::MAX),
            ]
            .map(Lie::Measures),
        );
        for call in Call::ALL {
            let count = self.calls[call as usize];
            lies.extend((0..count).map(|nth| Lie::Fails(call, nth)));
        }
        lies.extend((0..self.calls[Call::Write as usize]).map(Lie::Tears));
        for read in 0..self.calls[Call::Read as usize] {
            lies.extend([Lie::Changes(read), Lie::Halves(read)]);
            let places = [0, 8, 24, 50, 66, 68, 80, 4092, usize::MAX];
            lies.extend(places.map(|at| Lie::Flips(read, at)));
        }
        lies
    }

    /// Tells the lies, and checks what they lead to.
    fn check(&self, lies: &[Lie], other: &SparseMemory) -> Outcome {
        let mut liar = Liar::new(self.image, other, lies, self.most_calls());
        let found = run(self.what, &mut liar);
        let told = format!("{}, {:?}, {lies:?}", self.name, self.what);
        let promise = lies.iter().map(|lie| lie.promise()).max();
        match promise.unwrap_or(Promise::Same) {
            Promise::Same => assert_eq!(found, self.plain, "{told}"),
            Promise::SameOrError => assert!(
                matches!(found, Outcome::Failed(_)) || found == self.plain,
                "{told}: {found:?} instead of {:?}",
                self.plain
            ),
            Promise::Bounded => {}
        }
        self.check_writes(&liar, &found, &told);
        if liar.failed.get() && promise == Some(Promise::SameOrError) {
            assert!(matches!(found, Outcome::Failed(_)), "{told}: {found:?}");
            self.check_second_attempt(liar.image, &told);
        }
        found
    }

    /// A view writes nothing, a refusal leaves the file as it was (RPL-8), and a replay writes
    /// headers in their slots and else only what a target may be (DSC-5 to DSC-7).
    fn check_writes(&self, liar: &Liar<'_>, found: &Outcome, told: &str) {
        let calls = liar.calls();
        let changes = [Call::Write, Call::Zero, Call::SetLen, Call::Flush];
        let changes: u32 = changes.iter().map(|&call| calls[call as usize]).sum();
        let may_change = match found {
            Outcome::Refused(_) => self.what == Use::Write,
            _ => !self.what.is_read_only(),
        };
        assert!(
            may_change || changes == 0,
            "{told}: {found:?} after {changes} changes"
        );
        for range in &liar.written {
            let is_header =
                [64 << 10, 128 << 10].contains(&range.start) && range.end == range.start + 4096;
            let in_log = range.start < RING.end && RING.start < range.end;
            let may_be = if self.what == Use::Write {
                !in_log || (RING.start <= range.start && range.end <= RING.end)
            } else {
                !in_log
            };
            assert!(
                is_header || (range.start >= 192 << 10 && may_be),
                "{told}: wrote {range:x?}"
            );
        }
    }

    /// RPL-7, WRT-9: after an error the file opens, and what a replay had to write is there.
    fn check_second_attempt(&self, mut image: SparseMemory, told: &str) {
        if matches!(self.plain, Outcome::Refused(_)) || self.what != Use::Replay {
            return;
        }
        let again = OpenOptions::writable().open(&mut image);
        again.unwrap_or_else(|error| panic!("{told}: opened again: {error}"));
        let mut whole = self.image.clone();
        OpenOptions::writable().open(&mut whole).unwrap();
        assert_eq!(guest(&image), guest(&whole), "{told}");
    }
}

#[test]
fn every_lie_alone() {
    let (mut checked, mut failed) = (0, 0);
    for (name, image) in images::all() {
        let others = images::successors(&image);
        for what in Use::ALL {
            let case = Case::new(name, &image, what);
            for lie in case.lies() {
                let others: &[_] = match lie {
                    Lie::Changes(_) => &others,
                    _ => &others[..1],
                };
                for (_, other) in others {
                    let found = case.check(&[lie], other);
                    checked += 1;
                    failed += u32::from(matches!(found, Outcome::Failed(_)));
                }
            }
        }
    }
    println!("{checked} cases, {failed} of them ended with an error");
    assert!(checked > 10_000 && failed > 2_000, "{checked}, {failed}");
}

#[test]
fn lies_in_combination() {
    let images = images::all();
    let mut seed = 1_u64;
    let mut below = |limit: usize| {
        // Constants of Knuth's MMIX generator; the upper half is good enough to choose by.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % limit
    };
    for (name, image) in &images {
        let others = images::successors(image);
        for what in Use::ALL {
            let case = Case::new(name, image, what);
            let lies = case.lies();
            for _ in 0..300 {
                let told: Vec<_> = (0..2 + below(3)).map(|_| lies[below(lies.len())]).collect();
                case.check(&told, &others[below(others.len())].1);
            }
        }
    }
}
