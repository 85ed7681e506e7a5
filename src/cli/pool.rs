//! Row groups made by several threads and taken in order.

use std::sync::mpsc::sync_channel;
use std::thread;

use crate::error::Result;

/// What one thread does: it makes what belongs to some of the row groups.
pub(super) trait Work: Send {
    /// What it makes of a row group.
    type Made: Send;

    /// Makes a row group's.
    fn make(&mut self, group: usize) -> Result<Self::Made>;
}

/// Has `workers` make what belongs to each of `groups` row groups, gives it to `take` in the order
/// of the groups, and returns the workers. It ends at the first failure of either.
///
/// Worker w makes every n-th group from the w-th on, so that taking from the workers in turn is the
/// order of the groups. A worker is at most two groups ahead, which bounds the memory.
pub(super) fn in_order<W: Work>(
    workers: Vec<W>,
    groups: usize,
    mut take: impl FnMut(W::Made) -> Result<()>,
) -> Result<Vec<W>> {
    let count = workers.len();
    thread::scope(|scope| {
        let (threads, made): (Vec<_>, Vec<_>) = workers
            .into_iter()
            .enumerate()
            .map(|(first, mut worker)| {
                let (sender, receiver) = sync_channel(1);
                let thread = scope.spawn(move || {
                    for group in (first..groups).step_by(count) {
                        let made = worker.make(group);
                        let is_last = made.is_err();
                        // Nobody listens any more once something has failed.
                        if sender.send(made).is_err() || is_last {
                            break;
                        }
                    }
                    worker
                });
                (thread, receiver)
            })
            .unzip();
        for group in 0..groups {
            // A worker that has gone without a word has panicked: joining it says so.
            let Ok(made) = made[group % count].recv() else { break };
            take(made?)?;
        }
        drop(made);
        Ok(threads.into_iter().map(|thread| thread.join().expect("a worker has panicked")).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    struct Square {
        fails_at: usize,
    }

    impl Work for Square {
        type Made = usize;

        fn make(&mut self, group: usize) -> Result<usize> {
            match group == self.fails_at {
                true => Err(Error::new(ErrorKind::Io, "as asked")),
                false => Ok(group * group),
            }
        }
    }

    fn squares(threads: usize, fails_at: usize) -> (Vec<usize>, Result<Vec<Square>>) {
        let mut taken = Vec::new();
        let workers = (0..threads).map(|_| Square { fails_at }).collect();
        let result = in_order(workers, 100, |made| {
            taken.push(made);
            Ok(())
        });
        (taken, result)
    }

    #[test]
    fn results_come_in_order_from_any_number_of_threads() {
        for threads in [1, 2, 3, 8, 150] {
            let (taken, workers) = squares(threads, usize::MAX);
            assert_eq!(taken, (0..100).map(|group| group * group).collect::<Vec<_>>());
            assert_eq!(workers.unwrap().len(), threads);
        }
    }

    #[test]
    fn a_failure_ends_it_after_what_came_before() {
        for threads in [1, 3] {
            let (taken, workers) = squares(threads, 40);
            assert_eq!(taken.len(), 40);
            assert_eq!(workers.err().unwrap().to_string(), "as asked");
        }
    }

    #[test]
    fn whoever_takes_can_end_it() {
        let workers = vec![Square { fails_at: usize::MAX }, Square { fails_at: usize::MAX }];
        let mut taken = 0;
        let result = in_order(workers, 1_000_000, |_| {
            taken += 1;
            if taken < 3 { Ok(()) } else { Err(Error::new(ErrorKind::Cancelled, "enough")) }
        });
        assert_eq!((taken, result.err().unwrap().to_string().as_str()), (3, "enough"));
    }
}
