//! When to try again.

/// How often a request is tried before it has failed.
pub const ATTEMPTS: u32 = 5;
/// How often, where the server can be reached but no byte has ever got through: that is no matter
/// of luck, but of the bucket's CORS rule.
pub const ATTEMPTS_REFUSED: u32 = 2;
/// The longest wait after the first attempt, milliseconds.
const FIRST: f64 = 500.0;
/// The longest wait after any, milliseconds.
const LAST: f64 = 30_000.0;
/// By how much it grows: four waits lead from the first to the last.
const GROWTH: f64 = 4.0;

/// How long to wait after attempt number `attempt` (from 1) has failed, milliseconds, with `random`
/// in 0..1: anything up to a limit that grows with the attempts, so that those who failed together
/// don't come back together ("full jitter": Brooker, Exponential Backoff And Jitter, 2015).
pub fn delay(attempt: u32, random: f64) -> f64 {
    let mut limit = FIRST;
    for _ in 1..attempt.min(ATTEMPTS) {
        limit = (limit * GROWTH).min(LAST);
    }
    limit * random.clamp(0.0, 1.0)
}

/// Whether an answer of this status may be another one the next time; 0 is no answer.
pub fn is_worth_it(status: u16) -> bool {
    matches!(status, 0 | 408 | 429 | 500..)
}
