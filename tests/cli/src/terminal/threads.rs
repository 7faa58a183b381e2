//! The threads of searches.

/// Makes the threads for what runs on all cores. Where the system allows no more threads, the one
/// there is does everything.
pub(crate) fn prepare() {
    if rayon::ThreadPoolBuilder::new().build_global().is_err() {
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1);
        // An error means that there are threads already.
        let _ = alone.use_current_thread().build_global();
    }
}

/// How many things can be done at a time.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
