//! Records made by hand, so that reports are tested with every verdict, state and hostile text
//! without a program that does all of that.

use std::collections::BTreeMap;
use std::path::Path;

use vhdx_log_bench::record::{
    Answer, DiagnosedFlaw, Diagnosis, DifferenceRecord, Disk, FirstBytes, Machine, Printed,
    Protection, RECORD, Record, ResultRecord, RunOfProgram, Seen, Space, SubjectKind,
    SubjectRecord, SubjectState,
};
use vhdx_log_bench::verdict::Verdict;
use vhdx_log_corpus::Corpus;

/// A name that tries to break out of every form.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script>|`x`\u{1b}[31m\u{202e}\n# no ]]>";

/// Vectors of many topics.
const VECTORS: [&str; 13] = [
    "header-newer-second",
    "header-checksum-upper-half-wrong",
    "header-version-2-in-older-newer-clean",
    "bad-target-in-middle",
    "run-with-bad-last-tail",
    "wrap-own-tail-part-in-front",
    "tail-own",
    "last-offset-of-tail-alone",
    "zero-one-sector",
    "size-last-offset-2-63",
    "blocks-of-64-mib",
    "child-writes-end-of-bitmap",
    "tail-into-payload-alone-with-zeroing-entry",
];

/// The vectors of a record, in the order of the corpus.
pub(crate) fn vectors() -> Vec<&'static str> {
    let ids = Corpus::embedded().iter().map(|stored| &*stored.vector.id);
    let chosen: Vec<&str> = ids.filter(|id| VECTORS.contains(id)).collect();
    assert_eq!(chosen.len(), VECTORS.len(), "the corpus has them all");
    chosen
}

pub(crate) fn record(subjects: Vec<SubjectRecord>) -> Record {
    Record {
        record: RECORD,
        tool_version: "0.1.0".to_owned(),
        corpus_version: vhdx_log_corpus::VERSION.to_owned(),
        corpus_vectors: Corpus::embedded().len(),
        complete: false,
        interrupted: false,
        started: "2026-11-26T03:00:00Z".to_owned(),
        elapsed_ms: 4210,
        machine: Machine {
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            kernel: Some("Linux 6.18.5".to_owned()),
            jobs: 2,
            protections: vec![
                Protection {
                    name: "address space 2 GiB".to_owned(),
                    off: None,
                },
                Protection {
                    name: "writes only in its folder".to_owned(),
                    off: Some("the kernel has no Landlock".to_owned()),
                },
            ],
        },
        subjects,
    }
}

pub(crate) fn subject(name: &str, results: Vec<ResultRecord>) -> SubjectRecord {
    SubjectRecord {
        name: name.to_owned(),
        kind: SubjectKind::Command,
        version: Some(format!("{name} 7.2.22")),
        path: Some(format!("/usr/bin/{name}")),
        sha256: Some("0123456789abcdef".repeat(4)),
        commands: vec![format!("{name} convert {{image}} {{output}}")],
        homepage: Some("https://example.org/".to_owned()),
        limit_ms: Some(2000),
        elapsed_ms: 1200,
        state: SubjectState::Ran,
        results,
        diagnoses: Vec::new(),
        readings: BTreeMap::new(),
    }
}

/// A result with what belongs to the verdict.
pub(crate) fn result(vector: &str, verdict: Verdict) -> ResultRecord {
    let answer = match verdict {
        Verdict::Hang => Answer::Hung {
            limit_ms: Some(2000),
        },
        Verdict::Crash => Answer::Crashed {
            how: "signal 11 (SIGSEGV)".to_owned(),
        },
        Verdict::Runaway => Answer::Runaway {
            of: "memory".to_owned(),
        },
        Verdict::RefusedGood => Answer::Refused {
            clause: Some("ENT-2".to_owned()),
            message: Some("VHDX log corrupt".to_owned()),
        },
        Verdict::Unsupported => Answer::Unsupported {
            what: "a limit on the size of the file".to_owned(),
        },
        Verdict::Environment => Answer::Environment {
            how: "signal 9 (SIGKILL) that the bench did not send".to_owned(),
        },
        Verdict::NotObservable => Answer::NotRun {
            why: "the vector is judged by the file, and the program shows only the disk".to_owned(),
        },
        _ => Answer::Accepted,
    };
    let disk = match verdict {
        Verdict::LostData => Disk::Stale,
        Verdict::DamagedFile => Disk::Damaged,
        Verdict::Unfinished => Disk::Unfinished,
        Verdict::Pass => Disk::AsDemanded,
        _ => Disk::NotObserved,
    };
    let differences = if verdict.is_failure() {
        vec![difference(verdict)]
    } else {
        Vec::new()
    };
    ResultRecord {
        vector: vector.to_owned(),
        verdict,
        answer,
        disk,
        reading: (verdict == Verdict::Pass).then(|| "only".to_owned()),
        differences,
        remarks: Vec::new(),
        known: None,
        flaky: false,
        elapsed_us: 1500,
        runs: Vec::new(),
        seen: Seen {
            digest: format!("{:016x}", verdict as u64),
            ..Seen::default()
        },
        repeat: format!("vhdx-log run --subject NAME --filter {vector}"),
    }
}

