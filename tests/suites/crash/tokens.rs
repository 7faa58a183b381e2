//! A scenario and its token hold the same.

use vhdx_log_crash::faults::{IoFault, IoFaultKind, MediaFault};
use vhdx_log_crash::states::{Arrived, Choice, NewSpace};
use vhdx_log_crash::writer::generate_workload;
use vhdx_log_crash::{BadToken, Origin, Scenario, Setup, Span, Stage, Step, Update, Workload};
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

/// A text with the check that it would have as a token.
fn checked(text: &str) -> String {
    format!("{text}/h{:08x}", crc32c::crc32c(text.as_bytes()))
}

#[test]
fn what_is_not_a_token_is_named() {
    for (text, part) in [
        ("w0+4096.?", "?"),
        ("c/17", "17"),
        ("c/17:Q", "17:Q"),
        ("c/m3", "m3"),
        ("w0", "w0"),
        ("/17:W", ""),
        ("c..k", ""),
        (
            "c/1:Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_\
          Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_Wx65535_",
            "1:W",
        ),
    ] {
        match checked(text).parse::<Scenario>() {
            Err(BadToken::Part(found)) => assert!(found.starts_with(part), "{text}: {found}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_token_without_a_check_is_refused() {
    for (text, error) in [
        ("", BadToken::Empty),
        (" \n", BadToken::Empty),
        ("z0+4096.k/13:-01", BadToken::Unchecked),
        ("c", BadToken::Unchecked),
        ("c/17:W/h", BadToken::Damaged),
        ("c/17:W/h00000000", BadToken::Damaged),
    ] {
        assert_eq!(text.parse::<Scenario>(), Err(error), "{text:?}");
    }
}

/// What such a workload would do takes too long, or more memory than there is.
#[test]
fn a_workload_that_is_too_large_is_refused() {
    for text in [
        "w0+18446744073709551615.c",
        "w18446744073709551615+1.c",
        "z0+18446744073709551615,z0+18446744073709551615",
        "w5000000+4000000000.c",
        "l18446744073709551615",
        &vec!["c"; 5000].join("."),
    ] {
        let token = checked(text);
        assert_eq!(token.parse::<Scenario>(), Err(BadToken::TooMuch), "{text}");
        assert_eq!(text.parse::<Workload>(), Err(BadToken::TooMuch), "{text}");
    }
}

const TOKENS: [&str; 5] = [
    "z0+4096.k/13:-01",
    "w0+4096,z8192+4096.c.d/17:W-07Wx2_/4:W,o/m16b3",
    "n18446744073709551613.w0+8.c/re3@f2@7:Wx3_,p/m16t511",
    "q77.l2097152.x/m256v2",
    "n7.r4.o3.g1.b0.s2.u1.w0+4096.c/9:-W",
];

/// Tokens that earlier versions printed keep their meaning, but need a check.
#[test]
fn tokens_keep_their_form() {
    for text in TOKENS {
        let token = checked(text);
        let scenario: Scenario = token.parse().expect(text);
        assert_eq!(scenario.to_string(), token);
    }
}

#[test]
fn a_token_that_was_cut_off_or_mistyped_is_refused() {
    for text in TOKENS {
        let token = checked(text);
        for end in 0..token.len() {
            assert!(
                token[..end].parse::<Scenario>().is_err(),
                "{}",
                &token[..end]
            );
            for other in ["0", "1", "7", "W", "-", ".", "/", ":", "a", " "] {
                let mistyped = format!("{}{other}{}", &token[..end], &token[end + 1..]);
                let parsed = mistyped.parse::<Scenario>();
                assert_eq!(parsed.is_ok(), mistyped == token, "{mistyped}");
            }
        }
    }
}

/// Any text is the token of what it is read as, or refused; even when its check is right.
#[test]
fn any_text_is_a_token_or_refused() {
    const ALPHABET: &[u8] = b"wzpckxdqlnt0123456789+.,/:-Wx_@oemrsfbvh ";
    let mut rng = Rng::new(5);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..50_000 {
        let mut text = TOKENS[rng.index(TOKENS.len())].as_bytes().to_vec();
        for _ in 0..rng.below(3) {
            let (at, byte) = (rng.index(text.len()), ALPHABET[rng.index(ALPHABET.len())]);
            match rng.below(3) {
                0 => text[at] = byte,
                1 => text.insert(at, byte),
                _ => drop(text.remove(at)),
            }
        }
        let token = checked(&String::from_utf8(text).expect("ASCII"));
        match token.parse::<Scenario>() {
            Ok(scenario) => {
                assert_eq!(scenario.to_string(), token);
                read += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(
        read > 1000 && refused > 1000,
        "{read} read, {refused} refused"
    );
}

#[test]
fn a_trace_file_is_named_by_its_fingerprint() {
    let scenario: Scenario = checked("t00c0ffee00c0ffee/17:W-").parse().expect("a token");
    assert_eq!(scenario.origin, Origin::TraceFile(0x00c0_ffee_00c0_ffee));
    there_and_back(&scenario);
    for wrong in ["t12", "tx0c0ffee00c0ffee", "t00c0ffee00c0ffee/fe0@17:W-"] {
        assert!(checked(wrong).parse::<Scenario>().is_err(), "{wrong}");
    }
}
