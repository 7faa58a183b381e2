//! A state machine that proptest drives: the model's writer and ours, with a power cut after every
//! step.
//!
//! The oracle here is the model alone ([`vhdx_log_model::Writer::recovered`]), so it is also a
//! second opinion on the harness's own history of allowed states.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use vhdx_log::writer::Log;
use vhdx_log::{GuidSource, OpenOptions};
use vhdx_log_crash::disk::DiskImage;
use vhdx_log_crash::simulator::SimDisk;
use vhdx_log_crash::states::{Epoch, arbitrary};
use vhdx_log_crash::writer::BaseImage;
use vhdx_log_crash::{Span, Step, Update, transaction};
use vhdx_log_image::generate::Rng;
use vhdx_log_model::{Image, Writer};

const LOG_BYTES: u64 = 1 << 20;

fn to_model(image: &DiskImage) -> Image {
    let sectors = image.present(0..u64::MAX).into_iter();
    let sectors = sectors.map(|number| (number, (*image.contents(number)).into()));
    Image::from_sectors(image.length(), Arc::new(sectors.collect()))
}

#[derive(Clone, Debug)]
struct Reference {
    writer: Writer,
    origin: u64,
    serial: u32,
}

impl ReferenceStateMachine for Reference {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let base = BaseImage::new();
        let writer = Writer::new(to_model(&base.image));
        Just(Self {
            writer,
            origin: base.origin,
            serial: 1,
        })
        .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Step> {
        let at = prop_oneof![
            0_u64..4 << 12,
            (0_u64..6).prop_map(|sector| sector << 12),
            (1_u64 << 20) - 5000..3 << 19
        ];
        let length = prop_oneof![1_u64..5000, Just(4096), Just(512), Just(8192)];
        let span = (at, length).prop_map(|(at, length)| Span::new(at, length));
        let update = prop_oneof![
            3 => span.clone().prop_map(Update::Write),
            1 => span.prop_map(Update::Zero),
        ];
        let length = prop_oneof![Just(1_u64 << 20), Just(2 << 20), 0_u64..3 << 20];
        prop_oneof![
            6 => proptest::collection::vec(update, 1..4).prop_map(Step::Submit),
            3 => Just(Step::Commit),
            1 => Just(Step::Checkpoint),
            1 => Just(Step::Close),
            1 => length.prop_map(Step::SetLength),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        match step {
            Step::Submit(updates) => {
                let (_, of_model) = transaction(updates, state.origin, state.serial);
                state.serial += updates.len() as u32;
                state.writer.submit(of_model);
            }
            Step::SetLength(length) => {
                let length = state.origin + length;
                let shrinks = length < state.writer.contents().length();
                let count = state
                    .writer
                    .submit(vec![vhdx_log_model::Update::SetLength(length)]);
                if shrinks {
                    state.writer.acknowledge(count);
                }
            }
            _ => state.writer.checkpoint(),
        }
        state
    }
}

struct Is {
    log: Option<Log<SimDisk>>,
    origin: u64,
    serial: u32,
    steps: u64,
}

/// Every open has GUIDs of its own; a generation that shared one with an earlier would find its
/// entries (UPD-5).
fn open(disk: SimDisk, seed: u64) -> Log<SimDisk> {
    Log::open(
        disk,
        &OpenOptions::writable()
            .guids(GuidSource::seeded(seed))
            .into(),
    )
    .expect("a clean file opens")
}

struct Machine;

impl StateMachineTest for Machine {
    type SystemUnderTest = Is;
    type Reference = Reference;

    fn init_test(_: &Reference) -> Is {
        let base = BaseImage::new();
        Is {
            log: Some(open(SimDisk::new(&base.image), 0)),
            origin: base.origin,
            serial: 1,
            steps: 0,
        }
    }

    fn apply(mut is: Is, _: &Reference, step: Step) -> Is {
        let mut log = is.log.take().expect("between steps the log is open");
        match step {
            Step::Submit(updates) => {
                let (changes, _) = transaction(&updates, is.origin, is.serial);
                is.serial += updates.len() as u32;
                log.submit(&changes).expect("submit");
            }
            Step::SetLength(length) => log.set_len(is.origin + length).expect("set the length"),
            Step::Commit => log.commit().expect("commit"),
            Step::Close => {
                log = open(
                    SimDisk::new(log.close().expect("close").image()),
                    1 + is.steps,
                )
            }
            _ => log.checkpoint().expect("checkpoint"),
        }
        is.steps += 1;
        is.log = Some(log);
        is
    }

    /// After a crash at this moment the file is in a state that the model allows.
    fn check_invariants(is: &Is, should: &Reference) {
        let disk = is
            .log
            .as_ref()
            .expect("between steps the log is open")
            .storage();
        // A checkpoint takes the acknowledged states off the model's list; its writes are judged by
        // the states after it.
        let epochs = Epoch::from(disk.base(), disk.trace(), disk.trace().len());
        for epoch in epochs {
            let mut rng = Rng::new(is.steps);
            let mut crashes = vec![epoch.everything(), Default::default()];
            crashes.extend((0..16).map(|_| arbitrary(&epoch, rng.next_u64())));
            for choice in crashes {
                let mut crashed = epoch.crash(&choice);
                let opened = OpenOptions::writable()
                    .guids(GuidSource::seeded(u64::MAX))
                    .open(&mut crashed);
                opened.expect("after a crash the file opens (WRT-9)");
                let found = to_model(&crashed);
                let place = should
                    .writer
                    .recovered(&found, crashed.log().start << 12, LOG_BYTES);
                let state = should.writer.contents();
                let different = state.difference(&found);
                assert!(
                    place.is_some(),
                    "{choice:?} of {:?} leaves no allowed state: {:#x} bytes where the newest \
                     has {:#x}, sectors {different:x?} differ",
                    epoch.pending,
                    found.length(),
                    state.length(),
                );
            }
        }
    }
}

prop_state_machine! {
    #![proptest_config(Config {
        cases: 256,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(1),
        ..Config::default()
    })]

    /// Whatever is submitted in whatever order, a crash after any step leaves a state that the
    /// model allows.
    #[test]
    fn the_model_allows_what_a_crash_leaves(sequential 1..24 => Machine);
}
