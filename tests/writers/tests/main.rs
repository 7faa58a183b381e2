//! The tests of this package, in one binary.

mod writers {
    mod blklog;
    mod judging;
    mod ours;
}
