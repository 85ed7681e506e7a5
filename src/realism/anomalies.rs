//! Anomalies by kind: stretches of time in which a metric of a server behaves otherwise.

use crate::plan::{Anomaly, AnomalyKind, RealismPlan};
use crate::rng::{Geometric, NormalTable, Stream};

/// Draws the anomalies of any server and metric: one after another, never two at once.
#[derive(Clone, Debug, PartialEq)]
pub struct AnomalyProcess {
    /// Steps from the end of one to the beginning of the next.
    wait: Geometric,
    /// Share of time inside an anomaly.
    share: f64,
    /// Those that occur.
    kinds: Vec<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Kind {
    kind: AnomalyKind,
    plan: Anomaly,
    /// Steps that an anomaly lasts longer than one.
    further: Geometric,
    /// Upper bound of its part of [0, 1) among the anomalies that begin.
    begins: f64,
    /// Upper bound of its part of [0, 1) among the steps inside an anomaly.
    lasts: f64,
}

/// An anomaly of one metric of one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnomalyEvent {
    /// Its kind.
    pub kind: AnomalyKind,
    /// Its size, as configured.
    pub size: f64,
    /// First step.
    pub start: usize,
    /// Steps, 1 or more; it may go on beyond the last day.
    pub length: usize,
}

impl AnomalyEvent {
    /// Its steps among the first `steps`.
    pub fn steps(&self, steps: usize) -> std::ops::Range<usize> {
        self.start..self.start.saturating_add(self.length).min(steps)
    }
}

impl AnomalyProcess {
    /// The anomalies of `realism` with so many steps per day; nothing when there are none.
    ///
    /// With n kinds of rate r and mean length l, a share R = sum(r) of time is inside when the mean
    /// time between two is (1 - R) / sum(r / l) and a kind begins with probability (r / l) / sum(r / l).
    pub fn new(realism: &RealismPlan, steps_per_day: usize) -> Option<Self> {
        let occurring = || {
            let kinds = AnomalyKind::ALL.into_iter().zip(realism.anomalies);
            kinds.filter(|(_, plan)| plan.rate > 0.0)
        };
        let share: f64 = occurring().map(|(_, plan)| plan.rate).sum();
        let mean_steps = |plan: Anomaly| plan.mean_days * steps_per_day as f64;
        let starts: f64 = occurring().map(|(_, plan)| plan.rate / mean_steps(plan)).sum();
        let (mut begins, mut lasts) = (0.0, 0.0);
        let kind = |(kind, plan): (AnomalyKind, Anomaly)| {
            begins += plan.rate / mean_steps(plan) / starts;
            lasts += plan.rate / share;
            Kind { kind, plan, further: Geometric::new(1.0 / mean_steps(plan)), begins, lasts }
        };
        let kinds: Vec<Kind> = occurring().map(kind).collect();
        // The mean wait of a geometric number of failures is (1 - p) / p.
        let wait = Geometric::new(starts / (starts + 1.0 - share));
        (!kinds.is_empty()).then_some(Self { wait, share, kinds })
    }

    /// The anomalies that begin in 0..`steps`, in order.
    pub fn events(&self, mut stream: Stream, steps: usize) -> Vec<AnomalyEvent> {
        let mut events = Vec::new();
        let mut start = 0_u64;
        // The process is stationary: the first day may lie inside an anomaly.
        if stream.unit() < self.share {
            let place = stream.unit();
            let kind = self.kinds.iter().find(|kind| place < kind.lasts).unwrap_or(&self.kinds[0]);
            let event = kind.event(0, &mut stream);
            start = event.length as u64;
            events.push(event);
        }
        loop {
            start = start.saturating_add(self.wait.sample(&mut stream));
            if start >= steps as u64 {
                return events;
            }
            let place = stream.unit();
            let kind = self.kinds.iter().find(|kind| place < kind.begins).unwrap_or(&self.kinds[0]);
            let event = kind.event(start as usize, &mut stream);
            start = start.saturating_add(event.length as u64);
            events.push(event);
        }
    }
}

impl Kind {
    fn event(&self, start: usize, stream: &mut Stream) -> AnomalyEvent {
        let length = self.further.sample(stream).saturating_add(1).min(MAX_LENGTH) as usize;
        AnomalyEvent { kind: self.kind, size: self.plan.size, start, length }
    }
}

/// Longest anomaly: longer than any range of dates.
const MAX_LENGTH: u64 = 1 << 20;

