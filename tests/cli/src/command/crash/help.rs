//! What `vhdx-log crash --help` says below the options.

pub(super) const HELP: &str = "\
Runs workloads through the writer on a simulated disk and injects power loss at \
every point, I/O errors, media corruption and lying flushes. Each state that the \
disk may be left in is recovered and checked. A failure is shrunk and printed \
with the command that reproduces it; the exit code is then 1.

The same seed and number of states give the same states on every machine. A \
search stops between batches of 32 workloads, so it can exceed --states. With \
--shard I/N, N machines share the work; --merge adds up their reports.

--small-rings searches every workload of up to four transactions on rings of 4 to \
16 sectors, --short-workloads every workload of up to three on the log of 1 MiB. \
Each takes some minutes. No random workload is among them, so the seed does not \
matter.

--record writes the requests of one workload into a trace file, and --trace \
searches such a file: all its crash states, or a sample chosen by the seed where \
too many writes lie between two flushes. The program that made a trace is not \
run again, so no I/O errors are injected. With --base it is judged as the trace of \
any program, and may be a log of writes of dm-log-writes or QEMU's blklogwrites.

--profile has a program of this machine carry out sessions of guest writes, records \
what it asks of the disk, and judges every state that a crash may leave. \
--findings keeps what a bug report needs.

Examples:
  vhdx-log crash
  vhdx-log crash --seed 7 --time 60
  vhdx-log crash --small-rings --shard 0/4
  vhdx-log crash --shard 0/4 --states 10000000 --format json >part-0.json
  vhdx-log crash --merge part-*.json
  vhdx-log crash --seed 7 --record seven.trace
  vhdx-log crash --trace seven.trace
  vhdx-log crash --trace writes.log --base before.vhdx
  vhdx-log crash --exec 'prog --write {image}' --image disk.vhdx
  vhdx-log crash --profile qemu --time 60 --findings found";