fn difference(verdict: Verdict) -> DifferenceRecord {
    let bytes = FirstBytes {
        space: Space::File,
        offset: 0x20_0000,
        expected: Some("61".repeat(32)),
        found: "00ff6264".repeat(8),
    };
    DifferenceRecord {
        reading: "only".to_owned(),
        clause: (verdict != Verdict::Hang).then(|| "SEQ-4".to_owned()),
        expected: "replay 1 entry (101)".to_owned(),
        found: format!("{verdict}: replay 2 entries (100 to 101)"),
        bytes: matches!(verdict, Verdict::LostData | Verdict::DamagedFile).then_some(bytes),
    }
}

/// Three programs that ran, one that is not installed, one that failed its proof.
pub(crate) fn varied() -> Record {
    let ids = vectors();
    let with = |verdicts: &[Verdict]| {
        let verdicts = verdicts.iter().chain(std::iter::repeat(&Verdict::Pass));
        let results = ids.iter().zip(verdicts);
        results
            .map(|(id, &verdict)| result(id, verdict))
            .collect::<Vec<_>>()
    };
    let mut harmful = subject("harmful", with(&Verdict::ALL));
    harmful.diagnoses.push(Diagnosis {
        flaws: vec![
            flaw("tail-ignored", "SEQ-4", 5),
            flaw("run-does-not-wrap", "SEQ-1", 7),
        ],
        vectors: ids.len(),
        agree: 7,
    });
    let printed = |text: &str, dropped| Printed {
        text: text.to_owned(),
        dropped,
    };
    harmful.results[0].runs.push(RunOfProgram {
        command: vec![
            "harmful".to_owned(),
            "convert".to_owned(),
            HOSTILE.to_owned(),
        ],
        ended: "exit code 0".to_owned(),
        elapsed_us: 1400,
        stdout: printed(HOSTILE, 0),
        stderr: printed("error: \u{7}bell", 12),
    });
    harmful.results[1].flaky = true;
    harmful.results[1].remarks = vec!["only one header is updated (UPD-2)".to_owned()];
    let mut careful = subject(
        "careful",
        with(&[Verdict::Pass, Verdict::Pass, Verdict::Hang]),
    );
    careful.readings = BTreeMap::from([(
        "SEQ-1".to_owned(),
        BTreeMap::from([("steps".to_owned(), 3), ("grid".to_owned(), 1)]),
    )]);
    let mut core = subject("core", with(&[]));
    core.kind = SubjectKind::Builtin;
    (core.path, core.sha256, core.limit_ms) = (None, None, None);
    let mut absent = subject("absent", Vec::new());
    absent.version = None;
    absent.state = SubjectState::NotInstalled {
        looked_for: "absent-tool".to_owned(),
    };
    let mut liar = subject("liar", Vec::new());
    liar.state = SubjectState::FailedProof {
        reason: "it accepts a file of zeros; make the adapter report the program's exit code"
            .to_owned(),
    };
    record(vec![core, careful, absent, harmful, liar])
}

fn flaw(name: &str, clause: &str, agree: usize) -> DiagnosedFlaw {
    DiagnosedFlaw {
        name: name.to_owned(),
        clause: clause.to_owned(),
        agree,
        decided_by: vectors().into_iter().take(6).map(str::to_owned).collect(),
    }
}

/// A record whose every text is hostile.
pub(crate) fn hostile() -> Record {
    let mut record = varied();
    for subject in &mut record.subjects {
        subject.name = format!("{}{HOSTILE}", subject.name);
        subject.version = Some(HOSTILE.to_owned());
        subject.homepage = Some("javascript:alert(1)".to_owned());
        for result in &mut subject.results {
            result.repeat = HOSTILE.to_owned();
            result.remarks = vec![HOSTILE.to_owned()];
            for difference in &mut result.differences {
                difference.found = HOSTILE.to_owned();
                difference.clause = Some(HOSTILE.to_owned());
            }
        }
    }
    record.subjects[0].results[0].vector = HOSTILE.to_owned();
    record
}

/// Stores a record as `NAME.json` in the folder.
pub(crate) fn store(folder: &Path, name: &str, record: &Record) -> String {
    let file = format!("{name}.json");
    let json = serde_json::to_vec_pretty(record).unwrap();
    std::fs::write(folder.join(&file), json).unwrap();
    file
}