/// Makes `values`, of noise with standard deviation `std`, anomalous. The caller clips.
pub fn apply(event: &AnomalyEvent, noise: &Stream, std: f64, values: &mut [f64]) {
    let steps = event.steps(values.len());
    let AnomalyEvent { kind, size, start, length } = *event;
    let first = values[start];
    for step in steps {
        let value = &mut values[step];
        match kind {
            AnomalyKind::Spike | AnomalyKind::LevelShift => *value *= size,
            AnomalyKind::Dip => *value /= size,
            AnomalyKind::Stuck => *value = first,
            AnomalyKind::SlowLeak => {
                *value *= 1.0 + (size - 1.0) * (step - start + 1) as f64 / length as f64;
            }
            AnomalyKind::Noisy => {
                *value += size * std * NormalTable::shared().sample(noise.at(step as u64));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, StreamKey};

    fn process(rates: [f64; 6]) -> AnomalyProcess {
        let mut plan = crate::config::plan(crate::config::PRESETS[0].yaml, &[]).unwrap().realism;
        for (anomaly, rate) in plan.anomalies.iter_mut().zip(rates) {
            anomaly.rate = rate;
        }
        AnomalyProcess::new(&plan, 1).unwrap()
    }

    fn stream(server: u32) -> Stream {
        StreamKey::new(42, "cpu_p95", Purpose::Anomaly).server(server)
    }

    #[test]
    fn anomalies_have_the_configured_shares_and_lengths_and_never_overlap() {
        let rates = [0.01, 0.005, 0.1, 0.02, 0.05, 0.04];
        let steps = 3_000_000;
        let events = process(rates).events(stream(0), steps);
        assert!(events.windows(2).all(|pair| pair[0].start + pair[0].length <= pair[1].start));
        for (kind, rate) in AnomalyKind::ALL.into_iter().zip(rates) {
            let own = || events.iter().filter(|event| event.kind == kind);
            let count = own().count() as f64;
            let length = own().map(|event| event.steps(steps).len()).sum::<usize>() as f64;
            // Both the number and the lengths vary like their square roots.
            let error = 5.0 * (2.0 / count).sqrt();
            assert!((length / steps as f64 / rate - 1.0).abs() < error, "{kind:?}: {length}");
            assert!((length / count / kind.absent().mean_days - 1.0).abs() < error, "{kind:?}: {count}");
        }
    }

    #[test]
    fn anomalies_are_stationary_from_the_first_day_and_later_days_change_none() {
        let process = process([0.0, 0.0, 0.1, 0.05, 0.0, 0.0]);
        let servers = 20_000;
        let inside = (0..servers).filter(|&s| !process.events(stream(s), 1).is_empty()).count();
        let share = inside as f64 / f64::from(servers);
        assert!((share - 0.15).abs() < 5.0 * (0.15 * 0.85 / f64::from(servers)).sqrt() + 0.01, "{share}");
        let (long, short) = (process.events(stream(3), 5_000), process.events(stream(3), 1_234));
        assert!(!short.is_empty());
        assert_eq!(short, long[..short.len()]);
    }

    #[test]
    fn each_kind_does_what_its_name_says() {
        let applied = |kind: AnomalyKind, size| {
            let mut values = [10.0, 20.0, 30.0, 40.0, 50.0];
            apply(&AnomalyEvent { kind, size, start: 1, length: 3 }, &stream(0), 1.0, &mut values);
            values
        };
        assert_eq!(applied(AnomalyKind::Spike, 2.0), [10.0, 40.0, 60.0, 80.0, 50.0]);
        assert_eq!(applied(AnomalyKind::LevelShift, 2.0), [10.0, 40.0, 60.0, 80.0, 50.0]);
        assert_eq!(applied(AnomalyKind::Dip, 2.0), [10.0, 10.0, 15.0, 20.0, 50.0]);
        assert_eq!(applied(AnomalyKind::Stuck, 1.0), [10.0, 20.0, 20.0, 20.0, 50.0]);
        assert_eq!(applied(AnomalyKind::SlowLeak, 4.0), [10.0, 40.0, 90.0, 160.0, 50.0]);
        let noisy = applied(AnomalyKind::Noisy, 2.0);
        assert_eq!((noisy[0], noisy[4]), (10.0, 50.0));
        assert!(noisy[1..4].iter().zip([20.0, 30.0, 40.0]).all(|(value, clean)| *value != clean));
    }
}
