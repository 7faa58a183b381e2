//! The fuzz targets of the VHDX log. Each is one line: what it does is in `vhdx_log_conformance::fuzzing`, where it can
//! be run, tested and measured without a fuzz engine.

/// A target: every input is a case of this type, and the step from input to input is the case's own.
#[macro_export]
macro_rules! target {
    ($case:ident) => {
        use vhdx_log_conformance::fuzzing;

        libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
            match fuzzing::run::<fuzzing::$case>(input) {
                true => libfuzzer_sys::Corpus::Keep,
                false => libfuzzer_sys::Corpus::Reject,
            }
        });

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            fuzzing::mutate::<fuzzing::$case>(data, size, max_size, seed, |data, size| {
                libfuzzer_sys::fuzzer_mutate(data, size, max_size)
            })
        });
    };
}
