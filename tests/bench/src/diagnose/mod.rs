//! Which mistakes a subject makes: what it did on every vector, passes included, is compared with
//! what each flaw of the model does, and with what sets of flaws do together.
//!
//! Contract: only what the subject can show is compared, and only vectors that say something about
//! it. On a vector that it passes it agrees with a flaw that changes nothing there. On one that it
//! fails it agrees with a flaw that does the same: answers alike, and leaves and shows the same
//! bytes. A flaw joins the set when the set then agrees on more vectors than before; sets are run,
//! not guessed ([`Together`](vhdx_log_model::Together)). Nothing is said of a set that explains
//! less than half of what the subject fails ([`MARGIN`]), nor from fewer than [`LEAST_VECTORS`]
//! vectors: a wrong name is worse than none.
//!
//! The outcomes of all flaws are in `table`, computed once for a version of the corpus. Vectors
//! that the table does not have, or has with another image, are left out.

mod all;
mod compare;
mod generate;
mod search;
mod table;

pub use self::all::diagnose_all;
pub use self::generate::{Reader, generate};
pub use self::search::{LEAST_VECTORS, MARGIN, MOST_FLAWS, diagnose};
pub use self::table::{Act, Table, stored};
