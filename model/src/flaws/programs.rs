//! The real programs of `corpus/DEFECTS.md`, each as all of its known mistakes at once.
//!
//! A flaw by itself is not the program: its other mistakes can hide it. A vector *isolates* a
//! defect when the program with all its mistakes fails it, and would pass it without this one
//! ([`Program::without`]). `corpus/KILLS.md` lists them.

use super::flaw::Flaw;
use super::together::Together;

/// A program, with its known mistakes.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Name and version.
    pub name: &'static str,
    /// Whether it refuses to open a dirty file read-only (RPL-5). That is allowed; such a program
    /// is not judged by files that are opened read-only.
    pub refuses_dirty_read_only: bool,
    /// What it meets first comes first.
    pub mistakes: &'static [Mistake],
}

/// A known mistake of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The number in `corpus/DEFECTS.md`; absent for one that has none.
    pub defect: Option<&'static str>,
    /// The flaws that a reader with this mistake has.
    pub flaws: &'static [&'static str],
}

impl Program {
    /// A reader with all mistakes of the program.
    pub fn rules(&self) -> Together {
        Together::new(self.flaws(|_| true))
    }

    /// A reader with all mistakes of the program but one.
    pub fn without(&self, mistake: Mistake) -> Together {
        Together::new(self.flaws(|other| other != mistake))
    }

    fn flaws(&self, has: impl Fn(Mistake) -> bool) -> impl Iterator<Item = &'static Flaw> {
        let mistakes = self.mistakes.iter().filter(move |&&mistake| has(mistake));
        let names = mistakes.flat_map(|mistake| mistake.flaws);
        names.filter_map(|name| super::list::flaw(name))
    }
}

const fn defect(id: &'static str, flaws: &'static [&'static str]) -> Mistake {
    Mistake {
        defect: Some(id),
        flaws,
    }
}

const fn other(flaws: &'static [&'static str]) -> Mistake {
    Mistake {
        defect: None,
        flaws,
    }
}

/// All programs with a defect in their reader.
pub const PROGRAMS: &[Program] = &[
    Program {
        name: "QEMU 10.0",
        refuses_dirty_read_only: true,
        mistakes: &[
            defect("Q15", &["header-of-other-version-passed-over"]),
            other(&["second-descriptor-sector-fails-open"]),
            defect("Q5", &["junk-descriptor-fails-open"]),
            other(&["mixed-data-sector-fails-open"]),
            defect(
                "Q3",
                &[
                    "log-long-invalid-entry-hangs",
                    "invalid-entry-skipped-by-its-length",
                ],
            ),
            defect("Q8", &["second-entry-unchecked"]),
            defect("Q1", &["first-entries-compared"]),
            defect("Q7", &["tail-unchecked", "tail-ignored"]),
            defect("V5", &["no-sequence-is-clean"]),
            other(&["truncation-by-any-entry"]),
            defect("Q12", &["header-targets-accepted", "log-targets-accepted"]),
            defect("Q11", &["huge-zero-range-hangs"]),
            defect("Q9", &["last-file-offset-only-when-unaligned"]),
            defect("Q13", &["data-write-guid-changed"]),
        ],
    },
    Program {
        name: "OpenVMM",
        refuses_dirty_read_only: false,
        mistakes: &[
            defect("O6", &["wrapped-search-costs-its-square"]),
            defect("O5", &["truncation-unchecked"]),
        ],
    },
    Program {
        name: "vhdx-rs 0.2.0",
        refuses_dirty_read_only: false,
        mistakes: &[
            defect("V4", &["wrapped-entry-ignored"]),
            defect("V5", &["no-sequence-is-clean"]),
        ],
    },
    Program {
        name: "vhdx-core 0.4.1",
        refuses_dirty_read_only: false,
        mistakes: &[
            defect("C1", &["file-offset-from-wrong-field"]),
            defect("C2", &["leading-and-trailing-bytes-lost"]),
        ],
    },
    Program {
        name: "DiscUtils",
        refuses_dirty_read_only: false,
        mistakes: &[defect("D1", &["buffer-reused"])],
    },
    Program {
        name: "libvhdi",
        refuses_dirty_read_only: false,
        mistakes: &[defect("L1", &["dirty-log-ignored"])],
    },
    Program {
        name: "dissect.hypervisor",
        refuses_dirty_read_only: false,
        mistakes: &[defect("L1", &["dirty-log-ignored"])],
    },
    Program {
        name: "7-Zip 26.02",
        refuses_dirty_read_only: false,
        mistakes: &[defect("7Z1", &["dirty-log-ignored"])],
    },
];
