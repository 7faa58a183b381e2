//! A scenario and its token hold the same.

use vhdx_log_crash::faults::{IoFault, IoFaultKind, MediaFault};
use vhdx_log_crash::states::{Arrived, Choice, NewSpace};
use vhdx_log_crash::writer::generate_workload;
use vhdx_log_crash::{Origin, Scenario, Setup, Span, Stage, Step, Update, Workload};
use vhdx_log_image::generate::Rng;

fn there_and_back(scenario: &Scenario) {
    let token = scenario.to_string();
    assert_eq!(token.parse::<Scenario>().as_ref(), Ok(scenario), "{token}");
    let harmless =
        |character: char| character.is_ascii_alphanumeric() || "+-.,:/@_".contains(character);
    assert!(
        token.chars().all(harmless),
        "{token} has to be quoted in a shell"
    );
}

const SETUP: Setup = Setup {
    ring_sectors: Some(5),
    first_sector: Some(3),
    max_gathered: Some(1),
    buffered_sectors: Some(2),
    piece_sectors: Some(4),
    replay_batch: Some(6),
};

#[test]
fn a_token_says_all_there_is() {
    let write = Update::Write(Span::new(0, 4096));
    let steps = vec![
        Step::Submit(vec![write, Update::Zero(Span::new(8192, 1))]),
        Step::Payload(Span::new(3, 5)),
        Step::Commit,
        Step::Checkpoint,
        Step::SetLength(1 << 20),
        Step::Close,
        Step::Drop,
        Step::PowerCut(77),
    ];
    let arrived = vec![
        Arrived::WHOLE,
        Arrived::WHOLE,
        Arrived::ABSENT,
        Arrived(0x07),
        Arrived(0x07),
        Arrived::WHOLE,
    ];
    let io_error = Some(IoFault {
        kind: IoFaultKind::FlushError,
        nth: 12,
    });
    let mut scenario = Scenario {
        origin: Origin::Workload(Workload {
            first_sequence_number: Some(u64::MAX - 2),
            setup: SETUP,
            steps,
        }),
        stages: vec![
            Stage {
                io_error,
                lying_flush: None,
                cut: 17,
                choice: Choice {
                    arrived,
                    new_space: NewSpace::Old,
                },
            },
            Stage {
                lying_flush: Some(3),
                cut: 4,
                ..Stage::default()
            },
        ],
        media: None,
    };
    there_and_back(&scenario);
    for media in [
        MediaFault::Flip {
            sector: 16,
            bit: 32767,
        },
        MediaFault::Stale {
            sector: 256,
            versions: 3,
        },
        MediaFault::Misdirected { from: 16, to: 511 },
    ] {
        scenario.media = Some(media);
        there_and_back(&scenario);
    }
}

#[test]
fn every_generated_workload_has_a_token() {
    let mut rng = Rng::new(9);
    for _ in 0..2000 {
        let workload = generate_workload(&mut rng);
        there_and_back(&Scenario::without_crash(Origin::Workload(workload)));
    }
}

#[test]
fn what_is_not_a_token_is_named() {
    for (text, part) in [
        ("w0+4096.?", "?"),
        ("c/17", "17"),
        ("c/17:Q", "17:Q"),
        ("c/m3", "m3"),
        ("w0", "w0"),
    ] {
        let error = text.parse::<Scenario>().expect_err(text);
        assert_eq!(error.part, part);
    }
}

/// Tokens that earlier versions printed keep their meaning.
#[test]
fn old_tokens_are_read() {
    for token in [
        "z0+4096.k/13:-01",
        "w0+4096,z8192+4096.c.d/17:W-07Wx2_/4:W,o/m16b3",
        "n18446744073709551613.w0+8.c/re3@f2@7:Wx3_,p/m16t511",
        "q77.l2097152.x/m256v2",
        "n7.r4.o3.g1.b0.s2.u1.w0+4096.c/9:-W",
        "",
    ] {
        let scenario: Scenario = token.parse().expect(token);
        assert_eq!(scenario.to_string(), token);
    }
}

#[test]
fn a_trace_file_is_named_by_its_fingerprint() {
    let scenario: Scenario = "t00c0ffee00c0ffee/17:W-".parse().expect("a token");
    assert_eq!(scenario.origin, Origin::TraceFile(0x00c0_ffee_00c0_ffee));
    there_and_back(&scenario);
    for wrong in ["t12", "tx0c0ffee00c0ffee", "t00c0ffee00c0ffee/fe0@17:W-"] {
        assert!(wrong.parse::<Scenario>().is_err(), "{wrong}");
    }
}
