//! The fuzz targets of the VHDX log. Each is one line. What they do is in `vhdx_log_search::fuzz`,
//! where it can be run, tested and measured without a fuzz engine.

/// Defines a target: every input is a case of this type, and the custom mutator is the case's.
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

        /// The defaults of AddressSanitizer, which `ASAN_OPTIONS` overrides. A case takes less than
        /// a millisecond, so freed memory is quarantined for some cases, not for hundreds. No fake
        /// stack: no code here or in the dependencies leaks pointers to the stack. Four frames of
        /// each allocation are enough.
        ///
        /// Without the sanitizer this is never called.
        // SAFETY: the sanitizer reserves this name and declares this signature.
        #[unsafe(no_mangle)]
        pub extern "C" fn __asan_default_options() -> *const std::ffi::c_char {
            c"quarantine_size_mb=8:malloc_context_size=4:detect_stack_use_after_return=0".as_ptr()
        }
    };
}
