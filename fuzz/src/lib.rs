//! The fuzz targets of the VHDX log. Each is one line: what it does is in
//! `vhdx_log_search::fuzz`, where it can be run, tested and measured without a fuzz engine.

/// A target: every input is a case of this type, and the step from input to input is the case's
/// own.
#[macro_export]
macro_rules! target {
    ($case:ident) => {
        use vhdx_log_search::fuzz;

        libfuzzer_sys::fuzz_target!(|input: &[u8]| -> libfuzzer_sys::Corpus {
            match fuzz::run::<fuzz::$case>(input) {
                true => libfuzzer_sys::Corpus::Keep,
                false => libfuzzer_sys::Corpus::Reject,
            }
        });

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            fuzz::mutate::<fuzz::$case>(data, size, max_size, seed, |data, size| {
                libfuzzer_sys::fuzzer_mutate(data, size, max_size)
            })
        });

        /// What AddressSanitizer does unless `ASAN_OPTIONS` says otherwise. A case lives for less
        /// than a millisecond, so freed memory is kept from use for some cases, not for hundreds;
        /// the stack needs no second one, as no code here or in the dependencies hands out pointers
        /// into it; and of an allocation the innermost frames will do.
        ///
        /// Without the sanitizer nobody asks.
        // SAFETY: the name belongs to the sanitizer, and this is the signature it declares.
        #[unsafe(no_mangle)]
        pub extern "C" fn __asan_default_options() -> *const std::ffi::c_char {
            c"quarantine_size_mb=8:malloc_context_size=4:detect_stack_use_after_return=0".as_ptr()
        }
    };
}
