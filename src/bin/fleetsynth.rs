//! The command line. See `fleetsynth --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    fleetsynth::cli::main()
}
